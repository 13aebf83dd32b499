"""What is done to a dossier at the desk: taking it, points and observations, and the acts that are asked once more."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from portal.clients import recert_desk
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.recert_desk import (
    DeclarationForm,
    DeskReasonForm,
    ObservationForm,
    OpinionForm,
    ReassignForm,
    ReturnForm,
    RulingForm,
)
from portal.forms.treasury import ConfirmForm
from portal.session import staff_only
from portal.views.staff.recertification.desk import (
    EVALUATE,
    REVISE,
    blueprint,
    dossier_page,
    fetch,
    here,
)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that is asked once more: what it is and what follows."""

    title: str
    button: str
    warning: str
    done: str
    path: str
    """Under the dossier at the service."""


@blueprint.post("/expedientes/<uuid:dossier_id>/tomar")
@staff_only(EVALUATE)
def claim(dossier_id: Any) -> ResponseReturnValue:
    """Take an unassigned dossier and declare to have no conflict of interest."""
    return _declare(dossier_id, "claim", "El expediente está a su cargo.")


@blueprint.post("/expedientes/<uuid:dossier_id>/aceptar")
@staff_only(EVALUATE)
def accept(dossier_id: Any) -> ResponseReturnValue:
    """Declare the same for a dossier one was given."""
    return _declare(dossier_id, "acceptance", "Declaración registrada: ya puede evaluar el expediente.")


@blueprint.post("/expedientes/<uuid:dossier_id>/items/<int:item>/puntaje")
@staff_only(EVALUATE)
def rule(dossier_id: Any, item: int) -> ResponseReturnValue:
    """Confirm the points of an item, or change them with a reason."""
    form = RulingForm()
    if form.validate_on_submit():
        reason = form.reason.data or None
        try:
            recert_desk.put(f"desk/dossiers/{dossier_id}/items/{item}/ruling", points=form.points.data, reason=reason)
        except ApiProblem as problem:
            _tell(form, problem, form.reason if problem.type.endswith("reason-missing") else form.points)
        else:
            flash(f"Puntaje del ítem {item} registrado.", "success")
            return redirect(here("show", dossier_id), 303)
    return dossier_page(dossier_id, item=item, ruling=form)


@blueprint.post("/expedientes/<uuid:dossier_id>/observaciones", defaults={"item": None})
@blueprint.post("/expedientes/<uuid:dossier_id>/items/<int:item>/observaciones")
@staff_only(EVALUATE)
def observe(dossier_id: Any, item: int | None) -> ResponseReturnValue:
    """Write one observation; the physician gets it with the others."""
    form = ObservationForm()
    if form.validate_on_submit():
        body = {"item": item, "page": int(form.page.data), "reason": form.code.data, "comment": form.comment.data}
        try:
            recert_desk.send(f"desk/dossiers/{dossier_id}/observations", **body)
        except ApiProblem as problem:
            _tell(form, problem, form.page if problem.type.endswith("page-out-of-range") else form.code)
        else:
            flash("Observación agregada. El médico la recibirá cuando envíe las observaciones.", "success")
            return redirect(here("show", dossier_id, item=item), 303)
    return dossier_page(dossier_id, item=item, observation=form)


@blueprint.post("/expedientes/<uuid:dossier_id>/observaciones/<int:observation_id>/quitar")
@staff_only(EVALUATE)
def withdraw(dossier_id: Any, observation_id: int) -> ResponseReturnValue:
    """Take back an observation that was not sent."""
    try:
        recert_desk.remove(f"desk/dossiers/{dossier_id}/observations/{observation_id}")
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
    else:
        flash("Observación quitada.", "success")
    return redirect(here("show", dossier_id), 303)


@blueprint.route("/expedientes/<uuid:dossier_id>/devolver-a-la-lista", methods=["GET", "POST"])
@staff_only(EVALUATE)
def release(dossier_id: Any) -> ResponseReturnValue:
    """Give a dossier back before anything was ruled."""
    act = Act(
        title="Devolver el expediente a la lista", button="Devolver a la lista", path="release",
        warning="Quedará sin asignar y otra persona podrá tomarlo.", done="Devolvió el expediente a la lista.",
    )  # fmt: skip
    return _carry_out(dossier_id, act, DeskReasonForm())


@blueprint.route("/expedientes/<uuid:dossier_id>/conflicto", methods=["GET", "POST"])
@staff_only(EVALUATE)
def conflict(dossier_id: Any) -> ResponseReturnValue:
    """Declare a conflict of interest as evaluator."""
    return _carry_out(dossier_id, _conflict("conflict"), DeskReasonForm())


@blueprint.route("/expedientes/<uuid:dossier_id>/conflicto-de-revision", methods=["GET", "POST"])
@staff_only(REVISE)
def revision_conflict(dossier_id: Any) -> ResponseReturnValue:
    """Declare a conflict of interest as reviser."""
    return _carry_out(dossier_id, _conflict("revision-conflict"), DeskReasonForm())


