"""The one source of the current time, so that tests inject it and nobody sleeps."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context

LIMA = ZoneInfo("America/Lima")


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """Aware UTC time."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware UTC time of the machine."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when told, for tests."""

    def __init__(self, start: datetime) -> None:
        """Start at an aware time."""
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The time last set."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Jump to an aware time."""
        self._now = moment.astimezone(UTC)

    def advance(self, **delta: float) -> None:
        """Move forward by the arguments of timedelta: `clock.advance(minutes=25)`."""
        self._now += timedelta(**delta)


def now() -> datetime:
    """Aware UTC time of the running application's clock (the machine's outside an application)."""
    if has_app_context() and "cmp" in current_app.extensions:
        moment: datetime = current_app.extensions["cmp"].clock.now()
        return moment
    return datetime.now(UTC)


def today() -> date:
    """Today's date in America/Lima, which is what law and trade count in."""
    return now().astimezone(LIMA).date()
