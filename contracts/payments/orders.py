"""Orders: what is bought, in whose name, and that an order was placed or ran out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from chassis.events import Event, PersonalStr


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """In whose name the voucher is issued. `document_type` is SUNAT catalogue 06 (1 DNI, 6 RUC, 4 CE…)."""

    document_type: str
    document_number: PersonalStr
    name: PersonalStr
    address: PersonalStr | None = None


@dataclass(frozen=True, kw_only=True)
class PaidLine:
    """One due that was paid. `period` is yyyymm, `tax_code` is SUNAT catalogue 07 (30 = inafecto)."""

    due_id: str
    kind: str
    period: str
    description: str
    amount: Decimal
    tax_code: str


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """Published when the summary of an order is accepted and its dues are reserved."""

    topic: ClassVar[str] = "payments.order_placed.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    owner_cmp: str
    kind: str
    total: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderExpired(Event):
    """Published when an order that nobody paid gives its dues back."""

    topic: ClassVar[str] = "payments.order_expired.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    order_number: str
    owner_cmp: str
