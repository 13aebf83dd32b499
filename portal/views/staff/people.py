"""The desk of administrators: who works here, what they may do, and ending it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import staff
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.staff import AccessForm, InvitationForm, ReasonForm, StaffSearchForm
from portal.parts import parts
from portal.session import account, staff_only
from portal.views.paging import pages_around

blueprint = Blueprint("staff_people", __name__, url_prefix="/gestion/personal")

PERMISSION = "identity:staff"
STATES = {"invited": ("Invitada", "warning"), "active": ("Activa", "success"), "disabled": ("Cerrada", "danger")}
ACTS = {
    "cerrar": ("disablement", "Cerrar la cuenta", "La persona sale de todas sus sesiones y no puede volver a entrar."),
    "abrir": ("enablement", "Abrir la cuenta", "La persona vuelve a entrar con su contraseña y su segundo factor."),
    "segundo-factor": (
        "second-factor-reset",
        "Retirar el segundo factor",
        "Úselo si la persona perdió su teléfono y sus códigos. Compruebe antes quién lo pide. También se borra la "
        "contraseña y se envía un enlace nuevo a su correo.",
    ),
}
"""In the address -> at identity, the heading, and what it means."""


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """Everybody in one's scope, by surname."""
    form = StaffSearchForm(request.args)
    found = staff.people(form.q.data, request.args.get("after"), parts().settings.page_size)
    pages = pages_around("staff_people.index", found, q=form.q.data or None)
    titles = {role["name"]: role["title"] for role in staff.roles()}
    return render_template("staff/people/index.html", page=found, pages=pages, form=form, titles=titles, states=STATES)


@blueprint.route("/invitar", methods=["GET", "POST"])
@staff_only(PERMISSION)
def invite() -> ResponseReturnValue:
    """Make an account; its owner is written to."""
    form, roles = InvitationForm(), staff.roles()
    _choices(form, roles)
    if form.validate_on_submit():
        fields = (form.email, form.given_names, form.surnames, form.roles)
        wish = {field.name: field.data for field in fields} | {"council": form.council.data or None}
        try:
            made = staff.invite(wish)
        except ApiProblem as problem:
            _take(form, problem)
        else:
            flash(messages.STAFF_INVITED, "success")
            return redirect(url_for("staff_people.show", account_id=made["id"]), 303)
    page = render_template("staff/people/invite.html", form=form, roles=roles)
    return page, 422 if form.errors else 200


@blueprint.route("/<uuid:account_id>", methods=["GET", "POST"])
@staff_only(PERMISSION)
def show(account_id: Any) -> ResponseReturnValue:
    """One person, with the form that changes roles and council."""
    member, roles = staff.person(account_id), staff.roles()
    form = AccessForm(data={"roles": member["roles"], "council": member["council"] or ""})
    _choices(form, roles)
    if form.validate_on_submit():
        access = {"roles": form.roles.data, "council": form.council.data or None, "reason": form.reason.data}
        try:
            staff.change_access(account_id, access)
        except ApiProblem as problem:
            _take(form, problem)
        else:
            flash(messages.STAFF_ACCESS_CHANGED, "success")
            return redirect(url_for("staff_people.show", account_id=account_id), 303)
    own = member["id"] == (account() or {}).get("id")
    page = render_template("staff/people/show.html", member=member, form=form, roles=roles, states=STATES, own=own)
    return page, 422 if form.errors else 200


@blueprint.post("/<uuid:account_id>/invitacion")
@staff_only(PERMISSION)
def invite_again(account_id: Any) -> ResponseReturnValue:
    """Mail a new link to somebody who has not come in yet."""
    try:
        staff.invite_again(account_id)
        flash(messages.STAFF_INVITED_AGAIN, "success")
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        flash(problem.detail, "warning")
    return redirect(url_for("staff_people.show", account_id=account_id), 303)


@blueprint.route("/<uuid:account_id>/<name>", methods=["GET", "POST"])
@staff_only(PERMISSION)
def act(account_id: Any, name: str) -> ResponseReturnValue:
    """Close, open, or take the second factor away: asked once more, with the reason."""
    if name not in ACTS:
        abort(404)
    what, heading, text = ACTS[name]
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            staff.act(account_id, what, form.reason.data)
        except ApiProblem as problem:
            _take(form, problem)
        else:
            flash(messages.STAFF_DONE[what], "success")
            return redirect(url_for("staff_people.show", account_id=account_id), 303)
    member = staff.person(account_id)
    page = render_template("staff/people/act.html", member=member, form=form, name=name, heading=heading, text=text)
    return page, 422 if form.errors else 200


def _choices(form: Any, roles: list[dict[str, Any]]) -> None:
    form.roles.choices = [(role["name"], role["title"]) for role in roles]
    scope = (account() or {}).get("council")
    councils = [(council["code"], council["label"]) for council in staff.councils()]
    form.council.choices = (
        [choice for choice in councils if choice[0] == scope] if scope else [("", "Nacional"), *councils]
    )


def _take(form: Any, problem: ApiProblem) -> None:
    """Show a refusal beside the field it names, or at the first one."""
    if problem.status not in (403, 422):
        raise problem
    if not take_errors(form, problem):
        first = next(iter(form))
        first.errors = [*first.errors, problem.detail.rstrip(".")]
