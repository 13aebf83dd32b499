"""A physician's own RUC (AMB-2): link its account, go over to it without a second password, and come back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import messages, session
from portal.clients import client_access, identity
from portal.clients.gateway import ApiProblem
from portal.forms.client_access import LinkRucForm
from portal.session import signed_in

blueprint = Blueprint("own_ruc", __name__, url_prefix="/mi-ruc")
WAY_BACK = "way_back"


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def index() -> ResponseReturnValue:
    """The own RUC and how to link it, against the password of its account."""
    form, known = LinkRucForm(), client_access.own_ruc()
    if not form.validate_on_submit():
        return render_template("own_ruc/index.html", form=form, known=known), 422 if form.errors else 200
    try:
        client_access.link_ruc(form.password.data)
    except ApiProblem as problem:
        if problem.status not in (422, 429):
            raise
        text = messages.too_many_attempts(problem.retry_after) if problem.status == 429 else problem.detail
        form.password.errors = [text]
        return render_template("own_ruc/index.html", form=form, known=known), problem.status
    flash(messages.RUC_LINKED, "success")
    return redirect(url_for("own_ruc.index"), 303)


@blueprint.post("/desvincular")
@signed_in
def unlink() -> ResponseReturnValue:
    """Undo the link; each account keeps its password."""
    client_access.unlink_ruc()
    flash(messages.RUC_UNLINKED, "success")
    return redirect(url_for("own_ruc.index"), 303)


@blueprint.post("/cambiar")
@signed_in
def go_over() -> ResponseReturnValue:
    """Go over to the RUC's vouchers; the physician's own session waits for the way back."""
    waiting = cookie["tokens"]["refresh"]
    session.start(client_access.go_over())
    cookie[WAY_BACK] = waiting
    return redirect(url_for("vouchers.index"), 303)


@blueprint.post("/volver")
@signed_in
def come_back() -> ResponseReturnValue:
    """Back to the physician's own session; the one of the RUC ends."""
    waiting = cookie.get(WAY_BACK)
    session.end()
    try:
        answer = identity.renew(waiting) if waiting else None
    except ApiProblem:
        answer = None
    if answer is None:
        return redirect(url_for("access.login"), 303)
    session.start(answer)
    return redirect(url_for("home.menu"), 303)
