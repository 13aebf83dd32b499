"""Item lines: number, quantity, description and prices. The taxes of a line are in `taxes`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ..documents import NS, PRICE, Document, amount_of, number_in, text_of
from .finding import Check, Context, Finding

CONDITION_PRICE = "cac:PricingReference/cac:AlternativeConditionPrice"
UNIT_CODES = re.compile(r"[A-Z0-9]{2,3}")
TOLERANCE = Decimal(1)
OF_THE_BASE, OUTSIDE_THE_BASE = ("00", "47"), ("01", "48")
"""Catalogue 53: discounts and charges of a line that change what IGV is paid on, and those that do not."""
CHARGES = {"47", "48", "49", "50"}


def line_number(line: etree._Element) -> str:
    """How a finding names the line."""
    return f"línea {text_of(line, 'cbc:ID')}"


def is_free(line: etree._Element) -> bool:
    """Free of charge: its price is a reference price (type 02)."""
    return any(text_of(price, "cbc:PriceTypeCode") == "02" for price in line.findall(CONDITION_PRICE, NS))


def check_line_ids(document: Document, _: Context) -> Iterator[Finding]:
    """2023 not 1 to 999, 2752 twice."""
    seen: set[str] = set()
    for line in document.lines:
        number = text_of(line, "cbc:ID")
        if not re.fullmatch(r"[1-9]\d{0,2}", number):
            yield Finding("2023", number)
        elif number in seen:
            yield Finding("2752", number)
        seen.add(number)


def check_quantities(document: Document, _: Context) -> Iterator[Finding]:
    """2024 missing or zero, 2025 not a number of up to ten decimals, 2883/2936 unit code."""
    for line in document.lines:
        found = line.find(document.kind.quantity, NS)
        if found is None:
            yield Finding("2024", line_number(line))
            continue
        value = number_in((found.text or "").strip(), PRICE)
        if not value:
            yield Finding("2025" if value is None else "2024", line_number(line))
        unit = found.get("unitCode", "")
        if not UNIT_CODES.fullmatch(unit):
            yield Finding("2936" if unit else "2883", line_number(line))


def check_descriptions(document: Document, _: Context) -> Iterator[Finding]:
    """2026 missing, 2027 not of 1 to 500 characters."""
    for line in document.lines:
        found = line.find("cac:Item/cbc:Description", NS)
        if found is None:
            yield Finding("2026", line_number(line))
        elif not 1 <= len((found.text or "").strip()) <= 500:
            yield Finding("2027", line_number(line))


def check_line_values(document: Document, _: Context) -> Iterator[Finding]:
    """2370 the line's value, 2068/2369 its unit value."""
    for line in document.lines:
        if number_in(text_of(line, "cbc:LineExtensionAmount")) is None:
            yield Finding("2370", line_number(line))
        price = text_of(line, "cac:Price/cbc:PriceAmount")
        if number_in(price, PRICE) is None:
            yield Finding("2369" if price else "2068", line_number(line))


def check_condition_prices(document: Document, _: Context) -> Iterator[Finding]:
    """2028 missing, 2410 neither 01 nor 02, 2409 twice the same type."""
    for line in document.lines:
        kinds = [text_of(price, "cbc:PriceTypeCode") for price in line.findall(CONDITION_PRICE, NS)]
        if not kinds:
            yield Finding("2028", line_number(line))
        if set(kinds) - {"01", "02"}:
            yield Finding("2410", line_number(line))
        if len(kinds) != len(set(kinds)):
            yield Finding("2409", line_number(line))


def adjusted(parent: etree._Element, *codes: str) -> Decimal:
    """Charges minus discounts with these codes of catalogue 53."""
    total = Decimal(0)
    for charge in parent.findall("cac:AllowanceCharge", NS):
        if text_of(charge, "cbc:AllowanceChargeReasonCode") in codes:
            sign = 1 if text_of(charge, "cbc:ChargeIndicator") == "true" else -1
            total += sign * amount_of(charge, "cbc:Amount")
    return total


def check_line_products(document: Document, _: Context) -> Iterator[Finding]:
    """3271 (boleta: 4288): value = quantity x unit value, less discounts of the base, within one unit of currency."""
    for line in document.lines:
        quantity = amount_of(line, document.kind.quantity, PRICE)
        gross = quantity * amount_of(line, "cac:Price/cbc:PriceAmount", PRICE)
        expected = gross + adjusted(line, *OF_THE_BASE)
        if not is_free(line) and abs(amount_of(line, "cbc:LineExtensionAmount") - expected) > TOLERANCE:
            yield Finding("3271", line_number(line))


def check_unit_prices(document: Document, _: Context) -> Iterator[Finding]:
    """4287: price = (value + taxes - discounts outside the base + charges) / quantity, within one unit of currency."""
    for line in document.lines:
        quantity = amount_of(line, document.kind.quantity, PRICE)
        if is_free(line) or not quantity:
            continue
        gross = amount_of(line, "cbc:LineExtensionAmount") + amount_of(line, "cac:TaxTotal/cbc:TaxAmount")
        gross += adjusted(line, *OUTSIDE_THE_BASE)
        price = amount_of(line, f"{CONDITION_PRICE}/cbc:PriceAmount", PRICE)
        if abs(round(gross / quantity, 5) - price) > TOLERANCE:
            yield Finding("4287", line_number(line))


def check_adjustments(document: Document, _: Context) -> Iterator[Finding]:
    """3072/3073 the code of catalogue 53 of a line, 3114 its indicator, 4289 factor x base is not the amount."""
    for line in document.lines:
        yield from adjustment_findings(line, {*OF_THE_BASE, *OUTSIDE_THE_BASE}, line_number(line))


def adjustment_findings(parent: etree._Element, codes: set[str], where: str) -> Iterator[Finding]:
    """Judge the discounts and charges of a line or of the whole."""
    for charge in parent.findall("cac:AllowanceCharge", NS):
        code, factor = text_of(charge, "cbc:AllowanceChargeReasonCode"), text_of(charge, "cbc:MultiplierFactorNumeric")
        if code not in codes:
            yield Finding("3073" if code else "3072", where)
        if (text_of(charge, "cbc:ChargeIndicator") == "true") is not (code in CHARGES):
            yield Finding("3114", where)
        expected = amount_of(charge, "cbc:BaseAmount") * Decimal(factor or 0)
        if factor and abs(amount_of(charge, "cbc:Amount") - expected) > TOLERANCE:
            yield Finding("4289", where)


CHECKS: tuple[Check, ...] = (
    check_line_ids,
    check_quantities,
    check_descriptions,
    check_line_values,
    check_condition_prices,
    check_line_products,
    check_unit_prices,
    check_adjustments,
)
