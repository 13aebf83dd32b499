"""Rejected vouchers: each stays in the queue until another takes its place, or staff say why none is needed."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from services.einvoice.desk.acts import SETTLED, about, once, record
from services.einvoice.desk.scope import voucher_for
from services.einvoice.errors import NotReplaceable
from services.einvoice.models import SettledRejection, Voucher, VoucherState


def nobody_dealt_with_it() -> ColumnElement[bool]:
    """Rejected, and nothing was done about it yet; those of earlier years are history, not work."""
    settled = exists().where(SettledRejection.voucher_id == Voucher.id)
    return and_(Voucher.state == VoucherState.REJECTED, Voucher.imported_at.is_(None), ~settled)


def waits(session: Session, voucher: Voucher) -> bool:
    """The same of one voucher."""
    mine = voucher.state == VoucherState.REJECTED and voucher.imported_at is None
    return mine and session.get(SettledRejection, voucher.id) is None


def rejected_for(session: Session, who: Principal, voucher_id: str, *, lock: bool = True) -> Voucher:
    """A rejected voucher in scope that still waits. Raises VoucherNotFound, NotReplaceable."""
    voucher = voucher_for(session, who, voucher_id, lock=lock)
    if not waits(session, voucher):
        raise NotReplaceable
    return voucher


def settle_rejection(who: Principal, voucher_id: str, wish: dict[str, Any]) -> Voucher:
    """No other voucher is needed: it leaves the queue, with the reason. Raises VoucherNotFound, NotReplaceable."""

    def act(session: Session) -> Voucher:
        voucher = rejected_for(session, who, voucher_id)
        session.add(SettledRejection(voucher_id=voucher.id, replacement_id=None, settled_at=now()))
        record(session, who, request_id=wish["request_id"], act=SETTLED, reason=wish["reason"], **about(voucher))
        session.flush()
        _ = voucher.lines
        return voucher

    def again(session: Session, id: str) -> Voucher:
        voucher = session.get_one(Voucher, id)
        _ = voucher.lines
        return voucher

    return once(who, SETTLED, wish["request_id"], act, again)
