"""What staff ruled for single days, read from the database for one council or for all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.recert.models import NATIONAL, CalendarDay, DayKind


@dataclass(frozen=True)
class Ruling:
    """What staff made of a day, and why."""

    works: bool
    reason: str


@dataclass(frozen=True)
class Rulings:
    """All days in force, by council. A council's own ruling goes before the one for all."""

    by_council: Mapping[str, Mapping[date, Ruling]]

    def of(self, council: str) -> Mapping[date, Ruling]:
        """What holds in a council."""
        return {**self.by_council.get(NATIONAL, {}), **self.by_council.get(council, {})}

    def adding(self, council: str, day: date, ruling: Ruling) -> "Rulings":
        """As they would be with one more."""
        return self._having(council, {**self.by_council.get(council, {}), day: ruling})

    def without(self, council: str, day: date) -> "Rulings":
        """As they would be with one less."""
        return self._having(
            council, {key: held for key, held in self.by_council.get(council, {}).items() if key != day}
        )

    def _having(self, council: str, days: Mapping[date, Ruling]) -> "Rulings":
        return replace(self, by_council={**self.by_council, council: days})


def rulings_in_force(session: Session) -> Rulings:
    """Everything that is in force now."""
    found: dict[str, dict[date, Ruling]] = {}
    for row in session.scalars(select(CalendarDay).where(CalendarDay.withdrawn_at.is_(None))):
        found.setdefault(row.council, {})[row.day] = Ruling(row.kind is DayKind.EXTRA, row.reason)
    return Rulings(found)
