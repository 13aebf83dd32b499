"""A charge whose dues were paid elsewhere (case 8) may pay other dues of the same physician instead of going back."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from services.payments import staff_acts
from services.payments.errors import DoesNotFit, DueNotPayable, DueReserved, NothingToReturn, RefundOpen
from services.payments.models import Due, Order, OrderLine, Refund
from services.payments.money import decimal
from services.payments.news import News
from services.payments.ordering import (
    check_oldest_first,
    holding_orders,
    line_of,
    lock_open_dues,
    payable_dues,
    summary_hash,
)
from services.payments.refunds.requesting import charged_attempt
from services.payments.searching import lock_staff_order
from services.payments.states import LIVE_REFUNDS, AttemptState, Happening
from services.payments.transitions import move


def apply_charge(session: Session, order_id: str, who: Principal, due_ids: Collection[int], reason: str) -> Order:
    """Let the charge settle these dues: of the same owner and kind, oldest first, exactly as much as was charged.

    Raises OrderNotFound, NothingToReturn, RefundOpen, DueNotPayable, NotOldestFirst, DueReserved, DoesNotFit.
    """
    order = lock_staff_order(session, order_id, who)
    attempt = charged_attempt(session, order)
    if attempt.state is not AttemptState.PAID_NOT_APPLIED:
        raise NothingToReturn("Este cobro no está pendiente de aplicar.")
    _check_no_refund(session, order)
    dues = _fitting_dues(session, order, due_ids, attempt.charged_cents)
    before = {"periods": [line.period for line in order.lines], "total": str(decimal(order.total_cents))}
    _put_in_order(session, order, dues)
    staff_acts.record(
        session,
        act="charge.applied",
        subject=f"order:{order.id}",
        council=order.council,
        before=before,
        after={"periods": [due.period for due in dues], "total": str(decimal(order.total_cents))},
        reason=reason,
    )
    move(session, order, attempt, News(happening=Happening.APPLIED, actor=who.subject, reason=reason))
    return order


def _check_no_refund(session: Session, order: Order) -> None:
    live = select(Refund.id).where(Refund.order_id == order.id, Refund.state.in_(LIVE_REFUNDS))
    if (refund_id := session.scalar(live)) is not None:
        raise RefundOpen(refund_id=refund_id)


def _fitting_dues(session: Session, order: Order, due_ids: Collection[int], charged_cents: int) -> list[Due]:
    locked = lock_open_dues(session, order.owner_cmp, order.kind, due_ids)
    payable = payable_dues(session, order.owner_cmp, order.kind)
    if locked != set(due_ids) or not locked <= {due.id for due in payable}:
        raise DueNotPayable
    check_oldest_first(payable, due_ids)
    for holder in holding_orders(session, locked).values():
        raise DueReserved(order_id=holder.id, order_number=holder.number_text)
    dues = [due for due in payable if due.id in locked]
    if sum(due.amount_cents for due in dues) != charged_cents:
        raise DoesNotFit
    return dues


def _put_in_order(session: Session, order: Order, dues: Sequence[Due]) -> None:
    """The order now stands for these dues; what it stood for before is in the audit."""
    session.execute(delete(OrderLine).where(OrderLine.order_id == order.id))
    for line in order.lines:
        session.expunge(line)
    for position, due in enumerate(dues, 1):
        line = line_of(position, due)
        line.order_id = order.id
        session.add(line)
    order.total_cents, order.summary_hash = sum(due.amount_cents for due in dues), summary_hash(dues)
    session.flush()
    session.expire(order, ["lines"])
