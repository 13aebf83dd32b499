"""Sealing, drawing and storing a constancia, after the transaction that gave it its number."""

from datetime import timedelta

from sqlalchemy import func, select

from chassis.app import current_service
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.files import files
from chassis.outbox import publish
from services.recert.models import Constancia, Recertification
from services.recert.models.dossiers import PDF_TYPE
from services.recert.outcome.keys import ring
from services.recert.outcome.paper import draw, sign
from services.recert.settings import current_settings

AGAIN_AFTER = timedelta(minutes=5)
"""What was not drawn by then is tried again; longer than any drawing takes."""


def draw_next() -> bool:
    """Draw the constancia that has waited longest; True when there was one."""
    _watch()
    recertification_id = _claim()
    if recertification_id is not None:
        complete(recertification_id)
    return recertification_id is not None


def complete(recertification_id: str) -> None:
    """Seal, draw and store the PDF unless that was done; whoever stores it first tells that the constancia exists."""
    with reading() as session:
        row = session.get_one(Recertification, recertification_id)
    if row.constancia.is_drawn or row.revoked_at is not None:
        return
    signed = sign(ring.signer(), row)
    pdf = files().put(
        draw(row, signed, current_settings()), media_type=PDF_TYPE, name=row.constancia.file_name
    )  # fmt: skip
    with transaction() as session:
        row = session.get_one(Recertification, recertification_id, with_for_update=True)
        if not row.constancia.is_drawn and row.revoked_at is None:
            publish(session, row.keep_constancia(signed, pdf))


def _watch() -> None:
    """Show how long the oldest one waits, for the alert ConstanciasStuck: a single one that fails is no failing job."""
    undrawn = select(func.min(Recertification.granted_at)).join(Recertification.constancia)
    with reading() as session:
        since = session.scalar(undrawn.where(Constancia.next_attempt_at.is_not(None)))
    gauge = current_service().metrics.gauge(
        "cmp_recert_constancias_oldest_pending_seconds", "Age of the oldest constancia that is not drawn yet"
    )
    gauge.set((now() - since).total_seconds() if since else 0.0)


def _claim() -> str | None:
    """Lease the constancia that is due: no other process draws it meanwhile, and one that fails lets others pass."""
    due = select(Constancia).where(Constancia.next_attempt_at <= now()).order_by(Constancia.next_attempt_at).limit(1)
    with transaction() as session:
        waiting = session.scalars(due.with_for_update(skip_locked=True)).one_or_none()
        if waiting is None:
            return None
        waiting.next_attempt_at = now() + AGAIN_AFTER
        return waiting.recertification_id
