"""Asking for a refund: what an order still holds, which dues may go back (latest first), and in whose name."""

import uuid
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from services.payments import staff_acts
from services.payments.dues import spell_period
from services.payments.errors import DueNotInOrder, NothingToReturn, NotLatestFirst, RefundOpen
from services.payments.models import Attempt, Due, Order, OrderLine, Refund, RefundLine
from services.payments.money import decimal
from services.payments.numbers import Series, next_number
from services.payments.searching import lock_staff_order
from services.payments.states import LIVE_REFUNDS, RETURNABLE, AttemptState, DueState, RefundState

GAVE_BACK = (RefundState.RETURNED, RefundState.SETTLED)


def request_refund(session: Session, order_id: str, who: Principal, due_ids: Collection[int], reason: str) -> Refund:
    """Ask for the return of some dues of a paid order, or of all that is left when none is named.

    Raises OrderNotFound, NothingToReturn, RefundOpen, DueNotInOrder, NotLatestFirst.
    """
    order = lock_staff_order(session, order_id, who)
    attempt = charged_attempt(session, order)
    _check_none_is_live(session, order)
    lines = _chosen_lines(session, order, attempt, due_ids)
    check_latest_first(session, order, [line.due_id for line in lines])
    refund = _new_refund(session, order, attempt, lines, who, reason)
    session.add(refund)
    staff_acts.record(
        session,
        act="refund.requested",
        subject=f"order:{order.id}",
        council=order.council,
        after={"refund": refund.id, "amount": str(decimal(refund.amount_cents)), "dues": len(lines)},
        reason=reason,
    )
    return refund


def charged_attempt(session: Session, order: Order) -> Attempt:
    """The order's attempt that took money, locked. Raises NothingToReturn."""
    charged = select(Attempt).where(Attempt.order_id == order.id, Attempt.state.in_(RETURNABLE))
    locked = charged.with_for_update().execution_options(populate_existing=True)
    attempt = session.scalars(locked).one_or_none()
    if attempt is None:
        raise NothingToReturn
    return attempt


def returned_lines(session: Session, order: Order) -> set[int]:
    """The dues of the order whose money has gone back."""
    gone = select(RefundLine.due_id).join(Refund, Refund.id == RefundLine.refund_id)
    return set(session.scalars(gone.where(Refund.order_id == order.id, Refund.state.in_(GAVE_BACK))))


def check_latest_first(session: Session, order: Order, due_ids: Collection[int]) -> None:
    """Raises NotLatestFirst when a newer due of the same owner and kind would stay paid (case 15)."""
    newer = newest_left_paid(session, order, due_ids)
    if newer is not None:
        raise NotLatestFirst(
            f"Las cuotas se devuelven desde la más reciente ({spell_period(newer)}).", newer_period=newer
        )


def newest_left_paid(session: Session, order: Order, due_ids: Collection[int]) -> str | None:
    """The newest paid month above the oldest one that goes back, and not going back itself; None when there is none."""
    oldest = min((line.period for line in order.lines if line.due_id in due_ids), default=None)
    if oldest is None:
        return None
    paid = (
        select(Due.period)
        .where(Due.owner_cmp == order.owner_cmp, Due.kind == order.kind, Due.state == DueState.PAID)
        .where(Due.period > oldest, Due.id.not_in(list(due_ids)))
    )
    return session.scalar(paid.order_by(Due.period.desc()).limit(1))


def _check_none_is_live(session: Session, order: Order) -> None:
    live = session.scalar(select(Refund.id).where(Refund.order_id == order.id, Refund.state.in_(LIVE_REFUNDS)))
    if live is not None:
        raise RefundOpen(refund_id=live)


def _chosen_lines(session: Session, order: Order, attempt: Attempt, due_ids: Iterable[int]) -> list[OrderLine]:
    """The lines that go back; none for a charge that paid nothing, which goes back whole."""
    wanted = set(due_ids)
    paid = order.lines if attempt.state is AttemptState.PAID else []
    gone = returned_lines(session, order)
    left = {line.due_id: line for line in paid if line.due_id not in gone}
    if not wanted <= set(left):
        raise DueNotInOrder
    return [line for due_id, line in left.items() if not wanted or due_id in wanted]


def _new_refund(
    session: Session, order: Order, attempt: Attempt, lines: list[OrderLine], who: Principal, reason: str
) -> Refund:
    amount = sum(line.amount_cents for line in lines) if lines else attempt.charged_cents
    return Refund(
        id=str(uuid.uuid4()),
        external_reference=f"DEV{next_number(session, Series.REFUND):09d}",
        order_id=order.id,
        attempt_id=attempt.id,
        state=RefundState.REQUESTED,
        amount_cents=amount,
        currency=attempt.currency,
        whole=amount == attempt.charged_cents,
        reason=reason,
        requested_by=who.subject,
        requested_by_name=who.name,
        requested_at=now(),
        lines=[
            RefundLine(
                due_id=line.due_id, position=line.position, period=line.period, amount_cents=line.amount_cents,
            )
            for line in lines
        ],
    )  # fmt: skip
