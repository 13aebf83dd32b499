"""The way of a dossier through evaluation and revision, told step by step."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.events import Event


@dataclass(frozen=True, kw_only=True)
class DossierRecord:
    """Which dossier it is and whose. Points are decimal text: `19.5`."""

    dossier_id: str
    dossier_number: str
    """As people read it: `000123`."""
    account_id: str
    cmp_number: str
    council: str
    """The one that evaluates."""
    kind_text: str
    """`Médico Cirujano` or `Especialidad: PSIQUIATRÍA`."""


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """Points of one item that the evaluator changed, and why."""

    position: int
    title: str
    claimed: str
    awarded: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ObservedPoint:
    """One thing to be corrected. `item` is None when it is about the dossier as a whole."""

    item: int | None
    title: str | None
    page: int
    reason: str
    rule: str
    comment: str


@dataclass(frozen=True, kw_only=True)
class DossierClaimed(DossierRecord, Event):
    """Published when an evaluator takes a dossier, or is given it by somebody who may: its evaluation begins."""

    topic: ClassVar[str] = "recert.dossier_claimed.v1"
    subject_field: ClassVar[str] = "dossier_id"

    evaluator_id: str
    given_by: str | None
    """Who gave it, when the evaluator did not take it."""
    claimed_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierReleased(DossierRecord, Event):
    """Published when an evaluator gives a dossier back, by choice or because of a conflict of interest."""

    topic: ClassVar[str] = "recert.dossier_released.v1"
    subject_field: ClassVar[str] = "dossier_id"

    evaluator_id: str
    conflict: bool
    released_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierObserved(DossierRecord, Event):
    """Published when the evaluator has found what must be corrected; the physician has until `correct_by` (REC-20)."""

    topic: ClassVar[str] = "recert.dossier_observed.v1"
    subject_field: ClassVar[str] = "dossier_id"

    round: int
    observations: tuple[ObservedPoint, ...]
    correct_by: date
    days_left: int
    """Working days, the last one included."""
    observed_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierApproved(DossierRecord, Event):
    """Published when the evaluator gives the points that are needed; another person revises it next (ST-2)."""

    topic: ClassVar[str] = "recert.dossier_approved.v1"
    subject_field: ClassVar[str] = "dossier_id"

    points: str
    changes: tuple[ItemChange, ...]
    approved_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierReturned(DossierRecord, Event):
    """Published when the reviser disagrees: the dossier goes back to be evaluated."""

    topic: ClassVar[str] = "recert.dossier_returned.v1"
    subject_field: ClassVar[str] = "dossier_id"

    reason: str
    returned_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierReviewed(DossierRecord, Event):
    """Published when the reviser, another person than the evaluator, agrees: the final ruling."""

    topic: ClassVar[str] = "recert.dossier_reviewed.v1"
    subject_field: ClassVar[str] = "dossier_id"

    points: str
    dictamen_on: date
    reviewed_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierDiscarded(DossierRecord, Event):
    """Published when the days for correcting have passed; a new request must be started (REC-20)."""

    topic: ClassVar[str] = "recert.dossier_discarded.v1"
    subject_field: ClassVar[str] = "dossier_id"

    discarded_at: datetime
