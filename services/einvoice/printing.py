"""Rendering the printed representation, once per voucher."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.events import FileRef
from chassis.files import files
from chassis.logs import bind_trace
from chassis.outbox import publish
from services.einvoice.models import Voucher
from services.einvoice.models.voucher import PDF
from services.einvoice.pdf import Printout, render, stamp
from services.einvoice.settings import current_settings

PDF_TYPE = "application/pdf"
LEASE = timedelta(minutes=5)
HISTORY = datetime(2000, 1, 1, tzinfo=UTC)
"""What is due before it belongs to an imported voucher."""
DEMO_NOTICE = "DOCUMENTO DE DEMOSTRACIÓN, SIN VALOR TRIBUTARIO"


def claim_printing() -> str | None:
    """Take the next voucher without a PDF, until the lease ends; returns its id."""
    with transaction() as session:
        voucher = session.scalar(_next_to_print()) or session.scalar(_next_of_earlier_years())
        if voucher is None:
            return None
        voucher.pdf_attempts += 1
        voucher.pdf_next_attempt_at = now() + max(LEASE, current_settings().retry_after(voucher.pdf_attempts))
        return voucher.id


def _next_to_print() -> Select[Voucher]:
    due = Voucher.pdf_next_attempt_at
    return select(Voucher).where(due > HISTORY, due <= now()).order_by(due).limit(1).with_for_update(skip_locked=True)


def _next_of_earlier_years() -> Select[Voucher]:
    """Imported vouchers wait a century in the past, so that no new one waits for them; the newest comes first."""
    due = Voucher.pdf_next_attempt_at
    return select(Voucher).where(due <= HISTORY).order_by(due.desc()).limit(1).with_for_update(skip_locked=True)


def print_voucher(voucher_id: str) -> None:
    """Render outside any transaction, then keep the first PDF that is stored; announce the voucher if complete.

    A void voucher that has its PDF gets a second one, stamped ANULADO; the first is never rendered again.
    """
    with reading() as session:
        voucher = session.get_one(Voucher, voucher_id)
        bind_trace(voucher.traceparent, service="einvoice", job="render_pdf")
        rendered = voucher.file(PDF)
        if rendered is None:
            file_name, printout = voucher.file_name, printout_of(voucher)
    if rendered is not None:
        stamp_voided(voucher_id, rendered)
        return
    pdf = files().put(render(printout), media_type=PDF_TYPE, name=f"{file_name}.pdf")
    with transaction() as session:
        voucher = session.get_one(Voucher, voucher_id, with_for_update=True)
        if voucher.file(PDF) is None:
            accepted = voucher.keep_pdf(pdf)
            if accepted is not None:
                publish(session, accepted)


def stamp_voided(voucher_id: str, rendered: FileRef) -> None:
    """Keep the stored PDF with ANULADO across its pages beside the stored one."""
    with reading() as session:
        voucher = session.get_one(Voucher, voucher_id)
        words = f"Comprobante anulado: {voucher.voided_by}" if voucher.voided_by else "Comprobante anulado"
    stamped = stamp(files().get(rendered.sha256), "ANULADO", words)
    name = rendered.name.replace(".pdf", "-ANULADO.pdf")
    pdf = files().put(stamped, media_type=PDF_TYPE, name=name)
    with transaction() as session:
        session.get_one(Voucher, voucher_id, with_for_update=True).keep_voided_pdf(pdf)


def printout_of(voucher: Voucher) -> Printout:
    """What goes on paper for a voucher."""
    settings = current_settings()
    return Printout(
        document=voucher.document(),
        digest=voucher.digest,
        consult_url=settings.consult_url,
        order_number=voucher.order_number,
        notice=DEMO_NOTICE if settings.is_demonstration else None,
    )
