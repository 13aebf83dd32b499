"""Counters of wrong passwords, kept in the database so that neither a restart nor another replica forgets them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.base import Base


@dataclass(frozen=True, kw_only=True)
class ThrottleRule:
    """How many tries are free, how long the locks are, and how fast tries are given back."""

    tries: int
    lock: timedelta
    lock_max: timedelta
    recovery: timedelta

    def lock_after(self, failures: int) -> timedelta:
        """The lock that follows this many failures: none at first, then twice as long each time."""
        beyond = failures - self.tries
        return timedelta(0) if beyond < 0 else min(self.lock * 2 ** min(beyond, 30), self.lock_max)


class ThrottleCounter(Base):
    """Wrong passwords of one scope. The key is a digest: neither what was typed nor an address can be read from it."""

    __tablename__ = "throttle_counter"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    scope: Mapped[str] = mapped_column(String(10))
    failures: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]

    def wait(self, moment: datetime) -> timedelta:
        """How long this counter still refuses tries."""
        return max(self.locked_until - moment, timedelta(0)) if self.locked_until else timedelta(0)

    def count(self, rule: ThrottleRule, moment: datetime) -> None:
        """Count one more failure, after giving back what time has earned, and lock when it was one too many."""
        recovered = int((moment - self.counted_at) / rule.recovery)
        self.failures = max(self.failures - recovered, 0) + 1
        self.counted_at = moment
        self._lock(rule)

    def take_back(self, rule: ThrottleRule) -> None:
        """The try turned out to be right after all."""
        self.failures = max(self.failures - 1, 0)
        self._lock(rule)

    def _lock(self, rule: ThrottleRule) -> None:
        """Without a lock there is no time to compare: a neighbour's clock may have been read a moment earlier."""
        lock = rule.lock_after(self.failures)
        self.locked_until = self.counted_at + lock if lock else None


class KnownAddress(Base):
    """An address from which a user has come in: a flood of wrong passwords from elsewhere does not lock it."""

    __tablename__ = "known_address"

    user_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    address_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
