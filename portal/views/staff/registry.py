"""The desk of the register: finding a physician, correcting the entry, and the number of an account (ACC-6)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import staff
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.staff import CmpNumberForm, PhysicianForm, PhysicianSearchForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around

blueprint = Blueprint("staff_registry", __name__, url_prefix="/gestion/padron")

PERMISSION = "identity:registry"
DOCUMENTS = {"1": "DNI", "4": "CE", "7": "Pasaporte"}


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """The search, and what the newest imports did."""
    form = PhysicianSearchForm(request.args)
    if not request.args.get("q"):
        return render_template(
            "staff/registry/index.html", form=PhysicianSearchForm(), page=None, imports=staff.imports()
        )
    if not form.validate():
        return render_template("staff/registry/index.html", form=form, page=None, imports=[]), 422
    found = staff.find_physicians(form.q.data, request.args.get("after"), parts().settings.page_size)
    pages = pages_around("staff_registry.index", found, q=form.q.data)
    return render_template("staff/registry/index.html", form=form, page=found, pages=pages, imports=[])


@blueprint.get("/<cmp_number>")
@staff_only(PERMISSION)
def show(cmp_number: str) -> ResponseReturnValue:
    """One entry and its account."""
    labels = {council["code"]: council["label"] for council in staff.councils()}
    entry = staff.physician(cmp_number)
    return render_template("staff/registry/show.html", entry=entry, labels=labels, documents=DOCUMENTS)


@blueprint.route("/<cmp_number>/corregir", methods=["GET", "POST"])
@staff_only(PERMISSION)
def correct(cmp_number: str) -> ResponseReturnValue:
    """Correct the entry; services are told at once."""
    entry = staff.physician(cmp_number)
    form = PhysicianForm(data=_typed(entry))
    form.council.choices = [(council["code"], council["label"]) for council in staff.councils()]
    form.state.choices = [(state, state) for state in entry["states"]]
    if form.validate_on_submit():
        wish = {field.name: field.data or "" for field in form if field.name != "csrf_token"}
        try:
            staff.correct_physician(cmp_number, wish)
        except ApiProblem as problem:
            if problem.status != 422 or not take_errors(form, problem):
                raise
        else:
            flash(messages.SAVED, "success")
            return redirect(url_for("staff_registry.show", cmp_number=entry["cmp_number"]), 303)
    return render_template("staff/registry/correct.html", entry=entry, form=form), 422 if form.errors else 200


@blueprint.route("/<cmp_number>/numero-de-cuenta", methods=["GET", "POST"])
@staff_only(PERMISSION)
def correct_number(cmp_number: str) -> ResponseReturnValue:
    """Give the account of this entry its right number; all its sessions end and its owner is told."""
    entry, form = staff.physician(cmp_number), CmpNumberForm()
    if form.validate_on_submit() and entry["account"]:
        try:
            staff.correct_cmp_number(entry["account"]["id"], form.cmp_number.data, form.reason.data)
        except ApiProblem as problem:
            if problem.status not in (404, 409, 422):
                raise
            form.cmp_number.errors = [problem.detail.rstrip(".")]
        else:
            flash(messages.CMP_NUMBER_CORRECTED, "success")
            return redirect(url_for("staff_registry.show", cmp_number=form.cmp_number.data.zfill(6)), 303)
    return render_template("staff/registry/number.html", entry=entry, form=form), 422 if form.errors else 200


def _typed(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry as the form shows it."""
    special = [f"{item['name']}|{item['rne']}|{item['registered_on']}" for item in entry["specialities"]]
    return entry | {"specialities": "\n".join(special)}
