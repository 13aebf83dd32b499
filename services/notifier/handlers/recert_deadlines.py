"""What the notifier does when recert tells of a deadline: remind its physician, or say that it ends later."""

from typing import Any

from sqlalchemy.orm import Session

from contracts.recert import DeadlineMoved, DeadlineNeared
from services.notifier.handlers.planning import plan_for_owner, subscriptions


@subscriptions.on(DeadlineNeared)
def mail_reminder(event: DeadlineNeared, session: Session) -> None:
    """Remind a physician of what must be corrected, once for each number of days left (MAIL-8)."""
    fact = f"recert deadline {event.deadline_id} until {event.due_on} with {event.days_left} days left"
    _plan("deadline_neared", event, session, fact, {})


@subscriptions.on(DeadlineMoved)
def mail_later_end(event: DeadlineMoved, session: Session) -> None:
    """Tell a physician that a deadline ends later because the calendar changed, and why (MAIL-8)."""
    fact = f"recert deadline {event.deadline_id} moved to {event.due_on}"
    _plan("deadline_moved", event, session, fact, {"due_before": event.due_before.isoformat(), "reason": event.reason})


def _plan(
    template: str, event: DeadlineNeared | DeadlineMoved, session: Session, fact: str, facts: dict[str, Any]
) -> None:
    data = {
        "name": event.name,
        "number": event.number,
        "dossier_id": event.dossier_id,
        "deadline_kind": event.deadline_kind,
        "due_on": event.due_on.isoformat(),
        "days_left": event.days_left,
    }
    plan_for_owner(session, template, event.account_id, about=event.dossier_id, data=data | facts, fact=fact)
