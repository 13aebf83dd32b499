"""A received XML with a few ways to read it. Parsing is closed to entities, DTDs and the network (ASVS 1.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from lxml import etree

from .faults import FaultError
from .files import FileName

NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "sac": "urn:sunat:names:specification:ubl:peru:schema:xsd:SunatAggregateComponents-1",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
SUNAT = "urn:sunat:names:specification:ubl:peru:schema:xsd:"

AMOUNT = re.compile(r"(?!0\d)\d{1,12}(\.\d{1,2})?")
PRICE = re.compile(r"(?!0\d)\d{1,12}(\.\d{1,10})?")
PERCENT = re.compile(r"(?!0\d)\d{1,3}(\.\d{1,5})?")


@dataclass(frozen=True)
class Kind:
    """How one kind of document is built: its root and the names that differ between kinds."""

    accepted: str
    root: str
    line: str = ""
    quantity: str = ""
    total: str = "cac:LegalMonetaryTotal"


KINDS = {
    "01": Kind(
        "La Factura numero {}, ha sido aceptada",
        f"{{{UBL}Invoice-2}}Invoice",
        "cac:InvoiceLine",
        "cbc:InvoicedQuantity",
    ),
    "03": Kind(
        "La Boleta numero {}, ha sido aceptada", f"{{{UBL}Invoice-2}}Invoice", "cac:InvoiceLine", "cbc:InvoicedQuantity"
    ),
    "07": Kind(
        "La Nota de Credito numero {}, ha sido aceptada",
        f"{{{UBL}CreditNote-2}}CreditNote",
        "cac:CreditNoteLine",
        "cbc:CreditedQuantity",
    ),
    "08": Kind(
        "La Nota de Debito numero {}, ha sido aceptada",
        f"{{{UBL}DebitNote-2}}DebitNote",
        "cac:DebitNoteLine",
        "cbc:DebitedQuantity",
        "cac:RequestedMonetaryTotal",
    ),
    "RC": Kind(
        "El Resumen diario {}, ha sido aceptado",
        f"{{{SUNAT}SummaryDocuments-1}}SummaryDocuments",
        "sac:SummaryDocumentsLine",
    ),
    "RA": Kind(
        "La Comunicacion de baja {}, ha sido aceptada",
        f"{{{SUNAT}VoidedDocuments-1}}VoidedDocuments",
        "sac:VoidedDocumentsLine",
    ),
}


def text_of(element: etree._Element, path: str) -> str:
    """Text at a path below the element, stripped; empty when there is none."""
    return (element.findtext(path, default="", namespaces=NS) or "").strip()


def number_in(text: str, pattern: re.Pattern[str] = AMOUNT) -> Decimal | None:
    """Read an amount as SUNAT's pattern allows it; anything else is no amount."""
    return Decimal(text) if pattern.fullmatch(text) else None


def amount_of(element: etree._Element, path: str, pattern: re.Pattern[str] = AMOUNT) -> Decimal:
    """Read an amount for a sum; what is missing or malformed counts as zero there and is reported elsewhere."""
    return number_in(text_of(element, path), pattern) or Decimal(0)


def date_in(text: str) -> date | None:
    """Read YYYY-MM-DD, or nothing."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@dataclass
class Document:
    """One voucher or summary as received, with its bytes, because the signature is judged on those."""

    name: FileName
    xml: bytes
    root: etree._Element = field(repr=False)

    @property
    def kind(self) -> Kind:
        """The table line of this document's kind."""
        return KINDS[self.name.kind]

    @property
    def is_boleta(self) -> bool:
        """A boleta or a note of one: judged more mildly on totals."""
        return self.name.kind == "03" or (self.name.kind in ("07", "08") and self.name.serie.startswith("B"))

    @property
    def is_note(self) -> bool:
        """Credit and debit notes modify another voucher."""
        return self.name.kind in ("07", "08")

    @cached_property
    def lines(self) -> list[etree._Element]:
        """The item lines, or the lines of a summary."""
        return self.all(self.kind.line)

    @cached_property
    def issue_date(self) -> date | None:
        """cbc:IssueDate if it is a date."""
        return date_in(self.text("cbc:IssueDate"))

    @property
    def currency(self) -> str:
        """cbc:DocumentCurrencyCode."""
        return self.text("cbc:DocumentCurrencyCode")

    @property
    def total(self) -> str:
        """The payable amount as written."""
        return self.text(f"{self.kind.total}/cbc:PayableAmount")

    def text(self, path: str) -> str:
        """Text at a path below the root."""
        return text_of(self.root, path)

    def all(self, path: str) -> list[etree._Element]:
        """Every element at a path below the root."""
        return self.root.findall(path, NS)

    def elements(self) -> Iterator[etree._Element]:
        """Every element of the document, without comments."""
        return self.root.iter(etree.Element)


def parse_xml(data: bytes) -> etree._Element:
    """Parse bytes from outside, or fault 0306; a DOCTYPE is refused whatever it says."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FaultError("0306", str(error)) from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise FaultError("0306", "DOCTYPE no permitido")
    return root


def read_document(name: FileName, xml: bytes) -> Document:
    """Parse a received XML under the name it came with."""
    return Document(name, xml, parse_xml(xml))
