"""What a voucher says: customers, rounding, totals, and what is refused before a number is spent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.einvoice.documents import TREATMENTS, Customer, Line, one_line, ruc_is_valid
from services.einvoice.errors import InvalidDocument
from tests.einvoice.facts import CLINIC, ROSA, a_boleta, a_factura, a_line, mixed_lines


@pytest.mark.parametrize(
    ("ruc", "valid"),
    [
        ("20512333797", True),
        ("20512333798", False),
        ("10101174102", True),
        ("20000000001", True),
        ("30512333797", False),
        ("2051233379", False),
        ("205123337970", False),
        ("2051233379A", False),
        ("２0512333797", False),
        ("", False),
    ],
)
def test_a_ruc_is_checked_by_prefix_and_check_digit(ruc: str, valid: bool) -> None:
    """Product 2.8, with its vectors."""
    assert ruc_is_valid(ruc) is valid


def test_a_number_is_printed_with_eight_digits() -> None:
    """VOU-8: BCN7-00005170."""
    assert a_boleta().id == "BCN7-00005170"


def test_a_file_bears_ruc_type_series_and_number() -> None:
    """sunat.md 2.9."""
    assert a_boleta().file_name == "20000000001-03-BCN7-00005170"


@pytest.mark.parametrize(
    ("price", "tax_code", "value", "tax"),
    [
        (3000, "30", 3000, 0),
        (3000, "20", 3000, 0),
        (11800, "10", 10000, 1800),
        (1, "10", 1, 0),
        (1999, "10", 1694, 305),
        (59, "10", 50, 9),
    ],
)
def test_a_price_is_split_into_value_and_tax(price: int, tax_code: str, value: int, tax: int) -> None:
    """Half up, two decimals per line (sunat.md 2.3)."""
    line = a_line(price, tax_code)
    assert (line.value_cents, line.tax_cents) == (value, tax)


@given(st.integers(min_value=1, max_value=10**11), st.sampled_from(sorted(TREATMENTS)))
def test_value_and_tax_always_add_up_to_the_price(price: int, tax_code: str) -> None:
    """What the customer paid is what the voucher says (invariant I4)."""
    line = a_line(price, tax_code)
    assert line.value_cents + line.tax_cents == price


def test_totals_are_sums_of_rounded_lines() -> None:
    """sunat.md 2.3: round per line, then add."""
    document = a_boleta(lines=(a_line(59, "10"),) * 3)
    assert (document.value_cents, document.tax_cents, document.total_cents) == (150, 27, 177)


def test_each_printed_total_holds_its_own_lines() -> None:
    """Op. gravada, exonerada, inafecta (sunat.md 2.14)."""
    document = a_boleta(lines=mixed_lines())
    totals = {name: document.value_of(name) for name in ("inafecto", "gravado", "exonerado", "exportacion")}
    assert totals == {"inafecto": 3000, "gravado": 10000, "exonerado": 4500, "exportacion": 0}


@pytest.mark.parametrize(
    "customer",
    [
        ROSA,
        replace(CLINIC, document_number="20123456787"),
        replace(CLINIC, document_number=""),
        replace(CLINIC, name="AB"),
    ],
)
def test_a_factura_needs_a_valid_ruc_and_a_name(customer: Customer) -> None:
    """2800, 2017, 2022: refused before SUNAT refuses it."""
    with pytest.raises(InvalidDocument):
        a_factura(customer=customer)


@pytest.mark.parametrize("document_type", ["0", "1", "4", "7", "A"])
def test_a_boleta_takes_any_identity_document(document_type: str) -> None:
    """sunat.md 2.5."""
    assert a_boleta(customer=replace(ROSA, document_type=document_type)).customer.document_type == document_type


def test_a_boleta_to_a_wrong_ruc_is_refused() -> None:
    """2017."""
    with pytest.raises(InvalidDocument, match="2017"):
        a_boleta(customer=replace(CLINIC, document_number="20123456780"))


def test_a_voucher_without_lines_is_refused() -> None:
    """At least one line."""
    with pytest.raises(InvalidDocument, match="line"):
        a_boleta(lines=())


def test_a_voucher_of_nothing_is_refused() -> None:
    """Nobody paid zero."""
    with pytest.raises(InvalidDocument, match="zero"):
        a_boleta(lines=(a_line(0),))


def test_an_unknown_tax_code_is_refused() -> None:
    """Catalogue 07, the codes we issue."""
    with pytest.raises(InvalidDocument, match="99"):
        Line.priced(description="X", price_cents=100, tax_code="99")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Cuota\r\n enero\t2026 ", "Cuota enero 2026"),
        ("a\x00b\x07c", "abc"),
        ("x" * 600, "x" * 500),
        ("Ñandú – café", "Ñandú – café"),
    ],
)
def test_free_text_becomes_one_printable_line(text: str, line: str) -> None:
    """2136: line breaks in a description are refused."""
    assert one_line(text, limit=500) == line
