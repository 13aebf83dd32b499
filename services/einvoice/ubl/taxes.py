"""Taxes and totals. Only tributes that some line bears are written (2638, 3277)."""

from decimal import Decimal

from lxml import etree

from services.einvoice.documents import Adjustment, Document, Line, TaxTreatment
from services.einvoice.ubl.elements import add, add_amount, percent

FACTOR = Decimal("0.00001")
HALF_A_UNIT_CENTS = 50


def add_tax_total(parent: etree._Element, document: Document) -> None:
    """The one cac:TaxTotal of the header, with a subtotal per tribute (3024, 2956)."""
    total = add(parent, "cac:TaxTotal")
    add_amount(total, "cbc:TaxAmount", document.tax_cents, document.currency)
    for treatment in document.treatments():
        base, tax = document.subtotal(treatment)
        add_scheme(_add_subtotal(total, base, tax, document.currency), treatment)


def add_line_tax(parent: etree._Element, line: Line, currency: str) -> None:
    """The cac:TaxTotal of a line; Percent always (2992), the reason of catalogue 07 (2371)."""
    total = add(parent, "cac:TaxTotal")
    add_amount(total, "cbc:TaxAmount", line.tax_cents, currency)
    category = _add_subtotal(total, line.value_cents, line.tax_cents, currency)
    add(category, "cbc:Percent", percent(line.treatment.percent))
    add(category, "cbc:TaxExemptionReasonCode", line.treatment.code)
    add_scheme(category, line.treatment)


def add_monetary_total(parent: etree._Element, document: Document) -> None:
    """cac:LegalMonetaryTotal, called RequestedMonetaryTotal in a nota de débito (2062); what is zero is left out."""
    is_debit = document.type == "08"
    total = add(parent, "cac:RequestedMonetaryTotal" if is_debit else "cac:LegalMonetaryTotal")
    add_amount(total, "cbc:LineExtensionAmount", document.value_cents, document.currency)
    add_amount(total, "cbc:TaxInclusiveAmount", document.price_cents, document.currency)
    for name, cents in (
        ("cbc:AllowanceTotalAmount", document.allowance_cents),
        ("cbc:ChargeTotalAmount", document.charge_cents),
        ("cbc:PayableRoundingAmount", document.particulars.rounding_cents),
    ):
        if cents:
            add_amount(total, name, cents, document.currency)
    add_amount(total, "cbc:PayableAmount", document.total_cents, document.currency)


def add_adjustments(parent: etree._Element, document: Document) -> None:
    """cac:AllowanceCharge of the whole document: 02, 03, 49, 50 of catalogue 53."""
    for adjustment in document.particulars.adjustments:
        _add_adjustment(parent, adjustment, document.currency, on_line=False)


def add_line_adjustments(parent: etree._Element, line: Line, currency: str) -> None:
    """cac:AllowanceCharge of a line: 00, 01, 47, 48 of catalogue 53."""
    for adjustment in line.adjustments:
        _add_adjustment(parent, adjustment, currency, on_line=True)


def add_scheme(category: etree._Element, treatment: TaxTreatment) -> None:
    """cac:TaxScheme of a tribute: code, name and international code of catalogue 05 (2377)."""
    scheme = add(category, "cac:TaxScheme")
    add(scheme, "cbc:ID", treatment.scheme_id)
    add(scheme, "cbc:Name", treatment.scheme_name)
    add(scheme, "cbc:TaxTypeCode", treatment.scheme_type)


def _add_adjustment(parent: etree._Element, adjustment: Adjustment, currency: str, *, on_line: bool) -> None:
    element = add(parent, "cac:AllowanceCharge")
    add(element, "cbc:ChargeIndicator", "true" if adjustment.is_charge else "false")
    add(element, "cbc:AllowanceChargeReasonCode", adjustment.code(on_line=on_line))
    factor = _factor(adjustment)
    if factor is not None:
        add(element, "cbc:MultiplierFactorNumeric", f"{factor:f}")
    add_amount(element, "cbc:Amount", adjustment.amount_cents, currency)
    add_amount(element, "cbc:BaseAmount", adjustment.base_cents, currency)


def _factor(adjustment: Adjustment) -> Decimal | None:
    """The rate at five decimals, unless rounding it would move the amount: factor x base = amount within one unit."""
    if not adjustment.base_cents:
        return None
    factor = (Decimal(adjustment.amount_cents) / adjustment.base_cents).quantize(FACTOR)
    off = abs(factor * adjustment.base_cents - adjustment.amount_cents)
    return factor if off <= HALF_A_UNIT_CENTS else None


def _add_subtotal(total: etree._Element, base_cents: int, tax_cents: int, currency: str) -> etree._Element:
    subtotal = add(total, "cac:TaxSubtotal")
    add_amount(subtotal, "cbc:TaxableAmount", base_cents, currency)
    add_amount(subtotal, "cbc:TaxAmount", tax_cents, currency)
    return add(subtotal, "cac:TaxCategory")
