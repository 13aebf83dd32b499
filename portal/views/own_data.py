"""Mis datos (Ley 29733): consents, a copy of one's own data, and who looked at them."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import client_access, own_data
from portal.clients.gateway import ApiProblem
from portal.parts import parts
from portal.session import signed_in
from portal.views.paging import pages_around

blueprint = Blueprint("own_data", __name__, url_prefix="/mis-datos")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """What there is: the copy, the consents, who looked."""
    given = own_data.consents()
    standing = {consent["purpose"]: consent for consent in given if consent["withdrawn_at"] is None}
    texts = client_access.consent_texts()
    page = own_data.looks(request.args.get("after"), parts().settings.page_size)
    return render_template(
        "own_data/index.html",
        given=given,
        standing=standing,
        texts=texts,
        page=page,
        pages=pages_around("own_data.index", page),
    )


@blueprint.get("/copia")
@signed_in
def copy() -> ResponseReturnValue:
    """The copy, to read and print."""
    return render_template("own_data/copy.html", copy=own_data.copy().json())


@blueprint.get("/copia.json")
@signed_in
def download() -> ResponseReturnValue:
    """The copy as a file that other programs read (portability)."""
    response = Response(own_data.copy().content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="mis-datos.json"'
    return response


@blueprint.post("/consentimientos/<purpose>")
@signed_in
def agree(purpose: str) -> ResponseReturnValue:
    """Agree to the text that the page showed."""
    try:
        own_data.agree(purpose, request.form.get("version", ""))
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        flash(problem.detail, "danger")
    else:
        flash(messages.CONSENT_GIVEN, "success")
    return redirect(url_for("own_data.index"), 303)


@blueprint.post("/consentimientos/<purpose>/retirar")
@signed_in
def withdraw(purpose: str) -> ResponseReturnValue:
    """Take a consent back, as easily as it was given."""
    try:
        own_data.withdraw(purpose)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
    else:
        flash(messages.CONSENT_WITHDRAWN, "success")
    return redirect(url_for("own_data.index"), 303)
