"""How an attempt moves: one function under row locks for the return POST, the janitor, expiry and staff alike."""

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.db import transaction
from chassis.outbox import publish
from services.payments.effects import EFFECTS, dues_of, release
from services.payments.models import Attempt, AttemptEvent, Order
from services.payments.news import News
from services.payments.niubiz import (
    Approved,
    Authorization,
    BadRequest,
    Declined,
    Finding,
    Mismatch,
    NotFound,
    NotSent,
    Outcome,
    Sale,
    Unknown,
    outcome_of,
)
from services.payments.schedule import gave_up_waiting, next_check
from services.payments.states import (
    CHARGED_ATTEMPTS,
    EDGES,
    LIVE_ORDERS,
    AttemptState,
    DueState,
    Happening,
    OrderState,
)

log = logging.getLogger(__name__)

CLOCK_SKEW = timedelta(minutes=5)
"""How far the acquirer's clock may lag ours before the sale behind a duplicate number is somebody else's (case 13)."""


def lock(session: Session, attempt_id: int) -> tuple[Order, Attempt]:
    """An attempt and its order under row locks, always the order first."""
    order_id = select(Attempt.order_id).where(Attempt.id == attempt_id).scalar_subquery()
    order = session.scalars(select(Order).where(Order.id == order_id).with_for_update()).one()
    fresh = select(Attempt).where(Attempt.id == attempt_id).with_for_update().execution_options(populate_existing=True)
    return order, session.scalars(fresh).one()


def move(session: Session, order: Order, attempt: Attempt, news: News) -> bool:
    """Take the edge the news opens, with everything that belongs to it; False when there is no such edge.

    The caller holds the locks. A late or repeated answer finds no edge: it is logged and changes nothing (case 14).
    """
    edge = EDGES.get((attempt.state, news.happening))
    if edge is None:
        log.warning("attempt %s: no edge from %s for %s", attempt.id, attempt.state, news.happening)
        return False
    was = attempt.state
    session.add(
        AttemptEvent(
            attempt_id=attempt.id, from_state=was, to_state=edge.attempt, happening=news.happening,
            actor=news.actor, reason=news.reason[:300], at=now(),
        )
    )  # fmt: skip
    attempt.state, attempt.next_check_at = edge.attempt, None
    # An order that has ended stays ended, whatever becomes of a form that was still open.
    if order.state in LIVE_ORDERS or was in CHARGED_ATTEMPTS:
        order.state = edge.order
    effect = EFFECTS.get(news.happening)
    facts = effect(session, order, attempt, news, was is AttemptState.UNKNOWN) if effect else []
    if facts:
        publish(session, *facts)
    return True


def settle(attempt_id: int, answer: Authorization | Finding, *, actor: str) -> None:
    """Apply an answer of the acquirer, in a transaction of its own."""
    with transaction() as session:
        order, attempt = lock(session, attempt_id)
        news = _news(session, order, attempt, answer, actor)
        moved = news is not None and move(session, order, attempt, news)
    if moved and news is not None:
        count(news.happening)


def count(happening: Happening) -> None:
    """Count an edge that was taken and committed, for `cmp_payments_total`."""
    counter = current_service().metrics.counter("cmp_payments", "Attempts by what happened to them", "outcome")
    counter.labels(happening.value).inc()


def _news(session: Session, order: Order, attempt: Attempt, answer: Authorization | Finding, actor: str) -> News | None:
    """What an answer means for an attempt. An unanswered question about a doubtful one only sets the next check."""
    match answer:
        case Approved(sale) | Mismatch(sale, _) if _is_somebody_elses(attempt, sale):
            return News(happening=Happening.NEVER_ARRIVED, actor=actor, reason="el número es de una venta anterior")
        case Approved(sale):
            applies = dues_are_open(session, order)
            happening = Happening.APPROVED if applies else Happening.APPROVED_TOO_LATE
            return News(happening=happening, actor=actor, sale=sale)
        case Mismatch(sale, difference):
            return News(happening=Happening.DIFFERED, actor=actor, reason=difference, sale=sale)
        case Declined():
            return _refused(attempt, answer, actor)
        case NotSent(reason) | BadRequest(reason):
            return News(happening=Happening.NOT_CHARGED, actor=actor, reason=reason)
        case Unknown(reason, code):
            return _doubted(attempt, reason, actor, code)
        case NotFound():
            attempt.not_found += 1
            return _doubted(attempt, "not found", actor)


def _is_somebody_elses(attempt: Attempt, sale: Sale) -> bool:
    """Whether a number called a duplicate holds a sale made before we asked for ours (case 13)."""
    if attempt.state is not AttemptState.UNKNOWN or outcome_of(attempt.action_code or "") is not Outcome.DUPLICATE:
        return False
    asked_at = attempt.claimed_at or attempt.created_at
    return sale.charged_at is not None and sale.charged_at < asked_at - CLOCK_SKEW


def _refused(attempt: Attempt, refusal: Declined, actor: str) -> News:
    outcome = outcome_of(refusal.action_code)
    if outcome is Outcome.OURS:
        log.error("attempt %s refused with %s: our configuration", attempt.id, refusal.action_code)
    stale = outcome is Outcome.EXPIRED and attempt.state is AttemptState.AUTHORIZING
    happening = Happening.FORM_EXPIRED if stale else Happening.DECLINED
    return News(happening=happening, actor=actor, reason=f"action code {refusal.action_code}", refusal=refusal)


def _doubted(attempt: Attempt, reason: str, actor: str, action_code: str | None = None) -> News | None:
    if attempt.state is AttemptState.AUTHORIZING:
        return News(happening=Happening.DOUBTED, actor=actor, reason=reason, action_code=action_code)
    if attempt.state is AttemptState.UNKNOWN and attempt.doubt_since is not None:
        if gave_up_waiting(attempt.not_found, now() - attempt.doubt_since):
            return News(happening=Happening.NEVER_ARRIVED, actor=actor, reason="el procesador no conoce el cobro")
        attempt.next_check_at = next_check(attempt.doubt_since, now())
    return None


def dues_are_open(session: Session, order: Order) -> bool:
    """Whether every due of the order is still owed; they are locked."""
    return all(due.state is DueState.OPEN for due in dues_of(session, order))


def end_order(session: Session, order: Order, state: OrderState) -> bool:
    """Let an unpaid order end, its dues freed and told; False while the outcome of a charge is awaited."""
    fact = order.end(state)
    if fact is None:
        return False
    release(session, order)
    publish(session, fact)
    return True
