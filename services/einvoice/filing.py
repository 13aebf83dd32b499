"""Filing with SUNAT: take what is due, ask, write down the answer. Row first, call second, outcome third."""

import hashlib
import logging
import time
from dataclasses import dataclass

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import transaction
from chassis.events import Event, FileRef
from chassis.files import files
from chassis.outbox import publish
from services.einvoice.conversation import (
    Exchange,
    answer_row,
    endpoint,
    keep_body,
    keep_receipt,
    measure_request,
    observations_of,
    room,
    stand_still,
)
from services.einvoice.issuing import tell_by_summary
from services.einvoice.models import Voucher, VoucherState
from services.einvoice.models.filing import GET_STATUS_CDR, SEND_BILL, current_pause
from services.einvoice.models.states import OPEN
from services.einvoice.models.voucher import XML
from services.einvoice.settings import Settings, current_settings
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


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A voucher that is ours to file until the lease ends."""

    voucher_id: str
    submission_id: str
    operation: str
    file_name: str
    voucher_type: str
    series: str
    number: int
    printed_number: str
    ruc: str
    xml: FileRef
    traceparent: str | None


# ---------------------------------------------------------------------- row first


def claim_vouchers() -> list[Claim]:
    """Take the vouchers that are due, as many as may be sent now; none while the queue is paused."""
    settings = current_settings()
    with transaction() as session:
        if current_pause(session) is not None:
            return []
        free = room(session, settings)
        due = session.scalars(
            select(Voucher)
            .where(Voucher.next_attempt_at <= now(), Voucher.state.in_(OPEN))
            .order_by(Voucher.next_attempt_at, Voucher.id)
            .limit(free)
            .with_for_update(skip_locked=True)
        ).all()
        return [_claim(session, voucher, settings) for voucher in due]


def _claim(session: Session, voucher: Voucher, settings: Settings) -> Claim:
    operation = next_operation(voucher, settings)
    submission = voucher.start(operation, settings.lease)
    session.add(submission)
    xml = voucher.file(XML)
    assert xml is not None  # noqa: S101 - a queued voucher has its signed bytes
    return Claim(
        voucher_id=voucher.id,
        submission_id=submission.id,
        operation=operation,
        file_name=voucher.file_name,
        voucher_type=voucher.voucher_type,
        series=voucher.series,
        number=voucher.number,
        printed_number=voucher.printed_number,
        ruc=voucher.issuer["ruc"],
        xml=xml,
        traceparent=voucher.traceparent,
    )


def next_operation(voucher: Voucher, settings: Settings) -> str:
    """After a lost answer ask for the receipt where SUNAT keeps it; else send the same bytes (sunat.md 2.11)."""
    answer_lost = voucher.state in (VoucherState.UNKNOWN, VoucherState.SENDING)
    return GET_STATUS_CDR if answer_lost and can_be_consulted(voucher, settings) else SEND_BILL


def can_be_consulted(voucher: Voucher, settings: Settings) -> bool:
    """Whether getStatusCdr answers about this series: in production those that begin with F (sunat.md 2.10)."""
    return bool(settings.sunat_consult_url) and voucher.series[0] in settings.sunat_consult_series


# ---------------------------------------------------------------------- call second


def file_claim(claim: Claim, session: requests.Session | None = None) -> None:
    """Ask SUNAT about one claim and write down what it said."""
    exchange = ask(claim, SunatClient(endpoint(current_settings()), session))
    record(claim, exchange)


def ask(claim: Claim, client: SunatClient) -> Exchange:
    """Make the call of a claim, outside any transaction."""
    started = time.perf_counter()
    zip_sha256 = ""
    if claim.operation == GET_STATUS_CDR:
        answer = client.get_status_cdr(
            ruc=claim.ruc, voucher_type=claim.voucher_type, series=claim.series, number=claim.number
        )
    else:
        archive = zip_voucher(claim.file_name, files().get(claim.xml.sha256))
        zip_sha256 = hashlib.sha256(archive).hexdigest()
        answer = client.send_bill(claim.file_name, archive, number=claim.printed_number)
    elapsed = time.perf_counter() - started
    measure_request(claim.operation, answer, elapsed)
    return Exchange(answer=answer, zip_sha256=zip_sha256, elapsed_ms=round(elapsed * 1000))


# ---------------------------------------------------------------------- outcome third


def record(claim: Claim, exchange: Exchange) -> None:
    """Write the answer down and move the voucher, in one transaction with the event that tells it."""
    answer = exchange.answer
    receipt = store_receipt(claim, answer)
    body = keep_body(claim.submission_id, answer)
    with transaction() as session:
        voucher = session.get_one(Voucher, claim.voucher_id, with_for_update=True)
        session.add(answer_row(claim.submission_id, exchange, receipt, body))
        if voucher.is_final or not _may_decide(voucher, claim, answer):
            log.warning("late answer about voucher %s kept without effect", claim.voucher_id)
            return
        event = apply(session, voucher, claim, answer, receipt)
        if event is not None:
            publish(session, event)
    log.info("voucher %s: %s -> %s", claim.file_name, claim.operation, type(answer).__name__)


def _may_decide(voucher: Voucher, claim: Claim, answer: Answer) -> bool:
    """Only the last attempt decides, lest a stalled one undo a later one; but a receipt is true whenever it comes."""
    return voucher.submission_id == claim.submission_id or isinstance(answer, Accepted | Observed)


def store_receipt(claim: Claim, answer: Answer) -> FileRef | None:
    """Keep the CDR's ZIP, or the answer that proves registration when no CDR is to be had."""
    return keep_receipt(claim.file_name, answer)


