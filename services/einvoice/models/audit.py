"""Who did what by hand: entries that are written once and never changed, which both databases enforce with triggers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.outbox import BigId
from services.einvoice.models.tables import Base


class StaffAct(Base):
    """One act of staff on vouchers: who, when, what, on which voucher, before, after and why.

    `request_id` comes with the request, so that a form sent twice acts once.
    """

    __tablename__ = "staff_act"
    __table_args__ = (
        Index("ix_staff_act_voucher_id", "voucher_id", "id"),
        Index("ix_staff_act_actor_id", "actor_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(300))
    actor_council: Mapped[str | None] = mapped_column(String(2))
    act: Mapped[str] = mapped_column(String(40))
    voucher_id: Mapped[str] = mapped_column(ForeignKey("voucher.id"))
    request_id: Mapped[str] = mapped_column(String(36), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
