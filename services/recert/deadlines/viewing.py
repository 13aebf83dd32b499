"""A deadline as people read it: its last day, what is left, which days were skipped and why, when it was moved."""

from typing import Any

from sqlalchemy.orm import object_session

from chassis.clock import now, today
from services.recert.models import Deadline, DeadlineKind
from services.recert.working_days import calendar_of

KIND_WORDS = {
    DeadlineKind.RESULT: "Resultado de la evaluación",
    DeadlineKind.CORRECTION: "Subsanación de observaciones",
    DeadlineKind.DIPLOMA: "Entrega del diploma",
}


def deadline_view(deadline: Deadline) -> dict[str, Any]:
    """For JSON, on the session the deadline was read by: days are those of its council's calendar today."""
    session = object_session(deadline)
    if session is None:
        raise ValueError("the deadline was read by a session that has ended")
    calendar = calendar_of(session, deadline.council)
    skipped = calendar.skipped(deadline.started_on, deadline.due_on)
    return {
        "kind": deadline.kind,
        "kind_text": KIND_WORDS[deadline.kind],
        "days": deadline.days,
        "started_on": deadline.started_on,
        "promised_on": deadline.promised_on,
        "due_on": deadline.due_on,
        "days_left": calendar.between(today(), deadline.due_on),
        "kept": calendar.after(deadline.started_on, deadline.days) < deadline.due_on,
        "running": deadline.stopped_at is None,
        "over": deadline.is_over(deadline.stopped_at or now()),
        "skipped": [{"day": day, "reason": reason} for day, reason in skipped],
        "moves": [
            {"due_before": move.due_before, "due_after": move.due_after, "reason": move.reason}
            for move in deadline.moves
        ],
    }
