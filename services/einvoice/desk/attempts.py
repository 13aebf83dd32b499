"""The conversation with SUNAT as staff read it, and payments that could not be signed yet."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from services.einvoice.desk.scope import voucher_for
from services.einvoice.desk.summaries import summary_for
from services.einvoice.errors import FileNotReady, VoucherNotFound
from services.einvoice.models import Submission, SubmissionAnswer, WaitingPayment

ZIPPED = frozenset({"Accepted", "Observed", "Rejected"})
"""Outcomes whose receipt is a ZIP."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The stored bytes of an answer, and the name they are handed out by."""

    sha256: str
    name: str


def attempts(session: Session, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    """What was sent and what was answered, newest first; an attempt without an answer is one nobody knows about."""
    query = (
        select(Submission, SubmissionAnswer)
        .outerjoin(SubmissionAnswer, SubmissionAnswer.submission_id == Submission.id)
        .where(condition)
        .order_by(Submission.sent_at.desc())
        .limit(100)
    )
    return [_attempt(submission, answer) for submission, answer in session.execute(query)]


def answer_for(session: Session, who: Principal, submission_id: str) -> Answered:
    """What SUNAT answered to one attempt, byte for byte: its receipt, or the body of an answer that brought none.

    Raises VoucherNotFound, SummaryNotFound outside the scope, FileNotReady when nothing came back.
    """
    submission = session.get(Submission, submission_id)
    if submission is None:
        raise VoucherNotFound
    if submission.voucher_id:
        voucher_for(session, who, submission.voucher_id)
    else:
        summary_for(session, who, submission.summary_id or "")
    answer = session.get(SubmissionAnswer, submission_id)
    sha256 = (answer.cdr_sha256 or answer.body_sha256) if answer else None
    if answer is None or sha256 is None:
        raise FileNotReady("SUNAT no devolvió nada a este intento.")
    ending = "zip" if answer.cdr_sha256 and answer.outcome in ZIPPED else "xml"
    return Answered(sha256=sha256, name=f"R-{submission.file_name}-{submission.sent_at:%Y%m%dT%H%M%S}.{ending}")


def _attempt(submission: Submission, answer: SubmissionAnswer | None) -> dict[str, Any]:
    sent = {name: getattr(submission, name) for name in ("id", "operation", "file_name", "xml_sha256", "sent_at")}
    names = ("outcome", "code", "text", "zip_sha256", "elapsed_ms", "answered_at")
    kept = bool(answer and (answer.cdr_sha256 or answer.body_sha256))
    return sent | {name: getattr(answer, name, None) for name in names} | {"kept": kept}


def waiting_payments(session: Session, who: Principal) -> list[dict[str, Any]]:
    """Payments whose voucher waits for a valid certificate, oldest first."""
    query = select(WaitingPayment).order_by(WaitingPayment.heard_at).limit(200)
    if who.council is not None:
        query = query.where(WaitingPayment.event["council"].as_string() == who.council)
    return [
        {
            "order_number": row.event["order_number"],
            "council": row.event["council"],
            "total": row.event["total"],
            "heard_at": row.heard_at,
        }
        for row in session.scalars(query)
    ]
