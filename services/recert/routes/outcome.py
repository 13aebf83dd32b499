"""Recertifications: the physician's own with their constancias; staff's revocation; diplomas at their council."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy import Select, select

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from chassis.files import files
from chassis.outbox import publish
from services.recert.models import ConstanciaQuestion, DiplomaState, Recertification
from services.recert.models.dossiers import PDF_TYPE
from services.recert.outcome import diplomas
from services.recert.outcome.diplomas import Collected
from services.recert.outcome.drawing import complete
from services.recert.outcome.errors import AlreadyRevoked
from services.recert.outcome.finding import find_in_reach, find_own, in_reach, own_rows, with_number
from services.recert.outcome.granting import revoke
from services.recert.outcome.schemas import (
    DiplomaPage,
    DiplomaQuery,
    DiplomaView,
    HandoverRequest,
    OutcomePageQuery,
    QuestionPage,
    RecertificationPage,
    RecertificationQuery,
    RecertificationView,
    RevocationOfRecertification,
)

BINARY = {"format": "binary", "type": "string"}

blueprint = Blueprint("outcome", __name__, url_prefix="/v1", description="Recertificaciones, constancias y diplomas")


@blueprint.get("/recertifications")
@requires("recert:read")
@blueprint.arguments(OutcomePageQuery, location="query")
@blueprint.response(200, RecertificationPage)
def list_recertifications(query: dict[str, Any]) -> dict[str, Any]:
    """ "Recertificados Listado": the physician's own, newest first (REC-16)."""
    return _newest_first(own_rows(principal()), query)


@blueprint.get("/recertifications/<uuid:recertification_id>")
@requires("recert:read")
@blueprint.response(200, RecertificationView)
def show_recertification(recertification_id: Any) -> Recertification:
    """One recertification of the physician; anybody else's is not found."""
    with reading() as session:
        return find_own(session, str(recertification_id), principal())


