"""The two rules about dues, by themselves: the window of three years (PAY-5) and oldest first (PAY-4)."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.dues import first_payable_period, is_period, missing_period, spell_period
from services.payments.money import cents, decimal


@dataclass
class Owed:
    """A due as far as the rule looks."""

    id: int
    period: str


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 1), "202311"),
        (date(2026, 11, 2), "202312"),
        (date(2026, 11, 30), "202312"),
        (date(2026, 12, 1), "202312"),
        (date(2026, 12, 31), "202401"),
        (date(2027, 1, 1), "202401"),
        (date(2028, 2, 29), "202503"),
    ],
)
def test_the_window_begins_36_months_ago(today: date, first: str) -> None:
    """PAY-5 at its boundaries: first of the month, year's end, leap day."""
    assert first_payable_period(today, 36) == first


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_month_is_in_the_window_exactly_when_its_start_is_not_older(today: date) -> None:
    """PAY-5 as it is written: period start >= today minus 36 months."""
    first = first_payable_period(today, 36)
    start = date(int(first[:4]), int(first[4:]), 1)
    limit = (today.year - 3, today.month, today.day)
    before = (start.year - 1, 12, 1) if start.month == 1 else (start.year, start.month - 1, 1)
    assert (start.year, start.month, 1) >= limit > before


@pytest.mark.parametrize(
    ("chosen", "missing"),
    [
        ((1,), None),
        ((1, 2), None),
        ((2, 1, 3), None),
        ((2,), "202601"),
        ((1, 3), "202602"),
        ((3,), "202601"),
        ((), None),
    ],
)
def test_a_choice_must_be_a_prefix(chosen: tuple[int, ...], missing: str | None) -> None:
    """PAY-4: the oldest month that was left out is named."""
    owed = [Owed(1, "202601"), Owed(2, "202602"), Owed(3, "202603")]
    assert missing_period(owed, chosen) == missing


@given(st.integers(1, 12), st.data())
def test_exactly_the_prefixes_are_accepted(count: int, data: st.DataObject) -> None:
    """PAY-4 for any list and any choice."""
    owed = [Owed(month, f"2026{month:02d}") for month in range(1, count + 1)]
    chosen = data.draw(st.sets(st.integers(1, count), min_size=1))
    is_prefix = chosen == set(range(1, len(chosen) + 1))
    assert (missing_period(owed, chosen) is None) is is_prefix


def test_months_are_spelled_as_people_say_them() -> None:
    """With Peru's spelling of September."""
    assert [spell_period(period) for period in ("202503", "202609")] == ["marzo 2025", "setiembre 2026"]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("202601", True),
        ("202612", True),
        ("202600", False),
        ("202613", False),
        ("26-01", False),
        ("２02601", False),
        ("", False),
    ],
)
def test_a_period_is_a_month_of_a_year(text: str, good: bool) -> None:
    """Six ASCII digits, month 01 to 12."""
    assert is_period(text) is good


@given(st.integers(0, 10**9))
def test_cents_and_decimals_are_the_same_money(amount: int) -> None:
    """There and back without a float."""
    assert cents(decimal(amount)) == amount
    assert len(str(decimal(amount)).rpartition(".")[2]) == 2


def test_a_fraction_of_a_cent_is_no_money() -> None:
    """Nobody rounds behind our back."""
    with pytest.raises(ValueError, match="whole number of cents"):
        cents(decimal(1) / 10)
