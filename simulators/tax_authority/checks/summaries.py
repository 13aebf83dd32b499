"""Daily summaries (RC) and voidings (RA): sent by sendSummary, judged while the ticket is in process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ..documents import NS, Document, amount_of, date_in, number_in, text_of
from .finding import Check, Context, Finding

MAX_LINES = 500
SUPPLIER = "cac:AccountingSupplierParty"
MUST_IDENTIFY_ABOVE = Decimal(700)
RC_NUMBER = re.compile(r"(B[A-Z0-9]{3}|\d{4})-\d{1,8}")


def check_versions(document: Document, _: Context) -> Iterator[Finding]:
    """2074 UBL 2.0; 2214/2318 customization 1.1 of an RC, 1.0 of an RA."""
    expected, wrong = {"RC": ("1.1", "2214"), "RA": ("1.0", "2318")}[document.name.kind]
    if document.text("cbc:UBLVersionID") != "2.0":
        yield Finding("2074", document.text("cbc:UBLVersionID"))
    if document.text("cbc:CustomizationID") != expected:
        yield Finding(wrong, document.text("cbc:CustomizationID"))


def check_id(document: Document, _: Context) -> Iterator[Finding]:
    """2220/2285: the ID is the file's name without the RUC."""
    if document.text("cbc:ID") != document.name.document_id:
        yield Finding({"RC": "2220", "RA": "2285"}[document.name.kind], document.text("cbc:ID"))


def check_supplier(document: Document, _: Context) -> Iterator[Finding]:
    """2221/2286 another RUC than the file's, 2228 name of 3 to 100 characters."""
    if document.text(f"{SUPPLIER}/cbc:CustomerAssignedAccountID") != document.name.ruc:
        yield Finding({"RC": "2221", "RA": "2286"}[document.name.kind])
    name = document.text(f"{SUPPLIER}/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName")
    if not 3 <= len(name) <= 100:
        yield Finding("2228", name)


def check_dates(document: Document, context: Context) -> Iterator[Finding]:
    """2230/2233 not dates, 2346 issued on the day of its name, 2236/2301 not tomorrow, 2671 after what it refers to."""
    reference, issued = date_in(document.text("cbc:ReferenceDate")), document.issue_date
    if issued is None or reference is None:
        yield Finding("2230" if issued is None else "2233")
        return
    if issued.strftime("%Y%m%d") != document.name.serie:
        yield Finding("2346", str(issued))
    if issued > context.today:
        yield Finding({"RC": "2236", "RA": "2301"}[document.name.kind], str(issued))
    if reference > issued:
        yield Finding("2671", str(reference))


def check_line_count(document: Document, _: Context) -> Iterator[Finding]:
    """0158 more than 500 lines, 2279/2316 none."""
    if len(document.lines) > MAX_LINES:
        yield Finding("0158", str(len(document.lines)))
    if not document.lines:
        yield Finding({"RC": "2279", "RA": "2316"}[document.name.kind])


def is_void(line: etree._Element) -> bool:
    """An RA line, or an RC line with condition 3."""
    return text_of(line, "cac:Status/cbc:ConditionCode") in ("", "3")


def check_void_deadline(document: Document, context: Context) -> Iterator[Finding]:
    """2957: voided within the days the law gives after issue."""
    reference = date_in(document.text("cbc:ReferenceDate"))
    late = reference is not None and (context.today - reference).days > context.config.baja_days
    if late and any(is_void(line) for line in document.lines):
        yield Finding("2957", str(reference))


def referred(document: Document, line: etree._Element) -> str:
    """The registry key of the voucher a line speaks of, empty if it has no proper number."""
    kind = text_of(line, "cbc:DocumentTypeCode")
    if document.name.kind == "RA":
        serie, digits = text_of(line, "sac:DocumentSerialID"), text_of(line, "sac:DocumentNumberID")
    else:
        serie, _dash, digits = text_of(line, "cbc:ID").partition("-")
    return f"{document.name.ruc}-{kind}-{serie}-{int(digits)}" if digits.isdigit() else ""


def check_no_repeats(document: Document, _: Context) -> Iterator[Finding]:
    """2348: a voucher stands once in a file."""
    keys = [referred(document, line) for line in document.lines]
    if len(keys) != len(set(keys)):
        yield Finding("2348")


