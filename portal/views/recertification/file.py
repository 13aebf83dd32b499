"""The PDF of a request: sent whole by a form, or in pieces by a script that goes on where the line dropped."""

import os
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import recert
from portal.clients.gateway import ApiProblem, GatewayDown
from portal.forms.recertification import MOST_BYTES, DossierFileForm
from portal.passing import passed_pdf
from portal.uploads import takes_files
from portal.views.recertification.draft import PLACE
from portal.views.recertification.frame import blueprint, of_a_draft, physicians_only

MOST_FORM_BYTES = 12 * 1024 * 1024
"""A file that is too big arrives all the same, so that the page can say so; it waits on the disk, not in memory."""


@blueprint.route(f"{PLACE}/expediente", methods=["GET", "POST"])
@of_a_draft
@takes_files(MOST_FORM_BYTES)
def file(draft_id: Any) -> ResponseReturnValue:
    """The file as it is, and another one (REC-6 to REC-9)."""
    draft, form = recert.draft(str(draft_id)), DossierFileForm()
    if form.validate_on_submit():
        given = form.archivo.data
        try:
            recert.upload(draft["id"], given.stream, name=given.filename, size=_size(given.stream))
        except ApiProblem as problem:
            if not problem.is_a("recert/file-refused"):
                raise
            form.archivo.errors = [problem.detail.rstrip(".")]
        except GatewayDown as down:
            form.archivo.errors = [down.detail.rstrip(".") or messages.PDF_NOT_UPLOADED]
        else:
            flash(messages.PDF_SAVED, "success")
            return redirect(url_for("recertification.file", draft_id=draft_id), 303)
    page = render_template("recertification/file.html", form=form, draft=draft, most_bytes=MOST_BYTES)
    return page, 422 if form.errors else 200


@blueprint.post(f"{PLACE}/expediente/nombre")
@of_a_draft
def accept_name(draft_id: Any) -> ResponseReturnValue:
    """One click for the right name (REC-9)."""
    recert.accept_name(str(draft_id))
    flash(messages.PDF_NAME_ACCEPTED, "success")
    return redirect(url_for("recertification.file", draft_id=draft_id), 303)


@blueprint.post(f"{PLACE}/expediente/quitar")
@of_a_draft
@takes_files(MOST_FORM_BYTES)
def remove_file(draft_id: Any) -> ResponseReturnValue:
    """Quitar."""
    recert.remove_file(str(draft_id))
    flash(messages.PDF_REMOVED, "success")
    return redirect(url_for("recertification.file", draft_id=draft_id), 303)


@blueprint.get(f"{PLACE}/expediente/actual")
@of_a_draft
def current_file(draft_id: Any) -> ResponseReturnValue:
    """The PDF itself, for its owner only."""
    return passed_pdf(recert.file(str(draft_id)), "expediente.pdf")


@blueprint.post(f"{PLACE}/expediente/subida")
@physicians_only
def begin_upload(draft_id: Any) -> ResponseReturnValue:
    """For the script: announce a file, or learn how much of it is there."""
    wish = request.get_json(silent=True) or {}
    size = wish.get("size")
    return _told(
        lambda: recert.announce(
            str(draft_id),
            name=str(wish.get("name") or "archivo")[:1000],
            size=size if isinstance(size, int) and size >= 0 else 0,
            fingerprint=str(wish.get("fingerprint") or "")[:200],
        )
    )


@blueprint.get("/subidas/<uuid:upload_id>")
@physicians_only
def upload_progress(upload_id: Any) -> ResponseReturnValue:
    """For the script: how much is there."""
    return _told(lambda: recert.progress(str(upload_id)))


@blueprint.patch("/subidas/<uuid:upload_id>")
@physicians_only
@takes_files(recert.PIECE)
def send_piece(upload_id: Any) -> ResponseReturnValue:
    """For the script: one piece, from `Upload-Offset` on."""
    offset = request.headers.get("Upload-Offset", "")
    data = request.get_data(cache=False)
    return _told(
        lambda: {"received": recert.send_piece(str(upload_id), int(offset) if offset.isdecimal() else 0, data)}
    )


@blueprint.post("/subidas/<uuid:upload_id>/fin")
@physicians_only
def finish_upload(upload_id: Any) -> ResponseReturnValue:
    """For the script: have the whole file checked; the page it goes on to says that it is there."""

    def complete() -> dict[str, Any]:
        draft = recert.complete(str(upload_id))
        flash(messages.PDF_SAVED, "success")
        return {"next": url_for("recertification.file", draft_id=draft["id"])}

    return _told(complete)


def _told(act: Any) -> Response:
    """What the service says, as JSON for the script; a refusal keeps its words, its fault and its offset."""
    try:
        return jsonify(act())
    except ApiProblem as problem:
        told = {name: problem.body[name] for name in ("fault", "offset") if name in problem.body}
        answer = jsonify(detail=problem.detail.rstrip("."), **told)
        answer.status_code = problem.status
    except GatewayDown as down:
        answer = jsonify(detail=down.detail.rstrip(".") or messages.PDF_NOT_UPLOADED)
        answer.status_code = 503
    return answer


def _size(stream: Any) -> int:
    size: int = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size
