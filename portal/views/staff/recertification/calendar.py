"""The calendar of working days: its days of law, and closures and extra days, entered after their effect was shown."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from chassis.clock import LIMA
from portal.clients import recert_calendar
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.recert_calendar import ALL_COUNCILS, KIND_HINTS, KINDS, DayForm, WithdrawalForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.staff.recertification.planning import CALENDAR, VIEW, council_choices, show

blueprint = Blueprint("recert_calendar", __name__, url_prefix="/gestion/recertificacion/calendario")

YEARS_AROUND = 2


@blueprint.get("")
@staff_only(VIEW)
def index() -> ResponseReturnValue:
    """A year: holidays of law, closures, extra days, and what was taken back."""
    this_year = parts().clock.now().astimezone(LIMA).year
    asked = request.args.get("anio", "")
    year = int(asked) if asked.isdigit() and abs(int(asked) - this_year) <= YEARS_AROUND else this_year
    years = range(this_year - YEARS_AROUND, this_year + YEARS_AROUND + 1)
    return show("calendar", calendar=recert_calendar.year(year, None), years=years, kinds=KINDS, councils=_labels())


@blueprint.route("/nuevo", methods=["GET", "POST"])
@staff_only(CALENDAR)
def enter() -> ResponseReturnValue:
    """Say which day and why; the next page shows what it would do."""
    form = _form(request.form if request.method == "POST" else request.args)
    if form.validate_on_submit():
        return redirect(url_for("recert_calendar.check", **form.link()), 303)
    return show("calendar_day", 422 if form.errors else 200, form=form, hints=KIND_HINTS)


@blueprint.route("/nuevo/revisar", methods=["GET", "POST"])
@staff_only(CALENDAR)
def check() -> ResponseReturnValue:
    """How many open deadlines it would move; only then it is done."""
    form = _form(request.args)
    try:
        if request.method == "POST":
            return _done(recert_calendar.add_day(form.change()), "Día registrado.")
        effect = recert_calendar.preview_day(form.change())
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        refused = "" if take_errors(form, problem) else problem.detail
        return show("calendar_day", 422, form=form, hints=KIND_HINTS, refused=refused)
    change = {"day": form.day.data, "kind": KINDS[form.kind.data], "council": _labels()[form.council.data]}
    again = url_for("recert_calendar.enter", **form.link())
    return show("calendar_check", change=change | {"reason": form.reason.data}, effect=effect, again=again)


@blueprint.route("/<int:day_id>/retirar", methods=["GET", "POST"])
@staff_only(CALENDAR)
def withdraw(day_id: int) -> ResponseReturnValue:
    """Take a closure or an extra day back, after its effect was shown."""
    form = WithdrawalForm()
    if form.validate_on_submit():
        try:
            return _done(recert_calendar.withdraw_day(day_id, form.reason.data), "Día retirado.")
        except ApiProblem as problem:
            if problem.status != 422 or not take_errors(form, problem):
                raise
    effect = recert_calendar.preview_withdrawal(day_id)
    shown = {"day": effect["day"], "effect": effect, "kinds": KINDS, "councils": _labels()}
    return show("calendar_withdraw", 422 if form.errors else 200, form=form, **shown)


def _form(typed: MultiDict[str, str]) -> DayForm:
    form = DayForm(typed)
    form.council.choices = council_choices(ALL_COUNCILS)
    return form


def _labels() -> dict[str | None, str]:
    """What each council is called here; none stands for all."""
    named: dict[str | None, str] = {choice.value: choice.label for choice in council_choices(ALL_COUNCILS)}
    return {None: ALL_COUNCILS, "": ALL_COUNCILS} | named


def _done(answer: dict[str, Any], text: str) -> ResponseReturnValue:
    """Back to the year, with how many deadlines moved."""
    moved = int(answer["moved"])
    told = {0: "Ningún plazo abierto se movió.", 1: "Se movió 1 plazo y se avisó a su médico."}
    flash(f"{text} {told.get(moved, f'Se movieron {moved} plazos y se avisó a sus médicos.')}", "success")
    return redirect(url_for("recert_calendar.index", anio=str(answer["day"]["day"])[:4]), 303)
