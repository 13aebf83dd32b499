"""Charges: how each attempt to pay an order by card ended, and its receipt."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from chassis.events import Event, FileRef, PersonalStr
from contracts.payments.orders import PaidLine, Recipient


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event):
    """Published once per paid order, when the acquirer has approved the charge and the dues are settled."""

    topic: ClassVar[str] = "payments.payment_captured.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    council: str
    voucher_type: str
    """SUNAT catalogue 01: 01 factura, 03 boleta."""
    recipient: Recipient
    voucher_email: PersonalStr
    lines: tuple[PaidLine, ...]
    total: Decimal
    currency: str
    captured_at: datetime
    card_brand: str | None = None
    card_last4: str | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentDeclined(Event):
    """Published when the issuer refused the card; nothing was charged (PAY-12)."""

    topic: ClassVar[str] = "payments.payment_declined.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    action_code: str
    reason: str
    settled_later: bool
    """True when the payer had been told that the result was being confirmed, so a mail must tell it (MAIL-8)."""
    email: PersonalStr


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """Published when an attempt ended without a charge for a technical reason."""

    topic: ClassVar[str] = "payments.payment_failed.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    reason: str
    settled_later: bool
    email: PersonalStr


@dataclass(frozen=True, kw_only=True)
class PaymentInDoubt(Event):
    """Published when the outcome of a charge is unknown; a job asks the acquirer until it knows."""

    topic: ClassVar[str] = "payments.payment_in_doubt.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentMismatched(Event):
    """Published when the acquirer's answer differs from what was asked (amount, currency or number): an alarm."""

    topic: ClassVar[str] = "payments.payment_mismatched.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    difference: str


@dataclass(frozen=True, kw_only=True)
class PaymentNotApplied(Event):
    """Published when a charge was approved, but its dues had been paid otherwise: staff return or apply the money."""

    topic: ClassVar[str] = "payments.payment_not_applied.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    council: str
    amount: Decimal
    currency: str
    charged_at: datetime
    email: PersonalStr


@dataclass(frozen=True, kw_only=True)
class ReceiptDrawn(Event):
    """Published once per paid order, when the PDF of its receipt is stored; the notifier mails it (PAY-9)."""

    topic: ClassVar[str] = "payments.receipt_drawn.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    purchase_number: str
    description: str
    amount: Decimal
    currency: str
    paid_at: datetime
    email: PersonalStr
    pdf: FileRef
