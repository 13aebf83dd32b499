"""Actualización de datos: what people keep current about themselves (ACC-6, ACC-7, REC-4)."""
