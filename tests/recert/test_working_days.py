"""The calendar by itself: Peru's holidays, weekends, what staff ruled, and counting (product 2.9, AMB-9)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recert.working_days import Ruling, Rulings, WorkingDays
from services.recert.working_days.calendar import NoWorkingDay, holidays_of

LAW = WorkingDays()
CHRISTMAS_EVE = date(2026, 12, 24)
SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("start", "seven", "fifteen", "thirty"),
    [
        ("2019-04-09", "2019-04-22", "2019-05-03", "2019-05-24"),
        ("2022-07-22", "2022-08-04", "2022-08-16", "2022-09-07"),
        ("2026-07-20", "2026-08-03", "2026-08-14", "2026-09-04"),
        ("2026-11-20", "2026-12-01", "2026-12-15", "2027-01-07"),
    ],
)
def test_the_vectors_of_product_2_9(start, seven, fifteen, thirty):
    """REC-14, REC-20: the start day is not counted."""
    day = date.fromisoformat(start)
    assert [LAW.after(day, days).isoformat() for days in (7, 15, 30)] == [seven, fifteen, thirty]


@pytest.mark.parametrize(
    ("day", "since"), [("08-06", 2022), ("12-09", 2022), ("07-23", 2023), ("06-07", 2024)], ids=lambda value: str(value)
)
def test_the_four_late_holidays_begin_in_their_years(day, since):
    """2.9: the JS set lacks them; the library has them."""
    assert date.fromisoformat(f"{since}-{day}") in holidays_of(since)
    assert date.fromisoformat(f"{since - 1}-{day}") not in holidays_of(since - 1)


def test_holidays_of_a_year_are_worked_out_once_and_cannot_be_changed():
    assert holidays_of(2026) is holidays_of(2026)
    with pytest.raises(TypeError):
        holidays_of(2026)[CHRISTMAS_EVE] = "Nochebuena"  # type: ignore[index]


def test_looking_into_the_next_year_does_not_change_this_one():
    before = len(holidays_of(2026))
    assert not LAW.is_working(date(2027, 1, 1))
    assert len(holidays_of(2026)) == before


def test_each_skipped_day_says_why():
    skipped = LAW.skipped(date(2026, 12, 4), date(2026, 12, 10))
    assert [(day.day, reason) for day, reason in skipped] == [
        (5, "Sábado"),
        (6, "Domingo"),
        (8, "Inmaculada Concepción"),
        (9, "Batalla de Ayacucho"),
    ]


def test_what_is_left_counts_the_last_day_and_not_today():
    friday, due = date(2026, 12, 4), date(2026, 12, 11)
    assert [LAW.between(day, due) for day in (friday, date(2026, 12, 6), date(2026, 12, 10), due)] == [3, 3, 1, 0]
    assert LAW.between(date(2026, 12, 12), due) == 0


def test_a_day_before_is_a_working_day():
    """The reminder one working day before a Monday comes on the Friday, not on the Sunday."""
    assert LAW.before(date(2026, 11, 23), 1) == date(2026, 11, 20)
    assert LAW.before(date(2026, 12, 10), 1) == date(2026, 12, 7)


def test_a_closure_is_skipped_and_an_extra_day_counts():
    closed = WorkingDays({CHRISTMAS_EVE: Ruling(False, "Aniversario")})
    assert closed.why_not(CHRISTMAS_EVE) == "Aniversario"
    assert closed.after(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert WorkingDays({SATURDAY: Ruling(True, "Recuperación")}).after(date(2026, 11, 20), 1) == SATURDAY


def test_a_councils_own_ruling_goes_before_the_one_for_all():
    rulings = Rulings({"": {CHRISTMAS_EVE: Ruling(False, "Nochebuena")}})
    own = rulings.adding("03", CHRISTMAS_EVE, Ruling(True, "Guardia"))
    assert not WorkingDays(own.of("15")).is_working(CHRISTMAS_EVE)
    assert WorkingDays(own.of("03")).is_working(CHRISTMAS_EVE)
    assert not WorkingDays(own.without("03", CHRISTMAS_EVE).of("03")).is_working(CHRISTMAS_EVE)


def test_a_year_without_any_working_day_is_refused_instead_of_searched_for_ever():
    start = date(2026, 1, 1)
    shut = {date.fromordinal(start.toordinal() + step): Ruling(False, "Cierre") for step in range(1, 800)}
    with pytest.raises(NoWorkingDay):
        WorkingDays(shut).after(start, 1)


@settings(max_examples=60, deadline=None)
@given(
    start=st.dates(date(2019, 1, 1), date(2035, 12, 31)),
    days=st.integers(1, 60),
    closed=st.sets(st.integers(0, 90), max_size=12),
)
def test_so_many_working_days_later_there_are_so_many_between(start, days, closed):
    """Counting forth and back agree, the last day is a working day, and a closure never ends anything earlier."""
    calendar = WorkingDays({start + timedelta(days=day): Ruling(False, "Cierre") for day in closed})
    end = calendar.after(start, days)
    assert calendar.is_working(end)
    assert calendar.between(start, end) == days
    assert (end - start).days == days + len(calendar.skipped(start, end))
    assert end >= LAW.after(start, days)
