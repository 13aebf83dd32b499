"""Refunds that ask for a credit note: one row each, from the news to the note or the reason why there is none."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import now
from contracts.einvoice import CreditNoteOmitted
from services.einvoice.models.tables import Base


class RefundState(StrEnum):
    """A refund waits until SUNAT has judged the voucher that the note amends."""

    WAITING = "waiting"
    NOTED = "noted"
    OMITTED = "omitted"


class RefundNote(Base):
    """One refund and its credit note. The refund's id is the key, so there is never a second note."""

    __tablename__ = "refund_note"
    __table_args__ = (Index("ix_refund_note_state", "state", "order_id"),)

    refund_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(String(36))
    order_number: Mapped[str] = mapped_column(String(20))
    event: Mapped[dict[str, Any]]
    state: Mapped[RefundState] = mapped_column(String(8))
    heard_at: Mapped[datetime]
    note_id: Mapped[str | None] = mapped_column(ForeignKey("voucher.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    def noted(self, note_id: str) -> None:
        """The note has been issued."""
        self.state, self.note_id = RefundState.NOTED, note_id

    def omit(self, reason: str, number: str | None) -> CreditNoteOmitted:
        """There is nothing that a note could amend; the event tells staff and payments why."""
        self.state, self.reason = RefundState.OMITTED, reason
        return CreditNoteOmitted(
            refund_id=self.refund_id,
            order_id=self.order_id,
            order_number=self.order_number,
            number=number,
            reason=reason,
            omitted_at=now(),
        )
