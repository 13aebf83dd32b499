"""The desk of registrations: what the register alone could not decide (ACC-3)."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import staff
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.staff import MATCH_REASONS, AcceptanceForm, RegistrationRejectionForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around

blueprint = Blueprint("staff_registrations", __name__, url_prefix="/gestion/registros")

PERMISSION = "identity:match"
STATES = {
    "in_review": ("En revisión", "warning"),
    "unconfirmed": ("Sin confirmar el correo", "info"),
    "accepted": ("Aceptadas", "success"),
    "rejected": ("Rechazadas", "danger"),
    "expired": ("Vencidas", "info"),
}
COMPARED = (
    ("Número de CMP", "cmp_number"),
    ("Documento", "document_number"),
    ("Nombres", "given_names"),
    ("Apellido paterno", "paternal_surname"),
    ("Apellido materno", "maternal_surname"),
)


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """The queue, oldest first."""
    state = request.args.get("estado", "in_review")
    state = state if state in STATES else "in_review"
    found = staff.registrations(state, request.args.get("after"), parts().settings.page_size)
    pages = pages_around("staff_registrations.index", found, estado=state)
    return render_template(
        "staff/registrations/index.html", page=found, pages=pages, state=state, states=STATES, reasons=MATCH_REASONS
    )


@blueprint.get("/<registration_id>")
@staff_only(PERMISSION)
def show(registration_id: str) -> ResponseReturnValue:
    """What was declared beside what the register says."""
    return _page(registration_id, AcceptanceForm(), RegistrationRejectionForm())


@blueprint.post("/<registration_id>/aceptar")
@staff_only(PERMISSION)
def accept(registration_id: str) -> ResponseReturnValue:
    """Open the account although the data differ."""
    form, other = AcceptanceForm(), RegistrationRejectionForm(formdata=None)
    if not form.validate_on_submit():
        return _page(registration_id, form, other)
    number = form.cmp_number.data.zfill(6) if form.cmp_number.data else None
    return _decide(
        lambda: staff.accept_registration(registration_id, number, form.reason.data),
        form, messages.REGISTRATION_ACCEPTED, registration_id, lambda: _page(registration_id, form, other),
    )  # fmt: skip


@blueprint.post("/<registration_id>/rechazar")
@staff_only(PERMISSION)
def reject(registration_id: str) -> ResponseReturnValue:
    """Turn it down with reasons, which are mailed."""
    form, other = RegistrationRejectionForm(), AcceptanceForm(formdata=None)
    if not form.validate_on_submit():
        return _page(registration_id, other, form)
    return _decide(
        lambda: staff.reject_registration(registration_id, form.reasons.data, form.note.data or ""),
        form, messages.REGISTRATION_REJECTED, registration_id, lambda: _page(registration_id, other, form),
    )  # fmt: skip


def _decide(
    act: Callable[[], Any], form: Any, done: str, registration_id: str, page: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Do it and come back; what stands in the way is told."""
    try:
        act()
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        if problem.status == 422 and take_errors(form, problem):
            return page()
        flash(problem.detail, "warning")
    else:
        flash(done, "success")
    return redirect(url_for("staff_registrations.show", registration_id=registration_id), 303)


def _page(
    registration_id: str, acceptance: AcceptanceForm, rejection: RegistrationRejectionForm
) -> ResponseReturnValue:
    case = staff.registration(registration_id)
    wrong = acceptance if acceptance.errors else rejection
    page = render_template(
        "staff/registrations/show.html", case=case, form=wrong, acceptance=acceptance, rejection=rejection,
        states=STATES, reasons=MATCH_REASONS, compared=COMPARED,
    )  # fmt: skip
    return page, 422 if wrong.errors else 200
