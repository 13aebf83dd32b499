"""Telling the acquirer: row first, call second, outcome third; what is in doubt is asked about, never sent blindly."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.db import transaction
from services.payments.acquirer import acquirer, journal_of, sale_request
from services.payments.dues import spell_period
from services.payments.models import Attempt, Due, Order, Refund, RefundLine, Reservation
from services.payments.money import decimal
from services.payments.news import News
from services.payments.niubiz import (
    Approved,
    BatchClosed,
    Declined,
    Finding,
    GaveBack,
    GivingBack,
    NotSent,
    RefundRequest,
    Refused,
    TooEarly,
    Unknown,
)
from services.payments.refunds.requesting import newest_left_paid, returned_lines
from services.payments.refunds.window import closes_at, next_morning, opens_at, same_day
from services.payments.schedule import LEASE, next_check
from services.payments.states import (
    AttemptState,
    Happening,
    RefundMethod,
    RefundNews,
    RefundState,
)
from services.payments.transitions import lock, move

log = logging.getLogger(__name__)

JANITOR = "janitor"
WAIT_FOR_AN_ORDER = timedelta(minutes=5)
"""A newer due is being paid: the older one can only be given back when that is over."""

TRY_AGAIN = timedelta(minutes=5)
"""The acquirer could not be reached."""


def lock_refund(session: Session, refund_id: str) -> tuple[Order, Attempt, Refund]:
    """A refund under row locks: the order first, then the attempt, then the refund."""
    attempt_id = session.scalars(select(Refund.attempt_id).where(Refund.id == refund_id)).one()
    order, attempt = lock(session, attempt_id)
    wanted = select(Refund).where(Refund.id == refund_id).with_for_update()
    return order, attempt, session.scalars(wanted.execution_options(populate_existing=True)).one()


def send_due_refund() -> bool:
    """Tell the acquirer about the refund that is due next; True when there was one."""
    refund_id = _next(RefundState.SCHEDULED)
    if refund_id is None:
        return False
    with transaction() as session:
        order, attempt, refund = lock_refund(session, refund_id)
        ready = refund.state is RefundState.SCHEDULED and _make_ready(session, order, attempt, refund)
    if ready:
        settle_refund(refund_id, _tell(attempt, refund), actor=JANITOR)
    return True


def ask_about_doubtful_refund() -> bool:
    """Ask what became of the void or refund in doubt that is due next; True when there was one."""
    refund_id = _next(RefundState.UNKNOWN)
    if refund_id is None:
        return False
    with transaction() as session:
        _, attempt, refund = lock_refund(session, refund_id)
        leased = refund.state is RefundState.UNKNOWN
        if leased:
            refund.next_attempt_at = now() + LEASE
    if leased:
        settle_refund(refund_id, _ask(attempt, refund), actor=JANITOR)
    return True


def doubt_lost_refund() -> bool:
    """Treat a refund whose process died after it was sent like one without an answer."""
    refund_id = _next(RefundState.SENT)
    if refund_id is not None:
        settle_refund(refund_id, Unknown("no outcome: the process died"), actor=JANITOR)
    return refund_id is not None


def settle_refund(refund_id: str, answer: GivingBack, *, actor: str) -> None:
    """Apply what the acquirer said about a refund, in a transaction of its own; a late answer finds no edge."""
    with transaction() as session:
        order, attempt, refund = lock_refund(session, refund_id)
        match answer:
            case GaveBack(code):
                refund.devolution_code = code or refund.devolution_code
                give_back(session, order, attempt, refund, actor=actor, answer="aceptada por el procesador")
            case BatchClosed():
                _wait(refund, RefundNews.TOO_LATE_TO_VOID, "el día ya cerró", _window_of(attempt))
            case TooEarly(reason):
                _wait(refund, RefundNews.NOT_SENT, f"aún no se puede devolver: {reason}", next_morning(now()))
            case NotSent(reason):
                _wait(refund, RefundNews.NOT_SENT, f"no se pudo enviar: {reason}", now() + TRY_AGAIN)
            case Refused(reason):
                _wait(refund, RefundNews.REFUSED, f"rechazada: {reason}", None)
                log.error("refund %s was refused by the acquirer: %s", refund.id, reason)
            case Unknown(reason):
                _doubt(refund, reason)


def give_back(session: Session, order: Order, attempt: Attempt, refund: Refund, *, actor: str, answer: str) -> bool:
    """The money is back: the refund, the attempt, the dues, the books and the event, together or not at all."""
    if not refund.take(RefundNews.RETURNED):
        log.warning("refund %s: no edge from %s for returned", refund.id, refund.state)
        return False
    refund.returned_at, refund.next_attempt_at, refund.answer = now(), None, answer[:200]
    happening = _happening(session, order, attempt, refund)
    news = News(happening=happening, actor=actor, reason=refund.reason, refund=refund)
    if not move(session, order, attempt, news):
        raise RuntimeError(f"refund {refund.id}: attempt {attempt.id} is {attempt.state}, it cannot be given back")
    return True


def see_settled(session: Session, refund_id: str, at: datetime) -> bool:
    """The acquirer's settlement shows the refund: a doubt ends there, too. False when that was known or impossible."""
    order, attempt, refund = lock_refund(session, refund_id)
    if refund.state in (RefundState.UNKNOWN, RefundState.SENT, RefundState.REFUSED):
        give_back(session, order, attempt, refund, actor="settlement", answer="vista en la liquidación")
    if not refund.take(RefundNews.SETTLED):
        return False
    refund.settled_at = at
    return True


