"""Voiding an accepted voucher: who may, until when, and by which way SUNAT is told (sunat.md 2.12, 2.13)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import today
from services.einvoice.documents import one_line
from services.einvoice.documents.summaries import RA, RC, VOID
from services.einvoice.errors import NotVoidable
from services.einvoice.models import SummaryEntry, Voucher, VoucherState
from services.einvoice.settings import current_settings

REASON_LIMIT = 100


def request_void(session: Session, voucher: Voucher, reason: str) -> None:
    """Have SUNAT told that a voucher is void: facturas and their notes by RA, boletas and theirs by RC with status 3.

    Raises NotVoidable when it is not accepted, too old, or amended by a note that is not void itself.
    """
    check_void(session, voucher)
    words = one_line(reason, limit=REASON_LIMIT)
    voucher.request_void(words)
    kind = RA if voucher.series.startswith("F") else RC
    session.add(SummaryEntry.of(voucher.id, kind, VOID, voucher.issue_date, reason=words))


def void_days_left(voucher: Voucher) -> int:
    """Calendar days in which it can still be voided; 0 = today is the last, negative = only a note can help."""
    last_day = voucher.issue_date + timedelta(days=current_settings().void_deadline_days)
    return (last_day - today()).days


def check_void(session: Session, voucher: Voucher) -> None:
    """Raises NotVoidable, which says what to do instead."""
    if not voucher.can_be_amended:
        raise NotVoidable("Solo se puede anular un comprobante aceptado por la SUNAT.")
    if void_days_left(voucher) < 0:
        raise NotVoidable("El plazo para anularlo venció. Emita una nota de crédito.")
    dead = (VoucherState.REJECTED, VoucherState.VOIDED)
    note = select(Voucher.id).where(Voucher.amended_id == voucher.id, Voucher.state.not_in(dead)).limit(1)
    if session.scalar(note) is not None:
        raise NotVoidable("El comprobante tiene una nota vigente. Anule primero la nota.")
