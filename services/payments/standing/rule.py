"""The rule of good standing: how many unpaid months take it away. Configuration, since CMP's is not public (2.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.payments.dues import DueKind

HARMLESS_DAYS = range(1, 29)
"""Days that every month has."""


@dataclass(frozen=True)
class StandingRule:
    """Which kinds count, how many unpaid months are too many, and from which day a month counts as unpaid."""

    thresholds: Mapping[DueKind, int]
    """Unpaid months of a kind from which a physician is not hábil; a kind that is not named does not count."""
    grace_day: int
    """Day of the following month from which a month still owed counts as unpaid."""
    registry_states: frozenset[str]
    """States of the registry in which somebody can be hábil at all."""

    @property
    def kinds(self) -> list[DueKind]:
        """The kinds that count."""
        return list(self.thresholds)

    def last_counted_period(self, day: date) -> str:
        """The newest month `yyyymm` that counts as unpaid on a day in Lima, if it is still owed.

        With grace day 15, October counts from 15 November; on 14 November September is the newest.
        """
        index = day.year * 12 + day.month - 1 - (1 if day.day >= self.grace_day else 2)
        return f"{index // 12:04d}{index % 12 + 1:02d}"

    def is_met(self, unpaid: Mapping[DueKind, int]) -> bool:
        """Whether so many unpaid months by kind leave somebody in good standing."""
        return all(unpaid.get(kind, 0) < threshold for kind, threshold in self.thresholds.items())

    def months_to_pay(self, unpaid: Mapping[DueKind, int]) -> dict[DueKind, int]:
        """How many of the oldest unpaid months of each kind must be paid to be hábil again; nothing when met."""
        missing = {kind: unpaid.get(kind, 0) - threshold + 1 for kind, threshold in self.thresholds.items()}
        return {kind: months for kind, months in missing.items() if months > 0}


def read_rule(thresholds: str, grace_day: int, registry_states: str) -> StandingRule:
    """The rule as settings write it: `COLEGIADO=3,SEMEFA=6`. Raises ValueError saying what is wrong."""
    if grace_day not in HARMLESS_DAYS:
        raise ValueError("the grace day must be between 1 and 28")
    counted = dict(_threshold(pair) for pair in thresholds.split(",") if pair.strip())
    states = frozenset(name.strip() for name in registry_states.split(",") if name.strip())
    if not counted or not states:
        raise ValueError("name at least one kind with its unpaid months, and one state of the registry")
    return StandingRule(counted, grace_day, states)


def _threshold(pair: str) -> tuple[DueKind, int]:
    kind, _, months = pair.strip().partition("=")
    if kind not in set(DueKind) or not months.isdigit() or int(months) < 1:
        raise ValueError(f"{pair.strip()!r} is not a kind of due and a number of months, like COLEGIADO=3")
    return DueKind(kind), int(months)
