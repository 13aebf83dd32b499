"""What waits, by council: dossiers by state, deadlines of the college that ended or are about to, recent moves."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from chassis.clock import now, today
from services.recert.councils import roman
from services.recert.deadlines.viewing import KIND_WORDS
from services.recert.models import Council, Deadline, DeadlineKind, DeadlineMove, Dossier
from services.recert.states import OPEN_STATES, DossierState
from services.recert.working_days import Rulings, WorkingDays, rulings_in_force

SOON = 3
"""Working days left, at most, of what is due soon; today is one of them when it is the last day."""
MOVES_SHOWN = timedelta(days=14)


@dataclass
class Queue:
    """What waits in one council."""

    council: str
    label: str
    by_state: dict[DossierState, int] = field(default_factory=lambda: defaultdict(int))
    diplomas: int = 0
    overdue: int = 0
    soon: int = 0

    def add(self, other: "Queue") -> None:
        """Sum up."""
        for state, count in other.by_state.items():
            self.by_state[state] += count
        self.diplomas += other.diplomas
        self.overdue += other.overdue
        self.soon += other.soon


def queues(session: Session, council: str | None) -> list[Queue]:
    """One row a council that has anything open, of all councils or of one."""
    found: dict[str, Queue] = {}
    label, rulings = labels(session), rulings_in_force(session)

    def queue(code: str) -> Queue:
        return found.setdefault(code, Queue(code, label(code)))

    for code, state, count in session.execute(_dossiers(council)):
        queue(code).by_state[state] = count
    for code, kind, due_on, count in session.execute(_college_deadlines(council)):
        soon = due_soon_until(rulings, code)
        queue(code).overdue += count if due_on < today() else 0
        queue(code).soon += count if today() <= due_on <= soon else 0
        queue(code).diplomas += count if kind is DeadlineKind.DIPLOMA else 0
    return [found[code] for code in sorted(found)]


def total_of(rows: list[Queue]) -> Queue:
    """The sum of all rows."""
    total = Queue("", "Total")
    for row in rows:
        total.add(row)
    return total


def due_soon_until(rulings: Rulings, council: str) -> date:
    """The last day that is due soon in a council."""
    return WorkingDays(rulings.of(council)).after(today(), SOON)


def deadlines_page(
    session: Session, council: str | None, *, kind: str | None, late: bool, after: str | None, limit: int
) -> dict[str, Any]:
    """Open deadlines, the next one to end first; `after` is the cursor of the page before."""
    wanted = select(Deadline).where(Deadline.stopped_at.is_(None), *in_council(Deadline.council, council))
    if kind:
        wanted = wanted.where(Deadline.kind == kind)
    if late:
        wanted = wanted.where(Deadline.due_on < today())
    if after:
        due_on, _, last = after.partition(".")
        wanted = wanted.where(tuple_(Deadline.due_on, Deadline.id) > (date.fromisoformat(due_on), int(last)))
    ordered = wanted.options(joinedload(Deadline.dossier)).order_by(Deadline.due_on, Deadline.id).limit(limit + 1)
    rows = list(session.scalars(ordered))
    shown, last_row = rows[:limit], rows[:limit][-1:]
    following = f"{last_row[0].due_on}.{last_row[0].id}" if len(rows) > limit else None
    label, rulings = labels(session), rulings_in_force(session)
    return {"items": [_line(row, label, rulings) for row in shown], "next": following}


def recent_moves(session: Session, council: str | None) -> list[dict[str, Any]]:
    """What the calendar moved lately, the newest first: the notice to staff."""
    wanted = select(DeadlineMove.reason, func.max(DeadlineMove.moved_at).label("at"), func.count().label("moved"))
    since: datetime = now() - MOVES_SHOWN
    recent = wanted.where(DeadlineMove.moved_at >= since, *in_council(DeadlineMove.council, council))
    rows = session.execute(recent.group_by(DeadlineMove.reason).order_by(func.max(DeadlineMove.id).desc()))
    return [{"reason": row.reason, "moved_at": row.at, "moved": row.moved} for row in rows]


def labels(session: Session) -> Callable[[str], str]:
    """What each council is called: `CR III LIMA`; one that was never told is `CR III`."""
    names = {row.code: row.label for row in session.scalars(select(Council))}
    return lambda code: names.get(code, f"CR {roman(code)}")


def in_council(column: InstrumentedAttribute[str], council: str | None) -> list[ColumnElement[bool]]:
    """The condition that keeps one council's rows; none for all."""
    return [] if council is None else [column == council]


def _dossiers(council: str | None) -> Any:
    waiting = select(Dossier.council, Dossier.state, func.count()).where(
        Dossier.state.in_(OPEN_STATES), *in_council(Dossier.council, council)
    )
    return waiting.group_by(Dossier.council, Dossier.state)


def _college_deadlines(council: str | None) -> Any:
    running = select(Deadline.council, Deadline.kind, Deadline.due_on, func.count()).where(
        Deadline.stopped_at.is_(None), Deadline.kind != DeadlineKind.CORRECTION, *in_council(Deadline.council, council)
    )
    return running.group_by(Deadline.council, Deadline.kind, Deadline.due_on)


def _line(deadline: Deadline, label: Callable[[str], str], rulings: Rulings) -> dict[str, Any]:
    dossier = deadline.dossier
    return {
        "dossier_id": dossier.id,
        "number": dossier.number_text,
        "name": dossier.name,
        "cmp_number": dossier.cmp_number,
        "council": deadline.council,
        "council_label": label(deadline.council),
        "state_text": dossier.state_text,
        "evaluator_name": dossier.evaluator_name,
        "kind": deadline.kind,
        "kind_text": KIND_WORDS[deadline.kind],
        "due_on": deadline.due_on,
        "days_left": WorkingDays(rulings.of(deadline.council)).between(today(), deadline.due_on),
        "overdue": deadline.is_over(now()),
    }
