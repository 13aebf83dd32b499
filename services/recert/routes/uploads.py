"""The PDF on its way, after tus.io: announced, sent from an offset on, asked how far it came, checked when whole."""

import re
from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.recert.models import Upload
from services.recert.pdf_checks.faults import MOST_BYTES
from services.recert.requests.drafting import own_draft
from services.recert.requests.errors import OffsetWrong
from services.recert.requests.schemas import DraftView, UploadView, UploadWish
from services.recert.requests.showing import draft_view
from services.recert.requests.uploading import begin_upload, complete, own_upload, take

OFFSET = "Upload-Offset"
BODY_TYPE = "application/offset+octet-stream"
BODY = {"required": True, "content": {BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}

blueprint = Blueprint("uploads", __name__, url_prefix="/v1", description="Subida del expediente, en partes")


@blueprint.post("/drafts/<uuid:draft_id>/uploads")
@requires("recert:apply")
@blueprint.arguments(UploadWish)
@blueprint.response(201, UploadView)
def begin(body: dict[str, Any], draft_id: Any) -> Upload:
    """Announce a file; the same one, half here, goes on where it stopped. 422 when it is empty or too big (REC-7)."""
    with transaction() as session:
        draft = own_draft(session, str(draft_id), principal(), lock=True)
        return begin_upload(session, draft, **body)


@blueprint.get("/uploads/<uuid:upload_id>")
@requires("recert:apply")
@blueprint.response(200, UploadView)
def show(upload_id: Any) -> Upload:
    """How much of a file is here."""
    with reading() as session:
        return own_upload(session, str(upload_id), principal())


@blueprint.patch("/uploads/<uuid:upload_id>")
@requires("recert:apply")
@blueprint.doc(
    requestBody=BODY,
    parameters=[{"in": "header", "name": OFFSET, "required": True, "schema": {"type": "integer", "minimum": 0}}],
)
@blueprint.response(200, {"type": "object", "properties": {"received": {"type": "integer"}}})
def send(upload_id: Any) -> Response:
    """Send bytes from `Upload-Offset` on, however many; 409 with the right offset when it is another."""
    request.max_content_length = MOST_BYTES
    given = request.headers.get(OFFSET, "")
    offset = int(given) if re.fullmatch(r"[0-9]{1,9}", given) else -1
    received = take(str(upload_id), principal(), offset=offset, stream=request.stream)
    answer = jsonify(received=received)
    answer.headers[OFFSET] = str(received)
    return answer


@blueprint.post("/uploads/<uuid:upload_id>/completion")
@requires("recert:apply")
@blueprint.response(200, DraftView)
@blueprint.alt_response(409, description=OffsetWrong.title)
def finish(upload_id: Any) -> dict[str, Any]:
    """Check a file that is all here and attach it to the draft; 422 with the fault when it cannot come in."""
    draft_id = complete(str(upload_id), principal())
    with reading() as session:
        return draft_view(session, own_draft(session, draft_id, principal()), principal())
