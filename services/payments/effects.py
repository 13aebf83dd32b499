"""What belongs to each edge of an attempt, in the transaction that takes it: dues, holds, books, receipt, events."""

import logging
from collections.abc import Callable, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.events import Event
from contracts.payments import (
    PaymentDeclined,
    PaymentFailed,
    PaymentInDoubt,
    PaymentMismatched,
    PaymentNotApplied,
)
from services.payments.ledger.posting import post_capture, post_refund, post_unapplied
from services.payments.models import Attempt, Due, Order, OrderLine, Refund, Reservation
from services.payments.money import decimal
from services.payments.news import News
from services.payments.niubiz import CardDetails, Declined, Sale, customer_text
from services.payments.receipts import draw_receipt, print_later
from services.payments.schedule import next_check
from services.payments.standing.reckoning import reassess
from services.payments.states import Happening

log = logging.getLogger(__name__)


def dues_of(session: Session, order: Order) -> list[Due]:
    """The dues of an order under row locks, in the order of their ids so that two orders cannot deadlock."""
    wanted = [line.due_id for line in order.lines]
    rows = select(Due).where(Due.id.in_(wanted)).order_by(Due.id).with_for_update()
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def release(session: Session, order: Order) -> None:
    """Give the order's dues back."""
    live = update(Reservation).where(Reservation.order_id == order.id, Reservation.active)
    session.execute(live.values(active=False, released_at=now()))


