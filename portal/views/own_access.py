"""Mis sesiones and Cambiar contraseña: the owner's hold on the own account (ASVS 7.5.2, 6.2.3)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import messages, session
from portal.clients import accounts
from portal.clients.gateway import ApiProblem
from portal.forms.accounts import ChangePasswordForm
from portal.forms.problems import tell
from portal.session import signed_in

blueprint = Blueprint("own_access", __name__)


@blueprint.get("/mis-sesiones")
@signed_in
def sessions() -> ResponseReturnValue:
    """Where the account is open: browser, address, since when, last used."""
    return render_template("own_access/sessions.html", sessions=accounts.sessions())


@blueprint.post("/mis-sesiones/<session_id>/cerrar")
@signed_in
def end_one(session_id: str) -> ResponseReturnValue:
    """End one session; one that is over already is no mistake of the person's."""
    try:
        accounts.end_session(session_id)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
    flash(messages.SESSION_ENDED, "success")
    return redirect(url_for("own_access.sessions"), 303)


@blueprint.post("/mis-sesiones/cerrar-las-demas")
@signed_in
def end_others() -> ResponseReturnValue:
    """End every session but this one."""
    accounts.end_other_sessions()
    flash(messages.SESSIONS_ENDED, "success")
    return redirect(url_for("own_access.sessions"), 303)


@blueprint.route("/cambiar-contrasena", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the password against the current one; the other sessions end, this one goes on."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return render_template("own_access/password.html", form=form), 422 if form.errors else 200
    try:
        answer = accounts.change_password(form.current_password.data, form.password.data)
    except ApiProblem as problem:
        status = tell(form, problem, form.current_password)
        return render_template("own_access/password.html", form=form), status
    session.start(answer, remember=bool(cookie.get("remember")))
    flash(messages.PASSWORD_CHANGED, "success")
    return redirect(url_for("own_access.sessions"), 303)