@blueprint.route("/expedientes/<uuid:dossier_id>/reasignar", methods=["GET", "POST"])
@staff_only(REVISE)
def reassign(dossier_id: Any) -> ResponseReturnValue:
    """Give a dossier to another evaluator of its council."""
    form, dossier = ReassignForm(), fetch(dossier_id)
    people = [row for row in recert_desk.fetch("desk")["evaluators"] if row["council"] in (None, dossier["council"])]
    form.evaluator_id.choices = [
        SelectChoice("", "Seleccione"),
        *(SelectChoice(row["account_id"], f"{row['name']} ({row['open']} a su cargo)") for row in people),
    ]
    act = Act(
        title="Reasignar el expediente", button="Reasignar", path="reassignment", done="Expediente reasignado.",
        warning="Quien lo reciba declarará primero si tiene un conflicto de interés, y calificará todos los ítems.",
    )  # fmt: skip
    return _carry_out(dossier_id, act, form)


@blueprint.route("/expedientes/<uuid:dossier_id>/enviar-observaciones", methods=["GET", "POST"])
@staff_only(EVALUATE)
def send_observations(dossier_id: Any) -> ResponseReturnValue:
    """Send the physician everything that was written."""
    act = Act(
        title="Enviar las observaciones", button="Enviar las observaciones al médico", path="observed",
        warning="El médico las recibirá por correo y correrá su plazo para subsanar. Ya no podrá cambiarlas.",
        done="Observaciones enviadas.",
    )  # fmt: skip
    return _carry_out(dossier_id, act, ConfirmForm())


@blueprint.route("/expedientes/<uuid:dossier_id>/aprobar", methods=["GET", "POST"])
@staff_only(EVALUATE)
def approve(dossier_id: Any) -> ResponseReturnValue:
    """Approve a dossier that reaches the points."""
    act = Act(
        title="Aprobar el expediente", button="Aprobar el expediente", path="approval",
        warning="Otra persona, del Consejo Nacional, lo revisará. Se avisará al médico por correo.",
        done="Aprobó el expediente. Espera la revisión del Consejo Nacional.",
    )  # fmt: skip
    return _carry_out(dossier_id, act, OpinionForm())


@blueprint.route("/expedientes/<uuid:dossier_id>/devolver", methods=["GET", "POST"])
@staff_only(REVISE)
def return_dossier(dossier_id: Any) -> ResponseReturnValue:
    """Disagree with the approval: it goes back to its evaluator."""
    act = Act(
        title="Devolver a evaluación", button="Devolver a evaluación", path="return",
        warning="La misma persona lo evaluará otra vez. Se avisará al médico por correo.",
        done="Devolvió el expediente a evaluación.",
    )  # fmt: skip
    return _carry_out(dossier_id, act, ReturnForm())


@blueprint.route("/expedientes/<uuid:dossier_id>/revisar", methods=["GET", "POST"])
@staff_only(REVISE)
def revise(dossier_id: Any) -> ResponseReturnValue:
    """Agree with the approval of another person: the physician is recertified."""
    act = Act(
        title="Aprobar la revisión", button="Aprobar la revisión y recertificar", path="revision",
        warning="El médico queda recertificado desde hoy por cinco años. No se puede deshacer; solo revocar.",
        done="El médico quedó recertificado.",
    )  # fmt: skip
    return _carry_out(dossier_id, act, DeclarationForm())


def _conflict(path: str) -> Act:
    return Act(
        title="Declarar un conflicto de interés", button="Declarar el conflicto", path=path,
        warning="No podrá intervenir nunca en este expediente. Si está a su cargo, volverá a la lista.",
        done="Declaración registrada: otra persona atenderá el expediente.",
    )  # fmt: skip


def _declare(dossier_id: Any, path: str, done: str) -> ResponseReturnValue:
    form = DeclarationForm()
    if not form.validate_on_submit():
        return dossier_page(dossier_id, declaration=form)
    try:
        recert_desk.send(f"desk/dossiers/{dossier_id}/{path}", no_conflict=True)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
    else:
        flash(done, "success")
    return redirect(here("show", dossier_id), 303)


def _carry_out(dossier_id: Any, act: Act, form: FlaskForm) -> ResponseReturnValue:
    """Ask on a page of its own; on its answer do it, tell it and go on. A refusal is said on the same page."""
    refused = ""
    if form.validate_on_submit():
        body = {name: value for name, value in form.data.items() if name != "csrf_token"}
        try:
            recert_desk.send(f"desk/dossiers/{dossier_id}/{act.path}", **body)
        except ApiProblem as problem:
            if problem.status not in (403, 409, 422):
                raise
            refused = "" if take_errors(form, problem) else problem.detail
        else:
            flash(act.done, "success")
            return redirect(here("show", dossier_id), 303)
    wrong = bool(refused or form.errors)
    page = render_template(
        "staff/recertification/act.html", act=act, form=form, dossier=fetch(dossier_id), refused=refused
    )
    return page, 422 if wrong else 200


def _tell(form: FlaskForm, problem: ApiProblem, otherwise: Any) -> None:
    """Put a refusal beside the field it is about. Raises the problem again when it is about no field."""
    if problem.status not in (409, 422):
        raise problem
    if not take_errors(form, problem):
        otherwise.errors = [problem.detail]
