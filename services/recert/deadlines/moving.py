"""What a changed calendar does to open deadlines: they end later, or stay where they were told. Never earlier."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from chassis.clock import now, today
from chassis.outbox import publish
from services.recert.deadlines.reminding import next_reminder
from services.recert.models import NATIONAL, Deadline
from services.recert.working_days import Rulings, WorkingDays, rulings_in_force

CALENDAR_UPDATED = "Se actualizó el calendario de días hábiles"
CHUNK = 200


@dataclass(frozen=True)
class Move:
    """An open deadline and the last day it gets."""

    deadline: Deadline
    due_on: date


@dataclass(frozen=True)
class Effect:
    """What a calendar means for the deadlines that a day lies in: those that move, and how many keep their date."""

    moves: list[Move]
    kept: int


class Recount:
    """Counts many deadlines by the same rulings; what agrees in council and days is counted once."""

    def __init__(self, rulings: Rulings) -> None:
        """Nothing is counted yet."""
        self.calendar = cache(lambda council: WorkingDays(rulings.of(council)))
        self.after = cache(lambda council, start, days: self.calendar(council).after(start, days))
        self.left = cache(lambda council, due_on: self.calendar(council).between(today(), due_on))
        self.reminder = cache(
            lambda council, kind, due_on: next_reminder(self.calendar(council), kind, due_on, after=today())
        )

    def last_day(self, deadline: Deadline) -> date:
        """The day a deadline would end if it were counted now."""
        day: date = self.after(deadline.council, deadline.started_on, deadline.days)
        return day


def effect_of(session: Session, rulings: Rulings, council: str, day: date, *, lock: bool = False) -> Effect:
    """What it means for the open deadlines of a council, or of all, when a day is ruled so."""
    touched = select(Deadline).where(
        Deadline.stopped_at.is_(None), Deadline.started_on < day, Deadline.due_on >= day
    )  # fmt: skip
    if council != NATIONAL:
        touched = touched.where(Deadline.council == council)
    return _effect(session.scalars(_locked(touched) if lock else touched.order_by(Deadline.id)), rulings)


def move(session: Session, effect: Effect, rulings: Rulings, reason: str) -> int:
    """Let them end later, keep why, and tell both sides; returns how many."""
    moment, count, facts = now(), Recount(rulings), []
    for each in effect.moves:
        left = count.left(each.deadline.council, each.due_on)
        kept, told = each.deadline.move(each.due_on, left, reason, moment)
        _remind_anew(each.deadline, count)
        session.add(kept)
        facts.append(told)
    publish(session, *facts)
    return len(effect.moves)


def catch_up(session: Session) -> int:
    """Move what the calendar in force would end later: its holidays changed with the library, or a start overtook a
    change of staff. A chunk at a time; returns how many."""
    rulings = rulings_in_force(session)
    count = Recount(rulings)
    open_ones = select(Deadline.id, Deadline.council, Deadline.started_on, Deadline.days, Deadline.due_on)
    late: list[int] = []
    for row in session.execute(open_ones.where(Deadline.stopped_at.is_(None)).order_by(Deadline.id)):
        if len(late) < CHUNK and count.after(row.council, row.started_on, row.days) > row.due_on:
            late.append(row.id)
    still = select(Deadline).where(Deadline.id.in_(late), Deadline.stopped_at.is_(None))
    return move(session, _effect(session.scalars(_locked(still)), rulings), rulings, CALENDAR_UPDATED) if late else 0


def _locked(wanted: Select[Deadline]) -> Select[Deadline]:
    """In one order, so that two changes wait for each other; the dossiers come along unlocked."""
    locked = wanted.options(selectinload(Deadline.dossier)).order_by(Deadline.id).with_for_update()
    return locked.execution_options(populate_existing=True)


def _effect(deadlines: Iterable[Deadline], rulings: Rulings) -> Effect:
    moves, kept, count = [], 0, Recount(rulings)
    for deadline in deadlines:
        due_on = count.last_day(deadline)
        if due_on > deadline.due_on:
            moves.append(Move(deadline, due_on))
        else:
            kept += 1
    return Effect(moves, kept)


def _remind_anew(deadline: Deadline, count: Recount) -> None:
    """The reminders still to come follow the last day; one that is due now goes out all the same."""
    if deadline.remind_on is None or deadline.remind_on > today():
        deadline.remind_on = count.reminder(deadline.council, deadline.kind, deadline.due_on)
    if deadline.due_on >= today():
        deadline.missed_at = None
