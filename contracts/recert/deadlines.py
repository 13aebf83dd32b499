"""What recert tells of working days: days staff closed or opened, and the deadlines that are counted in them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.events import Event, PersonalStr


@dataclass(frozen=True, kw_only=True)
class DeadlineRecord:
    """Which deadline of which dossier it is."""

    dossier_id: str
    number: str
    """Of the dossier, as people read it: `000123`."""
    council: str
    """The one whose calendar counts."""
    deadline_id: int
    deadline_kind: str
    """`RESULT` and `DIPLOMA` bind the college, `CORRECTION` binds the physician."""
    due_on: date
    """The last day, to 23:59:59 in Lima."""


@dataclass(frozen=True, kw_only=True)
class DeadlineNotice(DeadlineRecord):
    """What the physician is told about a deadline."""

    account_id: str
    name: PersonalStr
    days_left: int
    """Working days after today until the last day, which counts."""


@dataclass(frozen=True, kw_only=True)
class DeadlineStarted(DeadlineRecord, Event):
    """Published when a deadline of a dossier begins to run."""

    topic: ClassVar[str] = "recert.deadline_started.v1"
    subject_field: ClassVar[str] = "dossier_id"

    started_on: date
    """The day before the first one that may count."""


@dataclass(frozen=True, kw_only=True)
class DeadlineStopped(DeadlineRecord, Event):
    """Published when what a deadline was for has happened, or the dossier was discarded."""

    topic: ClassVar[str] = "recert.deadline_stopped.v1"
    subject_field: ClassVar[str] = "dossier_id"

    in_time: bool


@dataclass(frozen=True, kw_only=True)
class DeadlineNeared(DeadlineNotice, Event):
    """Published when a physician's deadline has so few working days left that a reminder is due (10, 5 and 1)."""

    topic: ClassVar[str] = "recert.deadline_neared.v1"
    subject_field: ClassVar[str] = "dossier_id"


@dataclass(frozen=True, kw_only=True)
class DeadlineMoved(DeadlineNotice, Event):
    """Published when the calendar changed and an open deadline ends later for it; it never ends earlier."""

    topic: ClassVar[str] = "recert.deadline_moved.v1"
    subject_field: ClassVar[str] = "dossier_id"

    due_before: date
    reason: str
    """What changed in the calendar, in words for both sides."""


@dataclass(frozen=True, kw_only=True)
class DeadlineMissed(DeadlineRecord, Event):
    """Published once when the last day of a deadline that binds the college has passed."""

    topic: ClassVar[str] = "recert.deadline_missed.v1"
    subject_field: ClassVar[str] = "dossier_id"


@dataclass(frozen=True, kw_only=True)
class CalendarDayRecord:
    """What staff made of a day, and for whom."""

    day: date
    calendar_change: str
    """`CLOSURE` or `EXTRA`."""
    council: str | None
    """None for all councils."""
    reason: str
    moved_deadlines: int
    """Open deadlines that end later for it."""


@dataclass(frozen=True, kw_only=True)
class CalendarDayAdded(CalendarDayRecord, Event):
    """Published when staff closes a day or makes it a working day, for one council or for all."""

    topic: ClassVar[str] = "recert.calendar_day_added.v1"
    subject_field: ClassVar[str] = "day"


@dataclass(frozen=True, kw_only=True)
class CalendarDayWithdrawn(CalendarDayRecord, Event):
    """Published when staff takes a closure or an extra working day back."""

    topic: ClassVar[str] = "recert.calendar_day_withdrawn.v1"
    subject_field: ClassVar[str] = "day"
