"""A voucher's page for staff: what it says, what became of it, and what may be done to it."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.einvoice.desk.acts import LOOKS
from services.einvoice.desk.attempts import attempts
from services.einvoice.desk.mailing import account_of
from services.einvoice.desk.queue import queued
from services.einvoice.desk.rejections import waits
from services.einvoice.documents import REASONS, TREATMENTS, TYPE_NAMES, Document
from services.einvoice.errors import NotVoidable
from services.einvoice.models import (
    SettledRejection,
    StaffAct,
    Submission,
    Summary,
    SummaryEntry,
    Voucher,
    VoucherState,
)
from services.einvoice.models.voucher import CDR, PDF, VOID_CDR, XML
from services.einvoice.notes import can_be_noted, credited_cents
from services.einvoice.schemas import detail
from services.einvoice.voiding import check_void, void_days_left

KINDS = (PDF, XML, CDR, VOID_CDR)


def page_of(session: Session, voucher: Voucher) -> dict[str, Any]:
    """Everything staff may know about a voucher."""
    return {
        **detail(voucher),
        **queued(voucher),
        "customer_address": voucher.customer_address,
        "delivery_email": voucher.delivery_email,
        "value_cents": voucher.value_cents,
        "tax_cents": voucher.tax_cents,
        "lines": [_line(line) for line in voucher.lines],
        "instalments": voucher.particulars.get("instalments", []),
        "downloads": [kind for kind in KINDS if file_of(voucher, kind)],
        "void_reason": voucher.void_reason,
        "voided_by": voucher.voided_by,
        "voided_at": voucher.voided_at,
        "amends": _amended(voucher),
        "notes": _notes(session, voucher),
        "replacement": _replacement(session, voucher),
        "summaries": _summaries(session, voucher),
        "attempts_made": attempts(session, _about(session, voucher)),
        "history": [_step(step) for step in voucher.transitions],
        "acts": _acts(session, voucher),
        "may": _may(session, voucher),
    }


def checked(document: Document) -> dict[str, Any]:
    """A voucher that has not been issued: what it comes to, by tax treatment."""
    totals = sorted({treatment.total for treatment in document.treatments()})
    return {
        "number": document.id,
        "type_label": TYPE_NAMES[document.type],
        "customer_name": document.customer.name,
        "value": document.value_cents,
        "tax": document.tax_cents,
        "total": document.total_cents,
        "pending": document.pending_cents,
        "amounts": {total: document.value_of(total) for total in totals},
    }


def file_of(voucher: Voucher, kind: str) -> Any:
    """The stored file of a kind; for the PDF the one that is handed out."""
    return voucher.printed if kind == PDF else voucher.file(kind)


def _line(line: Any) -> dict[str, Any]:
    names = ("position", "description", "tax_code", "quantity", "amount", "value_cents", "tax_cents")
    return {name: getattr(line, name) for name in names} | {"tax_label": TREATMENTS[line.tax_code].total}


def _amended(voucher: Voucher) -> dict[str, Any] | None:
    amends = voucher.particulars.get("amends")
    if not amends:
        return None
    words = REASONS.get(voucher.voucher_type, {}).get(amends["reason_code"], "")
    return {"id": voucher.amended_id, "number": amends["number"], "reason": amends["reason"], "reason_label": words}


def _notes(session: Session, voucher: Voucher) -> list[dict[str, Any]]:
    found = session.scalars(select(Voucher).where(Voucher.amended_id == voucher.id).order_by(Voucher.issued_at))
    return [queued(note) for note in found]


def _replacement(session: Session, voucher: Voucher) -> dict[str, Any] | None:
    """What took a rejected voucher's place: number and id, both None when staff said that none is needed."""
    settled = session.get(SettledRejection, voucher.id)
    if settled is None:
        return None
    other = session.get(Voucher, settled.replacement_id) if settled.replacement_id else None
    return {
        "id": settled.replacement_id,
        "number": other.printed_number if other else None,
        "settled_at": settled.settled_at,
    }


def _summaries(session: Session, voucher: Voucher) -> list[dict[str, Any]]:
    told = (
        select(SummaryEntry, Summary)
        .outerjoin(Summary, Summary.id == SummaryEntry.summary_id)
        .where(SummaryEntry.voucher_id == voucher.id)
        .order_by(SummaryEntry.requested_at)
    )
    return [
        {
            "id": summary.id if summary else None,
            "number": summary.printed_number if summary else None,
            "voids": entry.voids,
            "state": str(entry.state),
            "sunat_code": summary.sunat_code if summary else "",
            "sunat_text": summary.sunat_text if summary else "",
        }
        for entry, summary in session.execute(told)
    ]


def _about(session: Session, voucher: Voucher) -> Any:
    """Attempts about the voucher itself, and about the summaries it stood in."""
    told_in = select(SummaryEntry.summary_id).where(SummaryEntry.voucher_id == voucher.id)
    return or_(Submission.voucher_id == voucher.id, Submission.summary_id.in_(told_in))


def _step(step: Any) -> dict[str, Any]:
    return {name: getattr(step, name) for name in ("from_state", "to_state", "at", "reason")}


def _acts(session: Session, voucher: Voucher) -> list[dict[str, Any]]:
    """What staff did to it; who looked at it stands in the audit only."""
    about = StaffAct.subject == f"voucher:{voucher.id}"
    done = select(StaffAct).where(about, StaffAct.act.not_in(LOOKS)).order_by(StaffAct.id)
    names = ("at", "actor_id", "actor_name", "act", "reason", "before", "after")
    return [{name: getattr(act, name) for name in names} for act in session.scalars(done)]


def _may(session: Session, voucher: Voucher) -> dict[str, Any]:
    """What its state allows; the person's permissions are looked at elsewhere."""
    try:
        check_void(session, voucher)
        void_refusal = None
    except NotVoidable as refused:
        void_refusal = refused.text
    left = voucher.total_cents - credited_cents(session, voucher.id)
    account = account_of(session, voucher)
    return {
        "void": void_refusal is None,
        "void_refusal": void_refusal,
        "void_days_left": void_days_left(voucher),
        "note": can_be_noted(voucher),
        "creditable_cents": max(left, 0),
        "resend": voucher.state == VoucherState.EXCEPTION,
        "settle": waits(session, voucher),
        "mail": bool(account and account.has_email and voucher.printed),
        "account_id": account.account_id if account else None,
    }
