"""Amounts, dates and periods as people in Peru write them."""

from datetime import date

import pytest

from portal.formats import day_and_time, hour, long_date, masked_email, period, short_date, soles
from portal.forms.fields import is_ruc, parse_date
from portal.messages import too_many_attempts


@pytest.mark.parametrize(
    ("amount", "text"),
    [("20.00", "S/ 20.00"), ("1234567.5", "S/ 1,234,567.50"), ("0", "S/ 0.00"), (None, "—"), ("x", "—")],
)
def test_soles(amount: str | None, text: str) -> None:
    assert soles(amount) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("202503", "marzo 2025"), ("2025-09", "setiembre 2025"), ("2025-09-01", "setiembre 2025"), ("202513", "202513"),
     ("única", "única")],
)  # fmt: skip
def test_periods(value: str, text: str) -> None:
    assert period(value) == text


def test_times_are_told_in_lima() -> None:
    assert day_and_time("2020-07-26T03:07:13Z") == "25/07/2020 22:07:13"
    assert day_and_time("2020-07-26T03:07:13") == "25/07/2020 22:07:13"
    assert hour("2020-07-26T03:07:13+00:00") == "22:07"
    assert day_and_time(None) == hour(None) == "—"


def test_dates() -> None:
    assert short_date("2019-07-11") == "11/07/2019"
    assert short_date("2019-07-12T01:00:00Z") == "11/07/2019"
    assert short_date(date(2019, 7, 11)) == "11/07/2019"
    assert long_date("2026-09-05") == "5 de setiembre de 2026"
    assert short_date(None) == "—"


@pytest.mark.parametrize(
    ("address", "masked"), [("juan@correo.pe", "j***@correo.pe"), ("", ""), (None, ""), ("roto", "")]
)
def test_masked_emails(address: str | None, masked: str) -> None:
    assert masked_email(address) == masked


@pytest.mark.parametrize("month", ["7", "07", "julio", "Julio", "jul", "jul."])
def test_months_may_be_names(month: str) -> None:
    assert parse_date("11", month, "2019") == date(2019, 7, 11)


@pytest.mark.parametrize("month", ["setiembre", "septiembre", "sep", "set"])
def test_september_has_two_spellings(month: str) -> None:
    assert parse_date("1", month, "2026") == date(2026, 9, 1)


@pytest.mark.parametrize(
    "parts", [("30", "2", "2020"), ("1", "ju", "2020"), ("1", "", "2020"), ("", "1", "2020"), ("1", "13", "2020")]
)
def test_what_is_no_date_is_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError):
        parse_date(*parts)


@pytest.mark.parametrize(
    ("ruc", "right"), [("20512333797", True), ("20512333798", False), ("10101174102", True), ("", False)]
)
def test_the_check_digit_of_a_ruc(ruc: str, right: bool) -> None:
    assert is_ruc(ruc) is right


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 minuto "), (60, "1 minuto "), (61, "2 minutos"), (None, "unos minutos")]
)
def test_waiting_is_told_in_whole_minutes(seconds: int | None, words: str) -> None:
    assert words in too_many_attempts(seconds)
