"""Discounts and charges (catalogue 53) as the simulated SUNAT judges them: one change to a correct voucher, one code."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulators.tax_authority import sample
from simulators.tax_authority.sample import voucher
from tests.simulators.test_tax_authority_rules import IGV, INAFECTO, SEAL, TODAY, changed, verdict_of


def adjustment(code: str, amount: str = "6.00", base: str = "60.00", factor: str = "0.10") -> str:
    """A discount or a charge, told apart as catalogue 53 does."""
    is_charge = "true" if code in ("47", "48", "49", "50") else "false"
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{is_charge}</cbc:ChargeIndicator>"
        f"<cbc:AllowanceChargeReasonCode>{code}</cbc:AllowanceChargeReasonCode>"
        f"<cbc:MultiplierFactorNumeric>{factor}</cbc:MultiplierFactorNumeric>"
        f'<cbc:Amount currencyID="PEN">{amount}</cbc:Amount><cbc:BaseAmount currencyID="PEN">{base}</cbc:BaseAmount>'
        "</cac:AllowanceCharge>"
    )


def adjusted(kind: str, code: str) -> str:
    """A correct voucher with S/ 6.00 off or on, outside the tax base: on its first line or on the whole."""
    name, payable = ("Charge", "184.00") if code in ("48", "50") else ("Allowance", "172.00")
    told = f'<cbc:{name}TotalAmount currencyID="PEN">6.00</cbc:{name}TotalAmount>'
    text = voucher(kind, {"01": "F001-1", "03": "B001-1"}[kind], TODAY, (INAFECTO, IGV))
    text = changed(text, '<cbc:PayableAmount currencyID="PEN">178', f'{told}<cbc:PayableAmount currencyID="PEN">178')
    text = changed(text, 'PayableAmount currencyID="PEN">178.00', f'PayableAmount currencyID="PEN">{payable}')
    if code in ("03", "50"):
        return changed(text, "<cac:TaxTotal>", f"{adjustment(code)}<cac:TaxTotal>")
    price = "66.00" if code == "48" else "54.00"
    text = changed(text, '(<cbc:PriceAmount currencyID="PEN">)60.00', rf"\g<1>{price}")
    return changed(text, "(</cac:PricingReference>)", rf"\1{adjustment(code)}")


def codes_of(kind: str, text: str) -> list[str]:
    """What SUNAT says of a text, once signed."""
    verdict = verdict_of(sample.sign(text, SEAL), kind, {"01": "F001-1", "03": "B001-1"}[kind])
    return [code for code in (verdict.code, *(finding.code for finding in verdict.observations)) if code != "0"]


OUTSIDE_THE_BASE = ("01", "48", "03", "50")


@pytest.mark.parametrize("kind", ["01", "03"])
@pytest.mark.parametrize("code", OUTSIDE_THE_BASE)
def test_discounts_and_charges_outside_the_base_pass(kind: str, code: str) -> None:
    assert codes_of(kind, adjusted(kind, code)) == []


@pytest.mark.parametrize("kind", ["01", "03"])
@pytest.mark.parametrize("code", OUTSIDE_THE_BASE)
@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        ("3072", "<cbc:AllowanceChargeReasonCode>..</cbc:AllowanceChargeReasonCode>", ""),
        ("3073", "(ReasonCode>)..<", r"\g<1>99<"),
        ("4289", "(FactorNumeric>)0.10", r"\g<1>0.20"),
    ],
)
def test_one_wrong_part_of_an_adjustment_gives_its_code(
    kind: str, code: str, expected: str, old: str, new: str
) -> None:
    assert expected in codes_of(kind, changed(adjusted(kind, code), old, new))


@pytest.mark.parametrize(("code", "told"), [("01", "true"), ("03", "true"), ("48", "false"), ("50", "false")])
def test_the_indicator_is_that_of_the_code_3114(code: str, told: str) -> None:
    assert "3114" in codes_of("01", changed(adjusted("01", code), "(ChargeIndicator>)[a-z]+<", rf"\g<1>{told}<"))


@pytest.mark.parametrize(("of_the_whole", "of_a_line"), [("03", "01"), ("02", "00"), ("50", "48"), ("49", "47")])
def test_a_code_of_a_line_is_not_one_of_the_whole_3073(of_the_whole: str, of_a_line: str) -> None:
    plain = voucher("03", "B001-1", TODAY, (INAFECTO, IGV))
    on_line = changed(plain, "(</cac:PricingReference>)", rf"\1{adjustment(of_the_whole)}")
    on_whole = changed(plain, "<cac:TaxTotal>", f"{adjustment(of_a_line)}<cac:TaxTotal>")
    assert "3073" in codes_of("03", on_line)
    assert "3073" in codes_of("03", on_whole)


@pytest.mark.parametrize("kind", ["01", "03"])
@pytest.mark.parametrize(("code", "expected"), [("01", "4307"), ("03", "4307"), ("48", "4308"), ("50", "4308")])
@pytest.mark.parametrize("told", ["4.99", "7.01"])
def test_the_totals_tell_what_lines_and_whole_took_off_or_put_on(
    kind: str, code: str, expected: str, told: str
) -> None:
    assert codes_of(kind, totalling(adjusted(kind, code), told)) == [expected]


def totalling(text: str, told: str) -> str:
    """The same voucher with another total of discounts or charges, and with what is then to be paid (3280)."""
    payable = Decimal("178.00") + (Decimal(told) if "ChargeTotalAmount" in text else -Decimal(told))
    text = changed(text, '(TotalAmount currencyID="PEN">)6.00', rf"\g<1>{told}")
    return changed(text, '(PayableAmount currencyID="PEN">)1[0-9.]+', rf"\g<1>{payable}")


@pytest.mark.parametrize("told", ["5.00", "7.00"])
def test_the_totals_may_be_off_by_one_sol(told: str) -> None:
    assert codes_of("03", totalling(adjusted("03", "01"), told)) == []


@pytest.mark.parametrize(("base", "expected"), [("60.00", []), ("70.00", []), ("70.01", ["4289"])])
def test_factor_times_base_may_be_off_by_one_sol(base: str, expected: list[str]) -> None:
    text = changed(adjusted("03", "01"), '(BaseAmount currencyID="PEN">)60.00', rf"\g<1>{base}")
    assert codes_of("03", text) == expected


def test_an_adjustment_without_a_factor_is_not_multiplied() -> None:
    text = changed(adjusted("03", "01"), "<cbc:MultiplierFactorNumeric>.*?</cbc:MultiplierFactorNumeric>", "")
    assert codes_of("03", text) == []
