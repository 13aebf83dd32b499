"""The totals against the lines, within one unit of currency. Boletas are observed where facturas are rejected."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..documents import PERCENT, Document, amount_of, number_in, text_of
from .finding import Check, Context, Finding
from .lines import OUTSIDE_THE_BASE, TOLERANCE, adjusted, adjustment_findings, is_free
from .taxes import SUBTOTALS, line_subtotals, tax_of

BASE_CODES = {"1000": "3277", "9995": "3273", "9996": "3276", "9997": "3275", "9998": "3274"}
"""Which code SUNAT gives when the base of a tax is not the sum of its lines."""

GLOBAL_OF_THE_BASE, GLOBAL_OUTSIDE = ("02", "49"), ("03", "50")
"""Catalogue 53, discounts and charges of the whole document."""

PAYING_TAXES = {"1000", "1016", "2000", "7152", "9999"}


def differ(left: Decimal, right: Decimal) -> bool:
    """SUNAT's comparison: off by more than one."""
    return abs(left - right) > TOLERANCE


def header(document: Document, name: str) -> Decimal:
    """An amount of the monetary total."""
    return amount_of(document.root, f"{document.kind.total}/cbc:{name}")


def line_sum(document: Document) -> Decimal:
    """Value of all lines that are not free of charge, less global discounts of the base."""
    values = (amount_of(line, "cbc:LineExtensionAmount") for line in document.lines if not is_free(line))
    return sum(values, Decimal(0)) + adjusted(document.root, *GLOBAL_OF_THE_BASE)


def check_bases(document: Document, _: Context) -> Iterator[Finding]:
    """3273 to 3277 (boleta: 4295 to 4299): the base of each tax is the sum of its lines."""
    sums: dict[str, Decimal] = {"1000": adjusted(document.root, *GLOBAL_OF_THE_BASE)}
    for _line, subtotal in line_subtotals(document):
        sums[tax_of(subtotal)] = sums.get(tax_of(subtotal), Decimal(0)) + amount_of(subtotal, "cbc:TaxableAmount")
    for subtotal in document.all(SUBTOTALS):
        tax = tax_of(subtotal)
        if tax in BASE_CODES and differ(amount_of(subtotal, "cbc:TaxableAmount"), sums.get(tax, Decimal(0))):
            yield Finding(BASE_CODES[tax], f"{text_of(subtotal, 'cbc:TaxableAmount')} / {sums.get(tax, 0)}")


def check_igv(document: Document, _: Context) -> Iterator[Finding]:
    """3291 (boleta: 4290): the IGV of the header is that of the lines, less that of the global discounts."""
    of_lines = sum(
        (amount_of(s, "cbc:TaxAmount") for _line, s in line_subtotals(document) if tax_of(s) == "1000"), Decimal(0)
    )
    rates = [
        amount_of(s, "cac:TaxCategory/cbc:Percent", PERCENT)
        for _line, s in line_subtotals(document)
        if tax_of(s) == "1000"
    ]
    of_lines += adjusted(document.root, *GLOBAL_OF_THE_BASE) * (rates[0] if rates else Decimal(0)) / 100
    for subtotal in document.all(SUBTOTALS):
        if tax_of(subtotal) == "1000" and differ(amount_of(subtotal, "cbc:TaxAmount"), of_lines):
            yield Finding("3291", f"{text_of(subtotal, 'cbc:TaxAmount')} / {of_lines}")


def check_tax_sum(document: Document, _: Context) -> Iterator[Finding]:
    """3294 (boleta: 4301): TaxAmount = IGV + IVAP + ISC + ICBPER + others."""
    paying = (s for s in document.all(SUBTOTALS) if tax_of(s) in PAYING_TAXES)
    expected = sum((amount_of(subtotal, "cbc:TaxAmount") for subtotal in paying), Decimal(0))
    if differ(amount_of(document.root, "cac:TaxTotal/cbc:TaxAmount"), expected):
        yield Finding("3294", f"{document.text('cac:TaxTotal/cbc:TaxAmount')} / {expected}")


def check_payable_format(document: Document, _: Context) -> Iterator[Finding]:
    """2062: PayableAmount is there and is an amount."""
    if number_in(document.total) is None:
        yield Finding("2062", document.total)


def check_line_extension(document: Document, _: Context) -> Iterator[Finding]:
    """4309: the value of the sale is the sum of the lines."""
    name = f"{document.kind.total}/cbc:LineExtensionAmount"
    if document.text(name) and differ(header(document, "LineExtensionAmount"), line_sum(document)):
        yield Finding("4309", f"{document.text(name)} / {line_sum(document)}")


def with_taxes(document: Document) -> Decimal:
    """What the sale costs before global discounts: lines and taxes."""
    return line_sum(document) + amount_of(document.root, "cac:TaxTotal/cbc:TaxAmount")


def check_tax_inclusive(document: Document, _: Context) -> Iterator[Finding]:
    """4310: the price of the sale is value and taxes."""
    name = f"{document.kind.total}/cbc:TaxInclusiveAmount"
    if document.text(name) and differ(header(document, "TaxInclusiveAmount"), with_taxes(document)):
        yield Finding("4310", f"{document.text(name)} / {with_taxes(document)}")


def rounding(document: Document) -> Decimal:
    """PayableRoundingAmount is the one amount that may be negative."""
    text = document.text(f"{document.kind.total}/cbc:PayableRoundingAmount")
    value = number_in(text.removeprefix("-")) or Decimal(0)
    return -value if text.startswith("-") else value


def check_payable(document: Document, _: Context) -> Iterator[Finding]:
    """3280 (boleta: 4312): to pay = price - discounts + charges - advances + rounding; 4317 rounding above one."""
    expected = (
        with_taxes(document)
        - header(document, "AllowanceTotalAmount")
        + header(document, "ChargeTotalAmount")
        - header(document, "PrepaidAmount")
        + rounding(document)
    )
    is_rescheduling = document.text("cac:DiscrepancyResponse/cbc:ResponseCode") == "13"
    if not is_rescheduling and differ(header(document, "PayableAmount"), expected):
        yield Finding("3280", f"{document.total} / {expected}")
    if abs(rounding(document)) > 1:
        yield Finding("4317", str(rounding(document)))


def check_other_totals(document: Document, _: Context) -> Iterator[Finding]:
    """4307/4308: discounts and charges outside the base, of lines and of the whole, are what the totals say."""
    yield from adjustment_findings(document.root, {*GLOBAL_OF_THE_BASE, *GLOBAL_OUTSIDE}, "totales")
    for name, place, finding in (("AllowanceTotalAmount", 0, "4307"), ("ChargeTotalAmount", 1, "4308")):
        told = adjusted(document.root, GLOBAL_OUTSIDE[place])
        told += sum((adjusted(line, OUTSIDE_THE_BASE[place]) for line in document.lines), Decimal(0))
        if differ(header(document, name), abs(told)):
            yield Finding(finding, f"{header(document, name)} / {abs(told)}")


CHECKS: tuple[Check, ...] = (
    check_payable_format,
    check_bases,
    check_igv,
    check_tax_sum,
    check_payable,
    check_line_extension,
    check_tax_inclusive,
    check_other_totals,
)
