"""Evaluating a dossier: claimed by one person, ruled item by item, observed or approved, revised by another."""
