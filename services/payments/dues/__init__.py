"""Which dues may be paid, and in which order: the last three years, the oldest first (PAY-4, PAY-5)."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


class DueKind(StrEnum):
    """The two things a physician pays here (PAY-1); good standing looks at COLEGIADO only."""

    COLEGIADO = "COLEGIADO"
    SEMEFA = "SEMEFA"


class Relation(StrEnum):
    """Who a SEMEFA beneficiary is to the holder; premiums differ by it and by age (product.md 2.7)."""

    TITULAR = "TITULAR"
    CONYUGE = "CONYUGE"
    PADRE = "PADRE"
    HIJO = "HIJO"
    NIETO = "NIETO"


ORDINARY = "ORDINARIA"
"""The concept of the monthly due; others (an extraordinary due, a fine) are words of the tariff list."""

LABELS = {DueKind.COLEGIADO: "Cuota Colegiado", DueKind.SEMEFA: "Cuota Semefa"}


class OwedDue(Protocol):
    """What the rules need to know of a due: its identity and its month (`yyyymm`)."""

    id: int
    period: str


D = TypeVar("D", bound=OwedDue)


def first_payable_period(today: date, months: int) -> str:
    """The oldest `yyyymm` whose first day is not before today minus so many months (PAY-5).

    On 15 July 2026 with 36 months the limit is 15 July 2023: July 2023 began earlier, August 2023 is the first.
    """
    index = today.year * 12 + (today.month - 1) - months
    if today.day > 1:
        index += 1
    return f"{index // 12:04d}{index % 12 + 1:02d}"


def missing_period(owed: Sequence[D], chosen: Iterable[int]) -> str | None:
    """The oldest owed period that a choice of dues leaves out before its newest; None when it is oldest-first (PAY-4).

    `owed` is every payable due of one owner and kind, oldest first.
    """
    wanted = set(chosen)
    newest = max((due.period for due in owed if due.id in wanted), default="")
    return next((due.period for due in owed if due.period < newest and due.id not in wanted), None)


def spell_period(period: str) -> str:
    """`202503` as people say it: "marzo 2025"."""
    return f"{MONTHS[int(period[4:]) - 1]} {period[:4]}"


def spell_count(count: int, one: str, many: str) -> str:
    """How many, in words that agree: "1 mes", "3 meses"."""
    return f"{count} {one if count == 1 else many}"


def first_day(period: str) -> date:
    """The first day of a month `yyyymm`."""
    return date(int(period[:4]), int(period[4:]), 1)


def period_of(day: date) -> str:
    """The month `yyyymm` of a day."""
    return f"{day.year:04d}{day.month:02d}"


def add_months(period: str, months: int) -> str:
    """The month so many months later, or earlier when negative."""
    index = int(period[:4]) * 12 + int(period[4:]) - 1 + months
    return f"{index // 12:04d}{index % 12 + 1:02d}"


def is_period(text: str) -> bool:
    """Whether a text is a month `yyyymm` of this or the last century."""
    return len(text) == 6 and text.isascii() and text.isdigit() and text >= "190001" and "01" <= text[4:] <= "12"
