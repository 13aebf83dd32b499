"""The queue as staff see it: what SUNAT has not taken, oldest first, with its days left and what to do."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import today
from chassis.errors import FieldError
from services.einvoice.desk.advice import about_voucher
from services.einvoice.desk.rejections import nobody_dealt_with_it
from services.einvoice.desk.scope import within
from services.einvoice.documents import FACTURA, TYPE_NAMES
from services.einvoice.errors import InvalidFilter
from services.einvoice.measures import days_left
from services.einvoice.models import UNJUDGED, Voucher, VoucherState
from services.einvoice.settings import current_settings
from services.einvoice.voiding import void_days_left

VOIDING = frozenset({VoucherState.VOID_REQUESTED, VoucherState.VOID_REJECTED})
STATES = tuple(str(state) for state in (*sorted(UNJUDGED), VoucherState.REJECTED, *sorted(VOIDING)))
"""What the queue can be asked for, one by one."""


@dataclass(frozen=True)
class Slice:
    """Some rows, and the cursor of the next ones if there are more."""

    items: list[Any]
    next: str | None


def queue(session: Session, who: Principal, wish: dict[str, Any]) -> Slice:
    """Vouchers that wait for SUNAT or for a person, by day of issue. Raises InvalidFilter for a foreign cursor."""
    query = select(Voucher).where(within(who), *_conditions(wish))
    if wish["after"]:
        day, last_id = _read(wish["after"])
        query = query.where(or_(Voucher.issue_date > day, and_(Voucher.issue_date == day, Voucher.id > last_id)))
    rows = session.scalars(query.order_by(Voucher.issue_date, Voucher.id).limit(wish["limit"] + 1)).all()
    items = list(rows[: wish["limit"]])
    following = f"{items[-1].issue_date}_{items[-1].id}" if len(rows) > wish["limit"] else None
    return Slice([queued(voucher) for voucher in items], following)


def queued(voucher: Voucher) -> dict[str, Any]:
    """A row of the queue: no name and no document of a person."""
    advice = about_voucher(voucher)
    return {
        "id": voucher.id,
        "number": voucher.printed_number,
        "type": voucher.voucher_type,
        "type_label": TYPE_NAMES[voucher.voucher_type],
        "council": voucher.council,
        "issue_date": voucher.issue_date,
        "total": voucher.total,
        "currency": voucher.currency,
        "state": str(voucher.state),
        "sunat_code": voucher.sunat_code,
        "sunat_text": voucher.sunat_text,
        "advice": advice.text,
        "waits_for_person": advice.person,
        "attempts": voucher.attempts,
        "next_attempt_at": voucher.next_attempt_at,
        "days_left": left_for(voucher),
    }


def left_for(voucher: Voucher) -> int | None:
    """Days to file it, or to have it voided; None when no deadline runs any more."""
    if voucher.state in UNJUDGED:
        return days_left(voucher.voucher_type, voucher.series, voucher.issue_date)
    return void_days_left(voucher) if voucher.state in VOIDING else None


def counts(session: Session, who: Principal) -> dict[str, int]:
    """How many vouchers stand in each state of the queue."""
    counted = select(Voucher.state, func.count()).where(within(who), _in_queue()).group_by(Voucher.state)
    found = {str(state): int(number) for state, number in session.execute(counted)}
    return {state: found.get(state, 0) for state in STATES}


def _conditions(wish: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions = [_in_queue()]
    if wish["state"]:
        conditions.append(Voucher.state == wish["state"])
    if wish["series"]:
        conditions.append(Voucher.series == wish["series"].upper())
    if wish["days_left"] is not None:
        conditions.append(_no_more_days_than(wish["days_left"]))
    return conditions


def _in_queue() -> ColumnElement[bool]:
    return or_(Voucher.state.in_(UNJUDGED | VOIDING), nobody_dealt_with_it())


def _no_more_days_than(days: int) -> ColumnElement[bool]:
    """Open vouchers that must be filed within so many days; the first letter of the series tells which limit runs."""
    settings, last = current_settings(), today() + timedelta(days=days)
    limits = {"F": settings.deadline_days(FACTURA, "F"), "B": settings.deadline_days("", "B")}
    due = [
        and_(Voucher.series.startswith(letter), Voucher.issue_date <= last - timedelta(days=limit))
        for letter, limit in limits.items()
    ]
    return and_(Voucher.state.in_(UNJUDGED), or_(*due))


def _read(cursor: str) -> tuple[date, str]:
    day, _, last_id = cursor.partition("_")
    try:
        return date.fromisoformat(day), last_id
    except ValueError as error:
        raise InvalidFilter(errors=[FieldError("/after", "La posición de la página no es válida.")]) from error
