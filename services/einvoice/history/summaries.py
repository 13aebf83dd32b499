"""RC and RA of earlier years: what they told SUNAT of boletas without a receipt of their own, and of voids."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import LIMA, now
from chassis.db import reading, transaction
from chassis.events import Event, FileRef
from chassis.outbox import publish
from services.einvoice.documents.summaries import VOID
from services.einvoice.history.evidence import XML_TYPE, Examiner, Judgement, Void, check_day
from services.einvoice.history.keys import among
from services.einvoice.history.reading import SummaryTold, read_summary
from services.einvoice.history.reasons import Reason, Refused, refusing
from services.einvoice.history.receipts import Key, Receipt
from services.einvoice.history.signatures import read_xml, verify
from services.einvoice.models import HistoryFile, HistoryLine, Summary, SummaryState, Voucher, VoucherState
from services.einvoice.models.history import CDR, DONE, REFUSED, SUMMARY
from services.einvoice.models.states import AMENDABLE
from services.einvoice.models.summaries import SummaryCounter

ToldOf = list[tuple[HistoryLine, Summary]]
"""What accepted RC and RA say of one voucher, oldest first."""

VOIDS_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Believed:
    """An RC or RA that SUNAT accepted, with its stored files."""

    told: SummaryTold
    receipt: Receipt
    xml: FileRef
    cdr: FileRef


def take_summaries(examiner: Examiner) -> None:
    """Judge every RC and RA in the books that is not settled yet, one transaction each."""
    last = ""
    while (row := _next(last)) is not None:
        last = row.id
        try:
            believed = _believe(examiner, row)
            examiner.keeper.settle()
            with transaction() as session:
                publish(session, *_record(session, row.sha256, believed))
                _note(session, row.id, DONE)
        except Refused as refused:
            with transaction() as session:
                _note(session, row.id, REFUSED, refused.reason, refused.detail)


def told_of(session: Session, keys: list[Key]) -> dict[Key, ToldOf]:
    """What the books and accepted RC and RA say of vouchers."""
    rows = session.execute(
        select(HistoryLine, Summary)
        .join(HistoryFile, HistoryFile.id == HistoryLine.file_id)
        .join(Summary, Summary.file_name == HistoryLine.summary)
        .where(among(HistoryLine, keys), HistoryFile.state == DONE, Summary.state == SummaryState.ACCEPTED)
        .order_by(Summary.settled_at, HistoryLine.summary, HistoryLine.position)
    )
    found: dict[Key, ToldOf] = {}
    for line, summary in rows:
        found.setdefault((line.voucher_type, line.series, line.number), []).append((line, summary))
    return found


def judged_by(told: ToldOf) -> Judgement | None:
    """The acceptance of a voucher that has no receipt of its own: the RC's receipt is its proof."""
    summary = next((summary for line, summary in told if line.condition != VOID), None)
    if summary is None:
        return None
    return Judgement(
        state=VoucherState.ACCEPTED,
        code=summary.sunat_code,
        text=summary.sunat_text,
        observations=(),
        at=summary.settled_at or summary.created_at,
        receipt=msgspec.convert(summary.cdr, FileRef),
    )


def voided_by(told: ToldOf) -> Void | None:
    """The void of a voucher, if one was told."""
    found = next(((line, summary) for line, summary in told if line.condition == VOID), None)
    if found is None:
        return None
    line, summary = found
    return Void(
        summary=summary.printed_number,
        reason=line.reason,
        at=summary.settled_at or summary.created_at,
        receipt=msgspec.convert(summary.cdr, FileRef),
    )


def _next(last: str) -> HistoryFile | None:
    with reading() as session:
        waiting = (HistoryFile.kind == SUMMARY, HistoryFile.state != DONE, HistoryFile.id > last)
        return session.scalar(select(HistoryFile).where(*waiting).order_by(HistoryFile.id).limit(1))


def _note(session: Session, row_id: str, state: str, reason: str = "", detail: str = "") -> None:
    row = session.get_one(HistoryFile, row_id)
    row.state, row.reason, row.detail = state, reason, detail


def _believe(examiner: Examiner, row: HistoryFile) -> Believed:
    """A summary with a good signature and SUNAT's acceptance. Raises Refused."""
    data = examiner.content(row)
    with refusing(Reason.BAD_CONTENT):
        verified = verify(read_xml(data))
        told = read_summary(verified.root)
    check_day(told.issue_date)
    examiner.trust.check_issuer(verified.certificate, datetime.combine(told.issue_date, time(12), LIMA))
    receipt, cdr = _receipt(examiner, told)
    return Believed(
        told=told,
        receipt=receipt,
        xml=examiner.keeper.keep(data, media_type=XML_TYPE, name=f"{told.file_name}.xml"),
        cdr=examiner.keep_receipt(cdr, told.file_name),
    )


def _receipt(examiner: Examiner, told: SummaryTold) -> tuple[Receipt, bytes]:
    """The receipt that accepts a summary, and its bytes. Raises Refused."""
    kind, day, number = told.key
    with reading() as session:
        same = {"kind": CDR, "voucher_type": kind, "series": day, "number": number}
        rows = session.scalars(select(HistoryFile).filter_by(**same).order_by(HistoryFile.id)).all()
    problem = Refused(Reason.NO_CDR)
    for row in rows:
        try:
            receipt = examiner.receipt(row, told.key)
            if receipt.state != VoucherState.REJECTED:
                return receipt, examiner.content(row)
            problem = Refused(Reason.SUMMARY_REJECTED, receipt.code)
        except Refused as refused:
            problem = refused
    raise problem


def _record(session: Session, sha256: str, believed: Believed) -> list[Event]:
    """Keep it beside our own, never to be sent; vouchers imported before it become void now. Raises Refused."""
    told = believed.told
    known = session.scalar(select(Summary).where(Summary.file_name == told.file_name))
    if known is not None:
        if known.xml_file.sha256 != sha256:
            raise Refused(Reason.CONFLICT)
        return []
    kind, _, number = told.key
    session.add(
        Summary(
            id=str(uuid.uuid4()),
            kind=kind,
            issue_date=told.issue_date,
            number=number,
            reference_date=told.reference_date,
            file_name=told.file_name,
            printed_number=told.printed_number,
            state=SummaryState.ACCEPTED,
            xml=msgspec.to_builtins(believed.xml),
            cdr=msgspec.to_builtins(believed.cdr),
            sunat_code=believed.receipt.code,
            sunat_text=believed.receipt.text,
            created_at=now(),
            settled_at=believed.receipt.answered_at,
        )
    )
    counter = session.get(SummaryCounter, (kind, told.issue_date), with_for_update=True)
    if counter is None:
        session.add(SummaryCounter(kind=kind, day=told.issue_date, last_number=number))
    else:
        counter.last_number = max(counter.last_number, number)
    return _void_imported(session, believed)


def _void_imported(session: Session, believed: Believed) -> list[Event]:
    """Only vouchers of earlier years: those we issued are voided by our own summaries alone."""
    reasons = {line.key: line.reason for line in believed.told.lines if line.condition == VOID}
    events: list[Event] = []
    keys = list(reasons)
    for start in range(0, len(keys), VOIDS_AT_ONCE):
        some = (among(Voucher, keys[start : start + VOIDS_AT_ONCE]), Voucher.imported_at.is_not(None))
        for each in session.scalars(select(Voucher).where(*some).with_for_update()):
            if each.state in AMENDABLE:
                each.request_void(reasons[each.voucher_type, each.series, each.number])
                events.append(each.void(believed.told.printed_number, believed.cdr))
    return events
