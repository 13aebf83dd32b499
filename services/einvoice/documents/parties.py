"""Who issues and who receives."""

from dataclasses import dataclass

from services.einvoice.documents.catalogues import DNI, FACTURA, RUC
from services.einvoice.errors import InvalidDocument

ITINERANT_SALE = "0112"
"""Operation of catalogue 51 in which a factura may go to a DNI (sunat.md 2.5)."""

MUST_IDENTIFY_ABOVE_CENTS = 70_000
"""S/ 700: above it a boleta names its receiver (2514)."""


def ruc_is_valid(ruc: str) -> bool:
    """Whether an 11-digit RUC has a known prefix and the right check digit (product 2.8)."""
    if len(ruc) != 11 or not ruc.isascii() or not ruc.isdigit() or ruc[:2] not in {"10", "15", "16", "17", "20"}:
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(ruc, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False))
    return (11 - weighted % 11) % 10 == int(ruc[10])


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who issues: the taxpayer's registered data. `ubigeo` is of catalogue 13, `establishment` 0000 = main office."""

    ruc: str
    legal_name: str
    trade_name: str
    ubigeo: str
    department: str
    province: str
    district: str
    address: str
    establishment: str = "0000"
    urbanization: str = ""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """In whose name the voucher is issued. `document_type` is SUNAT catalogue 06."""

    document_type: str
    document_number: str
    name: str
    address: str | None = None

    @property
    def is_anonymous(self) -> bool:
        """Nobody in particular: document `0` or `-` with a dash or zeros for a number (sunat.md 2.5)."""
        return self.document_type in ("0", "-") and not self.document_number.strip("-0")


def check_customer(voucher_type: str, customer: Customer, operation: str = "0101") -> None:
    """Customer rules that end in rejection (2800, 2017, 2022). Raises InvalidDocument.

    `voucher_type` is 01 or 03; for a note, that of the voucher it amends.
    """
    allowed = {RUC, DNI} if operation == ITINERANT_SALE else {RUC}
    if voucher_type == FACTURA and customer.document_type not in allowed:
        raise InvalidDocument("a factura needs a RUC (2800)")
    if customer.document_type == RUC and not ruc_is_valid(customer.document_number):
        raise InvalidDocument("the customer's RUC is not valid (2017)")
    if len(customer.name) < 3:
        raise InvalidDocument("the customer's name needs 3 characters (2022)")
