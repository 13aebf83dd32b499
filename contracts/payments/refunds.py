"""Refunds: money that went back to a payer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from chassis.events import Event, PersonalStr
from contracts.payments.orders import PaidLine


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event):
    """Published when the acquirer has taken the return of paid dues; they are owed again, and a credit note is due."""

    topic: ClassVar[str] = "payments.payment_refunded.v1"
    subject_field: ClassVar[str] = "order_id"

    refund_id: str
    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    council: str
    reason: str
    lines: tuple[PaidLine, ...]
    """The dues given back, as they were paid."""
    amount: Decimal
    currency: str
    full: bool
    """True when this refund alone returns everything the order paid."""
    refunded_at: datetime
    card_last4: str | None = None
    email: PersonalStr | None = None
    """The address typed with the order, to which the notifier tells it (MAIL-8)."""


@dataclass(frozen=True, kw_only=True)
class ChargeReturned(Event):
    """Published when money that had paid nothing (not applied, or a wrong amount) was returned; no voucher existed."""

    topic: ClassVar[str] = "payments.charge_returned.v1"
    subject_field: ClassVar[str] = "order_id"

    refund_id: str
    order_id: str
    order_number: str
    purchase_number: str
    owner_cmp: str
    amount: Decimal
    currency: str
    returned_at: datetime
    email: PersonalStr
