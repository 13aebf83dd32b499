"""Who of staff did what with money: rows written once, which both databases keep from being changed by triggers."""

from sqlalchemy import Index

from chassis.evidence import StaffActRow
from services.payments.models.base import Base


class StaffAct(StaffActRow, Base):
    """One act of staff: `refund.requested` on `order:…`, `due.corrected` on `due:17`."""

    __tablename__ = "staff_act"
    __table_args__ = (
        Index("ix_staff_act_subject", "subject", "id"),
        Index("ix_staff_act_at", "at"),
        {"sqlite_autoincrement": True},
    )