def return_is_under_way(session: Session, owner_cmp: str, kind: str) -> bool:
    """Whether dues of this owner and kind are being given back at this moment, so that newer ones must wait."""
    sent = (
        select(Refund.id)
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.state.in_((RefundState.SENT, RefundState.UNKNOWN)))
        .where(Order.owner_cmp == owner_cmp, Order.kind == kind)
        .where(exists().where(RefundLine.refund_id == Refund.id))
    )
    return session.scalar(sent.limit(1)) is not None


def _next(state: RefundState) -> str | None:
    """The refund in this state whose time has come."""
    due = select(Refund.id).where(Refund.state == state, Refund.next_attempt_at <= now())
    with transaction() as session:
        return session.scalar(due.order_by(Refund.next_attempt_at, Refund.id).limit(1))


def _make_ready(session: Session, order: Order, attempt: Attempt, refund: Refund) -> bool:
    """SCHEDULED -> SENT, committed before the call; False when it must wait, or a person must look."""
    charged_at = attempt.charged_at or attempt.created_at
    as_void = refund.whole and same_day(charged_at, now())
    hindrance = _newer_in_the_way(session, order, refund)
    if hindrance == WAITING:
        refund.next_attempt_at = now() + WAIT_FOR_AN_ORDER
        return False
    months = current_service().settings.refund_months
    if not as_void and not hindrance and now() > closes_at(charged_at, months):
        hindrance = "venció el plazo del procesador"
    if not as_void and not hindrance and now() < _window_of(attempt):
        refund.next_attempt_at = _window_of(attempt)
        return False
    refund.take(RefundNews.SENT)
    refund.sent_at, refund.next_attempt_at, refund.tries = now(), now() + LEASE, refund.tries + 1
    refund.method = RefundMethod.VOID if as_void else RefundMethod.REFUND
    if hindrance:
        _wait(refund, RefundNews.REFUSED, hindrance, None)
    return not hindrance


WAITING = "waiting"


