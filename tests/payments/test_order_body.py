"""What the body of an order may say, before anything is looked up (PAY-3, PAY-6, PAY-7)."""

from typing import Any

import pytest

from services.payments.schemas import MAX_DUES, OrderRequest


def body(**voucher: Any) -> dict[str, Any]:
    """A good body, with changes to its voucher."""
    boleta = {"type": "03", "email": "pago@example.org", "terms_accepted": True, "terms_version": "2026-01"}
    return {"kind": "COLEGIADO", "due_ids": ["1"], "voucher": boleta | voucher}


def wrong(given: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with it, by field."""
    return OrderRequest().validate(given)


def test_a_boleta_needs_no_more_than_an_address_and_the_tick() -> None:
    """PAY-6."""
    assert wrong(body()) == {}


@pytest.mark.parametrize("given", ["yes", 1, "true", None, False, []])
def test_only_a_real_true_accepts_the_conditions(given: Any) -> None:
    """PAY-6: nothing that merely looks like consent."""
    assert list(wrong(body(terms_accepted=given))["voucher"]) == ["terms_accepted"]


@pytest.mark.parametrize(
    "email",
    ["", "rosa", "rosa@", "a@example.org, b@example.org", "a@example.org\r\nBcc: b@x.pe", f"{'a' * 250}@example.org"],
)
def test_the_address_for_the_voucher_must_be_one_address(email: str) -> None:
    """PAY-6: one recipient, no header of its own, at most 254 characters."""
    assert list(wrong(body(email=email))["voucher"]) == ["email"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "OTRA"},
        {"kind": None},
        {"due_ids": []},
        {"due_ids": ["1"] * (MAX_DUES + 1)},
        {"due_ids": ["uno"]},
        {"due_ids": ["-1"]},
        {"due_ids": ["1" * 19]},
        {"due_ids": [1.5]},
        {"due_ids": "1"},
        {"owner_cmp": "23546"},
        {"amount": "0.01"},
        {"voucher": None},
        {"voucher": []},
    ],
)
def test_a_crafted_body_is_refused_at_the_field_that_is_wrong(change: dict[str, Any]) -> None:
    """Types, lengths, unknown fields."""
    assert list(wrong(body() | change)) == list(change)


@pytest.mark.parametrize("missing", ["kind", "due_ids", "voucher"])
def test_every_part_of_the_body_is_needed(missing: str) -> None:
    """With a Spanish sentence."""
    given = body()
    del given[missing]
    assert wrong(given) == {missing: ["Este dato es obligatorio."]}


@pytest.mark.parametrize("line", ["una\nlínea", "tab\tulador", "nul\x00o", "borra\x7fdo"])
def test_names_and_addresses_stand_on_one_line(line: str) -> None:
    """They are printed, signed and mailed."""
    factura = {"type": "01", "ruc": "20512333797", "legal_name": line, "address": line}
    assert set(wrong(body(**factura))["voucher"]) == {"legal_name", "address"}


@pytest.mark.parametrize(("name", "longest"), [("legal_name", 200), ("address", 250)])
def test_names_and_addresses_have_a_longest_length(name: str, longest: int) -> None:
    """The boundary itself is taken."""
    factura = {"type": "01", "ruc": "20512333797", "legal_name": "Clínica", "address": "Av. Uno 100"}
    assert wrong(body(**factura | {name: "x" * longest})) == {}
    assert list(wrong(body(**factura | {name: "x" * (longest + 1)}))["voucher"]) == [name]


@pytest.mark.parametrize("kind", ["00", "07", "08", "3", None])
def test_only_boleta_and_factura_can_be_chosen(kind: Any) -> None:
    """PAY-3."""
    assert "type" in wrong(body(type=kind))["voucher"]
