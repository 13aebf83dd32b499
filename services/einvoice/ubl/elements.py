"""The few words every UBL document is written with: namespaces, elements, amounts."""

from decimal import Decimal
from functools import cache

from lxml import etree

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
SUNAT = "urn:sunat:names:specification:ubl:peru:schema:xsd"

CAC = f"{UBL}:CommonAggregateComponents-2"
CBC = f"{UBL}:CommonBasicComponents-2"
EXT = f"{UBL}:CommonExtensionComponents-2"
SAC = f"{SUNAT}:SunatAggregateComponents-1"
DS = "http://www.w3.org/2000/09/xmldsig#"

PREFIXES = {"cac": CAC, "cbc": CBC, "ext": EXT, "ds": DS}
SUMMARY_PREFIXES = PREFIXES | {"sac": SAC}


def root(name: str) -> etree._Element:
    """The document element of a UBL document: Invoice, CreditNote or DebitNote."""
    namespace = f"{UBL}:{name}-2"
    return etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace, **PREFIXES})  # type: ignore[dict-item]


def summary_root(name: str) -> etree._Element:
    """The document element of SUNAT's own documents: SummaryDocuments or VoidedDocuments."""
    namespace = f"{SUNAT}:{name}-1"
    return etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace, **SUMMARY_PREFIXES})  # type: ignore[dict-item]


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Append `prefix:Name` with text and attributes; returns the new element."""
    element = etree.SubElement(parent, _qualified(name), attributes)
    if text is not None:
        element.text = text
    return element


@cache
def _qualified(name: str) -> str:
    """`cbc:ID` with its namespace; there are some hundred names, each used over and over."""
    prefix, local = name.split(":")
    return f"{{{SUMMARY_PREFIXES[prefix]}}}{local}"


def add_path(parent: etree._Element, path: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Append nested elements `cac:A/cac:B/cbc:C`; text and attributes go to the last one, which is returned."""
    *outer, last = path.split("/")
    for name in outer:
        parent = add(parent, name)
    return add(parent, last, text, **attributes)


def add_signature_place(element: etree._Element) -> None:
    """The empty extension that waits for the signature; SUNAT's schema refuses it empty."""
    add_path(element, "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent")


def add_amount(parent: etree._Element, name: str, cents: int, currency: str) -> etree._Element:
    """Append an amount of two decimals with its currency (2071: all alike)."""
    return add(parent, name, two_decimals(cents), currencyID=currency)


def two_decimals(cents: int) -> str:
    """Cents as SUNAT's amount pattern wants them: no thousands, no exponent, two decimals (sunat.md 2.3).

    Only PayableRoundingAmount may be below zero.
    """
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def price(amount: Decimal) -> str:
    """A unit price: between 2 and 10 decimals, without needless zeros."""
    whole, _, fraction = f"{amount:.10f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def plain(number: Decimal) -> str:
    """A quantity: no exponent, no needless zeros."""
    return f"{number:.10f}".rstrip("0").rstrip(".")


def percent(rate: Decimal) -> str:
    """A rate: two decimals, or a bare 0."""
    return f"{rate:.2f}" if rate else "0"
