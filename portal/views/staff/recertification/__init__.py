"""Recertification for staff, a module per subject."""