def check_rc_lines(document: Document, _: Context) -> Iterator[Finding]:
    """2241 kind, 2513 number, 2522 condition (catalogue 19), 2583 a note without what it modifies, 2251 total."""
    for line in document.lines:
        kind, number = text_of(line, "cbc:DocumentTypeCode"), text_of(line, "cbc:ID")
        condition = text_of(line, "cac:Status/cbc:ConditionCode")
        if kind not in ("03", "07", "08"):
            yield Finding("2241", kind)
        if not RC_NUMBER.fullmatch(number):
            yield Finding("2513", number)
        if condition not in ("1", "2", "3"):
            yield Finding("2522", condition)
        if kind in ("07", "08") and condition != "3" and line.find("cac:BillingReference", NS) is None:
            yield Finding("2583", number)
        if number_in(text_of(line, "sac:TotalAmount")) is None:
            yield Finding("2251", number)


def check_rc_taxes(document: Document, _: Context) -> Iterator[Finding]:
    """2278: IGV is stated on each line even at 0.00; 2992: with its rate (since February 2026)."""
    for line in document.lines:
        igv = [s for s in line.findall("cac:TaxTotal/cac:TaxSubtotal", NS) if text_of(s, ".//cbc:ID") == "1000"]
        if not igv:
            yield Finding("2278", text_of(line, "cbc:ID"))
        elif not text_of(igv[0], "cac:TaxCategory/cbc:Percent"):
            yield Finding("2992", text_of(line, "cbc:ID"))


def check_rc_totals(document: Document, _: Context) -> Iterator[Finding]:
    """4027: total = amounts + taxes, within five units; 2514: above S/ 700 the receiver is identified."""
    for line in document.lines:
        paid = sum((amount_of(p, "cbc:PaidAmount") for p in line.findall("sac:BillingPayment", NS)), Decimal(0))
        taxes = sum((amount_of(t, "cbc:TaxAmount") for t in line.findall("cac:TaxTotal", NS)), Decimal(0))
        charges = sum((amount_of(c, "cbc:Amount") for c in line.findall("cac:AllowanceCharge", NS)), Decimal(0))
        total = amount_of(line, "sac:TotalAmount")
        if abs(total - paid - taxes - charges) > 5:
            yield Finding("4027", text_of(line, "cbc:ID"))
        if total > MUST_IDENTIFY_ABOVE and not text_of(
            line, "cac:AccountingCustomerParty/cbc:CustomerAssignedAccountID"
        ):
            yield Finding("2514", text_of(line, "cbc:ID"))


def check_rc_registered(document: Document, context: Context) -> Iterator[Finding]:
    """2663 voiding or changing what was never informed, 2987 what is void or rejected already, 2282 adding it twice."""
    for line in document.lines:
        known = context.find(referred(document, line))
        missing = known is None or known["state"] == "exception"
        if text_of(line, "cac:Status/cbc:ConditionCode") == "1":
            if not missing:
                yield Finding("2282", text_of(line, "cbc:ID"))
        elif known is None or missing:
            yield Finding("2663", text_of(line, "cbc:ID"))
        elif known["state"] in ("voided", "rejected"):
            yield Finding("2987", text_of(line, "cbc:ID"))


def check_ra_lines(document: Document, _: Context) -> Iterator[Finding]:
    """2308 boletas do not go here, 2310/2345 nor series other than F and S, 2312 number, 4203 reason."""
    for line in document.lines:
        kind, serie = text_of(line, "cbc:DocumentTypeCode"), text_of(line, "sac:DocumentSerialID")
        if kind not in ("01", "07", "08"):
            yield Finding("2308", kind)
        if not re.fullmatch(r"[A-Z0-9]{4}", serie):
            yield Finding("2310", serie)
        elif serie[0] not in "FS":
            yield Finding("2345", serie)
        if not re.fullmatch(r"\d{1,8}", text_of(line, "sac:DocumentNumberID")):
            yield Finding("2312")
        if not 3 <= len(text_of(line, "sac:VoidReasonDescription")) <= 100:
            yield Finding("4203")


def check_ra_registered(document: Document, context: Context) -> Iterator[Finding]:
    """2105 unknown, 2398 rejected, 2323 voided before, 2375 issued on another day than ReferenceDate."""
    for line in document.lines:
        key = referred(document, line)
        known = context.find(key)
        if known is None or known["state"] == "exception":
            yield Finding("2105", key)
        elif known["state"] in ("rejected", "voided"):
            yield Finding({"rejected": "2398", "voided": "2323"}[known["state"]], key)
        elif known["issue_date"] != document.text("cbc:ReferenceDate"):
            yield Finding("2375", key)


CHECKS: tuple[Check, ...] = (check_id, check_supplier, check_versions, check_dates, check_line_count, check_no_repeats)
RC_CHECKS: tuple[Check, ...] = (
    check_rc_lines,
    check_rc_taxes,
    check_rc_totals,
    check_void_deadline,
    check_rc_registered,
)
RA_CHECKS: tuple[Check, ...] = (check_ra_lines, check_void_deadline, check_ra_registered)
