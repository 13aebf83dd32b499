"""Putting together what SUNAT is told by RC or RA: number, document, signature, stored bytes, in one transaction."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.clock import now, today
from chassis.db import transaction
from chassis.files import files
from services.einvoice.documents.summaries import SummaryDocument, SummaryLine
from services.einvoice.issuing import XML_TYPE
from services.einvoice.keys import signing_key
from services.einvoice.models import EntryState, Summary, SummaryEntry, Voucher
from services.einvoice.models.summaries import reserve_summary_number
from services.einvoice.settings import current_settings
from services.einvoice.signing import sign
from services.einvoice.ubl import build_summary


def compose_summary() -> str | None:
    """Make the next RC or RA of what is due; its file name, or None when nothing is.

    One kind and one issue date each, up to the configured number of lines (0158). Numbers of a day are given under a
    lock, so several workers never give one twice. Raises CertificateError.
    """
    with transaction() as session:
        entries = _next_batch(session)
        if not entries:
            return None
        summary = _number_and_sign(session, entries)
        for position, entry in enumerate(entries, start=1):
            entry.tell_in(summary, position)
            if not entry.voids:
                _voucher(session, entry).stand_in_summary(summary.file_name)
        return summary.file_name


def _next_batch(session: Session) -> list[SummaryEntry]:
    """The entry that has been due longest, and those that may go along with it."""
    waiting = select(SummaryEntry).where(SummaryEntry.state == EntryState.WAITING)
    due = waiting.where(SummaryEntry.due_at <= now()).order_by(SummaryEntry.due_at, SummaryEntry.id).limit(1)
    first = session.scalar(due.with_for_update(skip_locked=True))
    if first is None or first.alone:
        return [first] if first else []
    together = waiting.where(
        SummaryEntry.kind == first.kind,
        SummaryEntry.reference_date == first.reference_date,
        or_(SummaryEntry.alone.is_(False), SummaryEntry.id == first.id),
    )
    batch = together.order_by(SummaryEntry.due_at, SummaryEntry.id).limit(current_settings().summary_max_lines)
    return list(session.scalars(batch.with_for_update(skip_locked=True)))


def _number_and_sign(session: Session, entries: Sequence[SummaryEntry]) -> Summary:
    first, day = entries[0], today()
    document = SummaryDocument(
        kind=first.kind,
        number=reserve_summary_number(session, first.kind, day),
        issue_date=day,
        reference_date=first.reference_date,
        issuer=current_settings().issuer,
        lines=[_line(session, entry) for entry in entries],
    )
    signed = sign(build_summary(document), signing_key())
    summary = Summary.of(document, files().put(signed.xml, media_type=XML_TYPE, name=f"{document.file_name}.xml"))
    session.add(summary)
    session.flush()
    return summary


def _line(session: Session, entry: SummaryEntry) -> SummaryLine:
    return SummaryLine.of(_voucher(session, entry).document(), entry.condition, entry.reason)


def _voucher(session: Session, entry: SummaryEntry) -> Voucher:
    return session.get_one(Voucher, entry.voucher_id, with_for_update=True)
