"""Dues: their tariffs, who owes them, corrections, and payments made elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from chassis.events import Event


@dataclass(frozen=True, kw_only=True)
class TariffChanged(Event):
    """Published when a tariff is entered or ended; carries it whole. A month is assessed by the tariff in force."""

    topic: ClassVar[str] = "payments.tariff_changed.v1"
    subject_field: ClassVar[str] = "tariff_id"

    tariff_id: str
    kind: str
    concept: str
    relation: str | None
    """Whom of a family it is for; None: every physician."""
    age_from: int
    age_to: int
    amount: Decimal
    tax_code: str
    valid_from: str
    valid_until: str | None
    """First and last month, yyyymm."""


@dataclass(frozen=True, kw_only=True)
class TariffWithdrawn(Event):
    """Published when a tariff that nothing was assessed by is taken back."""

    topic: ClassVar[str] = "payments.tariff_withdrawn.v1"
    subject_field: ClassVar[str] = "tariff_id"

    tariff_id: str


@dataclass(frozen=True, kw_only=True)
class BeneficiaryChanged(Event):
    """Published when a person of a SEMEFA family is entered or changed; who that is by name and birth stays here."""

    topic: ClassVar[str] = "payments.beneficiary_changed.v1"
    subject_field: ClassVar[str] = "holder_cmp"

    holder_cmp: str
    person: str
    """The code within the family, as dues name it: TITULAR, CONYUGE, HIJO-1."""
    relation: str
    covered_from: str
    covered_until: str | None
    """First and last month of cover, yyyymm."""


@dataclass(frozen=True, kw_only=True)
class DuesAssessed(Event):
    """Published when a month was assessed by one tariff and somebody owes it who did not before; one for all."""

    topic: ClassVar[str] = "payments.dues_assessed.v1"
    subject_field: ClassVar[str] = "tariff_id"

    tariff_id: str
    kind: str
    concept: str
    period: str
    count: int
    """How many dues are new."""
    total: Decimal
    currency: str
    assessed_at: datetime


@dataclass(frozen=True, kw_only=True)
class DueCorrected(Event):
    """Published when staff annul a due, change its amount or open it again; `reason` stays in the audit."""

    topic: ClassVar[str] = "payments.due_corrected.v1"
    subject_field: ClassVar[str] = "owner_cmp"

    due_id: str
    owner_cmp: str
    kind: str
    concept: str
    period: str
    person: str
    change: str
    """annulled, amount_changed or reopened."""
    amount: Decimal
    due_state: str
    """As it stands now: OPEN, PAID or ANNULLED."""
    corrected_at: datetime


@dataclass(frozen=True, kw_only=True)
class DuePaidElsewhere(Event):
    """Published when a due was settled at the bank or the counter. No voucher is issued here for it."""

    topic: ClassVar[str] = "payments.due_paid_elsewhere.v1"
    subject_field: ClassVar[str] = "owner_cmp"

    due_id: str
    owner_cmp: str
    kind: str
    concept: str
    period: str
    person: str
    amount: Decimal
    currency: str
    channel: str
    """BANCO or CAJA."""
    paid_on: date


@dataclass(frozen=True, kw_only=True)
class OutsidePaymentNotApplied(Event):
    """Published when money came in elsewhere for a due that was paid or annulled before: a person must look."""

    topic: ClassVar[str] = "payments.outside_payment_not_applied.v1"
    subject_field: ClassVar[str] = "owner_cmp"

    outside_payment_id: str
    due_id: str
    owner_cmp: str
    amount: Decimal
    currency: str
    channel: str
    paid_on: date


@dataclass(frozen=True, kw_only=True)
class OutsidePaymentResolved(Event):
    """Published when staff say, with a reason, what became of money that found its due settled."""

    topic: ClassVar[str] = "payments.outside_payment_resolved.v1"
    subject_field: ClassVar[str] = "owner_cmp"

    outside_payment_id: str
    due_id: str
    owner_cmp: str
    resolved_at: datetime
