"""Codes people copy, seals nobody forges, and an origin that is nobody's address."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from chassis.seals import Signer, end_of, kept_secret, network_of, new_code, print_code, read_code, seal, unseal

SIGNER = Signer(kid="prueba", key=ECKey.generate_key("P-256", {"kid": "prueba"}))
CLAIMS = {"jti": "X-1", "nom": "Ñaupari"}


def public(signer: Signer) -> list[dict[str, Any]]:
    """The published half."""
    return [dict(signer.key.as_dict(private=False))]


def test_what_was_sealed_is_read_back_with_the_public_half() -> None:
    assert unseal(seal(SIGNER, "prueba", CLAIMS), "prueba", public(SIGNER)) == CLAIMS


def test_a_seal_of_another_kind_or_key_says_nothing() -> None:
    signed = seal(SIGNER, "prueba", CLAIMS)
    stranger = Signer(kid="prueba", key=ECKey.generate_key("P-256", {"kid": "prueba"}))
    assert unseal(signed, "otra", public(SIGNER)) is None
    assert unseal(signed, "prueba", public(stranger)) is None
    assert unseal(signed, "prueba", []) is None


@pytest.mark.parametrize("signed", ["", "a.b.c", "no es una firma", "e" * 2001])
def test_what_is_no_seal_says_nothing(signed: str) -> None:
    assert unseal(signed, "prueba", public(SIGNER)) is None


@pytest.mark.parametrize("typed", ["01AB-CDEF-GHJK", "01ab cdef ghjk", "oiab-cdef-ghjk", " OLABCDEFGHJK "])
def test_a_code_is_read_as_people_copy_it(typed: str) -> None:
    assert read_code(typed) == "01ABCDEFGHJK"


@pytest.mark.parametrize("typed", ["", "01AB", "01ABCDEFGHJU", "01ABCDEFGHJKX"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_codes_are_long_and_differ_and_are_printed_in_fours() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(read_code(print_code(code)) == code for code in codes)
    assert print_code("01ABCDEFGHJK") == "01AB-CDEF-GHJK"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("190.12.34.56", "red 190.12"),
        ("2800:200:e840::1", "red 2800:0200"),
        ("10.0.0.7", "red interna"),
        ("x", "red desconocida"),
    ],
)
def test_an_origin_is_never_a_whole_address(address: str, said: str) -> None:
    assert network_of(address) == said


def test_a_day_ends_at_midnight_in_lima() -> None:
    assert end_of(date(2028, 2, 29)) == datetime(2028, 3, 1, 5, tzinfo=UTC)


def test_a_secret_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "house" / "key.secret"
    assert kept_secret(file) == kept_secret(file)
    assert file.stat().st_mode & 0o077 == 0
