"""What was done in some days, by council: requests, rulings, whether in time, and why dossiers were observed."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.clock import LIMA
from services.recert.cockpit.queues import in_council, labels
from services.recert.models import Deadline, DeadlineKind, Dossier, DossierStep, Observation
from services.recert.states import DossierAct

COUNTED = {
    DossierAct.OBSERVED: "observed",
    DossierAct.APPROVED: "approved",
    DossierAct.RETURNED: "returned",
    DossierAct.REVISED: "revised",
    DossierAct.LAPSED: "discarded",
}


@dataclass
class Output:
    """What one council did."""

    council: str
    label: str
    submitted: int = 0
    observed: int = 0
    approved: int = 0
    returned: int = 0
    revised: int = 0
    discarded: int = 0
    in_time: int = 0
    late: int = 0

    @property
    def ruled(self) -> int:
        """Rulings of evaluators: observed and approved."""
        return self.observed + self.approved

    def add(self, other: "Output") -> None:
        """Sum up."""
        for counted in fields(self)[2:]:
            setattr(self, counted.name, getattr(self, counted.name) + getattr(other, counted.name))


@dataclass
class ObservedFor:
    """How often dossiers were observed for one reason, in all and by council."""

    code: str
    reason: str
    count: int = 0
    by_council: dict[str, int] = field(default_factory=dict)


@dataclass
class Production:
    """What was done on some days in Lima, both included."""

    since: date
    until: date
    councils: list[Output]
    total: Output
    reasons: list[ObservedFor]
    label: Callable[[str], str]


def production(session: Session, council: str | None, since: date, until: date) -> Production:
    """What was done, of all councils or of one. A dossier belongs to the council that evaluates it."""
    start, end = _moment(since), _moment(until + timedelta(days=1))
    label = labels(session)
    found: dict[str, Output] = {}

    def output(code: str) -> Output:
        return found.setdefault(code, Output(code, label(code)))

    mine = in_council(Dossier.council, council)
    for code, count in session.execute(_grouped(Dossier.submitted_at, start, end, *mine)):
        output(code).submitted = count
    steps = select(Dossier.council, DossierStep.act, func.count()).join(Dossier, Dossier.id == DossierStep.dossier_id)
    taken = steps.where(DossierStep.at >= start, DossierStep.at < end, DossierStep.act.in_(COUNTED), *mine)
    for code, act, count in session.execute(taken.group_by(Dossier.council, DossierStep.act)):
        setattr(output(code), COUNTED[act], count)
    for code, in_time, count in session.execute(_results(council, start, end)):
        setattr(output(code), "in_time" if in_time else "late", count)
    total = Output("", "Total")
    for each in found.values():
        total.add(each)
    ordered = [found[code] for code in sorted(found)]
    return Production(since, until, ordered, total, _reasons(session, council, start, end), label)


def rulings_since(session: Session, council: str, since: date) -> int:
    """How many rulings the evaluators of a council gave from a day on."""
    acts = (DossierAct.OBSERVED, DossierAct.APPROVED)
    given = select(func.count()).select_from(DossierStep).join(Dossier, Dossier.id == DossierStep.dossier_id)
    wanted = given.where(DossierStep.at >= _moment(since), DossierStep.act.in_(acts), Dossier.council == council)
    return session.scalar(wanted) or 0


def _reasons(session: Session, council: str | None, start: datetime, end: datetime) -> list[ObservedFor]:
    """The reasons of observations that were sent, the most frequent first; each bears the words used last."""
    sent = select(Observation.reason_code, func.max(Observation.reason), Dossier.council, func.count())
    wanted = sent.join(Dossier, Dossier.id == Observation.dossier_id).where(
        Observation.sent_at >= start, Observation.sent_at < end, *in_council(Dossier.council, council)
    )
    found: dict[str, ObservedFor] = {}
    for code, reason, where, count in session.execute(wanted.group_by(Observation.reason_code, Dossier.council)):
        each = found.setdefault(code, ObservedFor(code, reason))
        each.by_council[where] = count
        each.count += count
    return sorted(found.values(), key=lambda each: (-each.count, each.reason))


def _grouped(moment: InstrumentedAttribute[datetime], start: datetime, end: datetime, *conditions: Any) -> Any:
    counted = select(Dossier.council, func.count()).where(moment >= start, moment < end, *conditions)
    return counted.group_by(Dossier.council)


def _results(council: str | None, start: datetime, end: datetime) -> Any:
    """Results that came, in time or late."""
    ended = select(Deadline.council, Deadline.in_time, func.count()).where(
        Deadline.kind == DeadlineKind.RESULT, Deadline.stopped_at >= start, Deadline.stopped_at < end,
        *in_council(Deadline.council, council),
    )  # fmt: skip
    return ended.group_by(Deadline.council, Deadline.in_time)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), LIMA).astimezone(UTC)
