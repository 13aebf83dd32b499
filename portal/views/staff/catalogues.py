"""The desk of catalogues: regional councils and specialities."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import staff
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.staff import CouncilForm, NewCouncilForm, NewSpecialityForm, SpecialityForm
from portal.session import account, staff_only

blueprint = Blueprint("staff_catalogues", __name__, url_prefix="/gestion/catalogos")

PERMISSION = "identity:catalogues"


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """Both catalogues; staff of one council look at them only."""
    national = (account() or {}).get("council") is None
    return render_template(
        "staff/catalogues/index.html", councils=staff.councils(), specialities=staff.specialities(), national=national
    )


@blueprint.route("/consejos/nuevo", methods=["GET", "POST"])
@staff_only(PERMISSION)
def new_council() -> ResponseReturnValue:
    """Enter a council that was not there."""
    return _edit("councils", None, NewCouncilForm(), "Nuevo consejo regional")


@blueprint.route("/consejos/<code>", methods=["GET", "POST"])
@staff_only(PERMISSION)
def council(code: str) -> ResponseReturnValue:
    """Edit a council; its name changes everywhere."""
    known = _found(staff.councils(), code)
    return _edit("councils", code, CouncilForm(data=known), f"Consejo {known['label']}")


@blueprint.route("/especialidades/nueva", methods=["GET", "POST"])
@staff_only(PERMISSION)
def new_speciality() -> ResponseReturnValue:
    """Enter a speciality that was not there."""
    return _edit("specialities", None, NewSpecialityForm(), "Nueva especialidad")


@blueprint.route("/especialidades/<code>", methods=["GET", "POST"])
@staff_only(PERMISSION)
def speciality(code: str) -> ResponseReturnValue:
    """Edit a speciality and its other names."""
    known = _found(staff.specialities(), code)
    form = SpecialityForm(data=known | {"aliases": "\n".join(known["aliases"])})
    return _edit("specialities", code, form, known["name"])


def _edit(catalogue: str, code: str | None, form: Any, heading: str) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            staff.save(catalogue, code, _entry(form))
        except ApiProblem as problem:
            if problem.status not in (403, 422):
                raise
            if not take_errors(form, problem):
                form.name.errors = [problem.detail.rstrip(".")]
        else:
            flash(messages.SAVED, "success")
            return redirect(url_for("staff_catalogues.index", _anchor=catalogue), 303)
    return render_template("staff/catalogues/edit.html", form=form, heading=heading), 422 if form.errors else 200


def _entry(form: Any) -> dict[str, Any]:
    entry = {field.name: field.data for field in form if field.name != "csrf_token"}
    if "aliases" in entry:
        entry["aliases"] = [" ".join(line.split()) for line in (entry["aliases"] or "").splitlines() if line.strip()]
        entry["rne_code"] = entry["rne_code"] or None
    return entry


def _found(entries: list[dict[str, Any]], code: str) -> dict[str, Any]:
    found = [entry for entry in entries if entry["code"] == code]
    if not found:
        abort(404)
    return found[0]
