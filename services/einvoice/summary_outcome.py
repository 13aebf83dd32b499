"""What the outcome of an RC or RA means for the vouchers in it."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events import Event, FileRef
from chassis.files import files
from services.einvoice.conversation import EVIDENCE_TYPE, observations_of
from services.einvoice.models import EntryState, Summary, SummaryEntry, SummaryState, Voucher
from services.einvoice.sunat import Accepted, Answer, Observed, Rejected
from services.einvoice.sunat.answers import WithoutReceipt
from services.einvoice.sunat.codes import action_for


def settle_entries(session: Session, summary: Summary, answer: Answer, receipt: FileRef | None) -> list[Event]:
    """Move every voucher of a summary that has just been settled; the events to publish. Nothing if it is still open.

    A refused summary says nothing about each of its lines, and a lost one nothing at all: their vouchers are told
    again, each in a summary of its own, whose answer is then about that voucher alone.
    """
    if summary.state not in (SummaryState.ACCEPTED, SummaryState.REJECTED, SummaryState.LOST):
        return []
    summary.cdr = msgspec.to_builtins(receipt) if receipt else None
    entries = session.scalars(select(SummaryEntry).where(SummaryEntry.summary_id == summary.id)).all()
    told = [entry for entry in entries if entry.state == EntryState.TOLD]
    if summary.state == SummaryState.LOST or (summary.state == SummaryState.REJECTED and len(told) > 1):
        _tell_again(session, summary, told)
        return []
    return [event for entry in told for event in _settle(session, summary, entry, answer, receipt)]


def _settle(
    session: Session, summary: Summary, entry: SummaryEntry, answer: Answer, receipt: FileRef | None
) -> Iterator[Event]:
    """One voucher: as told, or refused. "It is so already" proves that an earlier summary, now lost, had worked."""
    voucher = session.get_one(Voucher, entry.voucher_id, with_for_update=True)
    proved = entry.in_doubt and action_for("proves", answer.code) == "done"
    if summary.state == SummaryState.ACCEPTED or proved:
        entry.state = EntryState.DONE
        proof = receipt or _evidence(summary, answer)
        event: Event | None
        if entry.voids:
            event = voucher.void(summary.printed_number, proof)
        else:
            noted = observations_of(answer) if isinstance(answer, Accepted | Observed) else ()
            event = voucher.accept(proof, code=answer.code, text=answer.text, observations=noted)
    else:
        entry.state = EntryState.REFUSED
        event = _refuse(voucher, entry, answer, receipt)
    if event is not None:
        yield event


def _refuse(voucher: Voucher, entry: SummaryEntry, answer: Answer, receipt: FileRef | None) -> Event | None:
    if entry.voids:
        voucher.keep_valid(f"{answer.code} {answer.text}".strip())
        return None
    if isinstance(answer, Rejected):
        return voucher.reject(code=answer.code, text=answer.text, cdr=receipt)
    voucher.stop(code=answer.code, text=answer.text)
    return None


def _tell_again(session: Session, summary: Summary, entries: Sequence[SummaryEntry]) -> None:
    in_doubt = summary.state == SummaryState.LOST or summary.in_doubt
    for entry in entries:
        entry.wait_again(in_doubt=in_doubt)
        if not entry.voids:
            voucher = session.get_one(Voucher, entry.voucher_id, with_for_update=True)
            voucher.leave_summary(f"{summary.printed_number} {summary.sunat_code}")


def _evidence(summary: Summary, answer: Answer) -> FileRef:
    """The answer's own bytes, where it brought no receipt."""
    body = answer.evidence if isinstance(answer, WithoutReceipt) else b""
    return files().put(body, media_type=EVIDENCE_TYPE, name=f"R-{summary.file_name}-{answer.code}.xml")
