"""The desk of evaluators and revisers: work lists, one dossier, its file, taking it and giving it back."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from chassis.files import files
from services.recert.errors import DossierNotFound
from services.recert.evaluation import claiming, queues
from services.recert.evaluation.access import find_dossier
from services.recert.evaluation.reading import desk_view, rows_of
from services.recert.evaluation.schemas import ClaimBody, QueueQuery, ReasonBody, ReassignmentBody
from services.recert.evaluation.views import DeskView, DossierDetail, DossierRow, QueuePage
from services.recert.models import Dossier
from services.recert.models.dossiers import PDF_TYPE
from services.recert.models.evaluation import Part

blueprint = Blueprint("desk", __name__, url_prefix="/v1/desk", description="Mesa de evaluación y de revisión")

BINARY = {"type": "string", "format": "binary"}


@blueprint.get("")
@requires("recert:view")
@blueprint.response(200, DeskView)
def show_desk() -> dict[str, Any]:
    """How many dossiers wait in each list of one's scope, and who evaluates how many."""
    with transaction() as session:
        queues.remember_name(session, principal())
        return {"counts": queues.count_queues(session, principal()), "evaluators": queues.load_of(session, principal())}


@blueprint.get("/dossiers")
@requires("recert:view")
@blueprint.arguments(QueueQuery, location="query")
@blueprint.response(200, QueuePage)
def list_queue(query: dict[str, Any]) -> dict[str, Any]:
    """One work list, oldest first, each dossier with the deadline that runs."""
    with reading() as session:
        wanted = queues.dossiers_in(session, query["queue"], principal()).limit(query["limit"] + 1)
        if query["after"] is not None:
            wanted = wanted.where(Dossier.number > query["after"])
        found = list(session.scalars(wanted))
        page = found[: query["limit"]]
        return {"items": rows_of(session, page), "next": page[-1].number if len(found) > len(page) else None}


@blueprint.get("/dossiers/<uuid:dossier_id>")
@requires("recert:view")
@blueprint.response(200, DossierDetail)
def show_dossier(dossier_id: Any) -> dict[str, Any]:
    """One dossier of one's scope with items, observations, versions, history, and what one may do."""
    with reading() as session:
        return _detail(session, find_dossier(session, str(dossier_id)))


@blueprint.get("/dossiers/<uuid:dossier_id>/versions/<int:number>/file")
@requires("recert:view")
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def read_version(dossier_id: Any, number: int) -> Response:
    """The PDF of a version, streamed."""
    with reading() as session:
        dossier = find_dossier(session, str(dossier_id))
        return file_of(dossier, number)


@blueprint.post("/dossiers/<uuid:dossier_id>/claim")
@requires("recert:evaluate")
@blueprint.arguments(ClaimBody)
@blueprint.response(200, DossierDetail)
def claim(body: dict[str, Any], dossier_id: Any) -> dict[str, Any]:
    """Take an unassigned dossier; of two at once one gets it. The body declares that there is no conflict."""
    with transaction() as session:
        return _detail(session, claiming.claim(session, str(dossier_id)))


@blueprint.post("/dossiers/<uuid:dossier_id>/acceptance")
@requires("recert:evaluate")
@blueprint.arguments(ClaimBody)
@blueprint.response(200, DossierDetail)
def accept(body: dict[str, Any], dossier_id: Any) -> dict[str, Any]:
    """Declare that there is no conflict with a dossier one was given; only then it can be evaluated."""
    with transaction() as session:
        return _detail(session, claiming.accept(session, str(dossier_id)))


@blueprint.post("/dossiers/<uuid:dossier_id>/release")
@requires("recert:evaluate")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DossierDetail)
def release(body: dict[str, str], dossier_id: Any) -> dict[str, Any]:
    """Give a dossier back before anything was ruled."""
    with transaction() as session:
        return _detail(session, claiming.release(session, str(dossier_id), body["reason"].strip()))


@blueprint.post("/dossiers/<uuid:dossier_id>/conflict")
@requires("recert:evaluate")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DossierRow)
def declare_conflict(body: dict[str, str], dossier_id: Any) -> dict[str, Any]:
    """Declare a conflict of interest: never again with this dossier, which goes back if one had it."""
    return _conflict(str(dossier_id), Part.EVALUATOR, body["reason"].strip())


@blueprint.post("/dossiers/<uuid:dossier_id>/revision-conflict")
@requires("recert:revise")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DossierRow)
def declare_revision_conflict(body: dict[str, str], dossier_id: Any) -> dict[str, Any]:
    """The same for a reviser."""
    return _conflict(str(dossier_id), Part.REVISER, body["reason"].strip())


@blueprint.post("/dossiers/<uuid:dossier_id>/reassignment")
@requires("recert:revise")
@blueprint.arguments(ReassignmentBody)
@blueprint.response(200, DossierDetail)
def reassign(body: dict[str, str], dossier_id: Any) -> dict[str, Any]:
    """Give a dossier to an evaluator of its council, with a reason; national staff only."""
    with transaction() as session:
        moved = claiming.reassign(session, str(dossier_id), body["evaluator_id"], body["reason"].strip())
        return _detail(session, moved)


def file_of(dossier: Dossier, number: int) -> Response:
    """The stored PDF of one of its versions. Raises DossierNotFound, FileMissing."""
    version = next((each for each in dossier.versions if each.number == number), None)
    if version is None:
        raise DossierNotFound
    headers = {"Content-Disposition": f'inline; filename="{version.file_name}"', "Content-Length": str(version.size)}
    return Response(files().stream(version.sha256), content_type=PDF_TYPE, headers=headers)


def _conflict(dossier_id: str, part: Part, reason: str) -> dict[str, Any]:
    with transaction() as session:
        return rows_of(session, [claiming.declare_conflict(session, dossier_id, part, reason)])[0]


def _detail(session: Session, dossier: Dossier) -> dict[str, Any]:
    session.flush()
    return desk_view(session, dossier, principal())
