"""A request in preparation: its data, its activities, its file, and sending it."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from chassis.files import files
from services.recert.models.dossiers import PDF_TYPE
from services.recert.requests.drafting import (
    accept_name,
    add_item,
    begin_draft,
    change_data,
    change_item,
    own_draft,
    own_request,
    remove_file,
    remove_item,
)
from services.recert.requests.errors import NoFile
from services.recert.requests.schemas import DataWish, DraftView, ItemWish, RequestView
from services.recert.requests.sending import send
from services.recert.requests.showing import dossier_view, draft_view

BINARY = {"format": "binary", "type": "string"}

blueprint = Blueprint("drafts", __name__, url_prefix="/v1/drafts", description="Solicitudes en preparación")


@blueprint.post("")
@requires("recert:apply")
@blueprint.response(200, DraftView)
def begin() -> dict[str, Any]:
    """Begin a new request, or find the one in preparation; 409 while phone or e-mail are missing (REC-4)."""
    with transaction() as session:
        return draft_view(session, begin_draft(session, principal()), principal())


@blueprint.get("/<uuid:draft_id>")
@requires("recert:apply")
@blueprint.response(200, DraftView)
def show(draft_id: Any) -> dict[str, Any]:
    """A draft with its tasks and its points."""
    with reading() as session:
        return draft_view(session, own_draft(session, str(draft_id), principal()), principal())


@blueprint.delete("/<uuid:draft_id>")
@requires("recert:apply")
@blueprint.response(204)
def discard(draft_id: Any) -> None:
    """Give a draft up."""
    with transaction() as session:
        session.delete(own_draft(session, str(draft_id), principal(), lock=True))


@blueprint.put("/<uuid:draft_id>/data")
@requires("recert:apply")
@blueprint.arguments(DataWish)
@blueprint.response(200, DraftView)
def save_data(body: dict[str, str], draft_id: Any) -> dict[str, Any]:
    """Save type, council of pick-up and description (REC-10)."""
    with transaction() as session:
        draft = own_request(session, str(draft_id), principal())
        change_data(session, draft, principal(), body)
        return draft_view(session, draft, principal())


@blueprint.post("/<uuid:draft_id>/items")
@requires("recert:apply")
@blueprint.arguments(ItemWish)
@blueprint.response(201, DraftView)
def enter_item(body: dict[str, Any], draft_id: Any) -> dict[str, Any]:
    """Claim points for one more activity."""
    with transaction() as session:
        draft = own_request(session, str(draft_id), principal())
        add_item(session, draft, body)
        session.flush()
        return draft_view(session, draft, principal())


@blueprint.put("/<uuid:draft_id>/items/<int:item_id>")
@requires("recert:apply")
@blueprint.arguments(ItemWish)
@blueprint.response(200, DraftView)
def save_item(body: dict[str, Any], draft_id: Any, item_id: int) -> dict[str, Any]:
    """Change an activity."""
    with transaction() as session:
        draft = own_request(session, str(draft_id), principal())
        change_item(session, draft, item_id, body)
        return draft_view(session, draft, principal())


@blueprint.delete("/<uuid:draft_id>/items/<int:item_id>")
@requires("recert:apply")
@blueprint.response(204)
def leave_item_out(draft_id: Any, item_id: int) -> None:
    """Leave an activity out."""
    with transaction() as session:
        remove_item(own_request(session, str(draft_id), principal()), item_id)


@blueprint.get("/<uuid:draft_id>/file")
@requires("recert:apply")
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def read_file(draft_id: Any) -> Response:
    """The PDF that was uploaded, to its owner."""
    with reading() as session:
        sha256 = own_draft(session, str(draft_id), principal()).sha256
    if sha256 is None:
        raise NoFile
    return Response(files().stream(sha256), content_type=PDF_TYPE)


@blueprint.delete("/<uuid:draft_id>/file")
@requires("recert:apply")
@blueprint.response(204)
def take_file_back(draft_id: Any) -> None:
    """Take the PDF back; another may follow."""
    with transaction() as session:
        remove_file(own_draft(session, str(draft_id), principal(), lock=True))


@blueprint.post("/<uuid:draft_id>/file/name")
@requires("recert:apply")
@blueprint.response(200, DraftView)
def accept_file_name(draft_id: Any) -> dict[str, Any]:
    """Call the file CMP number, hyphen, year, whatever it was called (REC-9)."""
    with transaction() as session:
        draft = own_draft(session, str(draft_id), principal(), lock=True)
        accept_name(draft)
        return draft_view(session, draft, principal())


@blueprint.post("/<uuid:draft_id>/submission")
@requires("recert:apply")
@blueprint.response(201, RequestView)
def submit(draft_id: Any) -> dict[str, Any]:
    """Solicitar (REC-11): the draft becomes a dossier of the same id. Sent twice, the second answers like the first."""
    with transaction() as session:
        return dossier_view(session, send(session, str(draft_id), principal()))
