"""Credit and debit notes on our own vouchers: of refunds by themselves, of staff by hand."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import transaction
from chassis.events import Event
from chassis.outbox import publish
from contracts.einvoice import CreditNoteOmitted, VoucherIssued
from contracts.payments import PaidLine, PaymentRefunded
from services.einvoice.documents import CREDIT_NOTE, LINE_REFUND, NOTES, TOTAL_REFUND, Line, Particulars
from services.einvoice.errors import InvalidDocument
from services.einvoice.issuing import Draft, cents_of, issue
from services.einvoice.keys import can_sign
from services.einvoice.models import RefundNote, RefundState, Voucher, VoucherState
from services.einvoice.models.voucher import voucher_for_order

JUDGED = frozenset(VoucherState) - {
    VoucherState.DRAFT,
    VoucherState.NUMBERED,
    VoucherState.SIGNED,
    VoucherState.QUEUED,
    VoucherState.SENDING,
    VoucherState.UNKNOWN,
    VoucherState.EXCEPTION,
    VoucherState.VOID_REQUESTED,
}
"""States in which it is known whether a note can amend the voucher."""

BATCH = 20

log = logging.getLogger(__name__)


def take_refund(session: Session, event: PaymentRefunded) -> list[Event]:
    """Remember a refund once, and issue its note at once when the voucher allows it; the events to publish.

    Raises InvalidDocument when lines and amount of the refund disagree.
    """
    if session.get(RefundNote, event.refund_id) is not None:
        return []
    if sum(cents_of(line.amount) for line in event.lines) != cents_of(event.amount):
        raise InvalidDocument(f"refund {event.refund_id}: the lines do not add up to the amount")
    refund = RefundNote(
        refund_id=event.refund_id,
        order_id=event.order_id,
        order_number=event.order_number,
        event=msgspec.to_builtins(event),
        state=RefundState.WAITING,
        heard_at=now(),
    )
    session.add(refund)
    session.flush()
    return note_refund(session, refund)


def note_waiting_refunds() -> bool:
    """Issue the notes of refunds whose voucher SUNAT has judged meanwhile; True when there may be more."""
    if not can_sign():
        return False
    ready = (
        select(RefundNote.refund_id)
        .join(Voucher, Voucher.order_id == RefundNote.order_id)
        .where(RefundNote.state == RefundState.WAITING, Voucher.state.in_(JUDGED))
        .order_by(RefundNote.heard_at)
        .limit(BATCH)
    )
    with transaction() as session:
        waiting = session.scalars(ready).all()
    for refund_id in waiting:
        with transaction() as session:
            refund = session.get_one(RefundNote, refund_id, with_for_update=True)
            publish(session, *note_refund(session, refund))
    return len(waiting) == BATCH


def note_refund(session: Session, refund: RefundNote) -> list[Event]:
    """The note of a refund, or the news that there is none; nothing while the voucher is still to be judged, or
    while no certificate is valid.

    The voucher's row stays locked to the end, so two refunds of one order count each other's notes.
    """
    if refund.state != RefundState.WAITING:
        return []
    voucher = voucher_for_order(session, refund.order_id)
    if voucher is None:
        return []
    session.refresh(voucher, with_for_update=True)
    if voucher.state not in JUDGED:
        return []
    if not voucher.can_be_amended:
        return [_omit(refund, voucher, f"el comprobante está en estado {voucher.state}")]
    event = msgspec.convert(refund.event, PaymentRefunded)
    if cents_of(event.amount) > voucher.total_cents - credited_cents(session, voucher.id):
        return [_omit(refund, voucher, "el monto devuelto supera lo que queda del comprobante (3286)")]
    if not can_sign():
        return []
    issued = issue(session, _draft(voucher, event))
    refund.noted(issued.voucher_id)
    return [issued]


def can_be_noted(voucher: Voucher) -> bool:
    """Whether a note may amend it: an accepted factura or boleta; a note is not amended by a note (2119)."""
    return voucher.can_be_amended and voucher.voucher_type not in NOTES


def credited_cents(session: Session, voucher_id: str) -> int:
    """What notes of credit have given back of a voucher already, those that SUNAT refused or voided left out."""
    dead = (VoucherState.REJECTED, VoucherState.VOIDED)
    total = select(func.coalesce(func.sum(Voucher.total_cents), 0)).where(
        Voucher.amended_id == voucher_id, Voucher.voucher_type == CREDIT_NOTE, Voucher.state.not_in(dead)
    )
    return int(session.scalar(total) or 0)


def issue_note(
    session: Session,
    voucher: Voucher,
    *,
    voucher_type: str,
    particulars: Particulars,
    lines: Sequence[Line],
    delivery_email: str | None,
) -> VoucherIssued:
    """A note on a voucher: same customer, same council, series by the letter of what it amends.

    `particulars.amends` says why. Raises InvalidDocument, NoSeries, CertificateError.
    """
    draft = _note_on(voucher, voucher_type, particulars, lines)
    return issue(session, replace(draft, delivery_email=delivery_email))


def net_lines(voucher: Voucher) -> list[Line]:
    """The lines of a voucher as a note gives them back: discounts are within the value, not beside it."""
    return [replace(line, adjustments=()) for line in voucher.document().lines]


def _omit(refund: RefundNote, voucher: Voucher, reason: str) -> CreditNoteOmitted:
    log.warning("refund %s gets no credit note: voucher %s, %s", refund.refund_id, voucher.id, reason)
    return refund.omit(reason, voucher.printed_number)


def _draft(voucher: Voucher, event: PaymentRefunded) -> Draft:
    full = event.full and cents_of(event.amount) == voucher.total_cents
    code = TOTAL_REFUND if full else LINE_REFUND
    amends = voucher.amendment(code, event.reason.strip() or "Devolución del pago")
    lines = [_line(line) for line in event.lines]
    draft = _note_on(voucher, CREDIT_NOTE, Particulars(amends=amends), lines)
    return replace(draft, delivery_email=voucher.delivery_email)


def _line(line: PaidLine) -> Line:
    return Line.priced(description=line.description, price_cents=cents_of(line.amount), tax_code=line.tax_code)


def _note_on(voucher: Voucher, voucher_type: str, particulars: Particulars, lines: Sequence[Line]) -> Draft:
    return Draft(
        voucher_type=voucher_type,
        council=voucher.council,
        issued_at=now(),
        customer=voucher.document().customer,
        lines=lines,
        currency=voucher.currency,
        owner_cmp=voucher.owner_cmp,
        particulars=particulars,
        amended_id=voucher.id,
    )
