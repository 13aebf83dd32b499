"""Who of staff did what with dossiers, deadlines and certificates: rows written once."""

from sqlalchemy import Index

from chassis.evidence import StaffActRow
from services.recert.models.base import Base


class StaffAct(StaffActRow, Base):
    """One act of staff: `dossier.claimed` on `dossier:…`, `closure.added` on `day:2026-12-24`."""

    __tablename__ = "staff_act"
    __table_args__ = (
        Index("ix_staff_act_subject", "subject", "id"),
        Index("ix_staff_act_at", "at"),
        {"sqlite_autoincrement": True},
    )
