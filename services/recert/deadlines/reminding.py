"""When a physician is reminded of a deadline, and the job that does it."""

from datetime import date

from sqlalchemy import select

from chassis.clock import today
from chassis.db import transaction
from chassis.outbox import publish
from services.recert.models import Deadline, DeadlineKind
from services.recert.settings import current_settings
from services.recert.working_days import WorkingDays, calendar_of


def next_reminder(calendar: WorkingDays, kind: DeadlineKind, due_on: date, *, after: date) -> date | None:
    """The next day with a reminder later than a day; none for what binds the college, or when all have been."""
    if kind is not DeadlineKind.CORRECTION:
        return None
    days = (calendar.before(due_on, left) for left in current_settings().reminders)
    return min((day for day in days if day > after), default=None)


def remind_next() -> bool:
    """Tell the deadline whose reminder is due longest, once; after an outage only the most urgent one is told."""
    ripe = select(Deadline).where(Deadline.stopped_at.is_(None), Deadline.remind_on <= today())
    with transaction() as session:
        oldest = ripe.order_by(Deadline.remind_on, Deadline.id).limit(1).with_for_update(skip_locked=True)
        deadline = session.scalars(oldest).first()
        if deadline is None:
            return False
        calendar = calendar_of(session, deadline.council)
        deadline.remind_on = next_reminder(calendar, deadline.kind, deadline.due_on, after=today())
        if deadline.due_on >= today():
            publish(session, deadline.neared(calendar.between(today(), deadline.due_on)))
    return True
