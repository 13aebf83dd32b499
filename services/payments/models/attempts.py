"""Attempts: one purchase number each, never used twice, with the conversation that decided it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.base import AppendOnly, Base, BigId, word
from services.payments.states import MESSAGES, AttemptState, Happening

ALARMING_STATES = "state IN ('INTEGRITY', 'PAID_NOT_APPLIED')"
OPEN_STATES = "state IN ('CREATED', 'AUTHORIZING', 'UNKNOWN')"


class Attempt(Base):
    """One try to charge one order. The row, with its purchase number, exists before the acquirer hears of it."""

    __tablename__ = "payment_attempt"
    __table_args__ = (
        Index(
            "ix_payment_attempt_open", "state", "id",
            postgresql_where=text(OPEN_STATES), sqlite_where=text(OPEN_STATES),
        ),
        Index(
            "ix_payment_attempt_alarming", "state", "id",
            postgresql_where=text(ALARMING_STATES), sqlite_where=text(ALARMING_STATES),
        ),
        Index("ix_payment_attempt_card", "card_last4", "card_first6"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("payment_order.id"), index=True)
    purchase_number: Mapped[int] = mapped_column(BigInteger, unique=True)
    state: Mapped[AttemptState] = mapped_column(word(AttemptState), default=AttemptState.CREATED)
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    session_expires_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    request_hash: Mapped[str | None] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the transaction token: a token pays once, in one attempt."""
    doubt_since: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    not_found: Mapped[int] = mapped_column(default=0)
    """How many queries found no such sale."""
    action_code: Mapped[str | None] = mapped_column(String(8))
    action_description: Mapped[str | None] = mapped_column(String(200))
    """The acquirer's own words, never shown to the payer."""
    action_text: Mapped[str | None] = mapped_column(String(300))
    """Our words for the action code, as they were when it came."""
    status_text: Mapped[str | None] = mapped_column(String(40))
    authorized_cents: Mapped[int | None]
    authorization_code: Mapped[str | None] = mapped_column(String(20))
    transaction_id: Mapped[str | None] = mapped_column(String(40))
    trace_number: Mapped[str | None] = mapped_column(String(20))
    signature: Mapped[str | None] = mapped_column(String(200))
    """Names the sale when it is voided the same day."""
    charged_at: Mapped[datetime | None]
    card_brand: Mapped[str | None] = mapped_column(String(20))
    card_first6: Mapped[str | None] = mapped_column(String(6))
    card_last4: Mapped[str | None] = mapped_column(String(4))
    cardholder: Mapped[str | None] = mapped_column(String(300))
    eci: Mapped[str | None] = mapped_column(String(4))
    installments: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    """Every UPDATE of the row names the version it read, so that no transition can be lost under another."""

    __mapper_args__ = {"version_id_col": version}

    @property
    def number_text(self) -> str:
        """The purchase number as Niubiz and the payer see it: nine digits."""
        return f"{self.purchase_number:09d}"

    @property
    def message(self) -> str | None:
        """What the payer is told about how the attempt stands (PAY-12); None while the form is open."""
        return MESSAGES.get(self.state, self.action_text)

    @property
    def differing_cents(self) -> int | None:
        """The acquirer's own amount when it is not ours: an alarm (PAY-10)."""
        return self.authorized_cents if self.authorized_cents != self.amount_cents else None

    @property
    def charged_cents(self) -> int:
        """What the acquirer took, which is what there is to give back."""
        return self.amount_cents if self.authorized_cents is None else self.authorized_cents

    @property
    def masked_card(self) -> str | None:
        """First six, four stars, last four, as the result page shows it (PAY-9)."""
        return f"{self.card_first6}****{self.card_last4}" if self.card_first6 and self.card_last4 else None


class GatewayMessage(AppendOnly, Base):
    """One line of the conversation with the acquirer, scrubbed, written before it is acted on (case 6)."""

    __tablename__ = "gateway_message"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    direction: Mapped[str] = mapped_column(String(3))
    """`out` or `in`."""
    endpoint: Mapped[str] = mapped_column(String(200))
    http_status: Mapped[int | None]
    body: Mapped[dict[str, Any]]
    elapsed_ms: Mapped[int | None]
    at: Mapped[datetime]


class AttemptEvent(AppendOnly, Base):
    """One edge an attempt took: from where, to where, why, and who brought the news."""

    __tablename__ = "attempt_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    from_state: Mapped[AttemptState | None] = mapped_column(word(AttemptState))
    to_state: Mapped[AttemptState] = mapped_column(word(AttemptState))
    happening: Mapped[Happening] = mapped_column(word(Happening))
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
