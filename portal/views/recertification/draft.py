"""A request in preparation: its tasks, its data, its activities, the last look, sending it (REC-10, REC-11)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import profile as identity
from portal.clients import recert
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.recertification import DataForm, ItemForm, item_form
from portal.session import kept_form
from portal.views.recertification.frame import blueprint, of_a_draft

PLACE = "/preparacion/<uuid:draft_id>"


@blueprint.get(PLACE)
@of_a_draft
def tasks(draft_id: Any) -> ResponseReturnValue:
    """The list of tasks, shown first on each return; of a correction only the file is prepared here."""
    draft = recert.draft(str(draft_id))
    if draft["dossier_id"]:
        return redirect(url_for("recertification.file", draft_id=draft_id), 303)
    return render_template("recertification/tasks.html", draft=draft)


@blueprint.route(f"{PLACE}/datos", methods=["GET", "POST"])
@of_a_draft
def data(draft_id: Any) -> ResponseReturnValue:
    """Type, council of pick-up, description; the contact beside it, to be changed where it is kept."""
    draft = recert.draft(str(draft_id))
    form = DataForm(kept_form(), data=draft).offer(draft) if request.method == "GET" else DataForm().offer(draft)
    if form.validate_on_submit():
        wish = {name: form[name].data or "" for name in ("type", "pickup_council", "description")}
        try:
            recert.save_data(str(draft_id), wish)
        except ApiProblem as problem:
            if problem.status != 422 or not take_errors(form, problem):
                raise
        else:
            flash(messages.RECERT_DATA_SAVED, "success")
            return redirect(url_for("recertification.tasks", draft_id=draft_id), 303)
    page = render_template("recertification/data.html", form=form, draft=draft, known=identity.show())
    return page, 422 if form.errors else 200


@blueprint.get(f"{PLACE}/puntaje")
@of_a_draft
def points(draft_id: Any) -> ResponseReturnValue:
    """The activities, what each gives and why it may give less, and how far the 20 points are."""
    return render_template("recertification/points.html", draft=recert.draft(str(draft_id)))


@blueprint.route(f"{PLACE}/puntaje/nueva", methods=["GET", "POST"])
@of_a_draft
def enter_item(draft_id: Any) -> ResponseReturnValue:
    """One more activity."""
    draft = recert.draft(str(draft_id))
    form = (ItemForm(kept_form()) if request.method == "GET" else ItemForm()).offer(draft)
    return _item(draft, form, lambda item: recert.enter_item(draft["id"], item))


@blueprint.route(f"{PLACE}/puntaje/<int:item_id>", methods=["GET", "POST"])
@of_a_draft
def change_item(draft_id: Any, item_id: int) -> ResponseReturnValue:
    """An activity that was entered, to be changed."""
    draft = recert.draft(str(draft_id))
    known = next((item for item in draft["items"] if item["id"] == item_id), None)
    if known is None:
        return redirect(url_for("recertification.points", draft_id=draft_id), 303)
    form = ItemForm()
    form = (form if form.is_submitted() else item_form(known)).offer(draft)
    return _item(draft, form, lambda item: recert.save_item(draft["id"], item_id, item), known)


@blueprint.post(f"{PLACE}/puntaje/<int:item_id>/quitar")
@of_a_draft
def remove_item(draft_id: Any, item_id: int) -> ResponseReturnValue:
    """Quitar; an activity that is gone already is no error."""
    try:
        recert.remove_item(str(draft_id), item_id)
    except ApiProblem as problem:
        if not problem.is_a("recert/item-not-found"):
            raise
    flash(messages.ITEM_REMOVED, "success")
    return redirect(url_for("recertification.points", draft_id=draft_id), 303)


@blueprint.get(f"{PLACE}/revisar")
@of_a_draft
def check(draft_id: Any) -> ResponseReturnValue:
    """The last look before sending, with a way back to each answer."""
    return _check_page(recert.draft(str(draft_id)))


@blueprint.post(f"{PLACE}/revisar")
@of_a_draft
def submit(draft_id: Any) -> ResponseReturnValue:
    """Solicitar: once, however often it is pressed (REC-11)."""
    try:
        sent = recert.submit(str(draft_id))
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        told = [str(error.get("detail")) for error in problem.errors] or [problem.detail]
        return _check_page(recert.draft(str(draft_id)), told)
    return redirect(url_for("recertification.show", dossier_id=sent["id"]), 303)


@blueprint.post(f"{PLACE}/borrar")
@of_a_draft
def discard(draft_id: Any) -> ResponseReturnValue:
    """Give the request in preparation up."""
    recert.discard(str(draft_id))
    flash(messages.RECERT_DRAFT_DISCARDED, "success")
    return redirect(url_for("recertification.requests"), 303)


def _item(draft: dict[str, Any], form: ItemForm, save: Any, known: dict[str, Any] | None = None) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            save(form.item())
        except ApiProblem as problem:
            if problem.status != 422 or not take_errors(form, problem):
                raise
        else:
            flash(messages.ITEM_SAVED, "success")
            return redirect(url_for("recertification.points", draft_id=draft["id"]), 303)
    page = render_template("recertification/item.html", form=form, draft=draft, known=known)
    return page, 422 if form.errors else 200


def _check_page(draft: dict[str, Any], refused: list[str] | None = None) -> ResponseReturnValue:
    page = render_template("recertification/check.html", draft=draft, known=identity.show(), refused=refused or [])
    return page, 422 if refused else 200