def _newer_in_the_way(session: Session, order: Order, refund: Refund) -> str:
    """Why newer dues forbid to give these back: words for a person, WAITING while one is being paid, or nothing.

    The newer dues are locked, as an order locks those it takes: whoever comes second sees the other.
    """
    going = [line.due_id for line in refund.lines]
    if not going:
        return ""
    oldest = min(line.period for line in refund.lines)
    owned = (Due.owner_cmp == order.owner_cmp, Due.kind == order.kind, Due.period >= oldest)
    newer = list(session.scalars(select(Due.id).where(*owned).order_by(Due.id).with_for_update()))
    paid = newest_left_paid(session, order, going)
    if paid is not None:
        return f"la cuota de {spell_period(paid)} se pagó después"
    held = select(Reservation.id).where(Reservation.active, Reservation.due_id.in_(newer)).limit(1)
    return WAITING if session.scalar(held) is not None else ""


def _tell(attempt: Attempt, refund: Refund) -> GivingBack:
    """The call itself, outside any transaction."""
    journal = journal_of(attempt.id)
    if refund.method is RefundMethod.VOID:
        charged_at = attempt.charged_at or attempt.created_at
        return acquirer().void(
            sale_request(attempt), signature=attempt.signature, charged_at=charged_at,
            reason=refund.reason, journal=journal,
        )  # fmt: skip
    if not attempt.transaction_id:
        return Refused("el cobro no tiene número de transacción")
    asked = RefundRequest(
        transaction_id=attempt.transaction_id,
        amount=decimal(refund.amount_cents),
        reference=refund.external_reference,
        comment=refund.reason,
        ruc=current_service().settings.merchant_ruc,
    )
    return acquirer().refund(asked, journal=journal)


def _ask(attempt: Attempt, refund: Refund) -> GivingBack:
    """What became of it. A void shows in the sale's own state; a refund is named again, if its name counts once."""
    if refund.method is RefundMethod.VOID:
        return _read_void(acquirer().find_sale(sale_request(attempt), journal=journal_of(attempt.id)))
    if current_service().settings.niubiz_refund_reference_once:
        answer = _tell(attempt, refund)
        return Unknown(answer.reason) if isinstance(answer, NotSent) else answer
    return Unknown("only the settlement or a person can tell")


def _read_void(found: Finding) -> GivingBack:
    match found:
        case Declined(status=status) if (status or "").lower() == "voided":
            return GaveBack()
        case Approved():
            # The charge stands: the void never arrived. Today it is sent again, tomorrow it is a refund.
            return NotSent("el cobro sigue en pie")
        case _:
            return Unknown("the query does not tell")


def _wait(refund: Refund, news: RefundNews, answer: str, until: datetime | None) -> None:
    """Note an answer that gave nothing back, and when to go on."""
    if news is RefundNews.NOT_SENT and refund.state is RefundState.UNKNOWN:
        news = RefundNews.NOT_RETURNED
    if refund.take(news):
        refund.answer, refund.next_attempt_at = answer[:200], until


def _doubt(refund: Refund, reason: str) -> None:
    """Money may have gone back: ask at ten seconds, thirty, one minute and so on, then every hour."""
    since = refund.sent_at or now()
    if refund.take(RefundNews.DOUBTED):
        log.error("refund %s is in doubt: %s", refund.id, reason)
    if refund.state is RefundState.UNKNOWN:
        refund.answer, refund.next_attempt_at = f"en duda: {reason}"[:200], next_check(since, now())


def _window_of(attempt: Attempt) -> datetime:
    """When the charge can be refunded."""
    charged_at = attempt.charged_at or attempt.created_at
    return opens_at(charged_at, current_service().settings.refund_opens_working_days)


def _happening(session: Session, order: Order, attempt: Attempt, refund: Refund) -> Happening:
    """Whether all that was paid is back now, and how."""
    if refund.method is RefundMethod.VOID:
        return Happening.VOIDED
    paid = {line.due_id for line in order.lines} if attempt.state is AttemptState.PAID else set()
    session.flush()
    return Happening.PARTLY_RETURNED if paid - returned_lines(session, order) else Happening.RETURNED
