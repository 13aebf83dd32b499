"""Payments made at the bank or the counter: told to us by a file or by staff, kept whatever became of them."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contracts.payments import OutsidePaymentNotApplied, OutsidePaymentResolved
from services.payments.models.base import Base, BigId, word
from services.payments.models.dues import Due
from services.payments.money import decimal


class Channel(enum.StrEnum):
    """Where it was paid."""

    BANCO = "BANCO"
    CAJA = "CAJA"


class OutsideState(enum.StrEnum):
    """What became of a payment made elsewhere."""

    APPLIED = "APPLIED"
    """It settled the due."""
    NOT_APPLIED = "NOT_APPLIED"
    """The due was paid otherwise before: somebody must give the money back or use it."""
    UNDONE = "UNDONE"
    """Staff opened the due again."""
    RESOLVED = "RESOLVED"
    """Staff said what became of money that was not applied."""


class OutsidePayment(Base):
    """One payment of one due made outside. Channel, reference and due make it unique: a file can come twice."""

    __tablename__ = "outside_payment"
    __table_args__ = (
        UniqueConstraint("channel", "reference", "due_id"),
        Index("ix_outside_payment_due_id", "due_id"),
        Index("ix_outside_payment_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    due_id: Mapped[int] = mapped_column(ForeignKey("due.id"))
    channel: Mapped[Channel] = mapped_column(word(Channel))
    reference: Mapped[str] = mapped_column(String(60))
    """The bank's operation number or the counter's receipt number."""
    amount_cents: Mapped[int]
    paid_on: Mapped[date]
    state: Mapped[OutsideState] = mapped_column(word(OutsideState))
    entered_at: Mapped[datetime]

    def not_applied(self, due: Due) -> OutsidePaymentNotApplied:
        """The fact that this money found its due settled or annulled."""
        return OutsidePaymentNotApplied(
            outside_payment_id=str(self.id),
            due_id=str(due.id),
            owner_cmp=due.owner_cmp,
            amount=decimal(self.amount_cents),
            currency=due.currency,
            channel=self.channel,
            paid_on=self.paid_on,
        )

    def resolved(self, due: Due, at: datetime) -> OutsidePaymentResolved:
        """The fact that somebody has seen to this money."""
        return OutsidePaymentResolved(
            outside_payment_id=str(self.id), due_id=str(due.id), owner_cmp=due.owner_cmp, resolved_at=at
        )
