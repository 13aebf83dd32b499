"""Taxes of the lines and of the header: catalogue 05 (tax), catalogue 07 (why a line pays IGV or not)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ..documents import NS, PERCENT, Document, amount_of, number_in, text_of
from .finding import Check, Context, Finding
from .lines import TOLERANCE, line_number

TAXES = {
    "1000": ("IGV", "VAT"),
    "1016": ("IVAP", "VAT"),
    "2000": ("ISC", "EXC"),
    "7152": ("ICBPER", "OTH"),
    "9995": ("EXP", "FRE"),
    "9996": ("GRA", "FRE"),
    "9997": ("EXO", "VAT"),
    "9998": ("INA", "FRE"),
    "9999": ("OTROS", "OTH"),
}
"""Catalogue 05: name and international type code of each tax."""

REASONS = {
    "1000": {"10"},
    "1016": {"17"},
    "9995": {"40"},
    "9996": {*map(str, range(11, 17)), "21", *map(str, range(31, 38))},
    "9997": {"20"},
    "9998": {"30"},
}
"""Catalogue 07: the reasons that go with each of the taxes that speak about IGV."""

UNTAXED = {"9995", "9997", "9998"}
SUBTOTALS = "cac:TaxTotal/cac:TaxSubtotal"
SCHEME = "cac:TaxCategory/cac:TaxScheme"


def tax_of(subtotal: etree._Element) -> str:
    """The tax's code in catalogue 05."""
    return text_of(subtotal, f"{SCHEME}/cbc:ID")


def line_subtotals(document: Document) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each line with each of its tax subtotals."""
    for line in document.lines:
        for subtotal in line.findall(SUBTOTALS, NS):
            yield line, subtotal


def check_line_has_taxes(document: Document, _: Context) -> Iterator[Finding]:
    """3195 no TaxTotal, 3067 the same tax twice."""
    for line in document.lines:
        taxes = [tax_of(subtotal) for subtotal in line.findall(SUBTOTALS, NS)]
        if not taxes:
            yield Finding("3195", line_number(line))
        if len(taxes) != len(set(taxes)):
            yield Finding("3067", line_number(line))


def check_line_tax_scheme(document: Document, _: Context) -> Iterator[Finding]:
    """2037/2036 the tax's code, 2377 name and type code that belong to another."""
    for line, subtotal in line_subtotals(document):
        yield from scheme_findings(subtotal, line_number(line))


def scheme_findings(subtotal: etree._Element, where: str) -> Iterator[Finding]:
    """Compare a TaxScheme with catalogue 05."""
    code = tax_of(subtotal)
    written = (text_of(subtotal, f"{SCHEME}/cbc:Name"), text_of(subtotal, f"{SCHEME}/cbc:TaxTypeCode"))
    if code not in TAXES:
        yield Finding("2036" if code else "2037", where)
    elif written != TAXES[code]:
        yield Finding("2377", f"{where}: {code} {written[0]} {written[1]}")


def check_line_percent(document: Document, _: Context) -> Iterator[Finding]:
    """2992: the rate stands on every line, 0 for the untaxed ones too."""
    for line, subtotal in line_subtotals(document):
        rate = text_of(subtotal, "cac:TaxCategory/cbc:Percent")
        if tax_of(subtotal) != "7152" and number_in(rate, PERCENT) is None:
            yield Finding("2992", line_number(line))


def check_line_reason(document: Document, _: Context) -> Iterator[Finding]:
    """2371 no reason, 2040 a reason that does not go with the tax (10 with 9998)."""
    for line, subtotal in line_subtotals(document):
        allowed = REASONS.get(tax_of(subtotal))
        reason = text_of(subtotal, "cac:TaxCategory/cbc:TaxExemptionReasonCode")
        if allowed and reason not in allowed:
            yield Finding("2040" if reason else "2371", f"{line_number(line)}: {tax_of(subtotal)} con {reason}")


def check_line_amounts(document: Document, _: Context) -> Iterator[Finding]:
    """2033 no amount, 3110 an untaxed line with tax, 3103 (boleta: 4293) base x rate is not the tax."""
    for line, subtotal in line_subtotals(document):
        tax = number_in(text_of(subtotal, "cbc:TaxAmount"))
        if tax is None:
            yield Finding("2033", line_number(line))
        elif tax_of(subtotal) in UNTAXED and tax != 0:
            yield Finding("3110", line_number(line))
        elif tax_of(subtotal) in ("1000", "1016") and abs(tax - expected_tax(subtotal)) > TOLERANCE:
            yield Finding("3103", line_number(line))


def expected_tax(subtotal: etree._Element) -> Decimal:
    """Base times rate."""
    rate = amount_of(subtotal, "cac:TaxCategory/cbc:Percent", PERCENT)
    return amount_of(subtotal, "cbc:TaxableAmount") * rate / 100


def check_one_igv_rate(document: Document, _: Context) -> Iterator[Finding]:
    """3462: all taxed lines at the same rate."""
    rates = {
        amount_of(subtotal, "cac:TaxCategory/cbc:Percent", PERCENT)
        for _line, subtotal in line_subtotals(document)
        if tax_of(subtotal) == "1000"
    }
    if len(rates) > 1:
        yield Finding("3462", ", ".join(map(str, sorted(rates))))


def check_header_taxes(document: Document, _: Context) -> Iterator[Finding]:
    """2956 no TaxTotal, 3024 several, 2638 other taxes than those of the lines."""
    totals = document.all("cac:TaxTotal")
    if not totals:
        yield Finding("2956")
    if len(totals) > 1:
        yield Finding("3024")
    in_lines = {tax_of(subtotal) for _line, subtotal in line_subtotals(document)}
    in_header = {tax_of(subtotal) for subtotal in document.all(SUBTOTALS)}
    if in_lines != in_header:
        yield Finding("2638", f"líneas {sorted(in_lines)}, totales {sorted(in_header)}")


def check_header_scheme(document: Document, _: Context) -> Iterator[Finding]:
    """2377 and its like for the header's subtotals."""
    for subtotal in document.all(SUBTOTALS):
        yield from scheme_findings(subtotal, "totales")


CHECKS: tuple[Check, ...] = (
    check_line_has_taxes,
    check_line_tax_scheme,
    check_line_percent,
    check_line_reason,
    check_line_amounts,
    check_one_igv_rate,
    check_header_taxes,
    check_header_scheme,
)
