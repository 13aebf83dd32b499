"""The filtered list as a file (VOU-13): short ones at once, long ones asked for, watched and fetched."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from chassis.files import files
from services.einvoice.errors import ExportNotFound, ExportNotReady
from services.einvoice.exporting import export_at_once, want_export
from services.einvoice.models import VoucherExport
from services.einvoice.schemas import ExportPage, ExportQuery, ExportView, export_view
from services.einvoice.spreadsheets import MEDIA_TYPES

blueprint = Blueprint("exports", __name__, url_prefix="/v1", description="La lista de comprobantes como archivo")

SHOWN = 20
BINARY = {"type": "string", "format": "binary"}


@blueprint.get("/vouchers/export")
@requires("vouchers:read")
@blueprint.arguments(ExportQuery, location="query", unknown=RAISE)
@blueprint.response(200, BINARY, content_type="text/csv")
def export_list(query: dict[str, Any]) -> Response:
    """Give the filtered list as CSV or XLSX; 409 when it is too long for one answer."""
    format = query.pop("format")
    return _file(export_at_once(principal(), query, format), format, f"comprobantes.{format}")


@blueprint.post("/vouchers/exports")
@requires("vouchers:read")
@blueprint.arguments(ExportQuery, unknown=RAISE)
@blueprint.response(202, ExportView)
def ask_for_export(query: dict[str, Any]) -> dict[str, Any]:
    """Have a long list written by a job; its owner is told by mail when it is there."""
    format = query.pop("format")
    with transaction() as session:
        return export_view(want_export(session, principal(), query, format))


@blueprint.get("/vouchers/exports")
@requires("vouchers:read")
@blueprint.response(200, ExportPage)
def list_exports() -> dict[str, Any]:
    """List one's own exports of the last days, newest first."""
    mine = select(VoucherExport).filter_by(account_id=principal().subject)
    with reading() as session:
        found = session.scalars(mine.order_by(VoucherExport.asked_at.desc(), VoucherExport.id).limit(SHOWN))
        return {"items": [export_view(export) for export in found]}


@blueprint.get("/vouchers/exports/<string:export_id>")
@requires("vouchers:read")
@blueprint.response(200, ExportView)
def show_export(export_id: str) -> dict[str, Any]:
    """Tell how far an export of one's own is."""
    with reading() as session:
        return export_view(_own(session, export_id))


@blueprint.get("/vouchers/exports/<string:export_id>/file")
@requires("vouchers:read")
@blueprint.response(200, BINARY, content_type="text/csv")
def download_export(export_id: str) -> Response:
    """Download the file of an export of one's own, until its time is over."""
    with reading() as session:
        export = _own(session, export_id)
        reference = export.reference
    if reference is None:
        raise ExportNotReady(state=str(export.shown_state))
    response = _file(files().stream(reference.sha256), export.format, reference.name)
    response.content_length = reference.size
    return response


def _own(session: Session, export_id: str) -> VoucherExport:
    mine = select(VoucherExport).filter_by(id=export_id, account_id=principal().subject)
    export = session.scalar(mine)
    if export is None:
        raise ExportNotFound
    return export


def _file(content: Any, format: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, content_type=MEDIA_TYPES[format], headers=headers)
