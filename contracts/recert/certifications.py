"""What recert tells: until when a physician is certified, and why."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.events import Event


@dataclass(frozen=True, kw_only=True)
class CertificationGranted(Event):
    """Published when a certification begins: by enrolment or a speciality's registration (five years each)."""

    topic: ClassVar[str] = "recert.certification_granted.v1"
    subject_field: ClassVar[str] = "cmp_number"

    cmp_number: str
    basis: str
    """`ENROLMENT` or `SPECIALITY`."""
    speciality: str | None
    valid_from: date
    valid_until: date
