"""Where the issuer is and who the customer is (catalogue 06)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document
from .finding import Check, Context, Finding

ADDRESS_TYPE = "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cac:RegistrationAddress/cbc:AddressTypeCode"
CUSTOMER = "cac:AccountingCustomerParty/cac:Party"
IDENTITY_KINDS = set("01467ABCDEFG-")
RUC_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_ruc(text: str) -> bool:
    """Eleven digits whose last one is the check digit (modulo 11)."""
    if not re.fullmatch(r"(10|15|16|17|20)\d{9}", text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:10], RUC_WEIGHTS, strict=True))
    return (11 - total % 11) % 10 == int(text[10])


def customer_identity(document: Document) -> tuple[str, str]:
    """Kind and number of the customer's identity document."""
    found = document.all(f"{CUSTOMER}/cac:PartyIdentification/cbc:ID")
    return (found[0].get("schemeID", ""), (found[0].text or "").strip()) if found else ("", "")


def check_address_type(document: Document, _: Context) -> Iterator[Finding]:
    """3030/3239 (boleta: 4198/4242): the code of the issuer's establishment, four digits, 0000 the main office."""
    code = document.text(ADDRESS_TYPE)
    if not re.fullmatch(r"\d{4}", code):
        yield Finding("3239" if code else "3030", code)


def check_customer_present(document: Document, _: Context) -> Iterator[Finding]:
    """2014 number, 2015 kind, 2016 outside catalogue 06, 3090 more than one."""
    kind, number = customer_identity(document)
    if not number:
        yield Finding("2014")
    if not kind:
        yield Finding("2015")
    elif kind not in IDENTITY_KINDS:
        yield Finding("2016", kind)
    if len(document.all(f"{CUSTOMER}/cac:PartyIdentification")) > 1:
        yield Finding("3090")


def check_customer_number(document: Document, _: Context) -> Iterator[Finding]:
    """2017 a RUC of another length, 1083 one that cannot exist, 4207 a DNI and 4208 another document out of form."""
    kind, number = customer_identity(document)
    if kind == "6" and not re.fullmatch(r"\d{11}", number):
        yield Finding("2017", number)
    elif kind == "6" and not is_ruc(number):
        yield Finding("1083", number)
    elif kind == "1" and not re.fullmatch(r"\d{8}", number):
        yield Finding("4207", number)
    elif kind not in ("1", "6") and not re.fullmatch(r"\S{1,15}", number):
        yield Finding("4208", number)


def check_customer_name(document: Document, _: Context) -> Iterator[Finding]:
    """2021 missing, 2022 not of 3 to 1500 characters."""
    name = document.text(f"{CUSTOMER}/cac:PartyLegalEntity/cbc:RegistrationName")
    if not 3 <= len(name) <= 1500:
        yield Finding("2022" if name else "2021", name)


def check_customer_of_factura(document: Document, _: Context) -> Iterator[Finding]:
    """2800: an internal sale (0101) is for a RUC only, 0112 also for a DNI; exports may name anybody."""
    kind, _number = customer_identity(document)
    found = document.all("cbc:InvoiceTypeCode")
    operation = found[0].get("listID", "") if found else ""
    allowed = {"0101": {"6"}, "0112": {"1", "6"}}.get(operation, IDENTITY_KINDS)
    if kind in IDENTITY_KINDS - allowed:
        yield Finding("2800", kind)


CHECKS: tuple[Check, ...] = (
    check_address_type,
    check_customer_present,
    check_customer_number,
    check_customer_name,
)
FACTURA_CHECKS: tuple[Check, ...] = (check_customer_of_factura,)
