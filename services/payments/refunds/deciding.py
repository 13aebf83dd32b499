"""Deciding about a refund: another person approves, anybody calls it back, evidence ends a doubt."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.auth import Principal
from chassis.clock import now
from services.payments import staff_acts
from services.payments.errors import RefundNotFound, RefundStands, SamePerson
from services.payments.models import Attempt, Order, Refund
from services.payments.refunds.requesting import check_latest_first
from services.payments.refunds.sending import give_back, lock_refund
from services.payments.refunds.window import opens_at, same_day
from services.payments.searching import in_scope
from services.payments.states import RefundMethod, RefundNews, RefundState


def approve_refund(session: Session, refund_id: str, who: Principal, reason: str = "") -> Refund:
    """Let the money go back: today still as a void, otherwise when the acquirer takes refunds of that charge.

    Raises RefundNotFound, SamePerson, RefundStands, NotLatestFirst.
    """
    order, attempt, refund = _lock_for(session, refund_id, who)
    _check_other_person(refund, who)
    check_latest_first(session, order, [line.due_id for line in refund.lines])
    _take(refund, RefundNews.APPROVED)
    refund.decided_by, refund.decided_by_name, refund.decided_at = who.subject, who.name, now()
    refund.next_attempt_at = first_chance(attempt, refund)
    _note(session, order, refund, "refund.approved", reason)
    return refund


def reject_refund(session: Session, refund_id: str, who: Principal, reason: str) -> Refund:
    """Turn a refund down, or call it back before it was told to the acquirer. Raises RefundNotFound, RefundStands."""
    order, _, refund = _lock_for(session, refund_id, who)
    _take(refund, RefundNews.REJECTED)
    refund.decided_by, refund.decided_by_name, refund.decided_at = who.subject, who.name, now()
    refund.next_attempt_at = None
    _note(session, order, refund, "refund.rejected", reason)
    return refund


def retry_refund(session: Session, refund_id: str, who: Principal, reason: str) -> Refund:
    """Tell the acquirer once more what it turned down. Raises RefundNotFound, RefundStands."""
    order, attempt, refund = _lock_for(session, refund_id, who)
    _take(refund, RefundNews.RETRIED)
    refund.next_attempt_at = first_chance(attempt, refund)
    _note(session, order, refund, "refund.retried", reason)
    return refund


def rule_refund(session: Session, refund_id: str, who: Principal, *, returned: bool, reason: str) -> Refund:
    """End a doubt or a refusal by evidence: the money went back (also by transfer), or it did not.

    Raises RefundNotFound, SamePerson, RefundStands.
    """
    order, attempt, refund = _lock_for(session, refund_id, who)
    _check_other_person(refund, who)
    if refund.state not in (RefundState.UNKNOWN, RefundState.REFUSED):
        raise RefundStands(state=refund.state)
    if returned:
        refund.method = refund.method or RefundMethod.REFUND
        give_back(session, order, attempt, refund, actor=who.subject, answer=f"por evidencia: {reason}")
    else:
        _take(refund, RefundNews.NOT_RETURNED)
        refund.next_attempt_at = first_chance(attempt, refund)
    _note(session, order, refund, "refund.ruled", reason)
    return refund


def first_chance(attempt: Attempt, refund: Refund) -> datetime:
    """When the acquirer can be told: at once on the charge's own day if all goes back, else in the refund window."""
    charged_at = attempt.charged_at or attempt.created_at
    if refund.whole and same_day(charged_at, now()):
        return now()
    return max(now(), opens_at(charged_at, current_service().settings.refund_opens_working_days))


def _lock_for(session: Session, refund_id: str, who: Principal) -> tuple[Order, Attempt, Refund]:
    """A refund of the council of who asks, with its order and attempt. Raises RefundNotFound."""
    visible = select(Refund.id).join(Order, Order.id == Refund.order_id).where(Refund.id == refund_id, *in_scope(who))
    if session.scalar(visible) is None:
        raise RefundNotFound
    return lock_refund(session, refund_id)


def _check_other_person(refund: Refund, who: Principal) -> None:
    if who.subject == refund.requested_by:
        raise SamePerson


def _take(refund: Refund, news: RefundNews) -> None:
    if not refund.take(news):
        raise RefundStands(state=refund.state)


def _note(session: Session, order: Order, refund: Refund, act: str, reason: str) -> None:
    staff_acts.record(
        session,
        act=act,
        subject=f"order:{order.id}",
        council=order.council,
        after={"refund": refund.id, "state": refund.state},
        reason=reason,
    )
