"""The link that confirms a new e-mail (ACC-7); it works without signing in, on whatever device reads the mail."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.clients import profile as identity
from portal.clients.gateway import ApiProblem

blueprint = Blueprint("confirming", __name__)


@blueprint.get("/confirmar-correo/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """A button, nothing more: mail scanners open links, and opening must not use the link up."""
    return render_template("profile/confirm.html", token=token)


@blueprint.post("/confirmar-correo/<token>")
def use_link(token: str) -> ResponseReturnValue:
    """Use the link up; the new address counts from now on."""
    try:
        address = identity.confirm_email(token)
    except ApiProblem as problem:
        if problem.status == 429 or problem.status >= 500:
            raise
        return render_template("profile/confirm_failed.html"), 410
    return render_template("profile/confirmed.html", address=address)
