"""Registrarse (ACC-3): start, data, check, "Revise su correo", the mailed link, and the status page before any login.

What was typed waits in the sealed cookie until it is sent; afterwards only the code of the registration leads on.
"""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import accounts, client_access
from portal.clients.gateway import ApiProblem
from portal.forms.accounts import (
    DOCUMENT_TYPES,
    CheckForm,
    CodeForm,
    NewPasswordForm,
    OtherEmailForm,
    RegistrationForm,
)
from portal.forms.problems import tell

blueprint = Blueprint("registering", __name__, url_prefix="/registro")
KEPT = "registration"
PERSONAL_DATA = "personal-data"


@blueprint.get("")
def start() -> ResponseReturnValue:
    """What one needs and how long it takes."""
    return render_template("registering/start.html")


@blueprint.route("/datos", methods=["GET", "POST"])
def data() -> ResponseReturnValue:
    """Who one is, and the address to confirm."""
    form = RegistrationForm(data=cookie.get(KEPT))
    if not form.validate_on_submit():
        return render_template("registering/data.html", form=form), 422 if form.errors else 200
    cookie[KEPT] = form.answers()
    return redirect(url_for("registering.check"), 303)


@blueprint.route("/revisar", methods=["GET", "POST"])
def check() -> ResponseReturnValue:
    """The last look before the registration is sent, and the consent."""
    typed = cookie.get(KEPT)
    if not typed:
        return redirect(url_for("registering.data"), 303)
    text = next(text for text in client_access.consent_texts() if text["purpose"] == PERSONAL_DATA)
    form = CheckForm(version=text["version"])
    if not form.validate_on_submit():
        return _check_page(form, typed, text), 422 if form.errors else 200
    try:
        sent = accounts.register(typed, form.version.data)
    except ApiProblem as problem:
        return _not_sent(form, typed, text, problem)
    del cookie[KEPT]
    return redirect(url_for("registering.status", code=sent["code"]), 303)


@blueprint.route("/estado", methods=["GET", "POST"])
def find() -> ResponseReturnValue:
    """Look a registration up by its code, before there is a login."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("registering/find.html", form=form), 422 if form.errors else 200
    code = "".join(letter for letter in form.code.data if letter.isalnum())[:20]
    try:
        found = accounts.registration(code or "x")
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        form.code.errors = [messages.TRACKING_CODE_UNKNOWN]
        return render_template("registering/find.html", form=form), 422
    return redirect(url_for("registering.status", code=found["code"]), 303)


@blueprint.get("/estado/<code>")
def status(code: str) -> ResponseReturnValue:
    """How far it is: "Revise su correo" first, then "En revisión" or the outcome."""
    return _status_page(code, OtherEmailForm(formdata=None))


@blueprint.post("/estado/<code>/correo")
def send_again(code: str) -> ResponseReturnValue:
    """Send the link again to the same address."""
    return _send(code, None, OtherEmailForm(formdata=None))


@blueprint.post("/estado/<code>/otro-correo")
def change_email(code: str) -> ResponseReturnValue:
    """Send the link to another address, when the first was mistyped."""
    form = OtherEmailForm()
    if not form.validate_on_submit():
        return _status_page(code, form), 422
    return _send(code, form.email.data, form)


@blueprint.route("/confirmar/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Behind the mailed link: opening it shows this page, sending the password confirms the address."""
    form = NewPasswordForm()
    try:
        accounts.look_at_link(token)
        if not form.validate_on_submit():
            page = render_template("registering/confirm.html", form=form, token=token)
            return page, 422 if form.errors else 200
        confirmed = accounts.confirm_registration(token, form.password.data)
    except ApiProblem as problem:
        if problem.is_a("identity/link-not-valid"):
            return render_template("registering/link_over.html"), 410
        answer = tell(form, problem, form.password)
        return render_template("registering/confirm.html", form=form, token=token), answer
    if confirmed["state"] == "accepted":
        flash(messages.ACCOUNT_OPEN, "success")
        return redirect(url_for("access.login"), 303)
    return redirect(url_for("registering.status", code=confirmed["code"]), 303)


def _send(code: str, email: str | None, form: OtherEmailForm) -> ResponseReturnValue:
    try:
        sent = accounts.send_registration_mail(code, email)
    except ApiProblem as problem:
        if problem.status == 404:
            raise
        answer = tell(form, problem, form.email)
        return _status_page(code, form), answer
    flash(messages.link_sent(sent["masked_email"]), "success")
    return redirect(url_for("registering.status", code=code), 303)


def _status_page(code: str, form: OtherEmailForm) -> str:
    return render_template("registering/status.html", form=form, registration=accounts.registration(code))


def _check_page(form: CheckForm, typed: dict[str, str], text: dict[str, Any]) -> str:
    return render_template("registering/check.html", form=form, typed=typed, text=text, documents=DOCUMENT_TYPES)


def _not_sent(form: CheckForm, typed: dict[str, str], text: dict[str, Any], problem: ApiProblem) -> ResponseReturnValue:
    """Back to the data when identity found something in them; else the reason on the check page."""
    if problem.status == 422 and problem.errors:
        data_form = RegistrationForm(formdata=None, data=typed)
        tell(data_form, problem, data_form.cmp_number)
        return render_template("registering/data.html", form=data_form), 422
    answer = tell(form, problem, form.consent)
    response = make_response(_check_page(form, typed, text), answer)
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response
