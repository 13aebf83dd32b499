"""The desk's overview: the queue with what to do, summaries, series, the certificate, and the report of a month."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response, stream_with_context
from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.db import reading
from services.einvoice.desk import ple
from services.einvoice.desk.attempts import attempts, waiting_payments
from services.einvoice.desk.queue import counts, queue
from services.einvoice.desk.report import Report, report_of
from services.einvoice.desk.resending import resend_summary
from services.einvoice.desk.schemas import (
    DeskView,
    MonthQuery,
    QueuePage,
    QueueQuery,
    ReasonWish,
    ReportView,
    SeriesPage,
    SummaryDetail,
    SummaryPage,
    SummaryQuery,
    SummaryView,
)
from services.einvoice.desk.signing_state import certificate, series_of
from services.einvoice.desk.summaries import count_open, entries_of, summaries, summarised, summary_for
from services.einvoice.desk.workbook import TYPE as XLSX
from services.einvoice.desk.workbook import as_xlsx
from services.einvoice.errors import RegisterNotFound
from services.einvoice.models import Submission
from services.einvoice.models.filing import current_pause
from services.einvoice.settings import current_settings

blueprint = Blueprint(
    "vouchers-desk", __name__, url_prefix="/v1/staff", description="Comprobantes: cola, resúmenes, series y reportes"
)

PRIVATE = {"Cache-Control": "private, no-store"}


@blueprint.get("/desk")
@requires("einvoice:view")
@blueprint.response(200, DeskView)
def show_desk() -> dict[str, Any]:
    """Tell how much waits in each state, whether filing is paused, and how the certificate is."""
    who = principal()
    with reading() as session:
        pause = current_pause(session)
        return {
            "states": counts(session, who),
            "summaries": count_open(session, who),
            "waiting_payments": waiting_payments(session, who),
            "pause": pause,
            "certificate": certificate(),
        }


@blueprint.get("/queue")
@requires("einvoice:view")
@blueprint.arguments(QueueQuery, location="query")
@blueprint.response(200, QueuePage)
def list_queue(wish: dict[str, Any]) -> Any:
    """List what SUNAT has not taken, oldest first, with its code, its words, what to do and the days left."""
    with reading() as session:
        return queue(session, principal(), wish)


@blueprint.get("/summaries")
@requires("einvoice:view")
@blueprint.arguments(SummaryQuery, location="query")
@blueprint.response(200, SummaryPage)
def list_summaries(wish: dict[str, Any]) -> Any:
    """List RC and RA, newest first; unless asked otherwise those that SUNAT has not settled."""
    with reading() as session:
        return summaries(session, principal(), **wish)


@blueprint.get("/summaries/<string:summary_id>")
@requires("einvoice:view")
@blueprint.response(200, SummaryDetail)
def show_summary(summary_id: str) -> dict[str, Any]:
    """Show an RC or RA with its vouchers and the conversation about it."""
    who = principal()
    with reading() as session:
        summary = summary_for(session, who, summary_id)
        return summarised(summary) | {
            "entries": entries_of(session, who, summary),
            "attempts_made": attempts(session, Submission.summary_id == summary.id),
        }


@blueprint.post("/summaries/<string:summary_id>/resend")
@requires("einvoice:operate")
@blueprint.arguments(ReasonWish)
@blueprint.response(202, SummaryView)
def resend(wish: dict[str, Any], summary_id: str) -> dict[str, Any]:
    """Send an RC or RA that waits for a person again: same number, same bytes."""
    return summarised(resend_summary(principal(), summary_id, wish))


@blueprint.get("/series")
@requires("einvoice:view")
@blueprint.response(200, SeriesPage)
def list_series() -> dict[str, Any]:
    """List series with their last number, and the certificate with its validity."""
    with reading() as session:
        return {"items": series_of(session, principal()), "certificate": certificate()}


@blueprint.get("/reports/month")
@requires("einvoice:view")
@blueprint.arguments(MonthQuery, location="query")
@blueprint.response(200, ReportView)
def report_month(wish: dict[str, Any]) -> Report:
    """Tell what a month issued and what SUNAT said, with totals by type, series and tax treatment."""
    return _report(wish)


@blueprint.get("/reports/month.xlsx")
@requires("einvoice:view")
@blueprint.arguments(MonthQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
def report_workbook(wish: dict[str, Any]) -> Response:
    """Give the same figures as a workbook."""
    name = f'attachment; filename="comprobantes-{wish["month"]}.xlsx"'
    return Response(as_xlsx(_report(wish)), content_type=XLSX, headers=PRIVATE | {"Content-Disposition": name})


@blueprint.get("/reports/ple.txt")
@requires("einvoice:view")
@blueprint.arguments(MonthQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="text/plain")
def sales_register(wish: dict[str, Any]) -> Response:
    """Give the month's Registro de Ventas e Ingresos as accountants load it (PLE 14.1); to national staff only."""
    if principal().council is not None:
        raise RegisterNotFound
    first = _first_day(wish)
    with reading() as session:
        empty = next(ple.lines(session, first), None) is None
    name = ple.file_name(current_settings().issuer_ruc, first, empty=empty)
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(_register(first)), content_type="text/plain; charset=utf-8", headers=headers)


def _register(first: date) -> Iterator[str]:
    """The register's lines a few thousand bytes at a time, read as they are sent."""
    with reading() as session:
        block = io.StringIO()
        for line in ple.lines(session, first):
            block.write(line)
            if block.tell() > 32 * 1024:
                yield block.getvalue()
                block = io.StringIO()
        yield block.getvalue()


def _report(wish: dict[str, Any]) -> Report:
    with reading() as session:
        return report_of(session, principal(), _first_day(wish))


def _first_day(wish: dict[str, Any]) -> date:
    return date.fromisoformat(f"{wish['month']}-01")
