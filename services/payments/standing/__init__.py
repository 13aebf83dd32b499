"""Habilidad: who is in good standing, since when, and what must be paid to be."""
