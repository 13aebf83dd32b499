"""FormaPago: at once, or by instalments (sunat.md 2.4, RS 193-2020)."""

from lxml import etree

from services.einvoice.documents import Document
from services.einvoice.ubl.elements import add, add_amount


def add_payment_terms(parent: etree._Element, document: Document) -> None:
    """Contado, or Credito with Cuota001…: a factura must have it (3244), a boleta must not (3128)."""
    instalments = document.particulars.instalments
    if not instalments:
        _add_terms(parent, "Contado")
        return
    pending = _add_terms(parent, "Credito")
    add_amount(pending, "cbc:Amount", document.pending_cents, document.currency)
    for position, instalment in enumerate(instalments, start=1):
        terms = _add_terms(parent, f"Cuota{position:03d}")
        add_amount(terms, "cbc:Amount", instalment.amount_cents, document.currency)
        add(terms, "cbc:PaymentDueDate", instalment.due_date.isoformat())


def add_new_instalments(parent: etree._Element, document: Document) -> None:
    """A nota de crédito carries instalments for reason 13 only, and never Contado (3257, 3246)."""
    if document.particulars.instalments:
        add_payment_terms(parent, document)


def _add_terms(parent: etree._Element, means: str) -> etree._Element:
    terms = add(parent, "cac:PaymentTerms")
    add(terms, "cbc:ID", "FormaPago")
    add(terms, "cbc:PaymentMeansID", means)
    return terms
