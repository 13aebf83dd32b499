"""¿Recordar usuario?, ¿Recordar contraseña?, Solicitar ingreso (REC-1 to REC-3), and the page behind the mailed link.

Every request is answered with the same page, whether or not there is an account (ASVS 6.3.8).
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import messages, session
from portal.clients import accounts
from portal.clients.gateway import ApiProblem
from portal.forms.access import LoginForm
from portal.forms.accounts import EntryForm, NewPasswordForm, RecoveryForm
from portal.forms.problems import tell

blueprint = Blueprint("recovering", __name__)


@blueprint.route("/recordar-usuario", methods=["GET", "POST"])
def user() -> ResponseReturnValue:
    """Ask for a mail with the names one comes in by, and a link that lets in."""
    form = RecoveryForm()
    return _ask(
        "recovering/user.html", form, form.username, lambda: accounts.recover("user", form.username.data), "user_sent"
    )


@blueprint.get("/recordar-usuario/enviado")
def user_sent() -> ResponseReturnValue:
    """The one answer there is."""
    return render_template("recovering/sent.html", what="user")


@blueprint.route("/recordar-contrasena", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Ask for a link to create a new password."""
    form = RecoveryForm()
    return _ask(
        "recovering/password.html",
        form,
        form.username,
        lambda: accounts.recover("password", form.username.data),
        "password_sent",
    )


@blueprint.get("/recordar-contrasena/enviado")
def password_sent() -> ResponseReturnValue:
    """The one answer there is."""
    return render_template("recovering/sent.html", what="password")


@blueprint.route("/contrasena/nueva/<token>", methods=["GET", "POST"])
def new_password(token: str) -> ResponseReturnValue:
    """Behind the mailed link: opening it shows this page, sending the new password uses the link up."""
    form = NewPasswordForm()
    try:
        accounts.look_at_link(token)
        if not form.validate_on_submit():
            page = render_template("recovering/new_password.html", form=form, token=token)
            return page, 422 if form.errors else 200
        accounts.reset_password(token, form.password.data)
    except ApiProblem as problem:
        if problem.is_a("identity/link-not-valid"):
            return render_template("recovering/link_over.html"), 410
        answer = tell(form, problem, form.password)
        return render_template("recovering/new_password.html", form=form, token=token), answer
    flash(messages.PASSWORD_CHANGED_SIGN_IN, "success")
    return redirect(url_for("access.login"), 303)


@blueprint.get("/sistcere/ingreso")
def sistcere() -> ResponseReturnValue:
    """The login box of SISTCERE with its own labels (REC-1); the account is the one of CMP Digital (AMB-6)."""
    if person := session.account():
        return redirect(url_for("recertification.home" if person.get("cmp_number") else "home.menu"), 303)
    return render_template("recovering/sistcere.html", form=LoginForm(formdata=None))


@blueprint.route("/sistcere/ingreso/solicitud", methods=["GET", "POST"])
def entry() -> ResponseReturnValue:
    """Solicitar ingreso: INGRESE SUS DATOS, Enviar (REC-2)."""
    form = EntryForm()
    return _ask(
        "recovering/entry.html",
        form,
        form.cmp_number,
        lambda: accounts.ask_for_entry(form.cmp_number.data),
        "entry_sent",
    )


@blueprint.get("/sistcere/ingreso/enviado")
def entry_sent() -> ResponseReturnValue:
    """The one answer there is (REC-3)."""
    return render_template("recovering/sent.html", what="entry")


def _ask(page: str, form: Any, field: Any, ask: Callable[[], None], after: str) -> ResponseReturnValue:
    """Send the form when it is right; then the page that says the same to everybody."""
    if not form.validate_on_submit():
        return render_template(page, form=form), 422 if form.errors else 200
    try:
        ask()
    except ApiProblem as problem:
        status = tell(form, problem, field)
        response = make_response(render_template(page, form=form), status)
        if problem.retry_after:
            response.headers["Retry-After"] = str(problem.retry_after)
        return response
    return redirect(url_for(f"recovering.{after}"), 303)
