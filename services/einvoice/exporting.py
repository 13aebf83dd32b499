"""Exporting the filtered list (VOU-13): a short one at once, a long one by a job that tells when it is done."""

import io
import logging
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.errors import FieldError
from chassis.files import files
from chassis.logs import bind_trace
from chassis.outbox import publish
from services.einvoice.access import visible_to
from services.einvoice.errors import ExportsUnderWay, InvalidFilter, TooManyToExport
from services.einvoice.listing import NEWEST_FIRST, how_many, matching, older_than
from services.einvoice.models import ExportState, Voucher, VoucherExport
from services.einvoice.schemas import VoucherFilters
from services.einvoice.settings import current_settings
from services.einvoice.spreadsheets import FIELDS, MEDIA_TYPES, WRITERS, Cells, cells_of

PAGE = 1000
LEASE = timedelta(minutes=5)
TRIES = 5
MOST_UNDER_WAY = 3

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another try has taken the export over; this one must not write its outcome."""


def export_at_once(who: Principal, query: dict[str, Any], format: str) -> bytes:
    """The filtered list as a file. Raises TooManyToExport beyond what one answer holds."""
    most = current_settings().export_at_once
    conditions = [visible_to(who), *matching(query)]
    with reading() as session:
        if how_many(session, conditions, at_most=most) > most:
            raise TooManyToExport(f"Hay más de {most} comprobantes.", most=most)
        out = io.BytesIO()
        WRITERS[format](out, map(cells_of, _page(session, conditions, most)))
    return out.getvalue()


def want_export(session: Session, who: Principal, query: dict[str, Any], format: str) -> VoucherExport:
    """Write down that the list is wanted as a file; the same wish again is the same export while it is being made.

    Raises InvalidFilter, ExportsUnderWay.
    """
    most = current_settings().export_max_rows
    rows = how_many(session, [visible_to(who), *matching(query)], at_most=most)
    if rows > most:
        detail = f"Hay más de {most} comprobantes. Elija un rango de fechas más corto."
        raise InvalidFilter(errors=[FieldError("/from", detail)])
    told = {name: value for name, value in VoucherFilters().dump(query).items() if value is not None}
    mine = select(VoucherExport).filter_by(account_id=who.subject, state=ExportState.WAITING)
    under_way = session.scalars(mine.with_for_update()).all()
    for export in under_way:
        if export.format == format and export.filters == told:
            return export
    if len(under_way) >= MOST_UNDER_WAY:
        raise ExportsUnderWay
    export = VoucherExport.wanted(who, format=format, filters=told, rows=rows)
    session.add(export)
    return export


def write_next_export() -> bool:
    """Write the export due longest, whole, into the file store. False when none is due.

    A try that dies leaves its lease, and the next one starts again.
    """
    claimed = _claim()
    if claimed is None:
        return False
    export, attempt = claimed
    bind_trace(None, service="einvoice", job="write_exports")
    try:
        with tempfile.TemporaryFile() as out:
            wanted = matching(VoucherFilters().load(export.filters))
            conditions = [visible_to(export.owner), *wanted, Voucher.issued_at <= export.asked_at]
            rows = WRITERS[export.format](out, _told(export.id, attempt, _all(conditions)))
            _keep(export, attempt, out, rows)
    except LeaseLost:
        log.warning("export %s: this try lasted longer than its lease", export.id)
    return True


def forget_expired() -> bool:
    """Forget the files whose time is over, some at a time."""
    with transaction() as session:
        over = select(VoucherExport).where(VoucherExport.expires_at <= now()).limit(PAGE)
        exports = session.scalars(over).all()
        for export in exports:
            export.forget()
    return len(exports) == PAGE


def _claim() -> tuple[VoucherExport, int] | None:
    with transaction() as session:
        export = session.scalar(
            select(VoucherExport)
            .where(VoucherExport.next_attempt_at <= now())
            .order_by(VoucherExport.next_attempt_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if export is None:
            return None
        if export.attempts < TRIES:
            return export, export.claim(LEASE)
        publish(session, export.give_up())
        log.error("export %s failed %s times and was given up", export.id, TRIES)
        return None


def _all(conditions: list[ColumnElement[bool]]) -> Iterator[Cells]:
    """Every row, a page in memory and a transaction at a time."""
    place: tuple[datetime, str] | None = None
    while True:
        with reading() as session:
            page = _page(session, conditions if place is None else [*conditions, older_than(*place)], PAGE)
        yield from map(cells_of, page)
        if len(page) < PAGE:
            return
        place = (page[-1].issued_at, page[-1].id)


def _page(session: Session, conditions: list[ColumnElement[bool]], limit: int) -> Any:
    return session.execute(select(*FIELDS).where(*conditions).order_by(*NEWEST_FIRST).limit(limit)).all()


def _told(export_id: str, attempt: int, rows: Iterator[Cells]) -> Iterator[Cells]:
    """The rows as they pass by, the count of them written down after every page."""
    for count, row in enumerate(rows, start=1):
        yield row
        if count % PAGE == 0:
            with transaction() as session:
                _of_this_try(session, export_id, attempt).progress(count, LEASE)


def _keep(export: VoucherExport, attempt: int, out: BinaryIO, rows: int) -> None:
    out.seek(0)
    name = f"comprobantes-{export.asked_at:%Y%m%d}.{export.format}"
    file = files().put(out.read(), media_type=MEDIA_TYPES[export.format], name=name)
    keep = timedelta(hours=current_settings().export_keep_hours)
    with transaction() as session:
        publish(session, _of_this_try(session, export.id, attempt).finish(file, rows, keep))


def _of_this_try(session: Session, export_id: str, attempt: int) -> VoucherExport:
    export = session.get_one(VoucherExport, export_id, with_for_update=True)
    if export.attempts != attempt or export.state != ExportState.WAITING:
        raise LeaseLost
    return export
