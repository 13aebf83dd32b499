"""The requests a physician has sent: list, one in full, its PDF, its ficha, its correction; and the table of points."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy import select

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from chassis.files import files
from services.recert.models import Dossier, Draft, Rubric
from services.recert.models.dossiers import PDF_TYPE
from services.recert.requests.corrections import begin_correction, send_correction
from services.recert.requests.drafting import councils, missing_contact, newest_rubric
from services.recert.requests.errors import NotKnownYet
from services.recert.requests.ficha import draw
from services.recert.requests.schemas import DraftView, PageQuery, RequestPage, RequestView, RubricTable
from services.recert.requests.showing import dossier_row, dossier_view, draft_view, own_dossier

BINARY = {"format": "binary", "type": "string"}

blueprint = Blueprint("requests", __name__, url_prefix="/v1", description="Solicitudes de recertificación")


@blueprint.get("/requests")
@requires("recert:read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, RequestPage)
def list_requests(query: dict[str, Any]) -> dict[str, Any]:
    """Solicitudes Listado (REC-13): the physician's own, newest first, and what stands in the way of a new one."""
    who = principal()
    if not who.cmp_number:
        raise NotKnownYet
    with reading() as session:
        wanted = select(Dossier).where(Dossier.cmp_number == who.cmp_number).order_by(Dossier.number.desc())
        if query["after"]:
            wanted = wanted.where(Dossier.number < query["after"])
        found = list(session.scalars(wanted.limit(query["limit"] + 1)))
        shown, labels = found[: query["limit"]], councils(session)
        draft = select(Draft.id).where(Draft.cmp_number == who.cmp_number, Draft.dossier_id == "")
        return {
            "items": [dossier_row(dossier, labels) for dossier in shown],
            "next": str(shown[-1].number) if len(found) > len(shown) else None,
            "missing": missing_contact(session, who),
            "draft_id": session.scalar(draft),
        }


@blueprint.get("/requests/<uuid:dossier_id>")
@requires("recert:read")
@blueprint.response(200, RequestView)
def show_request(dossier_id: Any) -> dict[str, Any]:
    """One request; another physician's is not found."""
    with reading() as session:
        return dossier_view(session, own_dossier(session, str(dossier_id), principal()))


@blueprint.get("/requests/<uuid:dossier_id>/versions/<int:number>/file")
@requires("recert:read")
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def read_version(dossier_id: Any, number: int) -> Response:
    """The PDF of a version, to its owner."""
    with reading() as session:
        versions = own_dossier(session, str(dossier_id), principal()).versions
    found = next((version.sha256 for version in versions if version.number == number), "")
    return Response(files().stream(found), content_type=PDF_TYPE)


@blueprint.get("/requests/<uuid:dossier_id>/ficha")
@requires("recert:read")
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def print_ficha(dossier_id: Any) -> Response:
    """The printable ficha de solicitud (REC-13)."""
    with reading() as session:
        dossier = own_dossier(session, str(dossier_id), principal())
        known = dossier_view(session, dossier)
    headers = {"Content-Disposition": f'inline; filename="ficha-{known["number"]}.pdf"'}
    return Response(draw(known), content_type=PDF_TYPE, headers=headers)


@blueprint.post("/requests/<uuid:dossier_id>/correction-draft")
@requires("recert:apply")
@blueprint.response(200, DraftView)
def prepare_correction(dossier_id: Any) -> dict[str, Any]:
    """The draft in which another PDF of an observed dossier is prepared."""
    with transaction() as session:
        return draft_view(session, begin_correction(session, str(dossier_id), principal()), principal())


@blueprint.post("/requests/<uuid:dossier_id>/corrections")
@requires("recert:apply")
@blueprint.response(200, RequestView)
def correct(dossier_id: Any) -> dict[str, Any]:
    """Send an observed dossier again once every observation has its answer (REC-20); twice is once."""
    with transaction() as session:
        return dossier_view(session, send_correction(session, str(dossier_id), principal()))


@blueprint.get("/rubric")
@requires("recert:read")
@blueprint.response(200, RubricTable)
def show_rubric() -> Rubric:
    """The table of qualification for new requests."""
    with reading() as session:
        return newest_rubric(session)
