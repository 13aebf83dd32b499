"""RC and RA as staff see them: where each stands, what it told SUNAT, what to do."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from services.einvoice.desk.advice import about_summary
from services.einvoice.desk.queue import Slice
from services.einvoice.desk.scope import within
from services.einvoice.errors import SummaryNotFound
from services.einvoice.models import Summary, SummaryEntry, Voucher
from services.einvoice.models.summaries import UNSETTLED


def summaries(session: Session, who: Principal, *, settled: bool, after: str | None, limit: int) -> Slice:
    """RC and RA that are not settled, or all of them; newest first. Staff of a council see those with own vouchers.

    `after` is the id of the last one seen. Raises SummaryNotFound for an id that is not in scope.
    """
    query = select(Summary).where(_with_vouchers_of(who))
    if not settled:
        query = query.where(Summary.state.in_(UNSETTLED))
    if after:
        last = summary_for(session, who, after)
        query = query.where(
            or_(Summary.created_at < last.created_at, and_(Summary.created_at == last.created_at, Summary.id < last.id))
        )
    rows = session.scalars(query.order_by(Summary.created_at.desc(), Summary.id.desc()).limit(limit + 1)).all()
    items = list(rows[:limit])
    following = items[-1].id if len(rows) > limit else None
    return Slice([summarised(summary) for summary in items], following)


def count_open(session: Session, who: Principal) -> int:
    """How many SUNAT has not settled."""
    counted = select(func.count()).select_from(Summary).where(_with_vouchers_of(who), Summary.state.in_(UNSETTLED))
    return session.scalar(counted) or 0


def summarised(summary: Summary) -> dict[str, Any]:
    """A row of the list of summaries."""
    advice = about_summary(summary)
    names = ("id", "kind", "issue_date", "reference_date", "ticket", "ticket_at", "polls", "sunat_code", "sunat_text",
             "attempts", "next_attempt_at", "settled_at")  # fmt: skip
    return {name: getattr(summary, name) for name in names} | {
        "number": summary.printed_number,
        "state": str(summary.state),
        "advice": advice.text,
        "waits_for_person": advice.person,
    }


def summary_for(session: Session, who: Principal, summary_id: str, *, lock: bool = False) -> Summary:
    """An RC or RA in scope. Raises SummaryNotFound."""
    query = select(Summary).where(Summary.id == summary_id, _with_vouchers_of(who))
    summary = session.scalar(query.with_for_update() if lock else query)
    if summary is None:
        raise SummaryNotFound
    return summary


def entries_of(session: Session, who: Principal, summary: Summary) -> list[dict[str, Any]]:
    """What a summary says of the vouchers in scope, in its order."""
    told = (
        select(SummaryEntry, Voucher)
        .join(Voucher, Voucher.id == SummaryEntry.voucher_id)
        .where(SummaryEntry.summary_id == summary.id, within(who))
        .order_by(SummaryEntry.position)
    )
    return [
        {
            "voucher_id": voucher.id,
            "number": voucher.printed_number,
            "condition": entry.condition,
            "reason": entry.reason,
            "state": str(entry.state),
        }
        for entry, voucher in session.execute(told)
    ]


def _with_vouchers_of(who: Principal) -> ColumnElement[bool]:
    told = select(SummaryEntry.id).join(Voucher, Voucher.id == SummaryEntry.voucher_id)
    return exists(told.where(SummaryEntry.summary_id == Summary.id, within(who)))
