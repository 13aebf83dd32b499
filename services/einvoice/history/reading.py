"""What a voucher of earlier years says: UBL 2.0 or 2.1 of any issuer software, read by local names and never guessed.

UBL 2.0 has the parties' numbers in CustomerAssignedAccountID, the totals in SUNAT's own extension, and no hour.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

from chassis.clock import LIMA
from services.einvoice.documents import (
    BOLETA,
    CREDIT_NOTE,
    DEBIT_NOTE,
    FACTURA,
    NOTES,
    TREATMENTS,
    Amendment,
    Customer,
    Issuer,
    Line,
    Particulars,
    one_line,
)
from services.einvoice.history.reasons import Reason, Refused
from services.einvoice.history.receipts import Key, clock_time
from services.einvoice.models.series import SERIES_PATTERNS
from services.einvoice.words import LIMIT_CENTS

ROOTS = {"Invoice": "", "CreditNote": CREDIT_NOTE, "DebitNote": DEBIT_NOTE}
SUMMARY_ROOTS = {"SummaryDocuments": "RC", "VoidedDocuments": "RA"}
LINES = ("InvoiceLine", "CreditNoteLine", "DebitNoteLine")
SUMMARY_LINES = ("{*}SummaryDocumentsLine", "{*}VoidedDocumentsLine")
QUANTITIES = ("InvoicedQuantity", "CreditedQuantity", "DebitedQuantity")
CURRENCIES = ("PEN", "USD")
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,10})?")
VALUE_TOTALS = ("1001", "1002", "1003")
"""gravado, inafecto, exonerado in UBL 2.0's AdditionalMonetaryTotal."""
FREE = frozenset({"11", "12", "13", "14", "15", "16", "21", "31", "32", "33", "34", "35", "36", "37"})
"""Catalogue 07 codes of what is given away: it has a value, but nothing is paid for it."""
ON_LETTER = {"F": FACTURA, "B": BOLETA}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A voucher of earlier years as it is written."""

    key: Key
    operation: str
    issued_at: datetime
    issuer: Issuer
    customer: Customer
    currency: str
    value_cents: int
    tax_cents: int
    total_cents: int
    amended_type: str | None
    particulars: Particulars
    lines: tuple[Line, ...]

    @property
    def issue_date(self) -> date:
        """The day in Lima."""
        return self.issued_at.astimezone(LIMA).date()


@dataclass(frozen=True, kw_only=True)
class SummaryLineTold:
    """What an RC or RA says of one voucher."""

    key: Key
    condition: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SummaryTold:
    """An RC or RA of earlier years."""

    key: Key
    ruc: str
    issue_date: date
    reference_date: date
    lines: tuple[SummaryLineTold, ...] = field(default_factory=tuple)

    @property
    def printed_number(self) -> str:
        """`RC-20190701-1`, without zeros before the last number."""
        kind, day, number = self.key
        return f"{kind}-{day}-{number}"

    @property
    def file_name(self) -> str:
        """SUNAT's name without ending."""
        return f"{self.ruc}-{self.printed_number}"


def key_of(root: etree._Element) -> Key:
    """Type, series and number of a voucher. Raises Refused."""
    kind = ROOTS[etree.QName(root).localname] or _text(root, "InvoiceTypeCode")
    series, number = _number(_text(root, "ID"))
    if kind not in SERIES_PATTERNS or not SERIES_PATTERNS[kind].fullmatch(series):
        raise Refused(Reason.UNSUPPORTED_DOCUMENT, f"{kind} {series}"[:40])
    return kind, series, number


def read_voucher(root: etree._Element) -> Told:
    """Everything that is indexed and printed. Raises Refused."""
    key = key_of(root)
    issued_at = _issued_at(root)
    currency = _text(root, "DocumentCurrencyCode") or "PEN"
    if currency not in CURRENCIES:
        raise Refused(Reason.BAD_CONTENT, "currency")
    total = _total(root)
    tax = sum(_cents(each, "TaxAmount") for each in root.findall("{*}TaxTotal"))
    amends = _amendment(root, key)
    operation = root.find("{*}InvoiceTypeCode")
    return Told(
        key=key,
        operation=(operation.get("listID", "") if operation is not None else "")[:4] or "0101",
        issued_at=issued_at,
        issuer=_issuer(root),
        customer=_customer(root),
        currency=currency,
        value_cents=_value(root, total - tax),
        tax_cents=tax,
        total_cents=total,
        amended_type=amends.voucher_type if amends else (ON_LETTER[key[1][0]] if key[0] in NOTES else None),
        particulars=Particulars(amends=amends, due_date=_date(root, "DueDate")),
        lines=tuple(_line(element) for name in LINES for element in root.findall(f"{{*}}{name}")),
    )


