"""Money given back, and what staff rule by evidence: each decided by two people, each with its own row."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.payments import ChargeReturned, PaymentRefunded
from services.payments.models.attempts import Attempt
from services.payments.models.base import Base, BigId, word
from services.payments.models.orders import Order, OrderLine
from services.payments.money import decimal
from services.payments.states import (
    REFUND_EDGES,
    REFUND_WORDS,
    RefundMethod,
    RefundNews,
    RefundState,
    RulingOutcome,
    RulingState,
)

LIVE = "state IN ('REQUESTED', 'SCHEDULED', 'SENT', 'UNKNOWN', 'REFUSED')"
WAITING = "state IN ('SCHEDULED', 'SENT', 'UNKNOWN')"
PROPOSED = "state = 'PROPOSED'"


class Refund(Base):
    """The return of one charge or of some of its dues. The partial unique index lets an order have one at a time."""

    __tablename__ = "refund"
    __table_args__ = (
        Index(
            "uq_refund_live", "order_id", unique=True, postgresql_where=text(LIVE), sqlite_where=text(LIVE),
        ),
        Index(
            "ix_refund_waiting", "next_attempt_at",
            postgresql_where=text(WAITING), sqlite_where=text(WAITING),
        ),
        Index("ix_refund_requested_at", "requested_at", "id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    external_reference: Mapped[str] = mapped_column(String(20), unique=True)
    """Our name for it at the acquirer, used for this refund only."""
    order_id: Mapped[str] = mapped_column(ForeignKey("payment_order.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempt.id"))
    state: Mapped[RefundState] = mapped_column(word(RefundState), default=RefundState.REQUESTED)
    method: Mapped[RefundMethod | None] = mapped_column(word(RefundMethod))
    """How it was last told to the acquirer."""
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    whole: Mapped[bool]
    """Whether this refund alone gives the whole charge back; only then it can be a void."""
    reason: Mapped[str] = mapped_column(String(300))
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_by_name: Mapped[str] = mapped_column(String(300))
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_by_name: Mapped[str | None] = mapped_column(String(300))
    decided_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(200))
    """What the acquirer or staff last said about it."""
    devolution_code: Mapped[str | None] = mapped_column(String(40))
    returned_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    lines: Mapped[list["RefundLine"]] = relationship(order_by="RefundLine.position", lazy="selectin")

    @property
    def public_state(self) -> str:
        """What payer and staff read."""
        return REFUND_WORDS[self.state]

    @property
    def periods(self) -> list[str]:
        """The months that go back; none for a charge that had paid nothing."""
        return [line.period for line in self.lines]

    def take(self, news: RefundNews) -> bool:
        """Take an edge; False when there is none, and then nothing has changed."""
        following = REFUND_EDGES.get((self.state, news))
        if following is not None:
            self.state = following
        return following is not None

    def refunded(self, order: Order, attempt: Attempt, lines: list[OrderLine], at: datetime) -> PaymentRefunded:
        """The fact that paid dues were given back; einvoice makes the credit note from it."""
        return PaymentRefunded(
            refund_id=self.id,
            order_id=order.id,
            order_number=order.number_text,
            purchase_number=attempt.number_text,
            owner_cmp=order.owner_cmp,
            council=order.council,
            reason=self.reason,
            lines=tuple(line.paid(order.kind) for line in lines),
            amount=decimal(self.amount_cents),
            currency=self.currency,
            full=self.whole,
            refunded_at=at,
            card_last4=attempt.card_last4,
            email=order.email,
        )

    def charge_returned(self, order: Order, attempt: Attempt, at: datetime) -> ChargeReturned:
        """The fact that money which had paid nothing was given back; there was no voucher."""
        return ChargeReturned(
            refund_id=self.id,
            order_id=order.id,
            order_number=order.number_text,
            purchase_number=attempt.number_text,
            owner_cmp=order.owner_cmp,
            amount=decimal(self.amount_cents),
            currency=self.currency,
            returned_at=at,
            email=order.email,
        )


class RefundLine(Base):
    """One due that a refund gives back."""

    __tablename__ = "refund_line"

    refund_id: Mapped[str] = mapped_column(ForeignKey("refund.id"), primary_key=True)
    due_id: Mapped[int] = mapped_column(ForeignKey("due.id"), primary_key=True)
    position: Mapped[int]
    """The line's place in the order."""
    period: Mapped[str] = mapped_column(String(6))
    amount_cents: Mapped[int]


class Ruling(Base):
    """What staff say by evidence about a doubtful charge: proposed by one person, applied or dismissed by another."""

    __tablename__ = "ruling"
    __table_args__ = (
        Index(
            "uq_ruling_proposed", "attempt_id", unique=True,
            postgresql_where=text(PROPOSED), sqlite_where=text(PROPOSED),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    outcome: Mapped[RulingOutcome] = mapped_column(word(RulingOutcome))
    state: Mapped[RulingState] = mapped_column(word(RulingState), default=RulingState.PROPOSED)
    evidence: Mapped[str] = mapped_column(String(300))
    """Where it can be looked up: the acquirer's portal, its mail, the settlement file."""
    reason: Mapped[str] = mapped_column(String(300))
    transaction_id: Mapped[str | None] = mapped_column(String(40))
    authorization_code: Mapped[str | None] = mapped_column(String(20))
    charged_at: Mapped[datetime | None]
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_by_name: Mapped[str] = mapped_column(String(300))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_by_name: Mapped[str | None] = mapped_column(String(300))
    decided_at: Mapped[datetime | None]
