"""Trámite de acceso a SINADEF (MENU-1): one's applications, a new one, taking it back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import profile, sinadef
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.sinadef import ApplicationForm
from portal.parts import parts
from portal.session import signed_in
from portal.views.paging import pages_around

blueprint = Blueprint("sinadef", __name__, url_prefix="/sinadef")

TAGS = {"EMITIDO": "info", "EN_REVISION": "info", "ATENDIDO": "success", "RECHAZADO": "danger", "ANULADO": "warning"}


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """What the procedure is, one's applications, and what stands in the way of a new one."""
    found = sinadef.own(request.args.get("after"), parts().settings.page_size)
    pages = pages_around("sinadef.index", found)
    return render_template("sinadef/index.html", page=found, pages=pages, tags=TAGS)


@blueprint.route("/nueva", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    """The form, with what the college attests beside it; who may not apply is told why on the list."""
    found = sinadef.own(limit=1)
    if found["blocks"] or found["open_request"]:
        return redirect(url_for("sinadef.index"), 303)
    form = ApplicationForm()
    if not form.validate_on_submit():
        return _form_page(form, found)
    try:
        filed = sinadef.file({name: form[name].data for name in form.data if name != "csrf_token"})
    except ApiProblem as problem:
        if problem.status == 409:
            flash(problem.detail, "warning")
            return redirect(url_for("sinadef.index"), 303)
        if problem.status != 422 or not take_errors(form, problem):
            raise
        return _form_page(form, found)
    return redirect(url_for("sinadef.show", request_id=filed["id"]), 303)


@blueprint.get("/<int:request_id>")
@signed_in
def show(request_id: int) -> ResponseReturnValue:
    """One application: its number, where it stands, what happens next."""
    return render_template("sinadef/show.html", wanted=sinadef.show(request_id), tags=TAGS)


@blueprint.route("/<int:request_id>/anular", methods=["GET", "POST"])
@signed_in
def cancel(request_id: int) -> ResponseReturnValue:
    """Anular: asked once more, because it cannot be undone."""
    if request.method == "GET":
        return render_template("sinadef/cancel.html", wanted=sinadef.show(request_id))
    try:
        sinadef.cancel(request_id)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
    else:
        flash(messages.SINADEF_CANCELLED, "success")
    return redirect(url_for("sinadef.show", request_id=request_id), 303)


def _form_page(form: ApplicationForm, found: dict[str, Any]) -> ResponseReturnValue:
    parts = {"known": profile.show(), "standing": found["standing"]}
    return render_template("sinadef/new.html", form=form, **parts), 422 if form.errors else 200
