"""Payments whose voucher cannot be signed yet: one row each, until a valid certificate is there."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.einvoice.models.tables import Base


class WaitingPayment(Base):
    """A captured payment without a voucher. The order's id is the key; the row goes when the voucher comes."""

    __tablename__ = "waiting_payment"
    __table_args__ = (Index("ix_waiting_payment_heard_at", "heard_at"),)

    order_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event: Mapped[dict[str, Any]]
    heard_at: Mapped[datetime]
