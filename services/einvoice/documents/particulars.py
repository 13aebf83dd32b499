"""The optional parts of a voucher: what it amends, how it is paid, what it refers to."""

from dataclasses import dataclass
from datetime import date

from services.einvoice.documents.lines import Adjustment


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """What a note changes, and why: type and number of the voucher, code of catalogue 09 or 10, words."""

    voucher_type: str
    number: str
    reason_code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Instalment:
    """One cuota of a factura on credit: amount in cents, day it falls due."""

    amount_cents: int
    due_date: date


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Another document: its number, and its type in catalogue 01 (despatch) or 12 (others)."""

    number: str
    document_type: str


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What only some vouchers say. Amounts in cents; `rounding_cents` between -100 and 100."""

    amends: Amendment | None = None
    due_date: date | None = None
    instalments: tuple[Instalment, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    rounding_cents: int = 0
    order_reference: str | None = None
    despatches: tuple[Reference, ...] = ()
    references: tuple[Reference, ...] = ()
    remarks: tuple[str, ...] = ()


PLAIN = Particulars()
"""A voucher without any optional part."""
