"""Deadlines of dossiers in working days: started, stopped, shown, moved by the calendar, reminded of."""

from services.recert.deadlines.running import running, start, stop
from services.recert.deadlines.viewing import deadline_view
from services.recert.models import Deadline, DeadlineKind

__all__ = ["Deadline", "DeadlineKind", "deadline_view", "running", "start", "stop"]
