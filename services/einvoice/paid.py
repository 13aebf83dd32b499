"""From a captured payment to its voucher: at once, or when there is a valid certificate again."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.events import Event
from chassis.outbox import publish
from contracts.payments import PaymentCaptured
from services.einvoice.documents import Customer, Line
from services.einvoice.errors import InvalidDocument, NoSeries
from services.einvoice.issuing import Draft, cents_of, issue
from services.einvoice.keys import can_sign
from services.einvoice.models import WaitingPayment
from services.einvoice.models.voucher import voucher_for_order
from services.einvoice.settings import current_settings

log = logging.getLogger(__name__)


def take_payment(session: Session, event: PaymentCaptured) -> list[Event]:
    """The voucher of a payment, once; the events to publish. Without a valid certificate the payment is written down.

    No number is spent on what cannot be signed (2325-2328). Raises InvalidDocument, NoSeries.
    """
    if voucher_for_order(session, event.order_id) is not None:
        return []
    draft = draft_of(event)
    if can_sign():
        return [issue(session, draft)]
    if session.get(WaitingPayment, event.order_id) is None:
        session.add(WaitingPayment(order_id=event.order_id, event=msgspec.to_builtins(event), heard_at=now()))
        log.error("order %s waits for its voucher: no valid certificate", event.order_id)
    return []


def issue_for_waiting_payments() -> None:
    """Issue what waits, oldest first, each in a transaction of its own; one that cannot be issued stops no other."""
    if not can_sign():
        return
    with reading() as session:
        waiting = session.scalars(select(WaitingPayment.order_id).order_by(WaitingPayment.heard_at)).all()
    for order_id in waiting:
        try:
            _issue_for(order_id)
        except (InvalidDocument, NoSeries) as error:
            log.error("order %s still waits for its voucher: %s", order_id, error)


def _issue_for(order_id: str) -> None:
    """Voucher, event and the end of the waiting, or none of them; a row that another worker holds is left to it."""
    with transaction() as session:
        locked = select(WaitingPayment).where(WaitingPayment.order_id == order_id).with_for_update(skip_locked=True)
        payment = session.scalar(locked)
        if payment is not None:
            publish(session, *take_payment(session, msgspec.convert(payment.event, PaymentCaptured)))
            session.delete(payment)


def draft_of(event: PaymentCaptured) -> Draft:
    """What the payment's voucher must say. Raises InvalidDocument when lines and total disagree."""
    lines = [_line(line.description, line.amount, line.tax_code) for line in event.lines]
    if sum(line.value_cents + line.tax_cents for line in lines) != cents_of(event.total):
        raise InvalidDocument(f"order {event.order_id}: the lines do not add up to the total paid")
    return Draft(
        voucher_type=event.voucher_type,
        council=event.council,
        issued_at=issue_time(event.captured_at),
        customer=Customer(
            document_type=event.recipient.document_type,
            document_number=event.recipient.document_number,
            name=event.recipient.name,
            address=event.recipient.address,
        ),
        lines=lines,
        currency=event.currency,
        order_id=event.order_id,
        order_number=event.order_number,
        owner_cmp=event.owner_cmp,
        delivery_email=event.voucher_email,
    )


def issue_time(captured_at: datetime) -> datetime:
    """The moment of payment, which the law asks for; today when the news came so late that SUNAT's days run out."""
    moment = now()
    late = moment - captured_at > timedelta(hours=current_settings().capture_date_hours)
    return moment if late else min(captured_at, moment)


def _line(description: str, amount: Decimal, tax_code: str) -> Line:
    return Line.priced(description=description, price_cents=cents_of(amount), tax_code=tax_code)
