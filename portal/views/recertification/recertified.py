"""Recertificaciones: "Recertificados Listado", one of them, its constancia, and who verified it (REC-15, REC-16)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import constancias_recert
from portal.clients.gateway import ApiProblem
from portal.formats import masked_email
from portal.parts import parts
from portal.passing import passed_pdf
from portal.session import account
from portal.views.paging import pages_around
from portal.views.recertification.frame import physicians_only

blueprint = Blueprint("recertified", __name__, url_prefix="/recertificacion/recertificaciones")


@blueprint.get("")
@physicians_only
def index() -> ResponseReturnValue:
    """The physician's own, newest first, with the columns of the manual (REC-16)."""
    page = constancias_recert.own_page(request.args.get("after"), parts().settings.page_size)
    return render_template("recertification/recertified.html", page=page, pages=pages_around("recertified.index", page))


@blueprint.get("/<uuid:recertification_id>")
@physicians_only
def show(recertification_id: Any) -> ResponseReturnValue:
    """One: its constancia, where its diploma is, and who asked about it."""
    found = constancias_recert.own(str(recertification_id))
    asked = constancias_recert.questions(
        str(recertification_id), request.args.get("after"), parts().settings.page_size
    )  # fmt: skip
    pages = pages_around("recertified.show", asked, recertification_id=recertification_id)
    return render_template("recertification/recertified_one.html", found=found, asked=asked, pages=pages)


@blueprint.get("/<uuid:recertification_id>/constancia")
@physicians_only
def pdf(recertification_id: Any) -> ResponseReturnValue:
    """The Constancia de Recertificación, as it was issued."""
    try:
        return passed_pdf(constancias_recert.pdf(str(recertification_id)))
    except ApiProblem as problem:
        return _refused(recertification_id, problem)


@blueprint.post("/<uuid:recertification_id>/correo")
@physicians_only
def mail(recertification_id: Any) -> ResponseReturnValue:
    """Enviar a mi correo: only ever to the registered address (REC-15)."""
    try:
        constancias_recert.mail(str(recertification_id))
    except ApiProblem as problem:
        return _refused(recertification_id, problem)
    flash(messages.constancia_mailed(masked_email((account() or {}).get("email"))), "success")
    return redirect(url_for("recertified.show", recertification_id=recertification_id), 303)


def _refused(recertification_id: Any, problem: ApiProblem) -> ResponseReturnValue:
    """It was revoked meanwhile: its page says why."""
    if problem.status != 409:
        raise problem
    flash(problem.detail, "warning")
    return redirect(url_for("recertified.show", recertification_id=recertification_id), 303)