def _approve(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """Settle the dues and keep the receipt (PAY-9); einvoice makes the voucher from the event."""
    note_sale(attempt, news.sale)
    at = attempt.charged_at or now()
    for due in dues_of(session, order):
        due.settle(at)
    release(session, order)
    fact = order.captured(attempt, at)
    post_capture(session, order, attempt)
    session.add(draw_receipt(order, attempt, current_service().settings))
    session.add(print_later(order))
    reassess(session, order.owner_cmp)
    return [fact]


def _approve_too_late(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """The money must go back by void or refund, without a voucher (case 8): an alarm and a staff work list."""
    note_sale(attempt, news.sale)
    release(session, order)
    post_unapplied(session, order, attempt)
    log.error("attempt %s was charged, but its dues are no longer open", attempt.id)
    return [
        PaymentNotApplied(
            order_id=order.id,
            order_number=order.number_text,
            purchase_number=attempt.number_text,
            owner_cmp=order.owner_cmp,
            council=order.council,
            amount=decimal(attempt.charged_cents),
            currency=attempt.currency,
            charged_at=attempt.charged_at or now(),
            email=order.email,
        )
    ]


def _differ(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """Money moved, but not as asked (case 12, PAY-10): not paid, an alarm, nothing more is charged."""
    note_sale(attempt, news.sale)
    log.error("attempt %s: the acquirer's answer differs: %s", attempt.id, news.reason)
    return [_mismatched(order, attempt, news.reason)]


def _mismatched(order: Order, attempt: Attempt, difference: str) -> PaymentMismatched:
    return PaymentMismatched(
        order_id=order.id,
        order_number=order.number_text,
        purchase_number=attempt.number_text,
        owner_cmp=order.owner_cmp,
        difference=difference,
    )


def _decline(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """The dues stay held a while, so that the payer can try another card (PAY-12)."""
    note_refusal(attempt, news.refusal)
    order.hold_until(now(), current_service().settings.reservation_minutes)
    return [
        PaymentDeclined(
            order_id=order.id,
            order_number=order.number_text,
            purchase_number=attempt.number_text,
            owner_cmp=order.owner_cmp,
            action_code=attempt.action_code or "",
            reason=attempt.action_text or "",
            settled_later=was_unknown,
            email=order.email,
        )
    ]


def _expire_form(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """The order keeps its dues; a new form gets a new number (case 10)."""
    note_refusal(attempt, news.refusal)
    return []


def _fail(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """Nothing was charged; the payer may try again at once."""
    log.error("attempt %s failed: %s", attempt.id, news.reason)
    order.hold_until(now(), current_service().settings.reservation_minutes)
    return [
        PaymentFailed(
            order_id=order.id,
            order_number=order.number_text,
            purchase_number=attempt.number_text,
            owner_cmp=order.owner_cmp,
            reason=attempt.message or "",
            settled_later=was_unknown,
            email=order.email,
        )
    ]


def _doubt(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """Ask again by a job; until then nobody pays this order again (case 1)."""
    attempt.doubt_since, attempt.action_code = now(), news.action_code
    attempt.next_check_at = next_check(attempt.doubt_since, attempt.doubt_since)
    return [
        PaymentInDoubt(
            order_id=order.id,
            order_number=order.number_text,
            purchase_number=attempt.number_text,
            owner_cmp=order.owner_cmp,
            since=attempt.doubt_since,
        )
    ]


def _drop_order(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """The summary no longer holds; the payer must see and accept a new one (cases 7 and 8)."""
    release(session, order)
    return [order.given_back()]


def _give_back(session: Session, order: Order, attempt: Attempt, news: News, was_unknown: bool) -> list[Event]:
    """Money went back: paid dues are owed again and the voucher needs a credit note; a charge without a use has none.

    The refund's lines tell which; none means that the charge never paid a due.
    """
    refund = news.refund
    assert refund is not None  # noqa: S101 - whoever returns money says which refund it is
    at = refund.returned_at or now()
    lines = lines_of(order, refund)
    reopened = {line.due_id for line in lines}
    for due in dues_of(session, order):
        if due.id in reopened:
            due.reopen()
    release(session, order)
    post_refund(session, refund, order, attempt, lines)
    reassess(session, order.owner_cmp)
    return [refund.refunded(order, attempt, lines, at) if lines else refund.charge_returned(order, attempt, at)]


def lines_of(order: Order, refund: Refund) -> list[OrderLine]:
    """The lines of the order that a refund gives back, in the order's own order."""
    wanted = {line.due_id for line in refund.lines}
    return [line for line in order.lines if line.due_id in wanted]


Effect = Callable[[Session, Order, Attempt, News, bool], list[Event]]

EFFECTS: Mapping[Happening, Effect] = {
    Happening.APPROVED: _approve,
    Happening.APPROVED_TOO_LATE: _approve_too_late,
    Happening.DIFFERED: _differ,
    Happening.DECLINED: _decline,
    Happening.FORM_EXPIRED: _expire_form,
    Happening.NOT_CHARGED: _fail,
    Happening.NEVER_ARRIVED: _fail,
    Happening.DOUBTED: _doubt,
    Happening.DUES_CHANGED: _drop_order,
    Happening.APPLIED: _approve,
    Happening.VOIDED: _give_back,
    Happening.PARTLY_RETURNED: _give_back,
    Happening.RETURNED: _give_back,
}
"""What belongs to an edge, in the same transaction; happenings that are not named change the states only."""


def note_sale(attempt: Attempt, sale: Sale | None) -> None:
    """Keep what an approval tells."""
    if sale is None:
        return
    attempt.action_code, attempt.action_description = sale.action_code[:8], sale.description[:200]
    attempt.action_text = customer_text(attempt.action_code)
    attempt.status_text, attempt.eci = _cut(sale.status, 40), _cut(sale.eci, 4)
    attempt.authorization_code, attempt.trace_number = _cut(sale.authorization_code, 20), _cut(sale.trace_number, 20)
    attempt.transaction_id, attempt.signature = _cut(sale.transaction_id, 40), _cut(sale.signature, 200)
    attempt.authorized_cents, attempt.installments = round(sale.amount * 100), sale.installments
    attempt.charged_at = sale.charged_at
    _note_card(attempt, sale.card)


def note_refusal(attempt: Attempt, refusal: Declined | None) -> None:
    """Keep what a refusal tells."""
    if refusal is None:
        return
    attempt.action_code, attempt.action_description = refusal.action_code[:8], refusal.description[:200]
    attempt.action_text = customer_text(attempt.action_code)
    attempt.status_text, attempt.charged_at = _cut(refusal.status, 40), refusal.charged_at
    _note_card(attempt, refusal.card)


def _note_card(attempt: Attempt, card: CardDetails) -> None:
    attempt.card_brand, attempt.card_first6, attempt.card_last4 = _cut(card.brand, 20), card.first6, card.last4


def _cut(value: str | None, length: int) -> str | None:
    return value[:length] if value else None