def read_summary(root: etree._Element) -> SummaryTold:
    """What an RC or RA tells of which vouchers. Raises Refused."""
    found = re.fullmatch(r"(R[AC])-(\d{8})-(\d{1,5})", _text(root, "ID"))
    day = _date(root, "IssueDate")
    if not found or day is None:
        raise Refused(Reason.BAD_CONTENT, "summary number or date")
    return SummaryTold(
        key=(found[1], found[2], int(found[3])),
        ruc=ruc_of(root),
        issue_date=day,
        reference_date=_date(root, "ReferenceDate") or day,
        lines=tuple(_summary_line(each) for each in root.iterchildren(*SUMMARY_LINES)),
    )


def ruc_of(root: etree._Element) -> str:
    """The issuer's RUC. Raises Refused."""
    supplier = root.find("{*}AccountingSupplierParty")
    ruc = _party_number(supplier)[1] if supplier is not None else ""
    if not re.fullmatch(r"\d{11}", ruc):
        raise Refused(Reason.BAD_CONTENT, "issuer")
    return ruc


def _summary_line(element: etree._Element) -> SummaryLineTold:
    kind = _text(element, "DocumentTypeCode")
    if written := _text(element, "ID"):
        series, number = _number(written)
        return SummaryLineTold(key=(kind[:2], series, number), condition=_text(element, "Status/ConditionCode")[:1])
    series, number = _number(f"{_text(element, 'DocumentSerialID')}-{_text(element, 'DocumentNumberID')}")
    reason = one_line(_text(element, "VoidReasonDescription"), limit=500)
    return SummaryLineTold(key=(kind[:2], series, number), condition="3", reason=reason)


def _number(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"([A-Z0-9]{4})-(\d{1,8})", text.strip().upper())
    if not found or not int(found[2]):
        raise Refused(Reason.UNSUPPORTED_DOCUMENT, "series and number")
    return found[1], int(found[2])


def _issued_at(root: etree._Element) -> datetime:
    day = _date(root, "IssueDate")
    if day is None:
        raise Refused(Reason.BAD_CONTENT, "IssueDate")
    try:
        return datetime.combine(day, clock_time(_text(root, "IssueTime")), LIMA).astimezone(UTC)
    except ValueError as error:
        raise Refused(Reason.BAD_CONTENT, "IssueTime") from error


def _total(root: etree._Element) -> int:
    for name in ("LegalMonetaryTotal", "RequestedMonetaryTotal"):
        totals = root.find(f"{{*}}{name}")
        total = _cents(totals, "PayableAmount", needed=True) if totals is not None else None
        if total is not None and total <= LIMIT_CENTS:
            return total
    raise Refused(Reason.BAD_CONTENT, "PayableAmount")


def _value(root: etree._Element, otherwise: int) -> int:
    """The value without tax: LineExtensionAmount of the whole, UBL 2.0's totals, or the total less tax."""
    for name in ("LegalMonetaryTotal", "RequestedMonetaryTotal"):
        totals = root.find(f"{{*}}{name}")
        if totals is not None and _text(totals, "LineExtensionAmount"):
            return _cents(totals, "LineExtensionAmount")
    told = [each for each in root.iter("{*}AdditionalMonetaryTotal") if _text(each, "ID") in VALUE_TOTALS]
    return sum(_cents(each, "PayableAmount") for each in told) if told else otherwise


def _amendment(root: etree._Element, key: Key) -> Amendment | None:
    """What a note amends and why; the type by the series' first letter where nothing else tells it."""
    if key[0] not in NOTES:
        return None
    reason, document = root.find("{*}DiscrepancyResponse"), root.find("{*}BillingReference/{*}InvoiceDocumentReference")
    number = _text(document, "ID") if document is not None else _text(reason, "ReferenceID")
    told = _text(document, "DocumentTypeCode") if document is not None else ""
    found = re.fullmatch(r"([A-Z0-9]{4})-(\d{1,8})", number.upper())
    return Amendment(
        voucher_type=told if told in (FACTURA, BOLETA) else ON_LETTER[key[1][0]],
        number=f"{found[1]}-{int(found[2]):08d}" if found else number[:20],
        reason_code=_text(reason, "ResponseCode")[:2],
        reason=one_line(_text(reason, "Description"), limit=500),
    )


