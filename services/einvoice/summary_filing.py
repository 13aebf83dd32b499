"""Filing RC and RA: send, keep the ticket, ask until SUNAT has judged. Row first, call second, outcome third."""

import hashlib
import logging
import time
from dataclasses import dataclass

import requests
from sqlalchemy import select

from chassis.clock import now
from chassis.db import transaction
from chassis.events import FileRef
from chassis.files import files
from chassis.outbox import publish
from services.einvoice.conversation import (
    Exchange,
    answer_row,
    endpoint,
    keep_body,
    keep_receipt,
    measure_request,
    room,
    stand_still,
)
from services.einvoice.models import Summary, SummaryState
from services.einvoice.models.filing import GET_STATUS, SEND_SUMMARY, current_pause
from services.einvoice.models.summaries import TO_SEND
from services.einvoice.settings import current_settings
from services.einvoice.summary_outcome import settle_entries
from services.einvoice.sunat import (
    Accepted,
    AlreadyRegistered,
    Answer,
    CredentialsRefused,
    InProcess,
    NotFound,
    NotProcessed,
    Observed,
    Rejected,
    Retry,
    SummaryOnly,
    SunatClient,
    Ticketed,
    Unknown,
    zip_voucher,
)

log = logging.getLogger(__name__)

ASKED_ABOUT = TO_SEND | {SummaryState.IN_PROCESS}


@dataclass(frozen=True, kw_only=True)
class SummaryClaim:
    """A summary that is ours to send, or whose ticket is ours to ask about, until the lease ends."""

    summary_id: str
    submission_id: str
    operation: str
    file_name: str
    printed_number: str
    ticket: str
    xml: FileRef


def claim_summary() -> SummaryClaim | None:
    """Take the summary that has been due longest; none while the queue is paused or the throttle is spent."""
    settings = current_settings()
    with transaction() as session:
        if current_pause(session) is not None or not room(session, settings):
            return None
        due = select(Summary).where(Summary.next_attempt_at <= now(), Summary.state.in_(ASKED_ABOUT))
        first = due.order_by(Summary.next_attempt_at, Summary.id).limit(1)
        summary = session.scalar(first.with_for_update(skip_locked=True))
        if summary is None:
            return None
        operation = GET_STATUS if summary.state == SummaryState.IN_PROCESS else SEND_SUMMARY
        submission = summary.start(operation, settings.lease)
        session.add(submission)
        return SummaryClaim(
            summary_id=summary.id,
            submission_id=submission.id,
            operation=operation,
            file_name=summary.file_name,
            printed_number=summary.printed_number,
            ticket=summary.ticket or "",
            xml=summary.xml_file,
        )


def file_summary(claim: SummaryClaim, session: requests.Session | None = None) -> None:
    """Ask SUNAT about one claim and write down what it said."""
    record_summary(claim, ask_about_summary(claim, SunatClient(endpoint(current_settings()), session)))


def ask_about_summary(claim: SummaryClaim, client: SunatClient) -> Exchange:
    """Make the call of a claim, outside any transaction."""
    started, zip_sha256 = time.perf_counter(), ""
    if claim.operation == GET_STATUS:
        answer = client.get_status(claim.ticket, number=claim.printed_number)
    else:
        archive = zip_voucher(claim.file_name, files().get(claim.xml.sha256))
        zip_sha256 = hashlib.sha256(archive).hexdigest()
        answer = client.send_summary(claim.file_name, archive, number=claim.printed_number)
    elapsed = time.perf_counter() - started
    measure_request(claim.operation, answer, elapsed)
    return Exchange(answer=answer, zip_sha256=zip_sha256, elapsed_ms=round(elapsed * 1000))


def record_summary(claim: SummaryClaim, exchange: Exchange) -> None:
    """Write the answer down, move the summary and the vouchers in it, in one transaction with their events."""
    answer = exchange.answer
    receipt = keep_receipt(claim.file_name, answer)
    body = keep_body(claim.submission_id, answer)
    with transaction() as session:
        summary = session.get_one(Summary, claim.summary_id, with_for_update=True)
        session.add(answer_row(claim.submission_id, exchange, receipt, body))
        if not _may_decide(summary, claim, answer):
            log.warning("late answer about summary %s kept without effect", claim.file_name)
            return
        apply = _after_asking if claim.operation == GET_STATUS else _after_sending
        apply(summary, answer)
        if isinstance(answer, CredentialsRefused):
            stand_still(session, code=answer.code, text=answer.text)
        publish(session, *settle_entries(session, summary, answer, receipt))
    log.info("summary %s: %s -> %s", claim.file_name, claim.operation, type(answer).__name__)


def _may_decide(summary: Summary, claim: SummaryClaim, answer: Answer) -> bool:
    """Only the last attempt decides; but a ticket, or a receipt, is true whenever it comes."""
    if claim.operation == GET_STATUS:
        current = summary.state == SummaryState.IN_PROCESS
        return current and (summary.submission_id == claim.submission_id or isinstance(answer, Accepted | Observed))
    if isinstance(answer, Ticketed):
        return summary.state in TO_SEND | {SummaryState.EXCEPTION}
    return summary.state == SummaryState.SENDING and summary.submission_id == claim.submission_id


def _after_sending(summary: Summary, answer: Answer) -> None:
    """What sendSummary's answer makes of a summary (sunat.md 2.10, 2.11)."""
    later = now() + current_settings().retry_after(summary.attempts)
    match answer:
        case Ticketed(ticket=ticket):
            summary.take_ticket(ticket)
        case Rejected(code=code, text=text):
            summary.settle(SummaryState.REJECTED, code=code, text=text)
        case AlreadyRegistered(code=code, text=text):
            # Ours, with a ticket that was lost, or another's under the same number: nobody can ask about it.
            summary.settle(SummaryState.LOST, code=code, text=text)
        case NotProcessed(code=code, text=text) | SummaryOnly(code=code, text=text):
            summary.stop(code=code, text=text)
        case Retry(code=code, text=text, reached=reached):
            summary.put_off(code=code, text=text, retry_at=later, reached=reached)
        case CredentialsRefused(code=code, text=text):
            summary.put_off(code=code, text=text, retry_at=now(), reached=False)
        case _:
            summary.lose_answer(code=answer.code, text=answer.text, retry_at=later)


def _after_asking(summary: Summary, answer: Answer) -> None:
    """What getStatus's answer makes of a summary: 0 and 99 by their receipt, 98 patience, 0127 an unknown ticket."""
    settings = current_settings()
    later = now() + settings.poll_after(summary.polls)
    match answer:
        case Accepted() | Observed():
            summary.settle(SummaryState.ACCEPTED, code=answer.code, text=answer.text)
        case Rejected(code=code, text=text) | NotProcessed(code=code, text=text) | SummaryOnly(code=code, text=text):
            summary.settle(SummaryState.REJECTED, code=code, text=text)
        case NotFound(code=code, text=text) if summary.polls + 1 >= settings.ticket_lost_polls:
            summary.settle(SummaryState.LOST, code=code, text=text)
        case InProcess() | NotFound() | Retry() | Unknown() | AlreadyRegistered() | Ticketed():
            summary.poll_later(code=answer.code, text=answer.text, at=later)
        case CredentialsRefused(code=code, text=text):
            summary.poll_later(code=code, text=text, at=now())
