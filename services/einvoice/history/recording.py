"""A believed voucher of earlier years as rows: like one of ours, but never sent, never mailed, never renumbered."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.events import FileRef
from contracts.einvoice import VoucherImported
from services.einvoice.documents import printed_number
from services.einvoice.history.evidence import Candidate, Judgement, Void
from services.einvoice.history.receipts import Key
from services.einvoice.models import Series, Voucher, VoucherFile, VoucherLine, VoucherState, VoucherTransition
from services.einvoice.models.series import amends_of
from services.einvoice.models.voucher import CDR, PDF, VOID_CDR, XML
from services.einvoice.search_text import search_text

CENTURY = 100
REASON_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class Proven:
    """Everything there is about a voucher, with its files in the store."""

    candidate: Candidate
    judgement: Judgement
    void: Void | None
    xml: FileRef
    pdf: FileRef | None

    @property
    def key(self) -> Key:
        """Type, series and number."""
        return self.candidate.told.key

    @property
    def state(self) -> VoucherState:
        """Where it stands: what was accepted and then voided is void."""
        voided = self.void is not None and self.judgement.state != VoucherState.REJECTED
        return VoucherState.VOIDED if voided else self.judgement.state


def move_counters(session: Session, keys: list[Key], council: str) -> dict[tuple[str, str], str]:
    """Lock the series and move their counters forward, never back; returns the council of each.

    A series that is not there yet is entered as one that gets no more numbers, for the council given.
    """
    highest: dict[tuple[str, str], int] = {}
    for kind, series, number in keys:
        highest[kind, series] = max(number, highest.get((kind, series), 0))
    councils = {}
    for (kind, series), number in sorted(highest.items()):
        row = session.scalar(select(Series).filter_by(voucher_type=kind, series=series).with_for_update())
        if row is None:
            row = Series(
                voucher_type=kind,
                series=series,
                council=council,
                amends=amends_of(kind, series),
                active=False,
                last_number=0,
            )
            session.add(row)
            session.flush()
        ahead = update(Series).where(Series.id == row.id, Series.last_number < number).values(last_number=number)
        session.execute(ahead.execution_options(synchronize_session=False))
        councils[kind, series] = row.council
    return councils


def record(proven: Proven, council: str, moment: datetime) -> Voucher:
    """The rows of one voucher."""
    told, judgement, void = proven.candidate.told, proven.judgement, proven.void
    kind, series, number = told.key
    accepted = proven.state != VoucherState.REJECTED
    voucher = Voucher(
        id=str(uuid.uuid4()),
        voucher_type=kind,
        series=series,
        number=number,
        file_name=file_name_of(proven.candidate),
        operation=told.operation,
        issued_at=told.issued_at,
        issue_date=told.issue_date,
        council=council,
        issuer=vars(told.issuer),
        customer_document_type=told.customer.document_type,
        customer_document_number=told.customer.document_number,
        customer_name=told.customer.name,
        customer_address=told.customer.address,
        search_name=search_text(told.customer.name),
        currency=told.currency,
        value_cents=told.value_cents,
        tax_cents=told.tax_cents,
        total_cents=told.total_cents,
        digest=proven.candidate.digest,
        amended_type=told.amended_type,
        particulars={name: value for name, value in msgspec.to_builtins(told.particulars).items() if value},
        imported_at=moment,
        state=proven.state,
        sunat_code=judgement.code,
        sunat_text=judgement.text,
        observations=list(judgement.observations),
        accepted_at=judgement.at if accepted else None,
        announced_at=moment,
        lines=[VoucherLine.of(position, line) for position, line in enumerate(told.lines, start=1)],
        transitions=[_step(proven, moment)],
    )
    if void is not None and accepted:
        voucher.void_reason, voucher.voided_by, voucher.voided_at = void.reason, void.summary, void.at
    _keep_files(voucher, proven)
    return voucher


def imported(voucher: Voucher) -> VoucherImported:
    """The fact that others learn: whose voucher it is. Nobody is written to."""
    return VoucherImported(
        voucher_id=voucher.id,
        number=voucher.printed_number,
        voucher_type=voucher.voucher_type,
        issue_date=voucher.issue_date,
        customer_document_type=voucher.customer_document_type,
        customer_document_number=voucher.customer_document_number,
        customer_name=voucher.customer_name,
        total=voucher.total,
        currency=voucher.currency,
        council=voucher.council,
    )


def file_name_of(candidate: Candidate) -> str:
    """SUNAT's name, whatever name the file came with."""
    kind, series, number = candidate.told.key
    return f"{candidate.told.issuer.ruc}-{kind}-{printed_number(series, number)}"


def _keep_files(voucher: Voucher, proven: Proven) -> None:
    """Its files; what is still to be drawn or stamped waits behind everything newer."""
    kept = {XML: proven.xml, CDR: proven.judgement.receipt, PDF: proven.pdf}
    if voucher.state == VoucherState.VOIDED and proven.void:
        kept[VOID_CDR] = proven.void.receipt
    voucher.files = [VoucherFile.of(kind, reference) for kind, reference in kept.items() if reference]
    if proven.pdf is None or voucher.state == VoucherState.VOIDED:
        voucher.pdf_next_attempt_at = voucher.issued_at.replace(year=voucher.issued_at.year - CENTURY)


def _step(proven: Proven, moment: datetime) -> VoucherTransition:
    reason = f"imported from {proven.candidate.row.place}"[:REASON_LIMIT]
    return VoucherTransition(from_state=VoucherState.DRAFT, to_state=proven.state, at=moment, reason=reason)
