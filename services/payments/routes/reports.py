"""Reports of what was collected, as figures and as a workbook."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.db import reading
from services.payments.reports.collected import By, Report, collected
from services.payments.reports.schemas import ReportQuery, ReportView
from services.payments.reports.workbook import TYPE, as_xlsx

blueprint = Blueprint("reports", __name__, url_prefix="/v1/staff/reports", description="Tesorería: reportes")


@blueprint.get("/collected")
@requires("payments:view")
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, ReportView)
def report_collected(query: dict[str, Any]) -> Report:
    """What was collected and given back, by day, kind of due or council; the own council's only."""
    return _report(query)


@blueprint.get("/collected.xlsx")
@requires("payments:view")
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=TYPE)
def download_collected(query: dict[str, Any]) -> Response:
    """The same report as a workbook."""
    report = _report(query)
    name = f"recaudacion-{report.since:%Y%m%d}-{report.until:%Y%m%d}-{report.by}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_xlsx(report), content_type=TYPE, headers=headers)


def _report(query: dict[str, Any]) -> Report:
    with reading() as session:
        return collected(session, principal(), query["since"], query["until"], By(query["by"]))
