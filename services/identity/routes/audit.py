"""The audit: reading it page by page, and taking it along as a file."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Response, send_file
from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.identity import audit
from services.identity.audit_export import WRITERS, rows_of
from services.identity.models import AuditEntry
from services.identity.staff.audit_schemas import AuditExportQuery, AuditPage, AuditQuery

blueprint = Blueprint("audit", __name__, url_prefix="/v1", description="Who did what")

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/audit")
@requires("identity:audit")
@blueprint.arguments(AuditQuery, location="query")
@blueprint.response(200, AuditPage)
def list_audit(query: dict[str, Any]) -> dict[str, Any]:
    """Entries in the reader's scope, newest first."""
    wanted = audit.filtered(audit.entries_for(principal().council), query)
    if query["after"] is not None:
        wanted = wanted.where(AuditEntry.id < query["after"])
    with reading() as session:
        entries = list(session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(query["limit"] + 1)))
    page = entries[: query["limit"]]
    return {"items": page, "next": str(page[-1].id) if len(entries) > len(page) else None}


@blueprint.get("/audit/export")
@requires("identity:audit")
@blueprint.arguments(AuditExportQuery, location="query")
@blueprint.alt_response(200, content_type="text/csv", description="The entries as a file, oldest first")
def export_audit(query: dict[str, Any]) -> Response:
    """The same entries as CSV or spreadsheet. That somebody took them along is an entry itself."""
    kind = query["format"]
    asked = {name: str(value) for name, value in query.items() if value is not None}
    with transaction() as session:
        audit.record(session, act="audit.exported", subject="audit:entries", after=asked)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    with tempfile.TemporaryDirectory() as folder, reading() as session:
        path = Path(folder) / f"auditoria.{kind}"
        WRITERS[kind](path, rows_of(session, audit.filtered(audit.entries_for(principal().council), query)))
        file.write(path.read_bytes())
    file.seek(0)
    return send_file(file, MEDIA_TYPES[kind], as_attachment=True, download_name=f"auditoria.{kind}")
