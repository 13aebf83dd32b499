"""Trámite de acceso a SINADEF: what applicants ask for, what staff decide, what goes to MINSA (MENU-1, product 2.7)."""
