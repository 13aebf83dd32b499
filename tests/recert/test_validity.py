"""REC-17: five years minus one day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.recert.councils import roman
from services.recert.validity import valid_until


@pytest.mark.parametrize(
    ("valid_from", "last_day"),
    [
        ("2019-04-09", "2024-04-08"),
        ("2023-03-01", "2028-02-29"),
        ("2022-03-01", "2027-02-28"),
        ("2024-02-29", "2029-02-28"),
        ("2020-01-01", "2024-12-31"),
        ("2024-02-28", "2029-02-27"),
    ],
)
def test_a_certification_ends_the_day_before_five_years_are_over(valid_from, last_day):
    assert valid_until(date.fromisoformat(valid_from)) == date.fromisoformat(last_day)


@given(st.dates(date(1960, 1, 1), date(2090, 12, 31)))
def test_the_next_day_is_the_anniversary_or_the_first_of_march(day):
    after = valid_until(day) + timedelta(days=1)

    assert (after.month, after.day) == ((3, 1) if (day.month, day.day) == (2, 29) else (day.month, day.day))
    assert after.year == day.year + 5


@pytest.mark.parametrize(
    ("council", "number"), [("01", "I"), ("03", "III"), ("09", "IX"), ("10", "X"), ("14", "XIV"), ("27", "XXVII")]
)
def test_a_council_is_written_in_roman_numerals(council, number):
    assert roman(council) == number
