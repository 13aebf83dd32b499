"""RUC, DNI and the other documents of SUNAT's catalogue 06 (product 2.8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.documents import (
    dni_of,
    document_number,
    document_type,
    is_dni,
    is_ruc,
    login_name,
    meant_by,
    ruc_of,
)


@pytest.mark.parametrize(
    "ruc", ["20512333797", "10101174102", "15400000091", "16500000019", "17400000093", "10400000013"]
)
def test_a_ruc_of_every_prefix_with_its_check_digit_is_one(ruc: str) -> None:
    assert is_ruc(ruc)


@pytest.mark.parametrize(
    "text",
    [
        "20512333798",
        "11400000012",
        "30512333797",
        "2051233379",
        "205123337970",
        "2051233379X",
        "",
        "２０５１２３３３７９７",
    ],
)
def test_a_wrong_digit_prefix_length_or_alphabet_is_no_ruc(text: str) -> None:
    assert not is_ruc(text)


@pytest.mark.parametrize("remainder", [1, 0])
def test_the_check_digit_turns_10_into_0_and_11_into_1(remainder: int) -> None:
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    bodies = (f"10{number:08d}" for number in range(40000000, 40001000))
    body = next(b for b in bodies if sum(int(d) * w for d, w in zip(b, weights, strict=True)) % 11 == remainder)
    assert is_ruc(body + ("0" if remainder == 1 else "1"))


def test_the_ruc_of_a_person_holds_the_dni() -> None:
    assert ruc_of("10117410") == "10101174102"
    assert dni_of("10101174102") == "10117410"
    assert dni_of("20512333797") is None
    assert dni_of("15400000091") is None


@given(st.integers(0, 99_999_999))
def test_every_dni_has_one_ruc_and_gets_back_from_it(number: int) -> None:
    dni = f"{number:08d}"
    assert is_ruc(ruc_of(dni))
    assert dni_of(ruc_of(dni)) == dni


@pytest.mark.parametrize(
    ("text", "answer"), [("04000009", True), ("4000009", False), ("040000090", False), ("0400000X", False)]
)
def test_a_dni_has_eight_digits_and_keeps_its_zero(text: str, answer: bool) -> None:
    assert is_dni(text) is answer


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("20512333797", ("6", "20512333797")), (" 20512-333797 ", ("6", "20512333797")), ("04000009", ("1", "04000009")),
     ("20512333798", None), ("012345", None), ("rosa.quispe", None), ("", None)],
)  # fmt: skip
def test_what_was_typed_can_be_one_document_or_none(typed: str, meant: tuple[str, str] | None) -> None:
    assert meant_by(typed) == meant


@pytest.mark.parametrize(
    ("word", "code"), [("RUC", "6"), ("dni", "1"), ("CE", "4"), ("pasaporte", "7"), ("a", "A"), ("0", "0")]
)
def test_types_are_told_by_code_or_short_name(word: str, code: str) -> None:
    assert document_type(word) == code


@pytest.mark.parametrize("word", ["2", "", "-", "RUT"])
def test_other_types_are_refused(word: str) -> None:
    with pytest.raises(ValueError):
        document_type(word)


@pytest.mark.parametrize(("kind", "typed", "stored"), [("7", "ab-123 45", "AB12345"), ("4", "001234567", "001234567")])
def test_other_documents_are_kept_as_capitals_without_blanks(kind: str, typed: str, stored: str) -> None:
    assert document_number(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed"), [("7", ""), ("7", "A" * 13), ("4", "12é"), ("1", "1234567"), ("6", "20512333798")]
)
def test_a_number_that_cannot_be_one_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(ValueError):
        document_number(kind, typed)


def test_login_names_of_two_documents_never_meet() -> None:
    assert login_name("6", "20512333797") == "20512333797"
    assert login_name("4", "04000009") != login_name("1", "04000009")
