"""Who issues what under which number: the file name against the content (1001 to 1037) and the fixed fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document
from .finding import Check, Context, Finding

NUMBERS = {
    "01": re.compile(r"(F[A-Z0-9]{3}|\d{4})-\d{1,8}"),
    "03": re.compile(r"(B[A-Z0-9]{3}|\d{4})-\d{1,8}"),
    "07": re.compile(r"([FBS][A-Z0-9]{3}|\d{4})-\d{1,8}"),
    "08": re.compile(r"([FBS][A-Z0-9]{3}|\d{4})-\d{1,8}"),
}
SUPPLIER = "cac:AccountingSupplierParty/cac:Party"
CURRENCIES = {"PEN", "USD", "EUR"}
OPERATIONS = re.compile(r"0(1(0[1-9]|1[0-3])|2\d\d|401|3\d\d)|1\d{3}|2\d{3}")
ONLY_FACTURA, ONLY_BOLETA = {"0112"}, {"0113"}
LEGENDS = {"1000", "1002", *(str(code) for code in range(2000, 2012))}
LINE_BREAK = re.compile(r"[\r\n\t]")


def check_versions(document: Document, _: Context) -> Iterator[Finding]:
    """2075/2074 UBL 2.1 and 2073/2072 customization 2.0."""
    for path, expected, missing, wrong in (
        ("cbc:UBLVersionID", "2.1", "2075", "2074"),
        ("cbc:CustomizationID", "2.0", "2073", "2072"),
    ):
        value = document.text(path)
        if value != expected:
            yield Finding(wrong if value else missing, value)


def check_number_format(document: Document, _: Context) -> Iterator[Finding]:
    """1001: series and number as the kind asks; the number is greater than zero."""
    number = document.text("cbc:ID")
    if not NUMBERS[document.name.kind].fullmatch(number) or int(number.partition("-")[2]) == 0:
        yield Finding("1001", number)


def check_number_is_the_files(document: Document, _: Context) -> Iterator[Finding]:
    """1035 another series, 1036 another number than the file name's."""
    serie, _dash, number = document.text("cbc:ID").partition("-")
    if serie != document.name.serie:
        yield Finding("1035", serie)
    elif int(number) != int(document.name.number):
        yield Finding("1036", number)


def check_ruc(document: Document, _: Context) -> Iterator[Finding]:
    """1008/1007 the issuer's identity is a RUC, 1034 the one of the file name."""
    identity = document.all(f"{SUPPLIER}/cac:PartyIdentification/cbc:ID")
    scheme = identity[0].get("schemeID", "") if identity else ""
    if scheme != "6":
        yield Finding("1007" if scheme else "1008", scheme)
    if not identity or (identity[0].text or "").strip() != document.name.ruc:
        yield Finding("1034")


def check_issuer_name(document: Document, _: Context) -> Iterator[Finding]:
    """1037 legal name missing; 4092 an empty trade name."""
    if not document.text(f"{SUPPLIER}/cac:PartyLegalEntity/cbc:RegistrationName"):
        yield Finding("1037")
    for name in document.all(f"{SUPPLIER}/cac:PartyName/cbc:Name"):
        if not 1 <= len((name.text or "").strip()) <= 1500:
            yield Finding("4092")


def check_currency(document: Document, _: Context) -> Iterator[Finding]:
    """2070 missing, 3088 unknown, 2071 not the same everywhere."""
    currency = document.currency
    if not currency:
        yield Finding("2070")
    elif currency not in CURRENCIES:
        yield Finding("3088", currency)
    for element in document.elements():
        if element.get("currencyID", currency) != currency:
            yield Finding("2071", f"{element.get('currencyID')}")
            return


def check_legends(document: Document, _: Context) -> Iterator[Finding]:
    """3006 text of a legend, 3014 repeated, 3027 outside catalogue 52; notes without a code are free."""
    seen: set[str] = set()
    for note in document.all("cbc:Note"):
        code, text = note.get("languageLocaleID"), (note.text or "").strip()
        if code is None:
            continue
        if code not in LEGENDS:
            yield Finding("3027", code)
        if code in seen:
            yield Finding("3014", code)
        if not 1 <= len(text) <= 200 or LINE_BREAK.search(text):
            yield Finding("3006", code)
        seen.add(code)


def check_type_code(document: Document, _: Context) -> Iterator[Finding]:
    """1004/1003: InvoiceTypeCode is the kind of the file name."""
    code = document.text("cbc:InvoiceTypeCode")
    if code != document.name.kind:
        yield Finding("1003" if code else "1004", code)


def check_operation_type(document: Document, _: Context) -> Iterator[Finding]:
    """3205/3206: the operation type of catalogue 51; 0112 is for facturas only, 0113 for boletas only."""
    elements = document.all("cbc:InvoiceTypeCode")
    operation = elements[0].get("listID", "") if elements else ""
    if not operation:
        yield Finding("3205")
    elif not OPERATIONS.fullmatch(operation) or operation in (
        ONLY_BOLETA if document.name.kind == "01" else ONLY_FACTURA
    ):
        yield Finding("3206", operation)


CHECKS: tuple[Check, ...] = (
    check_number_format,
    check_number_is_the_files,
    check_ruc,
    check_versions,
    check_issuer_name,
    check_currency,
    check_legends,
)
INVOICE_CHECKS: tuple[Check, ...] = (check_type_code, check_operation_type)
