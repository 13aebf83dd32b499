"""What a voucher refers to: the voucher that a note amends, orders, despatch documents, others."""

from lxml import etree

from services.einvoice.documents import Document, one_line
from services.einvoice.ubl.elements import add, add_path

REASON_LIMIT = 500


def add_discrepancy(parent: etree._Element, document: Document) -> None:
    """cac:DiscrepancyResponse: which voucher, the reason's code (2172) and words, on one line (2135, 2136)."""
    amends = document.amends
    response = add(parent, "cac:DiscrepancyResponse")
    add(response, "cbc:ReferenceID", amends.number)
    add(response, "cbc:ResponseCode", amends.reason_code)
    add(response, "cbc:Description", one_line(amends.reason, limit=REASON_LIMIT))


def add_billing_reference(parent: etree._Element, document: Document) -> None:
    """cac:BillingReference: the one voucher that the note amends (2524, 2884, 2365)."""
    reference = add_path(parent, "cac:BillingReference/cac:InvoiceDocumentReference")
    add(reference, "cbc:ID", document.amends.number)
    add(reference, "cbc:DocumentTypeCode", document.amends.voucher_type)


def add_order_reference(parent: etree._Element, document: Document) -> None:
    """cac:OrderReference, when the customer named an order."""
    if document.particulars.order_reference:
        add_path(parent, "cac:OrderReference/cbc:ID", document.particulars.order_reference)


def add_other_references(parent: etree._Element, document: Document) -> None:
    """cac:DespatchDocumentReference and cac:AdditionalDocumentReference, each once (2364, 2365)."""
    for name, references in (
        ("cac:DespatchDocumentReference", document.particulars.despatches),
        ("cac:AdditionalDocumentReference", document.particulars.references),
    ):
        for reference in dict.fromkeys(references):
            element = add(parent, name)
            add(element, "cbc:ID", reference.number)
            add(element, "cbc:DocumentTypeCode", reference.document_type)
