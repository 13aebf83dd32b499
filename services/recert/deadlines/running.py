"""Starting and stopping deadlines, in the transaction of the step that does it and under the dossier's lock."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from services.recert.deadlines.reminding import next_reminder
from services.recert.models import Deadline, DeadlineKind, Dossier
from services.recert.settings import Settings, current_settings
from services.recert.working_days import WorkingDays, calendar_of


def start(session: Session, dossier: Dossier, kind: DeadlineKind, *, on: date) -> Deadline:
    """Let a deadline run from the first working day after a day in Lima (AMB-9); one that runs already goes on.

    A further round of observations does not give the days again: it ends when the first one would have, but leaves
    a little time in any case (settings `correction_restarts`, `correction_min_days`).
    """
    standing = _running(session, dossier.id, kind)
    if standing is not None:
        return standing
    council = dossier.pickup_council if kind is DeadlineKind.DIPLOMA else dossier.council
    calendar = calendar_of(session, council)
    due_on = _last_day(session, dossier, kind, calendar, on)
    deadline = Deadline(
        dossier=dossier, kind=kind, council=council, days=calendar.between(on, due_on),
        started_on=on, promised_on=due_on, due_on=due_on,
        remind_on=next_reminder(calendar, kind, due_on, after=on), started_at=now(),
    )  # fmt: skip
    session.add(deadline)
    session.flush()
    publish(session, deadline.started())
    return deadline


def stop(session: Session, dossier_id: str, kind: DeadlineKind, *, at: datetime) -> Deadline | None:
    """End a deadline because what it was for has happened; None when none of the kind runs."""
    deadline = _running(session, dossier_id, kind)
    if deadline is not None:
        publish(session, deadline.stop(at))
    return deadline


def running(session: Session, dossier_id: str) -> list[Deadline]:
    """The deadlines of a dossier that run, the next one to end first."""
    wanted = select(Deadline).where(Deadline.dossier_id == dossier_id, Deadline.stopped_at.is_(None))
    return list(session.scalars(wanted.order_by(Deadline.due_on, Deadline.id)))


def _running(session: Session, dossier_id: str, kind: DeadlineKind) -> Deadline | None:
    return next((deadline for deadline in running(session, dossier_id) if deadline.kind is kind), None)


def _last_day(session: Session, dossier: Dossier, kind: DeadlineKind, calendar: WorkingDays, on: date) -> date:
    settings = current_settings()
    first = _first_round(session, dossier, settings) if kind is DeadlineKind.CORRECTION else None
    if first is None:
        return calendar.after(on, _days_of(kind))
    end = max(first.due_on, calendar.after(first.started_on, first.days))
    return max(end, calendar.after(on, settings.correction_min_days))


def _first_round(session: Session, dossier: Dossier, settings: Settings) -> Deadline | None:
    """The deadline of the first round of observations, unless each round has its own days."""
    if settings.correction_restarts:
        return None
    earlier = select(Deadline).where(Deadline.dossier_id == dossier.id, Deadline.kind == DeadlineKind.CORRECTION)
    return session.scalars(earlier.order_by(Deadline.id).limit(1)).first()


def _days_of(kind: DeadlineKind) -> int:
    settings = current_settings()
    match kind:
        case DeadlineKind.RESULT:
            return settings.result_days
        case DeadlineKind.CORRECTION:
            return settings.correction_days
        case DeadlineKind.DIPLOMA:
            return settings.diploma_days
