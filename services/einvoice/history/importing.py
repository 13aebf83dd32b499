"""The second pass of an import: each voucher in the books is verified, and what can be believed is entered.

Batches commit alone and name what they did in the same transaction, so that an import that was killed goes on where
it stopped: nothing is entered twice, and what was refused is looked at again, as its proof may have come meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import update

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.events import FileRef
from chassis.files import files
from chassis.outbox import publish
from services.einvoice.history.cataloguing import catalogue
from services.einvoice.history.evidence import PDF_TYPE, XML_TYPE, Candidate, Examiner, Judgement
from services.einvoice.history.keeping import Keeper
from services.einvoice.history.notes import link_notes, originals_of
from services.einvoice.history.printed import is_readable
from services.einvoice.history.reasons import Reason, Refused
from services.einvoice.history.recording import Proven, file_name_of, imported, move_counters, record
from services.einvoice.history.shelving import (
    FIRST,
    Shelf,
    count_waiting,
    has_document,
    next_keys,
    shelves_of,
    stored_among,
)
from services.einvoice.history.sources import walk
from services.einvoice.history.summaries import judged_by, take_summaries, voided_by
from services.einvoice.history.trust import Trust
from services.einvoice.models import HistoryFile
from services.einvoice.models.history import CDR, DONE, PDF, REFUSED, WAITING

ORPHANS = {CDR: Reason.ORPHAN_CDR, PDF: Reason.ORPHAN_PDF}


@dataclass
class Import:
    """One run over some sources."""

    trust: Trust
    council: str
    entered: int = 0
    """Vouchers entered by this run."""

    def find(self, sources: list[Path], progress: Callable[[int], None]) -> None:
        """Look at every file once."""
        for looked_at in catalogue(walk(sources), self.trust.issuer_ruc):
            progress(looked_at)

    def waiting(self) -> int:
        """How many vouchers of the books are not entered."""
        with reading() as session:
            return count_waiting(session)

    def enter(self, progress: Callable[[int], None]) -> None:
        """Verify and enter what waits, facturas and boletas before the notes on them."""
        examiner, last = Examiner(self.trust, Keeper(files())), FIRST
        try:
            take_summaries(examiner)
            while keys := next_keys(last):
                last = keys[-1]
                with reading() as session:
                    shelves = shelves_of(session, keys)
                proven = [each for shelf in shelves if (each := prove(examiner, shelf)) is not None]
                examiner.keeper.settle()
                self._write(shelves, proven)
                progress(len(keys))
            link_notes()
            tell_orphans()
        finally:
            examiner.close()

    def _write(self, shelves: list[Shelf], proven: list[Proven]) -> None:
        """One batch in one transaction. The series are locked first, so that nobody is given a number meanwhile."""
        with transaction() as session:
            councils = move_counters(session, [shelf.key for shelf in shelves if shelf.is_signed], self.council)
            there = stored_among(session, [each.key for each in proven])
            fresh = [each for each in proven if each.key not in there]
            originals = originals_of(session, [each.candidate.told.particulars.amends for each in fresh])
            vouchers = [record(each, councils[each.key[:2]], now()) for each in fresh]
            for voucher, each in zip(vouchers, fresh, strict=True):
                voucher.amended_id = originals.get(each.candidate.told.particulars.amends)
            session.add_all(vouchers)
            session.flush()
            publish(session, *(imported(voucher) for voucher in vouchers))
            for each in proven:
                if each.key in there:
                    _note(each.candidate.row, Refused(Reason.CONFLICT))
            session.execute(update(HistoryFile), [_outcome(row) for shelf in shelves for row in shelf.rows])
        self.entered += len(fresh)


def prove(examiner: Examiner, shelf: Shelf) -> Proven | None:
    """The voucher of a shelf with its proof, its files stored; or nothing, with the reason on its rows."""
    proven: Proven | None = None
    for row in shelf.xml:
        try:
            if shelf.stored not in (None, row.sha256):
                raise Refused(Reason.CONFLICT)
            if shelf.stored is None and (proven is None or proven.candidate.row.sha256 != row.sha256):
                candidate = examiner.candidate(row)
                shelf.is_signed = True
                if proven is not None:
                    raise Refused(Reason.CONFLICT)
                proven = _with_proof(examiner, candidate, shelf)
            _note(row, None)
        except Refused as refused:
            _note(row, refused)
    if proven is not None or shelf.stored is not None:
        for row in (*shelf.receipts, *(shelf.printed if shelf.stored is not None else ())):
            _note(row, None)
    return proven


def tell_orphans() -> None:
    """Name the receipts and PDF that no document has claimed; a later import may bring theirs."""
    with transaction() as session:
        for kind, reason in ORPHANS.items():
            told = update(HistoryFile).where(HistoryFile.kind == kind).execution_options(synchronize_session=False)
            known = told.where(HistoryFile.reason == reason).values(state=WAITING, reason="")
            alone = told.where(HistoryFile.state == WAITING, ~has_document()).values(state=REFUSED, reason=reason)
            session.execute(known)
            session.execute(alone)


def _with_proof(examiner: Examiner, candidate: Candidate, shelf: Shelf) -> Proven:
    """A voucher with SUNAT's word on it. Raises Refused without one."""
    name = file_name_of(candidate)
    judgement = _judgement(examiner, candidate, shelf, name)
    xml = examiner.keeper.keep(candidate.data, media_type=XML_TYPE, name=f"{name}.xml")
    void, pdf = voided_by(shelf.told), _printed(examiner, shelf, name)
    return Proven(candidate=candidate, judgement=judgement, void=void, xml=xml, pdf=pdf)


def _printed(examiner: Examiner, shelf: Shelf, name: str) -> FileRef | None:
    """The first PDF that can be read, stored; without one, another is drawn."""
    found = None
    for row in shelf.printed:
        try:
            data = examiner.content(row)
            if not is_readable(data):
                raise Refused(Reason.BAD_PDF)
            found = found or examiner.keeper.keep(data, media_type=PDF_TYPE, name=f"{name}.pdf")
            _note(row, None)
        except Refused as refused:
            _note(row, refused)
    return found


def _judgement(examiner: Examiner, candidate: Candidate, shelf: Shelf, name: str) -> Judgement:
    """By its own receipt, or by an RC's when it has none that can be believed. Raises Refused."""
    by_summary = judged_by(shelf.told)
    try:
        judgement = examiner.judgement(candidate, shelf.receipts, name) or by_summary
    except Refused:
        if by_summary is None:
            raise
        judgement = by_summary
    if judgement is None:
        raise Refused(Reason.NO_CDR)
    return judgement


def _note(row: HistoryFile, refused: Refused | None) -> None:
    """What became of a file: done, or refused and why."""
    row.state = REFUSED if refused else DONE
    row.reason, row.detail = (refused.reason, refused.detail) if refused else ("", "")


def _outcome(row: HistoryFile) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "state", "reason", "detail")}
