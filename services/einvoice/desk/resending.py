"""Sending again what waits for a person: same number, same bytes, by whom and why written down."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal
from services.einvoice.desk.acts import RESENT, SUMMARY_RESENT, about, once, record
from services.einvoice.desk.scope import voucher_for
from services.einvoice.desk.summaries import summary_for
from services.einvoice.errors import IllegalTransition, NotResendable
from services.einvoice.models import Summary, Voucher


def resend_voucher(who: Principal, voucher_id: str, wish: dict[str, Any]) -> Voucher:
    """A person has removed the cause. Raises VoucherNotFound, NotResendable, RequestReused."""

    def act(session: Session) -> Voucher:
        voucher = voucher_for(session, who, voucher_id, lock=True)
        requeue(voucher, f"resent by {who.name or who.subject}")
        record(session, who, request_id=wish["request_id"], act=RESENT, reason=wish["reason"], **about(voucher))
        session.flush()
        return voucher

    return once(who, RESENT, wish["request_id"], act, lambda session, id: session.get_one(Voucher, id))


def resend_summary(who: Principal, summary_id: str, wish: dict[str, Any]) -> Summary:
    """The same for an RC or RA. Raises SummaryNotFound, NotResendable, RequestReused."""

    def act(session: Session) -> Summary:
        summary = summary_for(session, who, summary_id, lock=True)
        requeue(summary)
        what = {"act": SUMMARY_RESENT, "subject": f"summary:{summary.id}", "council": who.council}
        record(session, who, request_id=wish["request_id"], reason=wish["reason"], **what)
        session.flush()
        return summary

    return once(who, SUMMARY_RESENT, wish["request_id"], act, lambda session, id: session.get_one(Summary, id))


def requeue(thing: Voucher | Summary, reason: str = "") -> None:
    """Back into the queue. Raises NotResendable unless it waits for a person."""
    try:
        thing.requeue(reason) if isinstance(thing, Voucher) else thing.requeue()
    except IllegalTransition as error:
        raise NotResendable from error
