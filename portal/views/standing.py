"""Constancia de habilidad: whether the physician is hábil, what to pay to be, and the constancias (MENU-1)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import standing
from portal.clients.gateway import ApiProblem
from portal.formats import masked_email
from portal.parts import parts
from portal.passing import passed_pdf
from portal.session import account, signed_in, touch
from portal.views.paging import pages_around

blueprint = Blueprint("standing", __name__, url_prefix="/constancia-de-habilidad")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The page of ACC-1: what a constancia is for who is not signed in, one's own for a physician."""
    person = account()
    if not (person or {}).get("cmp_number"):
        return render_template("standing/welcome.html")
    touch()
    try:
        found = standing.standing()
    except ApiProblem as problem:
        if not problem.is_a("payments/payer-unknown"):
            raise
        return render_template("standing/welcome.html", not_yet=problem.detail)
    page = standing.certificates(request.args.get("after"), parts().settings.page_size)
    pages = pages_around("standing.index", page)
    return render_template("standing/index.html", standing=found, page=page, pages=pages)


@blueprint.post("")
@signed_in
def issue() -> ResponseReturnValue:
    """Obtener constancia: issue one, or show today's; not hábil leads back to the page that says what to pay."""
    try:
        certificate = standing.issue()
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
        return redirect(url_for("standing.index"), 303)
    return redirect(url_for("standing.show", certificate_id=certificate["id"]), 303)


@blueprint.get("/<uuid:certificate_id>")
@signed_in
def show(certificate_id: Any) -> ResponseReturnValue:
    """One constancia: its number, its PDF, and who asked about it."""
    certificate = standing.certificate(str(certificate_id))
    asked = standing.verifications(str(certificate_id), request.args.get("after"), parts().settings.page_size)
    pages = pages_around("standing.show", asked, certificate_id=certificate_id)
    return render_template("standing/show.html", certificate=certificate, asked=asked, pages=pages)


@blueprint.get("/<uuid:certificate_id>/pdf")
@signed_in
def pdf(certificate_id: Any) -> ResponseReturnValue:
    """The PDF, as it was issued."""
    return passed_pdf(standing.pdf(str(certificate_id)))


@blueprint.post("/<uuid:certificate_id>/correo")
@signed_in
def mail(certificate_id: Any) -> ResponseReturnValue:
    """Enviar a mi correo: only ever to the registered address."""
    standing.mail(str(certificate_id))
    flash(messages.constancia_mailed(masked_email((account() or {}).get("email"))), "success")
    return redirect(url_for("standing.show", certificate_id=certificate_id), 303)