@blueprint.get("/recertifications/<uuid:recertification_id>/constancia")
@requires("recert:read")
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def download_constancia(recertification_id: Any) -> Response:
    """The stored PDF, as it was issued; drawn now if the job has not come to it (REC-16)."""
    row = _drawn(str(recertification_id))
    headers = {
        "Content-Disposition": f'attachment; filename="{row.constancia.pdf.name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(files().stream(row.constancia.pdf.sha256), content_type=PDF_TYPE, headers=headers)


@blueprint.post("/recertifications/<uuid:recertification_id>/constancia/mail")
@requires("recert:read")
@blueprint.response(202, RecertificationView)
def mail_constancia(recertification_id: Any) -> Recertification:
    """Send the PDF to the registered address, and no other (REC-15). A revoked one is not sent."""
    _drawn(str(recertification_id))
    with transaction() as session:
        row = find_own(session, str(recertification_id), principal())
        if row.revoked_at is not None:
            raise AlreadyRevoked
        publish(session, row.constancia_wanted())
        return row


@blueprint.get("/recertifications/<uuid:recertification_id>/questions")
@requires("recert:read")
@blueprint.arguments(OutcomePageQuery, location="query")
@blueprint.response(200, QuestionPage)
def list_questions(query: dict[str, Any], recertification_id: Any) -> dict[str, Any]:
    """Who asked about the physician's constancia, as far as anybody may know: when, the answer, roughly from where."""
    table = ConstanciaQuestion
    with reading() as session:
        row = find_own(session, str(recertification_id), principal())
        asked = select(table).where(table.recertification_id == row.id)
        if query["after"]:
            asked = asked.where(table.id < query["after"])
        found = list(session.scalars(asked.order_by(table.id.desc()).limit(query["limit"] + 1)))
    page = found[: query["limit"]]
    return {"items": page, "next": str(page[-1].id) if len(found) > len(page) else None}


@blueprint.get("/staff/recertifications")
@requires("recert:view")
@blueprint.arguments(RecertificationQuery, location="query")
@blueprint.response(200, RecertificationPage)
def search_recertifications(query: dict[str, Any]) -> dict[str, Any]:
    """Recertifications of the own council's physicians, or of all, by CMP or number, newest first."""
    wanted = in_reach(principal())
    if query["cmp_number"]:
        wanted = wanted.where(Recertification.cmp_number == query["cmp_number"])
    if query["number"]:
        wanted = with_number(wanted, query["number"])
    return _newest_first(wanted, query)


@blueprint.get("/staff/recertifications/<uuid:recertification_id>")
@requires("recert:view")
@blueprint.response(200, RecertificationView)
def inspect_recertification(recertification_id: Any) -> Recertification:
    """One recertification of the own council's physicians, or of any for national staff."""
    with reading() as session:
        return find_in_reach(session, str(recertification_id), principal())


@blueprint.post("/staff/recertifications/<uuid:recertification_id>/revocation")
@requires("recert:revise")
@blueprint.arguments(RevocationOfRecertification)
@blueprint.response(200, RecertificationView)
def revoke_recertification(body: dict[str, str], recertification_id: Any) -> Recertification:
    """Take a recertification back with its constancia, with a reason; the public pages say so from this moment."""
    revoke(str(recertification_id), principal(), body["reason"])
    with reading() as session:
        return session.get_one(Recertification, str(recertification_id))


@blueprint.get("/staff/diplomas")
@requires("recert:view")
@blueprint.arguments(DiplomaQuery, location="query")
@blueprint.response(200, DiplomaPage)
def list_diplomas(query: dict[str, Any]) -> dict[str, Any]:
    """Diplomas collected at the own council, or at any for national staff; the oldest first, as they are made."""
    table, wanted = Recertification, diplomas.at_council(principal())
    if query["state"]:
        wanted = wanted.where(table.diploma == DiplomaState(query["state"]), table.revoked_at.is_(None))
    if query["council"]:
        wanted = wanted.where(table.pickup_council == query["council"])
    if query["number"]:
        wanted = with_number(wanted, query["number"])
    if query["after"]:
        wanted = wanted.where(table.diploma_number > query["after"])
    with reading() as session:
        found = list(session.scalars(wanted.order_by(table.diploma_number).limit(query["limit"] + 1)))
    page = found[: query["limit"]]
    return {"items": page, "next": str(page[-1].diploma_number) if len(found) > len(page) else None}


@blueprint.get("/staff/diplomas/<uuid:recertification_id>")
@requires("recert:view")
@blueprint.response(200, DiplomaView)
def inspect_diploma(recertification_id: Any) -> Recertification:
    """One diploma, its last day to be ready, and the record of its handover."""
    return _diploma(str(recertification_id))


@blueprint.post("/staff/diplomas/<uuid:recertification_id>/ready")
@requires("recert:evaluate")
@blueprint.response(200, DiplomaView)
def announce_diploma(recertification_id: Any) -> Recertification:
    """Note that the diploma waits at the council; its owner is told by mail."""
    diplomas.make_ready(str(recertification_id), principal())
    return _diploma(str(recertification_id))


@blueprint.post("/staff/diplomas/<uuid:recertification_id>/handover")
@requires("recert:evaluate")
@blueprint.arguments(HandoverRequest)
@blueprint.response(200, DiplomaView)
def hand_diploma_over(body: dict[str, Any], recertification_id: Any) -> Recertification:
    """Keep the record of a diploma that was handed over."""
    diplomas.hand_over(str(recertification_id), principal(), Collected(**body))
    return _diploma(str(recertification_id))


def _newest_first(wanted: Select[Recertification], query: dict[str, Any]) -> dict[str, Any]:
    number = Recertification.diploma_number
    if query["after"]:
        wanted = wanted.where(number < query["after"])
    with reading() as session:
        found = list(session.scalars(wanted.order_by(number.desc()).limit(query["limit"] + 1)))
    page = found[: query["limit"]]
    return {"items": page, "next": str(page[-1].diploma_number) if len(found) > len(page) else None}


def _drawn(recertification_id: str) -> Recertification:
    """The own one with its PDF stored. Raises RecertificationNotFound, AlreadyRevoked when it never was drawn."""
    with reading() as session:
        row = find_own(session, recertification_id, principal())
    if not row.constancia.is_drawn:
        complete(row.id)
        with reading() as session:
            row = find_own(session, recertification_id, principal())
        if not row.constancia.is_drawn:
            raise AlreadyRevoked
    return row


def _diploma(recertification_id: str) -> Recertification:
    with reading() as session:
        return diplomas.find_at_council(session, recertification_id, principal())