def apply(session: Session, voucher: Voucher, claim: Claim, answer: Answer, receipt: FileRef | None) -> Event | None:
    """Move a voucher as SUNAT's answer asks; the event to publish, if there is one."""
    settings = current_settings()
    later = now() + settings.retry_after(voucher.attempts)
    match answer:
        case Accepted(cdr=cdr) | Observed(cdr=cdr):
            assert receipt is not None  # noqa: S101 - stored above
            return voucher.accept(receipt, code=cdr.code, text=cdr.description, observations=observations_of(answer))
        case Rejected(code=code, text=text):
            return voucher.reject(code=code, text=text, cdr=receipt)
        case NotProcessed(code=code, text=text):
            voucher.stop(code=code, text=text)
        case SummaryOnly(code=code, text=text):
            voucher.put_off(code=code, text=text, retry_at=later)
            tell_by_summary(session, voucher)
        case AlreadyRegistered():
            return _settle_registered(voucher, settings, answer, receipt)
        case NotFound(code=code, text=text):
            voucher.put_off(code=code, text=text, retry_at=now())
        case Retry(code=code, text=text, reached=reached) if claim.operation == SEND_BILL:
            voucher.put_off(code=code, text=text, retry_at=later, reached=reached)
        case Retry() | Unknown() | InProcess() | Ticketed():
            code, text = answer.code, answer.text
            voucher.lose_answer(text, code=code, retry_at=later)
        case CredentialsRefused(code=code, text=text):
            _stand_still(session, voucher, code, text)
    return None


def _settle_registered(
    voucher: Voucher, settings: Settings, answer: AlreadyRegistered, receipt: FileRef | None
) -> Event | None:
    """1032, 1033 and their like (sunat.md 2.11): query where one can; else the resent bytes have proved their arrival,
    and SUNAT's answer stands in for the receipt that it keeps to itself.

    Without a lost answer before it, the number was used by somebody else: a person must look.
    """
    code, text = answer.code, answer.text
    if not voucher.in_doubt:
        voucher.stop(code=code, text=text)
    elif can_be_consulted(voucher, settings):
        voucher.lose_answer(text, code=code, retry_at=now())
    elif "rechazado" in text.lower():
        return voucher.reject(code=code, text=text, cdr=receipt)
    elif "anulado" in text.lower():
        voucher.stop(code=code, text=text)
    else:
        assert receipt is not None  # noqa: S101 - stored before
        return voucher.accept(receipt, code=code, text=text, observations=())
    return None


def _stand_still(session: Session, voucher: Voucher, code: str, text: str) -> None:
    """No voucher is to blame for refused credentials: it waits as it was."""
    stand_still(session, code=code, text=text)
    if voucher.in_doubt:
        voucher.lose_answer(text, code=code, retry_at=now())
    else:
        voucher.put_off(code=code, text=text, retry_at=now())
