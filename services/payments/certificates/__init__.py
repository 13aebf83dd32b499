"""Constancias de habilidad: issued, drawn once, signed, verified by anybody, taken back by staff."""
