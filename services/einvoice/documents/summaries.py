"""Daily summary of boletas (RC) and notice of voided facturas (RA): what they say, before any XML (sunat.md 2.12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.einvoice.documents.catalogues import IGV_PERCENT, NOTES
from services.einvoice.documents.document import Document
from services.einvoice.documents.particulars import Amendment
from services.einvoice.documents.parties import Customer, Issuer
from services.einvoice.documents.wording import printed_number

RC, RA = "RC", "RA"

ADD, MODIFY, VOID = "1", "2", "3"
"""Catalogue 19: what a line of an RC does with its boleta or note."""

INSTRUCTIONS = {"gravado": "01", "exonerado": "02", "inafecto": "03", "exportacion": "04"}
"""InstructionID of a BillingPayment by printed total."""


@dataclass(frozen=True, kw_only=True)
class SummaryLine:
    """One boleta or note in an RC, or one voucher in an RA. Amounts in cents."""

    voucher_type: str
    series: str
    number: int
    customer: Customer
    condition: str
    total_cents: int
    tax_cents: int
    charge_cents: int
    paid: tuple[tuple[str, int], ...]
    """(InstructionID, cents) of each printed total that is not zero."""
    igv_percent: Decimal = IGV_PERCENT
    amends: Amendment | None = None
    reason: str = ""
    currency: str = "PEN"

    @classmethod
    def of(cls, document: Document, condition: str, reason: str = "") -> "SummaryLine":
        """The line about a voucher."""
        paid = [(code, document.value_of(total)) for total, code in INSTRUCTIONS.items()]
        return cls(
            voucher_type=document.type,
            series=document.series,
            number=document.number,
            customer=document.customer,
            condition=condition,
            total_cents=document.total_cents,
            tax_cents=document.tax_cents,
            charge_cents=document.charge_cents,
            paid=tuple((code, cents) for code, cents in paid if cents),
            amends=document.particulars.amends if document.type in NOTES else None,
            reason=reason,
            currency=document.currency,
        )

    @property
    def id(self) -> str:
        """Series and number as printed."""
        return printed_number(self.series, self.number)


@dataclass(frozen=True, kw_only=True)
class SummaryDocument:
    """An RC or RA, numbered within its day: made on `issue_date`, about vouchers of `reference_date`."""

    kind: str
    number: int
    issue_date: date
    reference_date: date
    issuer: Issuer
    lines: Sequence[SummaryLine]

    @property
    def id(self) -> str:
        """`RC-20261120-1`."""
        return f"{self.kind}-{self.issue_date:%Y%m%d}-{self.number}"

    @property
    def file_name(self) -> str:
        """SUNAT's name without extension (sunat.md 2.9)."""
        return f"{self.issuer.ruc}-{self.id}"
