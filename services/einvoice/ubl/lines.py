"""The lines of a voucher: InvoiceLine, CreditNoteLine, DebitNoteLine."""

from lxml import etree

from services.einvoice.documents import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Document, Line
from services.einvoice.ubl.elements import add, add_amount, add_path, plain, price
from services.einvoice.ubl.taxes import add_line_adjustments, add_line_tax

NAMES = {
    FACTURA: ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
    BOLETA: ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
    CREDIT_NOTE: ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    DEBIT_NOTE: ("cac:DebitNoteLine", "cbc:DebitedQuantity"),
}
"""Line and quantity element by voucher type."""


def add_lines(element: etree._Element, document: Document) -> None:
    """Every line, numbered from 1 (2023, 2752)."""
    line_name, quantity_name = NAMES[document.type]
    for position, line in enumerate(document.lines, start=1):
        child = add(element, line_name)
        add(child, "cbc:ID", str(position))
        add(child, quantity_name, plain(line.quantity), unitCode=line.unit)
        _add_line(child, line, document)


def _add_line(element: etree._Element, line: Line, document: Document) -> None:
    currency = document.currency
    add_amount(element, "cbc:LineExtensionAmount", line.value_cents, currency)
    reference = add_path(element, "cac:PricingReference/cac:AlternativeConditionPrice")
    add(reference, "cbc:PriceAmount", price(line.unit_price), currencyID=currency)
    add(reference, "cbc:PriceTypeCode", "01")
    if document.is_note:
        add_line_tax(element, line, currency)
        add_line_adjustments(element, line, currency)
    else:
        add_line_adjustments(element, line, currency)
        add_line_tax(element, line, currency)
    _add_item(element, line)
    add_path(element, "cac:Price/cbc:PriceAmount", price(line.unit_value), currencyID=currency)


def _add_item(element: etree._Element, line: Line) -> None:
    """cac:Item: description (2026, 2027), the issuer's code, the code of catalogue 25."""
    item = add(element, "cac:Item")
    add(item, "cbc:Description", line.description)
    if line.item_code:
        add_path(item, "cac:SellersItemIdentification/cbc:ID", line.item_code)
    if line.unspsc:
        add_path(item, "cac:CommodityClassification/cbc:ItemClassificationCode", line.unspsc)
