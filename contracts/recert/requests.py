"""What recert tells about requests: a dossier that was sent, and one that was sent again corrected."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.events import Event, PersonalStr


@dataclass(frozen=True, kw_only=True)
class DossierSent:
    """Whose dossier it is and when its result is due."""

    dossier_id: str
    dossier_number: str
    """As people read it: `000123`."""
    account_id: str
    cmp_number: str
    name: PersonalStr
    council: str
    """The council that evaluates."""
    pickup_council: str
    speciality: str | None
    """None for a Médico Cirujano."""
    rne: str
    kind_text: str
    """`Médico Cirujano` or `Especialidad: PSIQUIATRÍA`."""
    sent_at: datetime
    result_due_on: date
    """The last of the working days for the result (REC-14)."""


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(DossierSent, Event):
    """Published when a physician sends a request for recertification (REC-11, REC-12)."""

    topic: ClassVar[str] = "recert.dossier_submitted.v1"
    subject_field: ClassVar[str] = "dossier_id"


@dataclass(frozen=True, kw_only=True)
class DossierCorrected(DossierSent, Event):
    """Published when a physician has answered every observation and sends the dossier again (REC-20)."""

    topic: ClassVar[str] = "recert.dossier_corrected.v1"
    subject_field: ClassVar[str] = "dossier_id"

    version: int
    """2 for the first correction."""
