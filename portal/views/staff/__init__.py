"""Gestión: the pages of staff, one module a desk."""
