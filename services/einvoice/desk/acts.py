"""The audit of the desk: who did what, or looked at whose voucher, in the transaction of the act itself."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.db import reading, transaction
from chassis.evidence import record_act
from services.einvoice.errors import RequestReused
from services.einvoice.models import StaffAct, Voucher

ISSUED, NOTED, VOID_REQUESTED = "voucher.issued", "note.issued", "voucher.void_requested"
RESENT, MAIL_REQUESTED, SETTLED = "voucher.resent", "voucher.mail_requested", "rejection.settled"
SUMMARY_RESENT = "summary.resent"
VIEWED, LISTED, FILE_VIEWED = "voucher.viewed", "vouchers.listed", "voucher.file_viewed"
LOOKS = frozenset({VIEWED, LISTED, FILE_VIEWED})

T = TypeVar("T")


def about(voucher: Voucher) -> dict[str, Any]:
    """Subject and council of an act on a voucher."""
    return {"subject": f"voucher:{voucher.id}", "council": voucher.council}


def record(session: Session, who: Principal | None, *, request_id: Any = None, **what: Any) -> StaffAct:
    """Write one act down (`chassis.evidence.record_act`); `who` is None at the command line."""
    row = record_act(session, StaffAct, **what)
    row.request_id = str(request_id) if request_id else None
    row.actor_council = who.council if who else None
    return row


def once(
    who: Principal,
    act: str,
    request_id: Any,
    work: Callable[[Session], T],
    again: Callable[[Session, str], T],
) -> T:
    """Do it, or give what the same request did before: a form sent twice, also at the same moment, acts once.

    `again` finds the thing by the id in the act's subject. Raises RequestReused for an id that served another act.
    """
    done = _done(who, act, request_id, again)
    if done is not None:
        return done
    try:
        with transaction() as session:
            return work(session)
    except IntegrityError:
        done = _done(who, act, request_id, again)
        if done is None:
            raise
        return done


def _done(who: Principal, act: str, request_id: Any, again: Callable[[Session, str], T]) -> T | None:
    with reading() as session:
        found = session.scalar(select(StaffAct).where(StaffAct.request_id == str(request_id)))
        if found is None:
            return None
        if (found.actor_id, found.act) != (who.subject, act):
            raise RequestReused
        return again(session, found.subject.partition(":")[2])
