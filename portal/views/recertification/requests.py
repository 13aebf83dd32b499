"""Solicitudes Listado, one request, its ficha and its PDF (REC-13)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import recert
from portal.clients.gateway import ApiProblem
from portal.parts import parts
from portal.passing import passed_pdf
from portal.views.paging import pages_around
from portal.views.recertification.frame import STATE_TAGS, blueprint, physicians_only


@blueprint.get("/solicitudes")
@physicians_only
def requests() -> ResponseReturnValue:
    """One's requests, newest first, and the button for a new one."""
    found = recert.own(request.args.get("after"), parts().settings.page_size)
    pages = pages_around("recertification.requests", found)
    return render_template("recertification/requests.html", found=found, pages=pages, tags=STATE_TAGS)


@blueprint.post("/solicitudes/nueva")
@physicians_only
def begin() -> ResponseReturnValue:
    """Nueva Solicitud: the draft, unless phone or e-mail are missing (REC-4, REC-5)."""
    try:
        draft = recert.begin()
    except ApiProblem as problem:
        if not problem.is_a("recert/contact-missing"):
            raise
        flash(messages.RECERT_CONTACT_MISSING, "warning")
        return redirect(url_for("recertification.home"), 303)
    return redirect(url_for("recertification.tasks", draft_id=draft["id"]), 303)


@blueprint.get("/solicitudes/<uuid:dossier_id>")
@physicians_only
def show(dossier_id: Any) -> ResponseReturnValue:
    """One request: its number, where it stands, when the result is due; the page after sending, valid later too."""
    return render_template("recertification/request.html", wanted=recert.show(str(dossier_id)), tags=STATE_TAGS)


@blueprint.get("/solicitudes/<uuid:dossier_id>/ficha")
@physicians_only
def ficha(dossier_id: Any) -> ResponseReturnValue:
    """The ficha de solicitud to print."""
    return passed_pdf(recert.ficha(str(dossier_id)))


@blueprint.get("/solicitudes/<uuid:dossier_id>/expediente/<int:version>")
@physicians_only
def sent_file(dossier_id: Any, version: int) -> ResponseReturnValue:
    """The PDF as it was sent."""
    return passed_pdf(recert.sent_file(str(dossier_id), version), f"expediente-{version}.pdf")


@blueprint.post("/solicitudes/<uuid:dossier_id>/expediente-corregido")
@physicians_only
def replace_file(dossier_id: Any) -> ResponseReturnValue:
    """Another PDF for an observed dossier: the page of its upload."""
    draft = recert.begin_correction(str(dossier_id))
    return redirect(url_for("recertification.file", draft_id=draft["id"]), 303)
