"""What staff may see: national staff every voucher, staff of a council the own council's (product 1.5)."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from chassis.auth import Principal
from services.einvoice.errors import VoucherNotFound
from services.einvoice.models import Voucher


def within(who: Principal) -> ColumnElement[bool]:
    """The vouchers of a person's council, as a condition on the query."""
    return true() if who.council is None else Voucher.council == who.council


def voucher_for(session: Session, who: Principal, voucher_id: str, *, lock: bool = False) -> Voucher:
    """A voucher in scope; another council's is not found, like one that does not exist. Raises VoucherNotFound."""
    query = select(Voucher).where(Voucher.id == voucher_id, within(who))
    voucher = session.scalar(query.with_for_update() if lock else query)
    if voucher is None:
        raise VoucherNotFound
    return voucher
