"""Orders: which dues one payer means to pay at once, in whose name the voucher goes, and what holds the dues."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.payments import OrderExpired, OrderPlaced, PaidLine, PaymentCaptured, Recipient
from services.payments.dues import LABELS, DueKind, spell_period
from services.payments.models.attempts import Attempt
from services.payments.models.base import AppendOnly, Base, BigId, word
from services.payments.money import decimal
from services.payments.states import ENDINGS_WITHOUT_CHARGE, SHOWN_REFUNDS, OrderState, public_word

if TYPE_CHECKING:
    from services.payments.models.refunds import Refund


@dataclass(frozen=True, kw_only=True)
class VoucherChoice:
    """Which voucher the payer wants, in whose name, and where it goes. `type` is SUNAT catalogue 01 (01, 03)."""

    type: str
    email: str
    document_type: str
    document_number: str
    name: str
    address: str | None


class Order(Base):
    """One accepted summary. Payer, owner of the dues and recipient of the voucher are three roles."""

    __tablename__ = "payment_order"
    __table_args__ = (
        Index("ix_payment_order_payer", "payer_account", "created_at", "id"),
        Index("ix_payment_order_owner_cmp", "owner_cmp", "created_at", "id"),
        Index("ix_payment_order_created_at", "created_at", "id"),
        Index("ix_payment_order_paid_at", "paid_at"),
        Index(
            "ix_payment_order_ready", "expires_at",
            postgresql_where=text("state = 'READY'"), sqlite_where=text("state = 'READY'"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    payer_account: Mapped[str] = mapped_column(String(64))
    """Account that placed the order; only it sees the order."""
    payer_name: Mapped[str | None] = mapped_column(String(300))
    """Who pays, when it is not the owner of the dues."""
    heir_id: Mapped[int | None] = mapped_column(BigInteger)
    """The authorisation under which somebody else pays (`heir.id`; such a row is never deleted)."""
    owner_cmp: Mapped[str] = mapped_column(String(6))
    owner_name: Mapped[str] = mapped_column(String(300))
    council: Mapped[str] = mapped_column(String(2))
    kind: Mapped[DueKind] = mapped_column(word(DueKind))
    total_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    summary_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of lines and prices as the payer accepted them; compared again at the claim."""
    voucher_type: Mapped[str] = mapped_column(String(2))
    recipient_document_type: Mapped[str] = mapped_column(String(1))
    recipient_document_number: Mapped[str] = mapped_column(String(15))
    recipient_name: Mapped[str] = mapped_column(String(300))
    recipient_address: Mapped[str | None] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(254))
    """Where the voucher goes: typed with the order, not the profile's (PAY-11)."""
    terms_version: Mapped[str] = mapped_column(ForeignKey("terms.version"))
    terms_accepted_at: Mapped[datetime]
    terms_accepted_ip: Mapped[str] = mapped_column(String(45))
    state: Mapped[OrderState] = mapped_column(word(OrderState), default=OrderState.READY)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position", lazy="selectin")
    attempts: Mapped[list[Attempt]] = relationship(order_by=Attempt.id, viewonly=True)

    refunds: Mapped[list["Refund"]] = relationship(order_by="Refund.requested_at", viewonly=True)

    @property
    def shown_refund(self) -> "Refund | None":
        """The last refund the payer may know of: what treasury only considers is not told."""
        return next((refund for refund in reversed(self.refunds) if refund.state in SHOWN_REFUNDS), None)

    @property
    def number_text(self) -> str:
        """The number as people read it: nine digits."""
        return f"{self.number:09d}"

    @property
    def public_state(self) -> str:
        """The one Spanish word the payer sees."""
        return public_word(self.state, self.attempt.state if self.attempt else None)

    @property
    def attempt(self) -> Attempt | None:
        """The last attempt to pay."""
        return self.attempts[-1] if self.attempts else None

    @property
    def description(self) -> str:
        """What is bought, for the receipt: the kind of due and the months."""
        months = ", ".join(spell_period(line.period) for line in self.lines)
        return f"{LABELS[self.kind]}: {months}"

    def placed(self) -> OrderPlaced:
        """The fact that this order exists and holds its dues."""
        return OrderPlaced(
            order_id=self.id,
            order_number=self.number_text,
            owner_cmp=self.owner_cmp,
            kind=self.kind,
            total=decimal(self.total_cents),
            currency=self.currency,
        )

    def end(self, state: OrderState) -> OrderExpired | None:
        """Give the order up without a charge; None when its state does not allow that (an outcome is awaited)."""
        if state not in ENDINGS_WITHOUT_CHARGE.get(self.state, ()):
            return None
        self.state = state
        return self.given_back()

    def given_back(self) -> OrderExpired:
        """The fact that the dues are free again."""
        return OrderExpired(order_id=self.id, order_number=self.number_text, owner_cmp=self.owner_cmp)

    def hold_until(self, at: datetime, minutes: int) -> None:
        """Keep the dues at least this long after a refusal, for another try (PAY-12)."""
        self.expires_at = max(self.expires_at, at + timedelta(minutes=minutes))

    def captured(self, attempt: Attempt, at: datetime) -> PaymentCaptured:
        """Note the payment and return the fact that einvoice makes the voucher from."""
        self.paid_at = at
        return PaymentCaptured(
            order_id=self.id,
            order_number=self.number_text,
            purchase_number=attempt.number_text,
            owner_cmp=self.owner_cmp,
            council=self.council,
            voucher_type=self.voucher_type,
            recipient=self.recipient,
            voucher_email=self.email,
            lines=tuple(line.paid(self.kind) for line in self.lines),
            total=decimal(self.total_cents),
            currency=self.currency,
            captured_at=at,
            card_brand=attempt.card_brand,
            card_last4=attempt.card_last4,
        )

    @property
    def voucher(self) -> VoucherChoice:
        """The voucher as the payer chose it."""
        return VoucherChoice(
            type=self.voucher_type,
            email=self.email,
            document_type=self.recipient_document_type,
            document_number=self.recipient_document_number,
            name=self.recipient_name,
            address=self.recipient_address,
        )

    @property
    def recipient(self) -> Recipient:
        """In whose name the voucher is issued."""
        return Recipient(
            document_type=self.recipient_document_type,
            document_number=self.recipient_document_number,
            name=self.recipient_name,
            address=self.recipient_address,
        )


