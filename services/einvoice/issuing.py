"""Issuing a voucher: number, document, signature, stored bytes, queue. All of it in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from chassis.clock import LIMA, now
from chassis.files import files
from chassis.logs import current_traceparent
from contracts.einvoice import VoucherIssued
from services.einvoice.documents import PLAIN, Customer, Document, Line, Particulars, check_customer, one_line
from services.einvoice.documents.summaries import ADD, RC
from services.einvoice.errors import InvalidDocument
from services.einvoice.keys import signing_key
from services.einvoice.models import SummaryEntry, Voucher
from services.einvoice.models.series import ReservedNumber, reserve_number
from services.einvoice.search_text import search_text
from services.einvoice.settings import BY_SUMMARY, current_settings
from services.einvoice.signing import Signed, sign
from services.einvoice.ubl import build

XML_TYPE = "application/xml"
NAME_LIMIT, ADDRESS_LIMIT = 1500, 200


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A voucher that has no number yet: what it says, for whom, and which payment it is for."""

    voucher_type: str
    council: str
    issued_at: datetime
    customer: Customer
    lines: Sequence[Line]
    currency: str = "PEN"
    order_id: str | None = None
    order_number: str | None = None
    owner_cmp: str | None = None
    delivery_email: str | None = None
    operation: str = "0101"
    particulars: Particulars = PLAIN
    amended_id: str | None = None
    """For notes: the voucher of ours that it amends."""

    @property
    def amends(self) -> str:
        """01 or 03 for a note, empty otherwise: it chooses the series."""
        return self.particulars.amends.voucher_type if self.particulars.amends else ""


def issue(session: Session, draft: Draft) -> VoucherIssued:
    """Give a draft the next number of its series, sign it, store the exact bytes and queue it.

    Its series stays locked to the end. Nothing has left the house when this returns: if the transaction fails,
    number and voucher are gone together, and a file that was stored for nothing is never named by anyone. Raises
    InvalidDocument, NoSeries, CertificateError.
    """
    customer = tidy(draft.customer)
    check_customer(draft.amends or draft.voucher_type, customer, draft.operation)
    document = document_of(draft, customer, reserve_number(session, draft.voucher_type, draft.council, draft.amends))
    voucher = Voucher.numbered(
        document,
        council=draft.council,
        search_name=search_text(customer.name),
        order_id=draft.order_id,
        order_number=draft.order_number,
        owner_cmp=draft.owner_cmp,
        delivery_email=draft.delivery_email,
        amended_id=draft.amended_id,
        traceparent=current_traceparent(),
    )
    signed = sign(build(document), signing_key())
    _store(voucher, signed)
    issued = voucher.enqueue()
    session.add(voucher)
    session.flush()
    if goes_by_summary(voucher.series):
        tell_by_summary(session, voucher)
    return issued


def goes_by_summary(series: str) -> bool:
    """Whether boletas and their notes are told by daily summary instead of one by one: configuration."""
    return series.startswith("B") and current_settings().boletas_by == BY_SUMMARY


def tell_by_summary(session: Session, voucher: Voucher) -> None:
    """Have a boleta or its note told in an RC, after a while, so that others can go along."""
    voucher.await_summary()
    due = now() + timedelta(minutes=current_settings().summary_wait_minutes)
    session.add(SummaryEntry.of(voucher.id, RC, ADD, voucher.issue_date, due_at=due))
    session.flush()


def document_of(draft: Draft, customer: Customer, reserved: ReservedNumber) -> Document:
    """What a draft says under a number. Raises InvalidDocument."""
    return Document(
        type=draft.voucher_type,
        series=reserved.series,
        number=reserved.number,
        issued_at=draft.issued_at.astimezone(LIMA),
        issuer=current_settings().issuer,
        customer=customer,
        lines=tuple(draft.lines),
        currency=draft.currency,
        operation=draft.operation,
        particulars=draft.particulars,
    )


def _store(voucher: Voucher, signed: Signed) -> None:
    xml = files().put(signed.xml, media_type=XML_TYPE, name=f"{voucher.file_name}.xml")
    voucher.sign(xml, signed.digest)


def tidy(customer: Customer) -> Customer:
    """One line of capitals for the name (VOU-8), one line for the address."""
    address = one_line(customer.address, limit=ADDRESS_LIMIT) if customer.address else None
    return replace(customer, name=one_line(customer.name, limit=NAME_LIMIT).upper(), address=address)


def cents_of(amount: Decimal) -> int:
    """An amount of an event as whole cents. Raises InvalidDocument for fractions of a cent and for less than zero."""
    cents = amount * 100
    if cents != cents.to_integral_value() or cents < 0:
        raise InvalidDocument("an amount with more than two decimals, or below zero")
    return int(cents)
