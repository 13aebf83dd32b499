"""Trámite de acceso a SINADEF, the side of staff: queue, review, export for MINSA."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.clock import now, today
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.identity import audit
from services.identity.data_access import looked_at
from services.identity.models import Account, Physician, SinadefRequest
from services.identity.models.sinadef import OPEN
from services.identity.sinadef import desk, export
from services.identity.sinadef.applying import TEXTS, unentitled
from services.identity.sinadef.errors import NothingToExport
from services.identity.sinadef.schemas import DeskDetail, ExportRequest, QueuePage, QueueQuery, SinadefRejection

blueprint = Blueprint("sinadef_desk", __name__, url_prefix="/v1/desk", description="Access to SINADEF, for staff")

PERMISSION = "identity:sinadef"
BINARY = {"type": "string", "format": "binary"}


@blueprint.get("/sinadef-requests")
@requires(PERMISSION)
@blueprint.arguments(QueueQuery, location="query")
@blueprint.response(200, QueuePage)
def list_queue(query: dict[str, Any]) -> dict[str, Any]:
    """The applications in scope, oldest first; undecided ones unless a state is asked for."""
    wanted = desk.in_scope(principal()).order_by(SinadefRequest.id).limit(query["limit"] + 1)
    wanted = wanted.where(SinadefRequest.state.in_([query["state"]] if query["state"] else OPEN))
    if query["after"] is not None:
        wanted = wanted.where(SinadefRequest.id > query["after"])
    with reading() as session:
        found = list(session.scalars(wanted))
    page = found[: query["limit"]]
    return {"items": page, "next": page[-1].id if len(found) > len(page) else None}


@blueprint.get("/sinadef-requests/<int:request_id>")
@requires(PERMISSION)
@blueprint.response(200, DeskDetail)
def show_request(request_id: int) -> dict[str, Any]:
    """One application with its attested data and why it could not be approved today; the look is written down."""
    with transaction() as session:
        request = desk.find_request(session, principal(), request_id)
        account = session.get_one(Account, request.account_id)
        looked_at(session, account, by=principal(), why="revisó su trámite de acceso a SINADEF")
        return _detail(session, request)


@blueprint.post("/sinadef-requests/<int:request_id>/review")
@requires(PERMISSION)
@blueprint.response(200, DeskDetail)
def claim_request(request_id: int) -> dict[str, Any]:
    """Begin the review, or take it over from a colleague."""
    with transaction() as session:
        publish(session, desk.claim(session, principal(), request_id, now()))
        return _detail(session, desk.find_request(session, principal(), request_id))


@blueprint.post("/sinadef-requests/<int:request_id>/approval")
@requires(PERMISSION)
@blueprint.response(200, DeskDetail)
def approve_request(request_id: int) -> dict[str, Any]:
    """Grant an application under one's own review, with what the college attests today."""
    with transaction() as session:
        publish(session, desk.approve(session, principal(), request_id, now()))
        return _detail(session, desk.find_request(session, principal(), request_id))


@blueprint.post("/sinadef-requests/<int:request_id>/rejection")
@requires(PERMISSION)
@blueprint.arguments(SinadefRejection)
@blueprint.response(200, DeskDetail)
def reject_request(body: dict[str, str], request_id: int) -> dict[str, Any]:
    """Refuse an application under one's own review; the applicant is mailed the reason."""
    with transaction() as session:
        publish(session, desk.reject(session, principal(), request_id, body["reason"].strip(), now()))
        return _detail(session, desk.find_request(session, principal(), request_id))


@blueprint.post("/sinadef-exports")
@requires(PERMISSION)
@blueprint.arguments(ExportRequest)
@blueprint.response(200, BINARY, content_type="application/octet-stream")
def export_granted(body: dict[str, Any]) -> Response:
    """The granted applications of a range of days as a file for MINSA; each export is audited with what it held."""
    with transaction() as session:
        granted = list(session.scalars(desk.granted_between(principal(), body["first"], body["last"])))
        if not granted:
            raise NothingToExport
        facts = {"form": body["form"], "from": body["first"].isoformat(), "to": body["last"].isoformat()}
        numbers = [request.number for request in granted]
        subject = f"sinadef_export:{today():%Y-%m-%d}"
        audit.record(session, act="sinadef.exported", subject=subject, after=facts | {"requests": numbers})
    name = f"sinadef-{body['first']:%Y%m%d}-{body['last']:%Y%m%d}.{body['form']}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(export.write(granted, body["form"]), content_type=export.MEDIA_TYPES[body["form"]], headers=headers)


def _detail(session: Session, request: SinadefRequest) -> dict[str, Any]:
    reasons = unentitled(session, session.get_one(Physician, request.cmp_number))
    shown = {name: getattr(request, name) for name in DeskDetail().fields if hasattr(SinadefRequest, name)}
    obstacles = [{"reason": reason, "text": TEXTS[reason]} for reason in reasons]
    return shown | {"mine": request.reviewer_id == principal().subject, "obstacles": obstacles}
