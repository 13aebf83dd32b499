"""Good standing: who is hábil, and the constancias that say so."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.events import Event, FileRef, PersonalStr


@dataclass(frozen=True, kw_only=True)
class GoodStandingChanged(Event):
    """Published when a physician becomes hábil or inhábil, and once for everybody when it is first worked out."""

    topic: ClassVar[str] = "payments.good_standing_changed.v1"
    subject_field: ClassVar[str] = "cmp_number"

    cmp_number: str
    in_good_standing: bool
    as_of: date
    """The day in Lima from which this holds."""
    unpaid_periods: int
    """Months owed of the kinds that count, grace days over; the rule is configuration of payments."""


@dataclass(frozen=True, kw_only=True)
class HabilidadCertificateIssued(Event):
    """Published when a constancia de habilidad has its number and its PDF is stored."""

    topic: ClassVar[str] = "payments.habilidad_certificate_issued.v1"
    subject_field: ClassVar[str] = "certificate_id"

    certificate_id: str
    number: str
    cmp_number: str
    issued_at: datetime
    valid_until: date
    """The last day, in Lima, on which it is VIGENTE."""


@dataclass(frozen=True, kw_only=True)
class HabilidadCertificateRevoked(Event):
    """Published when staff take a constancia de habilidad back; its public page says REVOCADA from then on."""

    topic: ClassVar[str] = "payments.habilidad_certificate_revoked.v1"
    subject_field: ClassVar[str] = "certificate_id"

    certificate_id: str
    number: str
    cmp_number: str
    reason: str
    revoked_at: datetime


@dataclass(frozen=True, kw_only=True)
class HabilidadCertificateMailRequested(Event):
    """Published when an owner asks for the constancia by mail; it goes to the registered address only."""

    topic: ClassVar[str] = "payments.habilidad_certificate_mail_requested.v1"
    subject_field: ClassVar[str] = "certificate_id"

    certificate_id: str
    number: str
    valid_until: date
    account_id: str
    """The notifier knows the registered address of this account from identity's ContactChanged."""
    name: PersonalStr
    pdf: FileRef
