"""Credit and debit notes: why they are issued and what they modify."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..documents import Document, number_in, text_of
from .finding import Check, Context, Finding

CREDIT_REASONS = {f"{code:02d}" for code in range(1, 14)}
DEBIT_REASONS = {"01", "02", "03", "11", "12"}
NOT_FOR_BOLETAS = {"04", "05", "08"}
RESPONSE = "cac:DiscrepancyResponse"


def reason_of(document: Document) -> str:
    """The code of catalogue 09 or 10."""
    return document.text(f"{RESPONSE}/cbc:ResponseCode")


def affected(document: Document) -> list[tuple[str, str]]:
    """Kind and number of each modified voucher."""
    references = document.all("cac:BillingReference/cac:InvoiceDocumentReference")
    return [(text_of(ref, "cbc:DocumentTypeCode"), text_of(ref, "cbc:ID")) for ref in references]


def check_description(document: Document, _: Context) -> Iterator[Finding]:
    """2136 missing, 2135 longer than 500 or with line breaks."""
    found = document.all(f"{RESPONSE}/cbc:Description")
    text = found[0].text or "" if found else ""
    if not text.strip():
        yield Finding("2136")
    elif len(text) > 500 or re.search(r"[\r\n\t]", text):
        yield Finding("2135")


def check_reference(document: Document, _: Context) -> Iterator[Finding]:
    """2524 nothing modified (only NC 10 and ND 03 may), 2884 several kinds, 2365 the same twice."""
    references = affected(document)
    free = {"07": "10", "08": "03"}[document.name.kind]
    if not references and reason_of(document) != free:
        yield Finding("2524")
    if len({kind for kind, _number in references}) > 1:
        yield Finding("2884")
    if len(references) != len(set(references)):
        yield Finding("2365")


def check_series_matches(document: Document, _: Context) -> Iterator[Finding]:
    """2116: a series F modifies a factura; 2399: a series B a boleta."""
    for kind, number in affected(document):
        if document.name.serie.startswith("F") and kind != "01":
            yield Finding("2116", f"{kind} {number}")
        if document.name.serie.startswith("B") and kind != "03":
            yield Finding("2399", f"{kind} {number}")


def look_up(document: Document, context: Context) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Each modified voucher with what SUNAT holds of it."""
    for kind, number in affected(document):
        serie, _dash, digits = number.partition("-")
        key = f"{document.name.ruc}-{kind}-{serie}-{int(digits)}" if digits.isdigit() else number
        yield number, context.find(key)


def check_affected_exists(document: Document, context: Context) -> Iterator[Finding]:
    """2119 unknown, 2120 voided, 2121 rejected."""
    if not context.config.check_affected:
        return
    for number, known in look_up(document, context):
        if known is None or known["state"] == "exception":
            yield Finding("2119", number)
        elif known["state"] == "voided":
            yield Finding("2120", number)
        elif known["state"] == "rejected":
            yield Finding("2121", number)


def check_credit_reason(document: Document, _: Context) -> Iterator[Finding]:
    """2128/2172: a code of catalogue 09; 4367: 04, 05 and 08 do not suit a boleta."""
    reason = reason_of(document)
    if reason not in CREDIT_REASONS:
        yield Finding("2172" if reason else "2128", reason)
    elif document.is_boleta and reason in NOT_FOR_BOLETAS:
        yield Finding("4367", reason)


def check_credit_total(document: Document, context: Context) -> Iterator[Finding]:
    """3286: a credit note gives back no more than was charged."""
    if not context.config.check_affected:
        return
    known = [row for _number, row in look_up(document, context) if row]
    charged = sum((Decimal(row["total"] or "0") for row in known), Decimal(0))
    if known and (number_in(document.total) or Decimal(0)) > charged:
        yield Finding("3286", f"{document.total} / {charged}")


def check_debit_reason(document: Document, _: Context) -> Iterator[Finding]:
    """2128/2172: a code of catalogue 10."""
    reason = reason_of(document)
    if reason not in DEBIT_REASONS:
        yield Finding("2172" if reason else "2128", reason)


CHECKS: tuple[Check, ...] = (check_description, check_reference, check_series_matches, check_affected_exists)
CREDIT_CHECKS: tuple[Check, ...] = (check_credit_reason, check_credit_total)
DEBIT_CHECKS: tuple[Check, ...] = (check_debit_reason,)
