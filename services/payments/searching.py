"""Orders as treasury looks for them: by number, purchase number, CMP, card, day or state, within one's council."""

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Principal
from chassis.clock import LIMA
from services.payments.errors import AttemptNotFound, OrderNotFound
from services.payments.models import Attempt, Order, Refund
from services.payments.states import AttemptState, RefundState

WORK_LISTS = {
    "unknown": AttemptState.UNKNOWN,
    "integrity": AttemptState.INTEGRITY,
    "not-applied": AttemptState.PAID_NOT_APPLIED,
}
"""Attempts that a person may have to look at, by the name of their list."""

OPEN_REFUNDS = (RefundState.REQUESTED, RefundState.SCHEDULED, RefundState.UNKNOWN, RefundState.REFUSED)
COUNTED = (*WORK_LISTS, *(f"refunds-{state.value.lower()}" for state in OPEN_REFUNDS))
"""Everything that is counted for treasury's front page."""

LOADED = (selectinload(Order.attempts), selectinload(Order.refunds))
"""What a view of an order reads beside its row."""


def in_scope(who: Principal) -> list[ColumnElement[bool]]:
    """The orders a member of staff may see: all, or those of the own council."""
    return [] if who.council is None else [Order.council == who.council]


def find_staff_order(session: Session, order_id: str, who: Principal) -> Order:
    """An order within the council of who asks. Raises OrderNotFound."""
    wanted = select(Order).where(Order.id == order_id, *in_scope(who)).options(*LOADED)
    order = session.scalars(wanted).one_or_none()
    if order is None:
        raise OrderNotFound("Esta orden no existe o es de otro consejo.")
    return order


def lock_staff_order(session: Session, order_id: str, who: Principal) -> Order:
    """The same under a row lock, to be taken before its attempts are. Raises OrderNotFound."""
    wanted = select(Order).where(Order.id == order_id, *in_scope(who)).with_for_update()
    order = session.scalars(wanted).one_or_none()
    if order is None:
        raise OrderNotFound("Esta orden no existe o es de otro consejo.")
    return order


def find_staff_attempt(session: Session, attempt_id: int, who: Principal) -> Attempt:
    """An attempt within the council of who asks. Raises AttemptNotFound."""
    wanted = select(Attempt).join(Order, Order.id == Attempt.order_id).where(Attempt.id == attempt_id, *in_scope(who))
    attempt = session.scalars(wanted).one_or_none()
    if attempt is None:
        raise AttemptNotFound
    return attempt


def orders_matching(who: Principal, query: dict[str, Any]) -> Select[Order]:
    """The orders a search asks for, newest first; every word of it must fit."""
    wanted = select(Order).where(*in_scope(who), *_order_conditions(query)).options(*LOADED)
    if of_attempt := _attempt_conditions(query):
        wanted = wanted.where(Order.id.in_(select(Attempt.order_id).where(*of_attempt)))
    if after := read_cursor(query.get("after")):
        wanted = wanted.where(tuple_(Order.created_at, Order.id) < after)
    return wanted.order_by(Order.created_at.desc(), Order.id.desc())


def _order_conditions(query: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.get("number"):
        conditions.append(Order.number == int(query["number"]))
    if query.get("owner_cmp"):
        conditions.append(Order.owner_cmp == query["owner_cmp"])
    if query.get("state"):
        conditions.append(Order.state == query["state"])
    if query.get("kind"):
        conditions.append(Order.kind == query["kind"])
    if query.get("start"):
        conditions.append(Order.created_at >= begin_of(query["start"]))
    if query.get("end"):
        conditions.append(Order.created_at < begin_of(query["end"] + timedelta(days=1)))
    return conditions


def _attempt_conditions(query: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.get("purchase_number"):
        conditions.append(Attempt.purchase_number == int(query["purchase_number"]))
    if query.get("card"):
        first6, _, last4 = query["card"].rpartition("*")
        conditions.append(Attempt.card_last4 == last4)
        if first6 := first6.strip("*"):
            conditions.append(Attempt.card_first6 == first6)
    return conditions


def begin_of(day: date) -> datetime:
    """Midnight in Lima as aware UTC."""
    return datetime.combine(day, time(), LIMA).astimezone(UTC)


def attempts_on(list_name: str, who: Principal) -> Select[Attempt]:
    """The attempts of a work list, oldest first."""
    wanted = select(Attempt).join(Order, Order.id == Attempt.order_id)
    return wanted.where(Attempt.state == WORK_LISTS[list_name], *in_scope(who)).order_by(Attempt.id)


def count_work(session: Session, who: Principal) -> dict[str, int]:
    """How much waits on each list."""
    attempts = select(Attempt.state, func.count()).join(Order, Order.id == Attempt.order_id)
    attempts = attempts.where(Attempt.state.in_(WORK_LISTS.values()), *in_scope(who)).group_by(Attempt.state)
    refunds = select(Refund.state, func.count()).join(Order, Order.id == Refund.order_id)
    refunds = refunds.where(Refund.state.in_(OPEN_REFUNDS), *in_scope(who)).group_by(Refund.state)
    # Two dictionaries: as words, UNKNOWN of an attempt equals UNKNOWN of a refund.
    doubts, waiting = _counted(session.execute(attempts)), _counted(session.execute(refunds))
    counts = [*(doubts.get(state, 0) for state in WORK_LISTS.values()), *(waiting.get(s, 0) for s in OPEN_REFUNDS)]
    return dict(zip(COUNTED, counts, strict=True))


def _counted(rows: Iterable[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in rows}


def cursor_of(order: Order) -> str:
    """Where a page of orders ends."""
    return write_cursor(order.created_at, order.id)


def write_cursor(moment: datetime, row_id: str) -> str:
    """Where a page ends that is ordered by a time and an id."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()}|{row_id}".encode()).decode()


def read_cursor(text: str | None) -> tuple[datetime, str] | None:
    """Where the page before ended; a cursor that cannot be read begins at the top."""
    try:
        moment, _, row_id = base64.urlsafe_b64decode(text or "").decode().partition("|")
        return datetime.fromisoformat(moment), row_id
    except (ValueError, binascii.Error):
        return None
