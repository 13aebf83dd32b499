"""What a dossier leads to: the recertification, its constancia, its diploma, and the notice before it ends."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.events import Event, FileRef, PersonalStr


@dataclass(frozen=True, kw_only=True)
class PhysicianRecertified(Event):
    """Published when the reviser agrees: the physician is recertified and has a diploma number (REC-16, REC-17)."""

    topic: ClassVar[str] = "recert.physician_recertified.v1"
    subject_field: ClassVar[str] = "cmp_number"

    recertification_id: str
    dossier_id: str
    cmp_number: str
    basis: str
    """`ENROLMENT` for a Médico Cirujano, `SPECIALITY` for an Especialista."""
    rne: str
    """Of the speciality; empty for a Médico Cirujano."""
    speciality: str | None
    diploma_number: int
    valid_from: date
    """The day in Lima of the dictamen."""
    valid_until: date
    """The last day: five years on, minus one day."""


@dataclass(frozen=True, kw_only=True)
class RecertificationRevoked(Event):
    """Published when staff revoke a recertification with its constancia: from this moment it certifies nothing."""

    topic: ClassVar[str] = "recert.recertification_revoked.v1"
    subject_field: ClassVar[str] = "cmp_number"

    recertification_id: str
    cmp_number: str
    basis: str
    rne: str
    speciality: str | None
    recertified_until: date | None
    """What still holds on this basis by an earlier recertification; None when nothing does."""
    account_id: str
    """The notifier knows the registered address of this account from identity's ContactChanged."""
    name: PersonalStr
    number: str
    """Of the constancia."""
    reason: str
    revoked_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConstanciaIssued(Event):
    """Published when the PDF of a Constancia de Recertificación is stored; it is mailed with it (MAIL-7, REC-15)."""

    topic: ClassVar[str] = "recert.constancia_issued.v1"
    subject_field: ClassVar[str] = "recertification_id"

    recertification_id: str
    number: str
    kind_text: str
    """`Médico Cirujano` or `Especialidad: PSIQUIATRÍA`."""
    valid_until: date
    account_id: str
    name: PersonalStr
    pdf: FileRef


@dataclass(frozen=True, kw_only=True)
class ConstanciaMailRequested(Event):
    """Published when its owner asks for a Constancia de Recertificación again; it goes to the registered address."""

    topic: ClassVar[str] = "recert.constancia_mail_requested.v1"
    subject_field: ClassVar[str] = "recertification_id"

    recertification_id: str
    number: str
    kind_text: str
    valid_until: date
    account_id: str
    name: PersonalStr
    pdf: FileRef


@dataclass(frozen=True, kw_only=True)
class DiplomaReady(Event):
    """Published when the chosen council has the diploma and the physician may come for it."""

    topic: ClassVar[str] = "recert.diploma_ready.v1"
    subject_field: ClassVar[str] = "recertification_id"

    recertification_id: str
    diploma_number: int
    kind_text: str
    council: str
    council_label: str
    """`CR III LIMA`."""
    account_id: str
    name: PersonalStr
    ready_at: datetime


@dataclass(frozen=True, kw_only=True)
class DiplomaHandedOver(Event):
    """Published when the chosen council has handed the diploma over, in person or by carta poder simple."""

    topic: ClassVar[str] = "recert.diploma_handed_over.v1"
    subject_field: ClassVar[str] = "recertification_id"

    recertification_id: str
    diploma_number: int
    council: str
    handed_on: date
    by_proxy: bool
    """Whether somebody else came, with a carta poder simple."""


@dataclass(frozen=True, kw_only=True)
class CertificationEnding(Event):
    """Published six months, four months and thirty days before a certification or recertification ends, once each."""

    topic: ClassVar[str] = "recert.certification_ending.v1"
    subject_field: ClassVar[str] = "cmp_number"

    cmp_number: str
    basis: str
    rne: str
    speciality: str | None
    valid_until: date
    notice: str
    """`SIX_MONTHS`, `FOUR_MONTHS` or `THIRTY_DAYS`."""
    account_id: str | None
    """None when the physician has no account here: then there is no address to write to."""
