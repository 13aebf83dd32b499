"""Who of staff did what with money: rows written once, which both databases keep from being changed by triggers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.base import AppendOnly, Base, BigId


class StaffAct(AppendOnly, Base):
    """One act of staff, of an operator at the command line, or of the system in their name."""

    __tablename__ = "staff_act"
    __table_args__ = (
        Index("ix_staff_act_subject", "subject", "id"),
        Index("ix_staff_act_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    """Account of the person, `operator:<login>` at the command line, or `system`."""
    actor_name: Mapped[str] = mapped_column(String(300))
    act: Mapped[str] = mapped_column(String(60))
    """`<thing>.<past participle>`: `refund.requested`, `due.corrected`."""
    subject: Mapped[str] = mapped_column(String(120))
    """`<kind>:<id>`: `order:…`, `due:17`, `attempt:4`."""
    council: Mapped[str | None] = mapped_column(String(2))
    """The council the act concerns; who works for one council reads only its rows."""
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(500))
