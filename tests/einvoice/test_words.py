"""Amounts in words: legend 1000 of catalogue 52, on the XML and on paper (sunat.md 2.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.einvoice.words import LIMIT_CENTS, amount_in_words, number_in_words

TABLE = [
    (0, "CERO CON 00/100 SOLES"),
    (1, "CERO CON 01/100 SOLES"),
    (99, "CERO CON 99/100 SOLES"),
    (100, "UNO CON 00/100 SOLES"),
    (1600, "DIECISEIS CON 00/100 SOLES"),
    (2100, "VEINTIUNO CON 00/100 SOLES"),
    (2200, "VEINTIDOS CON 00/100 SOLES"),
    (3000, "TREINTA CON 00/100 SOLES"),
    (3150, "TREINTA Y UNO CON 50/100 SOLES"),
    (6000, "SESENTA CON 00/100 SOLES"),
    (9999, "NOVENTA Y NUEVE CON 99/100 SOLES"),
    (10000, "CIEN CON 00/100 SOLES"),
    (10100, "CIENTO UNO CON 00/100 SOLES"),
    (50000, "QUINIENTOS CON 00/100 SOLES"),
    (70000, "SETECIENTOS CON 00/100 SOLES"),
    (90000, "NOVECIENTOS CON 00/100 SOLES"),
    (99900, "NOVECIENTOS NOVENTA Y NUEVE CON 00/100 SOLES"),
    (100000, "MIL CON 00/100 SOLES"),
    (100100, "MIL UNO CON 00/100 SOLES"),
    (110000, "MIL CIEN CON 00/100 SOLES"),
    (200000, "DOS MIL CON 00/100 SOLES"),
    (2100000, "VEINTIUN MIL CON 00/100 SOLES"),
    (2110000, "VEINTIUN MIL CIEN CON 00/100 SOLES"),
    (3100000, "TREINTA Y UN MIL CON 00/100 SOLES"),
    (10000000, "CIEN MIL CON 00/100 SOLES"),
    (10100000, "CIENTO UN MIL CON 00/100 SOLES"),
    (12145678, "CIENTO VEINTIUN MIL CUATROCIENTOS CINCUENTA Y SEIS CON 78/100 SOLES"),
    (100000000, "UN MILLON CON 00/100 SOLES"),
    (100000100, "UN MILLON UNO CON 00/100 SOLES"),
    (200000000, "DOS MILLONES CON 00/100 SOLES"),
    (2100000000, "VEINTIUN MILLONES CON 00/100 SOLES"),
    (2102100000, "VEINTIUN MILLONES VEINTIUN MIL CON 00/100 SOLES"),
    (10000000000, "CIEN MILLONES CON 00/100 SOLES"),
    (
        LIMIT_CENTS,
        "NOVECIENTOS NOVENTA Y NUEVE MILLONES NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE "
        "CON 99/100 SOLES",
    ),
]

SMALL = {number_in_words(number): number for number in range(1, 1000)}


@pytest.mark.parametrize(("cents", "words"), TABLE)
def test_an_amount_is_written_out(cents: int, words: str) -> None:
    """sunat.md 2.3: VEINTIUN MIL, not VEINTIUNO MIL."""
    assert amount_in_words(cents) == words


def test_another_currency_has_its_name() -> None:
    """Catalogue 02."""
    assert amount_in_words(100, "USD") == "UNO CON 00/100 DOLARES AMERICANOS"


@pytest.mark.parametrize("cents", [-1, LIMIT_CENTS + 1])
def test_an_amount_beyond_the_limits_is_refused(cents: int) -> None:
    """Up to 999,999,999.99."""
    with pytest.raises(ValueError, match="out of range"):
        amount_in_words(cents)


def test_a_currency_without_a_name_is_refused() -> None:
    """Better no voucher than a wrong legend."""
    with pytest.raises(ValueError, match="XYZ"):
        amount_in_words(100, "XYZ")


@given(st.integers(min_value=0, max_value=999_999_999))
def test_what_is_written_out_can_be_read_back(number: int) -> None:
    """Every number has words of its own, read back by another rule than the one that wrote them."""
    assert read_number(number_in_words(number)) == number


@given(st.integers(min_value=0, max_value=LIMIT_CENTS))
def test_words_are_plain_capitals_that_fit_the_element(cents: int) -> None:
    """Note 1000 takes 1 to 200 characters (3006)."""
    words = amount_in_words(cents)
    assert words == words.upper()
    assert words.isascii()
    assert 1 <= len(words) <= 200


def read_number(words: str) -> int:
    """Millions, thousands and the rest, each looked up among the words of 1 to 999."""
    if words == "CERO":
        return 0
    millions, rest = split(words, ("UN MILLON", " MILLONES"))
    thousands, units = split(rest, ("MIL", " MIL"))
    return millions * 1_000_000 + thousands * 1000 + SMALL.get(units, 0)


def split(words: str, marks: tuple[str, str]) -> tuple[int, str]:
    """(count, what follows) around UN MILLON / MILLONES or MIL / … MIL."""
    single, many = marks
    if words == single or words.startswith(single + " "):
        return 1, words[len(single) :].strip()
    head, found, rest = words.partition(many)
    if not found or not (rest == "" or rest.startswith(" ")):
        return 0, words
    return SMALL.get(head) or SMALL[head + "O"], rest.strip()
