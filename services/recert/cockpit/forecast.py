"""Which results will be late if a council goes on as it did. One plain rule, the same on the page and in the file.

A council's open results are taken in the order of their last days, as many a working day as its evaluators ruled on
average on the last 20 working days; today counts when it is one. What would be ruled after its last day is a breach
to come. What ended already is late, not forecast, and is taken first. A council that ruled nothing lately is expected
to rule nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import today
from services.recert.cockpit.production import rulings_since
from services.recert.cockpit.queues import in_council, labels
from services.recert.models import Deadline, DeadlineKind
from services.recert.working_days import Rulings, WorkingDays, rulings_in_force

LOOK_BACK = 20
"""Working days whose average is the pace."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What one council has open, how fast it rules, and what will be late."""

    council: str
    label: str
    open: int
    late: int
    ruled: int
    """On the last 20 working days."""
    breaches: int
    first_breach_on: date | None

    @property
    def pace(self) -> float:
        """Rulings a working day."""
        return self.ruled / LOOK_BACK


def forecasts(session: Session, council: str | None) -> list[Forecast]:
    """One row a council with open results, of all councils or of one."""
    rulings, label = rulings_in_force(session), labels(session)
    open_ones = select(Deadline.council, Deadline.due_on, func.count()).where(
        Deadline.kind == DeadlineKind.RESULT, Deadline.stopped_at.is_(None), *in_council(Deadline.council, council)
    )
    by_council: dict[str, list[tuple[date, int]]] = {}
    rows = session.execute(open_ones.group_by(Deadline.council, Deadline.due_on).order_by(Deadline.due_on))
    for code, due_on, count in rows:
        by_council.setdefault(code, []).append((due_on, count))
    return [_of(session, code, label(code), by_council[code], rulings) for code in sorted(by_council)]


def breaches(load: Sequence[tuple[int, int]], ruled: int) -> list[int]:
    """How many of each group will be late. `load` is (working days it still has, how many), the next to end first.

    A group that has ended stands in front with -1 day: it takes time, and none of it is forecast.
    """
    expected, taken = [], 0
    for days, count in load:
        # The n-th is ruled in time when n ≤ days × pace; in whole numbers, so that nothing is rounded twice.
        in_time = max(0, min(count, days * ruled // LOOK_BACK - taken)) if days >= 0 else count
        taken += count
        expected.append(count - in_time)
    return expected


def _of(session: Session, code: str, label: str, due: list[tuple[date, int]], rulings: Rulings) -> Forecast:
    calendar = WorkingDays(rulings.of(code))
    first_day = calendar.before(today(), LOOK_BACK) + timedelta(days=1)
    ruled = rulings_since(session, code, first_day)
    load = [(_days_for(calendar, due_on), count) for due_on, count in due]
    expected = breaches(load, ruled)
    return Forecast(
        council=code,
        label=label,
        open=sum(count for _, count in due),
        late=sum(count for due_on, count in due if due_on < today()),
        ruled=ruled,
        breaches=sum(expected),
        first_breach_on=next((day for (day, _), count in zip(due, expected, strict=True) if count), None),
    )


def _days_for(calendar: WorkingDays, due_on: date) -> int:
    """Working days there still are, today among them; -1 when the last one has passed."""
    return -1 if due_on < today() else calendar.between(today(), due_on) + calendar.is_working(today())
