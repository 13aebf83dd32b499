"""The public register, "Conoce a tu médico": what anyone may know, one row a physician, fed by facts (REC-18)."""

from services.recert.register.keeping import list_physician, note_recertified, note_revoked, note_standing

__all__ = ["list_physician", "note_recertified", "note_revoked", "note_standing"]
