"""What every request to SUNAT shares: where it goes, how many may go, how it is measured, what is kept of it."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.events import FileRef
from chassis.files import files
from services.einvoice.models import Submission, SubmissionAnswer
from services.einvoice.models.filing import pause_queue
from services.einvoice.settings import Settings
from services.einvoice.sunat import Accepted, AlreadyRegistered, Answer, Observed, Rejected
from services.einvoice.sunat.answers import WithoutReceipt
from services.einvoice.sunat.client import Endpoint

CDR_TYPE = "application/zip"
EVIDENCE_TYPE = "application/xml"
BODY_TYPE = "application/octet-stream"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What became of a request: SUNAT's answer, the hash of the ZIP that was sent, the time it took."""

    answer: Answer
    zip_sha256: str
    elapsed_ms: int


def endpoint(settings: Settings) -> Endpoint:
    """Where and as whom we speak to SUNAT, or to an OSE."""
    return Endpoint(
        url=settings.sunat_url,
        consult_url=settings.sunat_consult_url,
        user=settings.issuer_ruc + settings.sunat_user,
        password=settings.sunat_password,
        connect_timeout=settings.sunat_connect_timeout,
        read_timeout=settings.sunat_read_timeout,
    )


def room(session: Session, settings: Settings) -> int:
    """How many requests the throttle leaves for this round."""
    if not settings.sunat_per_minute:
        return settings.sunat_parallel
    since = now() - timedelta(minutes=1)
    sent = session.scalar(select(func.count()).select_from(Submission).where(Submission.sent_at > since)) or 0
    return max(0, min(settings.sunat_parallel, settings.sunat_per_minute - sent))


def measure_request(operation: str, answer: Answer, seconds: float) -> None:
    """Count the request by operation and outcome, and its time."""
    metrics = current_service().metrics
    outcome = type(answer).__name__
    metrics.counter("cmp_sunat_requests", "Requests to SUNAT", "operation", "outcome").labels(operation, outcome).inc()
    metrics.histogram("cmp_sunat_request_seconds", "Time SUNAT takes", "operation").labels(operation).observe(seconds)


def keep_receipt(file_name: str, answer: Answer) -> FileRef | None:
    """Store the CDR's ZIP, or the answer that proves registration when no CDR is to be had."""
    match answer:
        case Accepted(cdr=cdr) | Observed(cdr=cdr):
            return files().put(cdr.data, media_type=CDR_TYPE, name=f"R-{file_name}.zip")
        case Rejected(cdr=cdr) if cdr is not None:
            return files().put(cdr.data, media_type=CDR_TYPE, name=f"R-{file_name}.zip")
        case AlreadyRegistered(code=code, evidence=evidence):
            return files().put(evidence, media_type=EVIDENCE_TYPE, name=f"R-{file_name}-{code}.xml")
    return None


def keep_body(submission_id: str, answer: Answer) -> str | None:
    """Store the body of an answer that brought no receipt, as evidence; returns its SHA-256."""
    if not isinstance(answer, WithoutReceipt) or not answer.evidence:
        return None
    return files().put(answer.evidence, media_type=BODY_TYPE, name=f"{submission_id}.xml").sha256


def answer_row(submission_id: str, exchange: Exchange, receipt: FileRef | None, body: str | None) -> SubmissionAnswer:
    """What is written down about an attempt, never to be changed."""
    answer = exchange.answer
    return SubmissionAnswer(
        submission_id=submission_id,
        outcome=type(answer).__name__,
        code=answer.code,
        text=answer.text,
        zip_sha256=exchange.zip_sha256,
        cdr_sha256=receipt.sha256 if receipt else None,
        body_sha256=body,
        elapsed_ms=exchange.elapsed_ms,
        answered_at=now(),
    )


def stand_still(session: Session, *, code: str, text: str) -> None:
    """Refused credentials stop the whole queue: no voucher is to blame, and more tries could lock the user."""
    pause_queue(session, code=code, text=text)
    log.error("SUNAT refused our credentials (%s): filing is paused until `cmp-digital einvoice resume`", code)


def observations_of(answer: Accepted | Observed) -> tuple[str, ...]:
    """What SUNAT noted, in its own words."""
    if isinstance(answer, Accepted):
        return ()
    cdr = answer.cdr
    return cdr.observations or cdr.notes or (f"{cdr.code} - {cdr.description}",)
