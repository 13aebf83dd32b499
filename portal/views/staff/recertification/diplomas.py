"""Diplomas: the queue of a council, ready to be collected, and the record of each handover."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from chassis.clock import LIMA
from portal import messages
from portal.clients import constancias_recert
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.recert_outcome import DOCUMENTS, IN_PERSON, DiplomaSearch, HandoverForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.recertification.planning import VIEW, council_choices, show

blueprint = Blueprint("recert_diplomas", __name__, url_prefix="/gestion/recertificacion/diplomas")

HANDLE = "recert:evaluate"
QUEUES = {
    "EN_PREPARACION": "En preparación",
    "LISTO": "Listos para recoger",
    "ENTREGADO": "Entregados",
    "todos": "Todos",
}
TAGS = {
    "EN_PREPARACION": ("En preparación", "warning"),
    "LISTO": ("Listo para recoger", "info"),
    "ENTREGADO": ("Entregado", "success"),
}


@blueprint.get("")
@staff_only(VIEW)
def index() -> ResponseReturnValue:
    """The diplomas of a council by where they are, the oldest first."""
    form = DiplomaSearch(request.args)
    form.consejo.choices = council_choices("Todos los consejos")
    number = form.numero.data or None
    queue = request.args.get("estado", "")
    queue = queue if queue in QUEUES else "todos" if number else "EN_PREPARACION"
    council = form.consejo.data if form.consejo.data in {choice.value for choice in form.consejo.choices} else ""
    page = constancias_recert.diplomas(
        state=None if queue == "todos" else queue, council=council or None, number=number,
        after=request.args.get("after"), limit=parts().settings.page_size,
    )  # fmt: skip
    kept = {"consejo": council or None, "numero": number}
    pages = pages_around("recert_diplomas.index", page, estado=queue, **kept)
    return show("diplomas", form=form, page=page, pages=pages, queue=queue, queues=QUEUES, kept=kept, tags=TAGS,
                today=_today().isoformat())  # fmt: skip


@blueprint.get("/<uuid:recertification_id>")
@staff_only(VIEW)
def diploma(recertification_id: Any) -> ResponseReturnValue:
    """One diploma: where it is, until when it must be ready, who came for it."""
    found = constancias_recert.diploma(str(recertification_id))
    return show("diploma", found=found, tags=TAGS, documents=DOCUMENTS)


@blueprint.post("/<uuid:recertification_id>/listo")
@staff_only(HANDLE)
def announce(recertification_id: Any) -> ResponseReturnValue:
    """Listo para recoger: its owner is told by mail."""
    try:
        constancias_recert.announce(str(recertification_id))
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
    else:
        flash(messages.DIPLOMA_ANNOUNCED, "success")
    return _back(recertification_id)


@blueprint.route("/<uuid:recertification_id>/entrega", methods=["GET", "POST"])
@staff_only(HANDLE)
def hand_over(recertification_id: Any) -> ResponseReturnValue:
    """The record of a handover; what was typed stays when something is wrong with it."""
    found = constancias_recert.diploma(str(recertification_id))
    form = HandoverForm() if request.method == "POST" else _fresh_form()
    refused = ""
    if form.validate_on_submit():
        try:
            constancias_recert.hand_over(str(recertification_id), form.record())
        except ApiProblem as problem:
            if problem.status not in (409, 422):
                raise
            refused = "" if take_errors(form, problem) else problem.detail
        else:
            flash(messages.DIPLOMA_HANDED_OVER, "success")
            return _back(recertification_id)
    wrong = bool(form.errors or refused)
    return show("diploma_handover", 422 if wrong else 200, found=found, form=form, refused=refused)


def _fresh_form() -> HandoverForm:
    """Today, in person: what it mostly is."""
    return HandoverForm(MultiDict({"handed_on": _today().isoformat(), "by_proxy": IN_PERSON}))


def _today() -> Any:
    return parts().clock.now().astimezone(LIMA).date()


def _back(recertification_id: Any) -> ResponseReturnValue:
    return redirect(url_for("recert_diplomas.diploma", recertification_id=recertification_id), 303)
