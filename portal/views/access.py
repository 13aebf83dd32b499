"""Getting in and out: login with a password, login with a one-time link, logout."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from portal import messages, session
from portal.clients import identity
from portal.clients.gateway import ApiProblem
from portal.forms.access import LoginForm
from portal.views import second_step

blueprint = Blueprint("access", __name__)


@blueprint.route("/ingresar", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Inicio de sesión (ACC-2). The answer to a wrong user and to a wrong password is the same."""
    if session.account():
        return redirect(url_for("home.menu"), 303)
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("access/login.html", form=form), 422 if form.errors else 200
    try:
        answer = identity.sign_in(form.username.data, form.password.data, form.remember.data)
    except ApiProblem as problem:
        return _refused(form, problem)
    if "challenge" in answer:
        return second_step.ask(answer, form.next.data)
    session.start(answer, remember=form.remember.data)
    return redirect(safe_target(form.next.data), 303)


def _refused(form: LoginForm, problem: ApiProblem) -> ResponseReturnValue:
    """Say why nobody came in, without telling whether the account exists."""
    if problem.status == 429:
        form.username.errors = [messages.too_many_attempts(problem.retry_after)]
    elif problem.status in (400, 401, 422):
        form.username.errors = [messages.WRONG_CREDENTIALS]
    else:
        raise problem
    page = render_template("access/login.html", form=form)
    response = make_response(page, 429 if problem.status == 429 else 422)
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


@blueprint.get("/ingresar/<token>")
def one_time(token: str) -> ResponseReturnValue:
    """A button, nothing more: mail scanners open links, and opening must not use the link up."""
    return render_template("access/one_time.html", token=token)


@blueprint.post("/ingresar/<token>")
def redeem(token: str) -> ResponseReturnValue:
    """Use up a one-time link and sign in."""
    try:
        answer = identity.redeem(token)
    except ApiProblem as problem:
        if problem.status == 429 or problem.status >= 500:
            raise
        flash(messages.LINK_USED, "danger")
        return redirect(url_for("access.login"), 303)
    if "challenge" in answer:
        return second_step.ask(answer)
    session.start(answer)
    return redirect(url_for("home.menu"), 303)


@blueprint.post("/salir")
def logout() -> ResponseReturnValue:
    """Desconectar, Cerrar sesión (ACC-5): the session ends here and at identity."""
    session.end()
    flash(messages.SIGNED_OUT, "success")
    return redirect(url_for("access.login"), 303)


@blueprint.post("/sesion")
def keep_alive() -> ResponseReturnValue:
    """The person is still there: the notice before expiry asks for it, so that a half-typed form is not lost."""
    if session.account() is None:
        return "", 401
    session.touch()
    return "", 204


def safe_target(target: str | None) -> str:
    """Where to go after login: a page of ours, or the menu. Anything else would be an open redirect."""
    menu = url_for("home.menu")
    if not target or not target.isprintable() or "\\" in target or not re.match("/(?!/)", target):
        return menu
    parts = urlsplit(target)
    try:
        endpoint, _ = current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        return menu
    return menu if parts.netloc or endpoint.startswith(("access.", "assets.", "health.")) else target
