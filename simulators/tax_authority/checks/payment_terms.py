"""FormaPago: how a factura is paid (RS 193-2020), codes 3244 to 3319."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ..documents import Document, amount_of, date_in, number_in, text_of
from .finding import Check, Context, Finding

MEANS = re.compile(r"Contado|Credito|Cuota\d{3}")


def terms(document: Document) -> list[etree._Element]:
    """Only the PaymentTerms called FormaPago count."""
    return [term for term in document.all("cac:PaymentTerms") if text_of(term, "cbc:ID") == "FormaPago"]


def means_of(document: Document) -> list[str]:
    """Contado, Credito, Cuota001..."""
    return [text_of(term, "cbc:PaymentMeansID") for term in terms(document)]


def instalments(document: Document) -> list[etree._Element]:
    """The Cuota terms."""
    return [term for term in terms(document) if text_of(term, "cbc:PaymentMeansID").startswith("Cuota")]


def check_present(document: Document, _: Context) -> Iterator[Finding]:
    """3244: a factura says whether it is paid now or later."""
    if not terms(document):
        yield Finding("3244")


def check_means(document: Document, _: Context) -> Iterator[Finding]:
    """3245 empty, 3246 an unknown word, 3248 repeated."""
    seen: set[str] = set()
    for means in means_of(document):
        if not means:
            yield Finding("3245")
        elif not MEANS.fullmatch(means):
            yield Finding("3246", means)
        elif means in seen:
            yield Finding("3248", means)
        seen.add(means)


def check_cash_or_credit(document: Document, _: Context) -> Iterator[Finding]:
    """3247 both, 3249 credit without instalments, 3252 instalments without credit."""
    means = set(means_of(document))
    cuotas = bool(instalments(document))
    if {"Contado", "Credito"} <= means:
        yield Finding("3247")
    if "Credito" in means and not cuotas:
        yield Finding("3249")
    if cuotas and "Credito" not in means:
        yield Finding("3252")


def check_due_dates(document: Document, _: Context) -> Iterator[Finding]:
    """3267: an instalment falls due after the day of issue."""
    for cuota in instalments(document):
        due = date_in(text_of(cuota, "cbc:PaymentDueDate"))
        if due is None or (document.issue_date and due <= document.issue_date):
            yield Finding("3267", text_of(cuota, "cbc:PaymentMeansID"))


def check_pending_amount(document: Document, _: Context) -> Iterator[Finding]:
    """3265 more pending than payable, 3319 instalments that do not add up to it."""
    credits = [term for term in terms(document) if text_of(term, "cbc:PaymentMeansID") == "Credito"]
    if not credits:
        return
    pending = amount_of(credits[0], "cbc:Amount")
    if document.name.kind == "01" and pending > (number_in(document.total) or Decimal(0)):
        yield Finding("3265", str(pending))
    if sum((amount_of(cuota, "cbc:Amount") for cuota in instalments(document)), Decimal(0)) != pending:
        yield Finding("3319", str(pending))


def check_absent(document: Document, _: Context) -> Iterator[Finding]:
    """3128: a boleta carries no FormaPago."""
    if terms(document):
        yield Finding("3128")


def check_credit_note(document: Document, _: Context) -> Iterator[Finding]:
    """3257 only reason 13 has payment terms, 3246 and only credit ones, 3315 with nothing to pay."""
    reason = document.text("cac:DiscrepancyResponse/cbc:ResponseCode")
    if reason == "13" and number_in(document.total) != 0:
        yield Finding("3315", document.total)
    if terms(document) and reason != "13":
        yield Finding("3257", reason)
    if "Contado" in means_of(document):
        yield Finding("3246", "Contado")


FACTURA_CHECKS: tuple[Check, ...] = (
    check_present,
    check_means,
    check_cash_or_credit,
    check_due_dates,
    check_pending_amount,
)
BOLETA_CHECKS: tuple[Check, ...] = (check_absent,)
CREDIT_NOTE_CHECKS: tuple[Check, ...] = (check_credit_note, check_means, check_due_dates)
