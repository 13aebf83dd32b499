"""What was observed in a physician's own dossier: each point answered, then everything sent again (REC-20)."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from portal import messages
from portal.clients import recert_desk
from portal.clients.gateway import ApiProblem
from portal.forms.fields import options_of, take_errors
from portal.forms.recert_desk import CHANGES, ITEM_FIELDS, WHAT_TO_ADD, WHAT_TO_DO, AnswerForm
from portal.forms.treasury import ConfirmForm
from portal.views.recertification.frame import STATE_TAGS, physicians_only

blueprint = Blueprint("recert_observations", __name__, url_prefix="/recertificacion/solicitudes")


@blueprint.get("/<uuid:dossier_id>/observaciones")
@physicians_only
def index(dossier_id: Any) -> ResponseReturnValue:
    """What was observed, by item, with reason, comment, page, rule, days left, answers; points and versions."""
    return _page(dossier_id, ConfirmForm())


@blueprint.route("/<uuid:dossier_id>/observaciones/<int:observation_id>", methods=["GET", "POST"])
@physicians_only
def answer(dossier_id: Any, observation_id: int) -> ResponseReturnValue:
    """Answer one observation: in words, by correcting its item, or by taking the item out."""
    found = _fetch(dossier_id)
    observation = next((each for each in found["observations"] if each["id"] == observation_id), None)
    if observation is None or found["state"] != "OBSERVADO":
        abort(404)
    form = AnswerForm(formdata=_known(found, observation)) if not _posted() else AnswerForm()
    form.activity.choices = [SelectChoice(row["code"], row["name"]) for row in found["activities"]]
    form.what.choices = options_of(WHAT_TO_DO if observation["item"] else WHAT_TO_ADD)
    if _posted() and form.validate_on_submit():
        try:
            recert_desk.put(f"dossiers/{dossier_id}/observations/{observation_id}/answer", **form.body())
        except ApiProblem as problem:
            if problem.status not in (409, 422):
                raise
            if not take_errors(form, problem):
                form.answer.errors = [problem.detail]
        else:
            flash("Respuesta guardada.", "success")
            return redirect(url_for("recert_observations.index", dossier_id=dossier_id), 303)
    errors = bool(form.errors)
    page = render_template("recertification/answer.html", dossier=found, observation=observation, form=form)
    return page, 422 if errors else 200


@blueprint.route("/<uuid:dossier_id>/subsanar", methods=["GET", "POST"])
@physicians_only
def send(dossier_id: Any) -> ResponseReturnValue:
    """Send the corrected dossier: shown once more before, because it cannot be taken back."""
    form, refused = ConfirmForm(), ""
    if form.validate_on_submit():
        try:
            recert_desk.send(f"requests/{dossier_id}/corrections")
        except ApiProblem as problem:
            if problem.status not in (409, 422):
                raise
            refused = " ".join(str(error["detail"]) for error in problem.errors) or problem.detail
        else:
            flash(messages.CORRECTION_SENT, "success")
            return redirect(url_for("recertification.show", dossier_id=dossier_id), 303)
    found = _fetch(dossier_id)
    if found["state"] != "OBSERVADO" and not refused:
        return redirect(url_for("recert_observations.index", dossier_id=dossier_id), 303)
    page = render_template("recertification/send_correction.html", dossier=found, form=form, refused=refused)
    return page, 422 if refused else 200


def _page(dossier_id: Any, form: FlaskForm) -> ResponseReturnValue:
    found = _fetch(dossier_id)
    names = {row["code"]: row["name"] for row in found["activities"]}
    return render_template(
        "recertification/observations.html", dossier=found, form=form, tags=STATE_TAGS, changes=CHANGES,
        fields=ITEM_FIELDS, names=names,
    )  # fmt: skip


def _fetch(dossier_id: Any) -> dict[str, Any]:
    return recert_desk.fetch(f"dossiers/{dossier_id}/evaluation")


def _posted() -> bool:
    return request.method == "POST"


def _known(found: dict[str, Any], observation: dict[str, Any]) -> MultiDict[str, str]:
    """What the form begins with: the answer given before, and the item as it is or as it was corrected."""
    correction = observation["correction"] or {}
    item: dict[str, Any] = next((each for each in found["items"] if each["position"] == observation["item"]), {})
    source = correction if correction.get("title") else item
    what = "withdraw" if correction.get("withdrawn") else "change" if correction else "words"
    values = {name: str(source[name]) for name in ITEM_FIELDS if source.get(name) is not None}
    return MultiDict(values | {"answer": observation["answer"] or "", "what": what})
