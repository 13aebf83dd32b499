"""Staff closing a day, making one a working day, or taking that back; what it does is shown before it is done."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now, today
from chassis.errors import FieldError
from chassis.outbox import publish
from services.recert.deadlines.errors import CalendarDayNotFound, DayAlreadyRuled, UselessDay
from services.recert.deadlines.moving import Effect, effect_of, move
from services.recert.models import NATIONAL, CalendarDay, DayKind
from services.recert.staff_acts import record
from services.recert.working_days import Ruling, Rulings, WorkingDays, rulings_in_force

FURTHEST_BACK, FURTHEST_AHEAD = timedelta(days=31), timedelta(days=731)
ACTS = {DayKind.CLOSURE: "closure", DayKind.EXTRA: "extra_day"}


@dataclass(frozen=True, kw_only=True)
class DayChange:
    """What staff wants to make of a day, for one council or for all."""

    day: date
    kind: DayKind
    council: str
    reason: str

    @property
    def words(self) -> str:
        """As both sides read it."""
        named = "no laborable" if self.kind is DayKind.CLOSURE else "laborable"
        return f"El {self.day:%d/%m/%Y} es día {named}: {self.reason}"


def preview_adding(session: Session, change: DayChange, who: Principal) -> Effect:
    """What a change would do. Raises UselessDay, DayAlreadyRuled."""
    return effect_of(session, _rulings_with(session, change, who), change.council, change.day)


def add(session: Session, change: DayChange, who: Principal) -> tuple[CalendarDay, int]:
    """Do it: the row, its audit, the deadlines that move, and the facts. Raises UselessDay, DayAlreadyRuled."""
    rulings = _rulings_with(session, change, who)
    row = CalendarDay(
        day=change.day, kind=change.kind, council=change.council, reason=change.reason,
        added_at=now(), added_by=who.subject, added_by_name=who.name,
    )  # fmt: skip
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise DayAlreadyRuled from error
    effect = effect_of(session, rulings, change.council, change.day, lock=True)
    moved = move(session, effect, rulings, change.words)
    _record(session, row, "added", change.reason, moved)
    publish(session, row.added(moved))
    return row, moved


def preview_withdrawing(session: Session, day_id: int, who: Principal) -> tuple[CalendarDay, Effect]:
    """What taking a day back would do. Raises CalendarDayNotFound."""
    row = _find(session, day_id, who)
    rulings = rulings_in_force(session).without(row.council, row.day)
    return row, effect_of(session, rulings, row.council, row.day)


def withdraw(session: Session, day_id: int, who: Principal, reason: str) -> tuple[CalendarDay, int]:
    """Take a day back: what was counted by it keeps the later date. Raises CalendarDayNotFound."""
    row = _find(session, day_id, who, lock=True)
    rulings = rulings_in_force(session).without(row.council, row.day)
    row.withdraw(by=who.name, reason=reason, at=now())
    session.flush()
    effect = effect_of(session, rulings, row.council, row.day, lock=True)
    words = f"El {row.day:%d/%m/%Y} vuelve a ser lo que dice el calendario: {reason}"
    moved = move(session, effect, rulings, words)
    _record(session, row, "withdrawn", reason, moved)
    publish(session, row.withdrawn(moved))
    return row, moved


def days_in_reach(session: Session, who: Principal, since: date, until: date) -> list[CalendarDay]:
    """What staff ruled for these days, withdrawn ones too: for all councils, and for the own one."""
    wanted = select(CalendarDay).where(CalendarDay.day >= since, CalendarDay.day <= until)
    if who.council is not None:
        wanted = wanted.where(CalendarDay.council.in_((NATIONAL, who.council)))
    return list(session.scalars(wanted.order_by(CalendarDay.day, CalendarDay.council, CalendarDay.id)))


def _rulings_with(session: Session, change: DayChange, who: Principal) -> Rulings:
    rulings = rulings_in_force(session)
    _check(rulings, change, who)
    return rulings.adding(change.council, change.day, Ruling(change.kind is DayKind.EXTRA, change.reason))


def _check(rulings: Rulings, change: DayChange, who: Principal) -> None:
    """A change must be in reach, near enough, not there yet, and change something."""
    if who.council is not None and change.council != who.council:
        raise UselessDay(errors=[FieldError("/council", "Usted solo cambia el calendario de su consejo.")])
    if not today() - FURTHEST_BACK <= change.day <= today() + FURTHEST_AHEAD:
        raise UselessDay(errors=[FieldError("/day", "Elija un día desde hace un mes hasta dentro de dos años.")])
    if change.day in rulings.by_council.get(change.council, {}):
        raise DayAlreadyRuled
    why_not = WorkingDays(rulings.of(change.council)).why_not(change.day)
    if change.kind is DayKind.CLOSURE and why_not is not None:
        raise UselessDay(errors=[FieldError("/day", f"Ese día ya no cuenta: {why_not}.")])
    if change.kind is DayKind.EXTRA and why_not is None:
        raise UselessDay(errors=[FieldError("/day", "Ese día ya es hábil.")])


def _find(session: Session, day_id: int, who: Principal, *, lock: bool = False) -> CalendarDay:
    wanted = select(CalendarDay).where(CalendarDay.id == day_id, CalendarDay.withdrawn_at.is_(None))
    if who.council is not None:
        wanted = wanted.where(CalendarDay.council == who.council)
    row = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise CalendarDayNotFound
    return row


def _record(session: Session, row: CalendarDay, done: str, reason: str, moved: int) -> None:
    record(
        session,
        act=f"{ACTS[row.kind]}.{done}",
        subject=f"day:{row.day.isoformat()}",
        council=row.council or None,
        after={"kind": row.kind, "council": row.council or None, "moved_deadlines": moved},
        reason=reason,
    )
