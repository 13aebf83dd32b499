"""RC and RA: the root elements SummaryDocuments and VoidedDocuments (sunat.md 2.12)."""

from lxml import etree

from services.einvoice.documents import RUC, TREATMENTS
from services.einvoice.documents.summaries import RA, RC, VOID, SummaryDocument, SummaryLine
from services.einvoice.ubl.elements import add, add_amount, add_path, add_signature_place, percent, summary_root
from services.einvoice.ubl.parties import add_signature_reference
from services.einvoice.ubl.taxes import add_scheme

IGV = TREATMENTS["10"]
NAME_LIMIT, VOID_REASON_LIMIT = 100, 100
SHAPES = {RC: ("SummaryDocuments", "1.1"), RA: ("VoidedDocuments", "1.0")}
"""Root element and customization by kind."""


def build_summary(document: SummaryDocument) -> etree._Element:
    """The unsigned RC or RA, with an empty ExtensionContent waiting for the signature."""
    name, customization = SHAPES[document.kind]
    element = summary_root(name)
    add_signature_place(element)
    add(element, "cbc:UBLVersionID", "2.0")
    add(element, "cbc:CustomizationID", customization)
    add(element, "cbc:ID", document.id)
    add(element, "cbc:ReferenceDate", document.reference_date.isoformat())
    add(element, "cbc:IssueDate", document.issue_date.isoformat())
    add_signature_reference(element, document.issuer)
    _add_supplier(element, document)
    add_line = _add_summary_line if document.kind == RC else _add_voided_line
    for position, line in enumerate(document.lines, start=1):
        add_line(element, position, line)
    return element


def _add_supplier(element: etree._Element, document: SummaryDocument) -> None:
    """The RUC in the old way, and a name of at most 100 characters (2228)."""
    supplier = add(element, "cac:AccountingSupplierParty")
    add(supplier, "cbc:CustomerAssignedAccountID", document.issuer.ruc)
    add(supplier, "cbc:AdditionalAccountID", RUC)
    name = document.issuer.legal_name[:NAME_LIMIT].rstrip()
    add_path(supplier, "cac:Party/cac:PartyLegalEntity/cbc:RegistrationName", name)


def _add_voided_line(element: etree._Element, position: int, line: SummaryLine) -> None:
    voided = add(element, "sac:VoidedDocumentsLine")
    add(voided, "cbc:LineID", str(position))
    add(voided, "cbc:DocumentTypeCode", line.voucher_type)
    add(voided, "sac:DocumentSerialID", line.series)
    add(voided, "sac:DocumentNumberID", str(line.number))
    add(voided, "sac:VoidReasonDescription", line.reason[:VOID_REASON_LIMIT].rstrip())


def _add_summary_line(element: etree._Element, position: int, line: SummaryLine) -> None:
    summary = add(element, "sac:SummaryDocumentsLine")
    add(summary, "cbc:LineID", str(position))
    add(summary, "cbc:DocumentTypeCode", line.voucher_type)
    add(summary, "cbc:ID", line.id)
    customer = add(summary, "cac:AccountingCustomerParty")
    add(customer, "cbc:CustomerAssignedAccountID", line.customer.document_number)
    add(customer, "cbc:AdditionalAccountID", line.customer.document_type)
    if line.amends is not None and line.condition != VOID:
        reference = add_path(summary, "cac:BillingReference/cac:InvoiceDocumentReference")
        add(reference, "cbc:ID", line.amends.number)
        add(reference, "cbc:DocumentTypeCode", line.amends.voucher_type)
    add_path(summary, "cac:Status/cbc:ConditionCode", line.condition)
    _add_amounts(summary, line)


def _add_amounts(summary: etree._Element, line: SummaryLine) -> None:
    """Total, what was paid by kind, other charges, and IGV, stated even at 0.00 (2278) with its rate (2992)."""
    add_amount(summary, "sac:TotalAmount", line.total_cents, line.currency)
    for instruction, cents in line.paid:
        payment = add(summary, "sac:BillingPayment")
        add_amount(payment, "cbc:PaidAmount", cents, line.currency)
        add(payment, "cbc:InstructionID", instruction)
    if line.charge_cents:
        charge = add(summary, "cac:AllowanceCharge")
        add(charge, "cbc:ChargeIndicator", "true")
        add_amount(charge, "cbc:Amount", line.charge_cents, line.currency)
    total = add(summary, "cac:TaxTotal")
    add_amount(total, "cbc:TaxAmount", line.tax_cents, line.currency)
    subtotal = add(total, "cac:TaxSubtotal")
    add_amount(subtotal, "cbc:TaxAmount", line.tax_cents, line.currency)
    category = add(subtotal, "cac:TaxCategory")
    add(category, "cbc:Percent", percent(line.igv_percent))
    add_scheme(category, IGV)