def _issuer(root: etree._Element) -> Issuer:
    party = root.find("{*}AccountingSupplierParty/{*}Party")
    if party is None:
        raise Refused(Reason.BAD_CONTENT, "issuer")
    address = next(iter(party.findall("{*}PartyLegalEntity/{*}RegistrationAddress")), party.find("{*}PostalAddress"))
    trade = _text(party, "PartyName/Name")
    return Issuer(
        ruc=ruc_of(root),
        legal_name=one_line(_text(party, "PartyLegalEntity/RegistrationName") or trade, limit=300),
        trade_name=one_line(trade, limit=300),
        ubigeo=_text(address, "ID")[:6],
        department=_text(address, "CountrySubentity")[:60],
        province=_text(address, "CityName")[:60],
        district=_text(address, "District")[:60],
        address=one_line(_text(address, "AddressLine/Line") or _text(address, "StreetName"), limit=200),
        establishment=_text(address, "AddressTypeCode")[:4] or "0000",
    )


def _customer(root: etree._Element) -> Customer:
    customer = root.find("{*}AccountingCustomerParty")
    if customer is None:
        raise Refused(Reason.BAD_CONTENT, "customer")
    kind, number = _party_number(customer)
    name = _text(customer, "Party/PartyLegalEntity/RegistrationName") or _text(customer, "Party/PartyName/Name")
    if len(kind) != 1 or not 1 <= len(number) <= 15:
        raise Refused(Reason.BAD_CONTENT, "customer's document")
    address = _text(customer, "Party/PartyLegalEntity/RegistrationAddress/AddressLine/Line") or _text(
        customer, "Party/PostalAddress/StreetName"
    )
    return Customer(
        document_type=kind,
        document_number=number,
        name=one_line(name, limit=1500).upper(),
        address=one_line(address, limit=200) or None,
    )


def _party_number(party: etree._Element) -> tuple[str, str]:
    """Type and number of a party's document: UBL 2.1's PartyIdentification, or UBL 2.0's account ids."""
    identified = party.find("{*}Party/{*}PartyIdentification/{*}ID")
    if identified is not None:
        return identified.get("schemeID", ""), (identified.text or "").strip()
    if (number := _text(party, "CustomerAssignedAccountID")) != "":
        return _text(party, "AdditionalAccountID"), number
    registered = party.find("{*}Party/{*}PartyTaxScheme/{*}CompanyID")
    return (registered.get("schemeID", ""), (registered.text or "").strip()) if registered is not None else ("", "")


def _line(element: etree._Element) -> Line:
    quantity = next((each for name in QUANTITIES if (each := element.find(f"{{*}}{name}")) is not None), None)
    amount = _decimal(quantity.text if quantity is not None else None) or Decimal(1)
    tax_code = _text(element, "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReasonCode")
    free = tax_code in FREE
    tax = sum(_cents(each, "TaxAmount") for each in element.findall("{*}TaxTotal"))
    return Line(
        description=one_line(" ".join(_texts(element, "Item/Description")), limit=500) or "-",
        treatment=TREATMENTS[_treatment(tax_code, tax)],
        value_cents=0 if free else _cents(element, "LineExtensionAmount"),
        tax_cents=0 if free else tax,
        quantity=amount,
        unit=((quantity.get("unitCode") if quantity is not None else None) or "ZZ")[:3],
    )


def _treatment(tax_code: str, tax_cents: int) -> str:
    """The nearest of the treatments we know: by the first digit of catalogue 07; what bears tax is gravado."""
    return {"1": "10", "2": "20", "3": "30", "4": "40"}.get(tax_code[:1], "10" if tax_cents else "30")


def _text(element: etree._Element | None, path: str) -> str:
    """Text at a path of local names; empty when there is none."""
    return next(iter(_texts(element, path)), "")


def _texts(element: etree._Element | None, path: str) -> list[str]:
    if element is None:
        return []
    found = element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))
    return ["".join(str(part) for part in each.itertext()).strip() for each in found]


def _date(element: etree._Element, name: str) -> date | None:
    text = _text(element, name)[:10]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(Reason.BAD_CONTENT, name) from error


def _decimal(text: str | None) -> Decimal | None:
    written = (text or "").strip()
    try:
        return Decimal(written) if AMOUNT.fullmatch(written) else None
    except InvalidOperation:
        return None


def _cents(element: etree._Element, path: str, *, needed: bool = False) -> int:
    """An amount as whole cents. Raises Refused for what is no amount, or missing though needed."""
    text = _text(element, path)
    amount = _decimal(text)
    if amount is None and (text or needed):
        raise Refused(Reason.BAD_CONTENT, path)
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP)) if amount is not None else 0
