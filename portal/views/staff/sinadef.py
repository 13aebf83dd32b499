"""The desk of SINADEF: queue, review, export for MINSA."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import sinadef
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.sinadef import ExportForm, RejectionForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.sinadef import TAGS

blueprint = Blueprint("staff_sinadef", __name__, url_prefix="/gestion/sinadef")

PERMISSION = "identity:sinadef"
STATES = {
    "": "Por atender",
    "EMITIDO": "Emitidas",
    "EN_REVISION": "En revisión",
    "ATENDIDO": "Atendidas",
    "RECHAZADO": "Rechazadas",
    "ANULADO": "Anuladas",
}


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """The queue, oldest first, and the export."""
    return _queue_page(ExportForm())


@blueprint.post("/exportar")
@staff_only(PERMISSION)
def export() -> ResponseReturnValue:
    """The approved ones of some days as a file; the export is written down."""
    form = ExportForm()
    if not form.validate_on_submit():
        return _queue_page(form)
    try:
        upstream = sinadef.export(form.form.data, *form.days())
    except ApiProblem as problem:
        if problem.status == 404:
            form.first.errors = [problem.detail.rstrip(".")]
        elif problem.status != 422 or not take_errors(form, problem):
            raise
        return _queue_page(form)
    headers = {name: upstream.headers[name] for name in ("Content-Disposition", "Content-Type")}
    return Response(upstream.content, headers=headers)


@blueprint.get("/<int:request_id>")
@staff_only(PERMISSION)
def show(request_id: int) -> ResponseReturnValue:
    """One application with what the college attests, its steps, and what can be done."""
    return _request_page(request_id, RejectionForm())


@blueprint.post("/<int:request_id>/tomar")
@staff_only(PERMISSION)
def claim(request_id: int) -> ResponseReturnValue:
    """Begin or take over the review."""
    return _decide(request_id, lambda: sinadef.claim(request_id), messages.SINADEF_CLAIMED)


@blueprint.route("/<int:request_id>/aprobar", methods=["GET", "POST"])
@staff_only(PERMISSION)
def approve(request_id: int) -> ResponseReturnValue:
    """Approve: asked once more, because it cannot be undone."""
    if request.method == "GET":
        return render_template("staff/sinadef/approve.html", wanted=sinadef.examine(request_id))
    return _decide(request_id, lambda: sinadef.approve(request_id), messages.SINADEF_APPROVED)


@blueprint.post("/<int:request_id>/rechazar")
@staff_only(PERMISSION)
def reject(request_id: int) -> ResponseReturnValue:
    """Refuse, with a reason that the applicant reads."""
    form = RejectionForm()
    if not form.validate_on_submit():
        return _request_page(request_id, form)
    return _decide(request_id, lambda: sinadef.reject(request_id, form.reason.data), messages.SINADEF_REJECTED)


def _decide(request_id: int, act: Any, done: str) -> ResponseReturnValue:
    """Do it and come back; that it cannot be done any more is told, not a page of errors."""
    try:
        act()
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
    else:
        flash(done, "success")
    return redirect(url_for("staff_sinadef.show", request_id=request_id), 303)


def _queue_page(form: ExportForm) -> ResponseReturnValue:
    state = request.args.get("estado", "") if request.args.get("estado", "") in STATES else ""
    found = sinadef.queue(state, request.args.get("after"), parts().settings.page_size)
    pages = pages_around("staff_sinadef.index", found, estado=state or None)
    page = render_template(
        "staff/sinadef/index.html", page=found, pages=pages, form=form, state=state, states=STATES, tags=TAGS
    )
    return page, 422 if form.errors else 200


def _request_page(request_id: int, form: RejectionForm) -> ResponseReturnValue:
    wanted = sinadef.examine(request_id)
    return render_template("staff/sinadef/show.html", wanted=wanted, form=form, tags=TAGS), 422 if form.errors else 200
