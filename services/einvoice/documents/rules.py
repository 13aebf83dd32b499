"""What SUNAT would reject for certain, refused while nobody has spent the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.einvoice.documents.catalogues import BOLETA, CREDIT_NOTE, FACTURA, NOT_ON_BOLETAS, REASONS, RESCHEDULING
from services.einvoice.documents.parties import MUST_IDENTIFY_ABOVE_CENTS, check_customer
from services.einvoice.errors import InvalidDocument
from services.einvoice.words import LIMIT_CENTS

if TYPE_CHECKING:
    from services.einvoice.documents.document import Document

MAX_LINES = 999
MAX_INSTALMENTS = 999
MAX_ROUNDING_CENTS = 100


def check_document(document: Document) -> None:
    """Every rule below, in turn. Raises InvalidDocument with the code SUNAT would answer with."""
    _check_amendment(document)
    check_customer(document.sale_type, document.customer, document.operation)
    _check_lines(document)
    _check_totals(document)
    _check_payment(document)


def _check_lines(document: Document) -> None:
    if not document.lines:
        raise InvalidDocument("a voucher needs at least one line")
    if len(document.lines) > MAX_LINES:
        raise InvalidDocument("a voucher has at most 999 lines (2023)")
    if len({line.treatment.percent for line in document.lines if line.treatment.total == "gravado"}) > 1:
        raise InvalidDocument("all gravado lines have one IGV rate (3462)")


def _check_totals(document: Document) -> None:
    if document.total_cents <= 0 and not _is_rescheduling(document):
        raise InvalidDocument("a voucher needs a total above zero")
    if document.total_cents > LIMIT_CENTS:
        raise InvalidDocument("a voucher's total is at most 999,999,999.99")
    if abs(document.particulars.rounding_cents) > MAX_ROUNDING_CENTS:
        raise InvalidDocument("rounding is at most one unit of currency (4317)")
    if any(each.affects_base for each in document.particulars.adjustments) and document.value_of("gravado") <= 0:
        raise InvalidDocument("a global adjustment of the base needs gravado lines that bear it")
    if (
        document.sale_type == BOLETA
        and document.total_cents > MUST_IDENTIFY_ABOVE_CENTS
        and document.customer.is_anonymous
    ):
        raise InvalidDocument("above S/ 700 a boleta names its customer (2514)")


def _check_payment(document: Document) -> None:
    instalments = document.particulars.instalments
    if not instalments:
        return
    if document.type != FACTURA and not _is_rescheduling(document):
        raise InvalidDocument("only a factura is paid by instalments (3128, 3257)")
    if len(instalments) > MAX_INSTALMENTS:
        raise InvalidDocument("at most 999 instalments (3246)")
    if any(each.amount_cents <= 0 for each in instalments):
        raise InvalidDocument("an instalment is above zero")
    if any(each.due_date <= document.issued_at.date() for each in instalments):
        raise InvalidDocument("an instalment falls due after the day of issue (3267)")
    if document.type == FACTURA and document.pending_cents > document.total_cents:
        raise InvalidDocument("no more is pending than is to be paid (3265)")


def _check_amendment(document: Document) -> None:
    amends = document.particulars.amends
    if not document.is_note:
        if amends is not None:
            raise InvalidDocument("only a note amends another voucher")
        return
    if amends is None:
        raise InvalidDocument("a note needs the voucher that it amends (2524)")
    if amends.reason_code not in REASONS[document.type]:
        raise InvalidDocument(f"reason {amends.reason_code!r} is not one of the catalogue (2172)")
    if not amends.reason.strip():
        raise InvalidDocument("a note needs its reason in words (2136)")
    if document.series[0] != {FACTURA: "F", BOLETA: "B"}.get(amends.voucher_type):
        raise InvalidDocument("the note's series begins with the letter of what it amends (2116, 2399)")
    if document.type == CREDIT_NOTE and amends.voucher_type == BOLETA and amends.reason_code in NOT_ON_BOLETAS:
        raise InvalidDocument("this reason is not for boletas (4367)")
    _check_rescheduling(document)


def _check_rescheduling(document: Document) -> None:
    if not _is_rescheduling(document):
        return
    if document.sale_type != FACTURA or not document.particulars.instalments:
        raise InvalidDocument("reason 13 gives a factura new instalments (3257)")
    if any(line.value_cents for line in document.lines):
        raise InvalidDocument("reason 13 changes no amount: its total is zero (3315)")


def _is_rescheduling(document: Document) -> bool:
    amends = document.particulars.amends
    return document.type == CREDIT_NOTE and amends is not None and amends.reason_code == RESCHEDULING
