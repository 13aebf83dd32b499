"""Settlement: what the acquirer paid out, held against our own books."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from chassis.events import Event


@dataclass(frozen=True, kw_only=True)
class SettlementImported(Event):
    """Published once per daily file of the acquirer, when its rows were matched and posted."""

    topic: ClassVar[str] = "payments.settlement_imported.v1"
    subject_field: ClassVar[str] = "settlement_file_id"

    settlement_file_id: str
    rows: int
    matched: int
    differing: int
    gross: Decimal
    fees: Decimal
    net: Decimal
    currency: str
    imported_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentSettled(Event):
    """Published when the acquirer's file shows one of our charges with the amount we know."""

    topic: ClassVar[str] = "payments.payment_settled.v1"
    subject_field: ClassVar[str] = "order_id"

    order_id: str
    purchase_number: str
    gross: Decimal
    fees: Decimal
    net: Decimal
    currency: str
    deposited_on: date


@dataclass(frozen=True, kw_only=True)
class SettlementDiffered(Event):
    """Published when a row of the acquirer's file, or the lack of one, does not fit our books: it needs a person."""

    topic: ClassVar[str] = "payments.settlement_differed.v1"
    subject_field: ClassVar[str] = "settlement_row_id"

    settlement_row_id: str
    match: str
    """AMOUNT_DIFFERS, UNKNOWN_PURCHASE, NOT_RECORDED, DUPLICATE, DISPUTED or MISSING_IN_FILE."""
    purchase_number: str
    gross: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class SettlementResolved(Event):
    """Published when a row of the settlement work list is settled, by staff with a reason or because it matches now."""

    topic: ClassVar[str] = "payments.settlement_resolved.v1"
    subject_field: ClassVar[str] = "settlement_row_id"

    settlement_row_id: str
    resolution: str
    """MATCH, OWE, WRITE_OFF, NOTE or CAME_LATER."""
    purchase_number: str
    resolved_at: datetime
