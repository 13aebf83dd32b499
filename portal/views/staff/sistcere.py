"""The desk of the SISTCERE page: its pieces, each with what it said before."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import sistcere
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.sistcere import PieceForm
from portal.passing import passed_on
from portal.session import staff_only
from portal.uploads import takes_files

blueprint = Blueprint("staff_sistcere", __name__, url_prefix="/gestion/sistcere")

PERMISSION = "recert:content"
MOST_BYTES = 6 * 1024 * 1024
"""The whole form; a file that is too big arrives, so that the page can say so beside the field."""
BLOCKS = {
    "ENTRY": "Recertificación médica por portafolio",
    "NOTICE": "Lema y avisos",
    "OFFICE": "Atención al público",
    "PERSON": "Autoridades de la gestión",
}


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """All pieces, by the part of the page they stand in."""
    return render_template("staff/sistcere/index.html", pieces=sistcere.pieces(), blocks=BLOCKS)


@blueprint.route("/nuevo/<block>", methods=["GET", "POST"])
@staff_only(PERMISSION)
@takes_files(MOST_BYTES)
def new(block: str) -> ResponseReturnValue:
    """Enter a piece."""
    if block not in BLOCKS:
        abort(404)
    form = PieceForm().for_block(block)
    return _edit(form, None, {"block": block, "file": None, "versions": []})


@blueprint.route("/<piece_id>", methods=["GET", "POST"])
@staff_only(PERMISSION)
@takes_files(MOST_BYTES)
def edit(piece_id: str) -> ResponseReturnValue:
    """Write a piece anew, and read how it was before."""
    known = sistcere.piece(piece_id)
    texts = {name: str(known[name]) for name in ("position", "version")}
    form = PieceForm(data=known | texts | {"file": None}).for_block(known["block"])
    return _edit(form, piece_id, known)


@blueprint.get("/archivos/<sha256>")
@staff_only(PERMISSION)
def stored_file(sha256: str) -> ResponseReturnValue:
    """A PDF of the page, also of an earlier version."""
    return passed_on(sistcere.stored_file(sha256), media_type="application/pdf")


def _edit(form: PieceForm, piece_id: str | None, known: dict[str, Any]) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            _save(form, piece_id, known)
        except ApiProblem as problem:
            if problem.status not in (409, 413, 422):
                raise
            if not take_errors(form, problem):
                form.title.errors = [problem.detail.rstrip(".")]
        else:
            flash(messages.SAVED, "success")
            return redirect(url_for("staff_sistcere.index"), 303)
    page = render_template(
        "staff/sistcere/edit.html", form=form, known=known, piece_id=piece_id, blocks=BLOCKS, current=_file(form, known)
    )
    return page, 422 if form.errors else 200


def _save(form: PieceForm, piece_id: str | None, known: dict[str, Any]) -> None:
    """Upload first: a file that was accepted stays with the form when something else is wrong."""
    if form.file and getattr(form.file.data, "filename", ""):
        name = "".join(letter for letter in form.file.data.filename if letter.isprintable())[-120:]
        stored = sistcere.upload(form.file.data.read(), name)
        form.uploaded.data, form.uploaded_name.data = stored["sha256"], stored["name"]
    kept = (known["file"] or {}).get("sha256") if not (form.remove_file and form.remove_file.data) else None
    wish = form.wish(form.uploaded.data or kept)
    if piece_id is None:
        sistcere.save(None, wish | {"block": known["block"]})
    else:
        sistcere.save(piece_id, wish | {"version": int(form.version.data or 0)})


def _file(form: PieceForm, known: dict[str, Any]) -> dict[str, Any] | None:
    """The file as the form shows it: the one just uploaded, or the one that is public."""
    if form.uploaded.data:
        name, sha256 = form.uploaded_name.data or "documento.pdf", form.uploaded.data
    elif known["file"]:
        name, sha256 = known["file"]["name"], known["file"]["sha256"]
    else:
        return None
    return {"name": name, "href": url_for("staff_sistcere.stored_file", sha256=sha256)}
