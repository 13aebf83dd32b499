"""Scoring items by a version of the table. Points and quantities are whole hundredths: nothing is lost to rounding."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from services.recert.models.rubric import Rubric, RubricActivity
from services.recert.rubric.ages import is_within


class Claimed(Protocol):
    """An item of a draft or of a dossier's version, as far as points depend on it."""

    @property
    def activity(self) -> str:
        """Code of the table's activity."""
        ...

    @property
    def done_on(self) -> date:
        """The day its paper says."""
        ...

    @property
    def quantity(self) -> int:
        """Hundredths of the activity's unit."""
        ...


class Why(StrEnum):
    """Why an item gives fewer points than its quantity says."""

    UNKNOWN = "unknown"
    """The table has no such activity."""
    FUTURE = "future"
    """It lies after the day of the request."""
    TOO_OLD = "too-old"
    TOO_FEW = "too-few"
    """Fewer units than the activity asks of one item."""
    CAPPED = "capped"
    """Together with the items before it, it reached the activity's limit."""


@dataclass(frozen=True)
class ScoredLine:
    """The points of one item, in hundredths; `full` is what it would give without limits."""

    points: int
    full: int
    why: Why | None = None
    reason: str | None = None
    """A Spanish sentence, when it gives less."""


@dataclass(frozen=True)
class Score:
    """The points of all items, in their order, and how many are asked for; in hundredths."""

    lines: tuple[ScoredLine, ...]
    total: int
    minimum: int

    @property
    def enough(self) -> bool:
        """Whether the points reach the minimum: 20 do, 19.5 do not (REC-8)."""
        return self.total >= self.minimum


def score(rubric: Rubric, items: Sequence[Claimed], on: date) -> Score:
    """Score items by a version of the table, as of the day the request is sent."""
    used: Counter[str] = Counter()
    lines = tuple(_line(rubric.activity(item.activity), item, on, used) for item in items)
    return Score(lines=lines, total=sum(line.points for line in lines), minimum=rubric.minimum_points)


def spell_points(hundredths: int) -> str:
    """`1950` as `19.5`, `2000` as `20`."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def _line(activity: RubricActivity | None, item: Claimed, on: date, used: "Counter[str]") -> ScoredLine:
    if activity is None:
        return ScoredLine(0, 0, Why.UNKNOWN, "Esta actividad no figura en la tabla de calificación vigente.")
    full = item.quantity * activity.points // 100
    if refused := _refused(activity, item, on):
        return ScoredLine(0, full, *refused)
    points = full if activity.cap is None else min(full, max(activity.cap - used[activity.code], 0))
    used[activity.code] += points
    if points < full:
        most = spell_points(activity.cap or 0)
        return ScoredLine(points, full, Why.CAPPED, f"Por esta actividad cuentan {most} puntos como máximo.")
    return ScoredLine(points, full)


def _refused(activity: RubricActivity, item: Claimed, on: date) -> tuple[Why, str] | None:
    """Why an item gives nothing at all."""
    if item.done_on > on:
        return Why.FUTURE, "La fecha es posterior a la solicitud."
    if not is_within(item.done_on, activity.max_age_years, on):
        return Why.TOO_OLD, f"Tiene más de {activity.max_age_years} años: ya no cuenta."
    if item.quantity < activity.least_quantity:
        return Why.TOO_FEW, f"No cuenta: el mínimo es {spell_points(activity.least_quantity)} ({activity.unit})."
    return None
