"""The second step of staff's login, and the way from an invitation into the account.

The challenge lives in the sealed cookie; the secret of the second factor does not: each page asks for it again.
"""

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal import session as people
from portal.clients import staff
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.staff import CodeForm, FirstPasswordForm

blueprint = Blueprint("second_step", __name__)


def ask(answer: dict[str, Any], target: str | None = None) -> ResponseReturnValue:
    """Keep the challenge and go to the page that asks for the code."""
    session.clear()
    session["challenge"] = {"token": answer["challenge"], "next": answer["next"], "target": target or ""}
    return redirect(url_for("second_step.enrol" if answer["next"] == "enrol" else "second_step.code"), 303)


@blueprint.route("/ingresar/codigo", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Segundo paso: the code that the authenticator shows, or a recovery code."""
    return _step("second_factor", "second_step/code.html")


@blueprint.route("/personal/activar/<token>", methods=["GET", "POST"])
def activate(token: str) -> ResponseReturnValue:
    """The invitation: opening it uses nothing up, choosing a password leads on to the second factor."""
    form = FirstPasswordForm()
    if not form.validate_on_submit():
        return _first_password(form, token)
    try:
        answer = staff.set_first_password(token, form.password.data)
    except ApiProblem as problem:
        if problem.is_a("identity/link-not-valid"):
            flash(messages.INVITATION_OVER, "danger")
            return redirect(url_for("access.login"), 303)
        if problem.status != 422:
            raise
        if not take_errors(form, problem):
            form.password.errors = [problem.detail.rstrip(".")]
        return _first_password(form, token)
    return ask(answer, url_for("staff.home"))


@blueprint.route("/personal/segundo-factor", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """The QR code and the secret, and the first code that proves they arrived."""
    return _step("enrol", "second_step/enrol.html")


@blueprint.get("/personal/codigos-de-recuperacion")
@people.signed_in
def recovery_codes() -> ResponseReturnValue:
    """Ten codes for the day the telephone is lost; shown until the person goes on."""
    if "recovery_codes" not in session:
        return redirect(url_for("staff.home"), 303)
    return render_template("second_step/recovery_codes.html", codes=session["recovery_codes"])


@blueprint.post("/personal/codigos-de-recuperacion")
@people.signed_in
def recovery_codes_kept() -> ResponseReturnValue:
    """The person has written them down; they are never shown again."""
    session.pop("recovery_codes", None)
    return redirect(url_for("staff.home"), 303)


def _step(wanted: str, template: str) -> ResponseReturnValue:
    """Show the page that asks for a code, or take the code."""
    challenge = session.get("challenge") or {}
    if challenge.get("next") != wanted:
        return redirect(url_for("access.login"), 303)
    form = CodeForm()
    if wanted == "enrol":
        form.code.description = "El que muestra ahora su aplicación"
    try:
        if form.validate_on_submit():
            return _enter(challenge, staff.pass_second_factor(challenge["token"], form.code.data))
    except ApiProblem as problem:
        if over := _refused(form, problem):
            return over
    return _page(form, challenge, template)


def _page(form: CodeForm, challenge: dict[str, Any], template: str) -> ResponseReturnValue:
    enrolment = None
    if challenge["next"] == "enrol":
        try:
            enrolment = staff.enrolment(challenge["token"])
        except ApiProblem as problem:
            if over := _refused(form, problem):
                return over
            raise
    shown = enrolment and re.findall(".{1,4}", enrolment["secret"])
    return render_template(template, form=form, enrolment=enrolment, secret=shown), 422 if form.errors else 200


def _enter(challenge: dict[str, Any], answer: dict[str, Any]) -> ResponseReturnValue:
    from portal.views.access import safe_target

    people.start(answer)
    if answer["recovery_codes"]:
        session["recovery_codes"] = answer["recovery_codes"]
        return redirect(url_for("second_step.recovery_codes"), 303)
    if answer["recovery_codes_left"] < 3:
        flash(f"Le quedan {answer['recovery_codes_left']} códigos de recuperación. Pida que le renueven.", "warning")
    return redirect(safe_target(challenge["target"] or url_for("staff.home")), 303)


def _refused(form: CodeForm, problem: ApiProblem) -> ResponseReturnValue | None:
    """Say what is wrong with the code beside it; a challenge that is over leads back to the login."""
    if problem.is_a("identity/challenge-over"):
        session.pop("challenge", None)
        flash(messages.CHALLENGE_OVER, "warning")
        return redirect(url_for("access.login"), 303)
    if problem.status == 429:
        form.code.errors = [messages.too_many_attempts(problem.retry_after)]
    elif problem.status in (401, 422):
        form.code.errors = [messages.SECOND_CODE_WRONG]
    else:
        raise problem
    return None


def _first_password(form: FirstPasswordForm, token: str) -> ResponseReturnValue:
    return render_template("second_step/activate.html", form=form, token=token), 422 if form.errors else 200
