"""The four vouchers: factura (01) and boleta (03) as Invoice, nota de crédito (07), nota de débito (08)."""

from collections.abc import Callable

from lxml import etree

from services.einvoice.documents import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Document
from services.einvoice.ubl.elements import add, add_signature_place, root
from services.einvoice.ubl.lines import add_lines
from services.einvoice.ubl.parties import add_customer, add_signature_reference, add_supplier
from services.einvoice.ubl.payment_terms import add_new_instalments, add_payment_terms
from services.einvoice.ubl.references import (
    add_billing_reference,
    add_discrepancy,
    add_order_reference,
    add_other_references,
)
from services.einvoice.ubl.taxes import add_adjustments, add_monetary_total, add_tax_total
from services.einvoice.words import amount_in_words

Section = Callable[[etree._Element, Document], None]


def build(document: Document) -> etree._Element:
    """The unsigned document: sections in XSD order, with an empty ExtensionContent waiting for the signature."""
    name, sections = SHAPES[document.type]
    element = root(name)
    add_signature_place(element)
    for section in sections:
        section(element, document)
    return element


def _identity(element: etree._Element, document: Document) -> None:
    add(element, "cbc:UBLVersionID", "2.1")
    add(element, "cbc:CustomizationID", "2.0")
    add(element, "cbc:ID", document.id)
    add(element, "cbc:IssueDate", document.issued_at.strftime("%Y-%m-%d"))
    add(element, "cbc:IssueTime", document.issued_at.strftime("%H:%M:%S"))


def _due_date(element: etree._Element, document: Document) -> None:
    if document.particulars.due_date:
        add(element, "cbc:DueDate", document.particulars.due_date.isoformat())


def _type_code(element: etree._Element, document: Document) -> None:
    add(element, "cbc:InvoiceTypeCode", document.type, listID=document.operation)


def _notes(element: etree._Element, document: Document) -> None:
    """Legend 1000, then remarks without a code (3014, 3027)."""
    words = amount_in_words(document.total_cents, document.currency)
    add(element, "cbc:Note", words, languageLocaleID="1000")
    for remark in document.particulars.remarks:
        add(element, "cbc:Note", remark)


def _currency(element: etree._Element, document: Document) -> None:
    add(element, "cbc:DocumentCurrencyCode", document.currency)


def _parties(element: etree._Element, document: Document) -> None:
    add_signature_reference(element, document.issuer)
    add_supplier(element, document.issuer)
    add_customer(element, document.customer)


_INVOICE: tuple[Section, ...] = (
    *(_identity, _due_date, _type_code, _notes, _currency, add_order_reference, add_other_references, _parties),
)
_NOTE: tuple[Section, ...] = (
    *(_identity, _notes, _currency, add_discrepancy, add_order_reference, add_billing_reference),
    *(add_other_references, _parties),
)
_TAIL: tuple[Section, ...] = (add_adjustments, add_tax_total, add_monetary_total, add_lines)

SHAPES: dict[str, tuple[str, tuple[Section, ...]]] = {
    FACTURA: ("Invoice", (*_INVOICE, add_payment_terms, *_TAIL)),
    BOLETA: ("Invoice", (*_INVOICE, *_TAIL)),
    CREDIT_NOTE: ("CreditNote", (*_NOTE, add_new_instalments, *_TAIL)),
    DEBIT_NOTE: ("DebitNote", (*_NOTE, *_TAIL)),
}
"""Root element and sections by voucher type (sunat.md 2.1, 2.7)."""
