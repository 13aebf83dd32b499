"""The one calendar of recert: which days count, and counting in them (product 2.9). Days are days in Lima."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays

from services.recert.working_days.staff_days import Ruling

WEEKEND = {5: "Sábado", 6: "Domingo"}
ONE_DAY = timedelta(days=1)
YEARS_KEPT = 32
LONGEST_REST = 366
"""So many days in a row without work mean that staff closed a whole year by mistake."""


class NoWorkingDay(ValueError):
    """No day of a whole year is a working day."""


@lru_cache(maxsize=YEARS_KEPT)
def holidays_of(year: int) -> Mapping[date, str]:
    """Peru's national holidays of a year with their Spanish names: worked out once, never changed."""
    return MappingProxyType(dict(country_holidays("PE", years=year, language="es", expand=False)))


@dataclass(frozen=True)
class WorkingDays:
    """The calendar of one council: the law's holidays and weekends, and what staff ruled for single days."""

    rulings: Mapping[date, Ruling] = field(default_factory=dict)

    def why_not(self, day: date) -> str | None:
        """Why a day does not count, in words; None for a working day."""
        if ruling := self.rulings.get(day):
            return None if ruling.works else ruling.reason
        return holidays_of(day.year).get(day) or WEEKEND.get(day.weekday())

    def is_working(self, day: date) -> bool:
        """Whether a day counts."""
        return self.why_not(day) is None

    def after(self, start: date, days: int) -> date:
        """The last of so many working days; the start is not counted (AMB-9). No days at all end on the start.

        Raises NoWorkingDay.
        """
        day = start
        for _ in range(days):
            day = self._next(day)
        return day

    def before(self, end: date, days: int) -> date:
        """The latest working day that leaves so many until the end, which counts as one of them."""
        day = end
        while not self.is_working(day) or self.between(day, end) < days:
            day -= ONE_DAY
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after the start until the end, which counts; 0 when the end is not later."""
        return sum(self.is_working(day) for day in _days(start, end))

    def skipped(self, start: date, end: date) -> list[tuple[date, str]]:
        """The days after the start until the end that do not count, and why."""
        reasons = ((day, self.why_not(day)) for day in _days(start, end))
        return [(day, reason) for day, reason in reasons if reason is not None]

    def _next(self, day: date) -> date:
        for step in range(1, LONGEST_REST + 1):
            if self.is_working(day + step * ONE_DAY):
                return day + step * ONE_DAY
        raise NoWorkingDay(f"no working day in the year after {day}")


def _days(start: date, end: date) -> Iterator[date]:
    """The days after the start until the end."""
    return (start + step * ONE_DAY for step in range(1, (end - start).days + 1))