class OrderLine(Base):
    """One due of an order with its price as it was accepted."""

    __tablename__ = "order_line"

    order_id: Mapped[str] = mapped_column(ForeignKey("payment_order.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    due_id: Mapped[int] = mapped_column(ForeignKey("due.id"), index=True)
    period: Mapped[str] = mapped_column(String(6))
    description: Mapped[str] = mapped_column(String(200))
    amount_cents: Mapped[int]
    tax_code: Mapped[str] = mapped_column(String(2))

    def paid(self, kind: str) -> PaidLine:
        """The line as the world learns it when it is paid."""
        return PaidLine(
            due_id=str(self.due_id),
            kind=kind,
            period=self.period,
            description=self.description,
            amount=decimal(self.amount_cents),
            tax_code=self.tax_code,
        )


class Reservation(Base):
    """A due held by an order. The partial unique index lets one live order hold a due, whatever races (case 4)."""

    __tablename__ = "due_reservation"
    __table_args__ = (
        Index(
            "uq_due_reservation_active", "due_id", unique=True,
            postgresql_where=text("active"), sqlite_where=text("active"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    due_id: Mapped[int] = mapped_column(ForeignKey("due.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("payment_order.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class ReceiptSnapshot(AppendOnly, Base):
    """The result page of a paid order, kept so that it can be drawn again years later (PAY-9, payments.md 1.5)."""

    __tablename__ = "receipt_snapshot"

    order_id: Mapped[str] = mapped_column(ForeignKey("payment_order.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempt.id"))
    body: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the body as canonical JSON."""
    created_at: Mapped[datetime]


class ReceiptPrint(Base):
    """The receipt as a PDF to be drawn once and mailed; the snapshot it is drawn from never changes."""

    __tablename__ = "receipt_print"
    __table_args__ = (
        Index(
            "ix_receipt_print_waiting", "next_attempt_at",
            postgresql_where=text("sha256 IS NULL"), sqlite_where=text("sha256 IS NULL"),
        ),
    )  # fmt: skip

    order_id: Mapped[str] = mapped_column(ForeignKey("payment_order.id"), primary_key=True)
    next_attempt_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    name: Mapped[str | None] = mapped_column(String(60))
    drawn_at: Mapped[datetime | None]


class Terms(AppendOnly, Base):
    """One version of the payment conditions, in both languages Niubiz asks for; accepted with each order (PAY-6)."""

    __tablename__ = "terms"

    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    text_es: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
