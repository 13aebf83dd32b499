"""Working days (días hábiles): Peru's holidays and weekends, and what staff made of single days."""

from sqlalchemy.orm import Session

from services.recert.working_days.calendar import WorkingDays
from services.recert.working_days.staff_days import Ruling, Rulings, rulings_in_force

__all__ = ["Ruling", "Rulings", "WorkingDays", "calendar_of", "rulings_in_force"]


def calendar_of(session: Session, council: str) -> WorkingDays:
    """The calendar that holds in a council now."""
    return WorkingDays(rulings_in_force(session).of(council))
