"""Mesa de evaluación and Mesa de revisión: the work lists, one dossier beside its PDF, and the PDF itself."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from portal.clients import recert_desk
from portal.forms.recert_desk import CHANGES, ITEM_FIELDS, DeclarationForm, ObservationForm, RulingForm
from portal.parts import parts
from portal.passing import passed_pdf
from portal.security import frames_own_pdf, may_be_framed
from portal.session import may, staff_only
from portal.views.paging import pages_around
from portal.views.recertification.frame import STATE_TAGS

blueprint = Blueprint("recert_desk", __name__, url_prefix="/gestion/recertificacion")

VIEW, EVALUATE, REVISE = "recert:view", "recert:evaluate", "recert:revise"
LISTS = {
    "unassigned": "Sin asignar",
    "mine": "A mi cargo",
    "overdue": "Vencidos",
    "soon": "Vencen en 3 días hábiles",
    "evaluating": "En evaluación",
    "observed": "Observados",
    "to-revise": "Por revisar",
    "closed": "Cerrados",
}
DESKS = {
    "evaluation": ("Mesa de evaluación", ("unassigned", "mine", "overdue", "soon", "evaluating", "observed", "closed")),
    "revision": ("Mesa de revisión", ("to-revise", "evaluating", "observed", "overdue", "closed")),
}
ACTS = {
    "dossier.claimed": "Tomó o asignó el expediente",
    "dossier.accepted": "Aceptó el expediente asignado",
    "dossier.released": "Devolvió el expediente a la lista",
    "dossier.conflict_declared": "Declaró un conflicto de interés",
    "item.ruled": "Calificó un ítem",
    "observation.written": "Escribió una observación",
    "observation.withdrawn": "Quitó una observación",
    "dossier.observed": "Envió las observaciones",
    "dossier.approved": "Aprobó el expediente",
    "dossier.returned": "Devolvió el expediente a evaluación",
    "dossier.revised": "Aprobó la revisión",
}
WORDS = {"states": STATE_TAGS, "acts": ACTS, "changes": CHANGES, "fields": ITEM_FIELDS, "lists": LISTS}


@blueprint.get("/evaluacion")
@staff_only(VIEW)
def evaluation() -> ResponseReturnValue:
    """The work lists of who evaluates, with how much every evaluator has in hand."""
    return _desk_page("evaluation")


@blueprint.get("/revision")
@staff_only(VIEW)
def revision() -> ResponseReturnValue:
    """The work lists of who revises."""
    return _desk_page("revision")


@blueprint.get("/expedientes/<uuid:dossier_id>")
@staff_only(VIEW)
def show(dossier_id: Any) -> ResponseReturnValue:
    """One dossier beside its PDF: items, points, observations, history, and what one may do."""
    return dossier_page(dossier_id)


@blueprint.get("/expedientes/<uuid:dossier_id>/versiones/<int:number>.pdf")
@staff_only(VIEW)
def version_file(dossier_id: Any, number: int) -> Response:
    """The PDF of a version, for the frame beside the words: it runs nothing and stands in no other site."""
    may_be_framed()
    return passed_pdf(recert_desk.file(f"desk/dossiers/{dossier_id}/versions/{number}/file"))


@blueprint.get("/expedientes/<uuid:dossier_id>/versiones/<int:old>/<int:new>")
@staff_only(VIEW)
def compare(dossier_id: Any, old: int, new: int) -> ResponseReturnValue:
    """Two versions side by side: what differs, and both PDFs."""
    dossier = fetch(dossier_id)
    found = [each for each in dossier["differences"] if (each["old"], each["new"]) == (old, new)]
    if not found:
        abort(404)
    frames_own_pdf()
    names = {item["activity"]: item["activity_name"] for item in dossier["items"]}
    return render_template(
        "staff/recertification/compare.html", dossier=dossier, difference=found[0], words=WORDS, names=names
    )


def fetch(dossier_id: Any) -> dict[str, Any]:
    """A dossier in one's scope. Raises ApiProblem 404."""
    return recert_desk.fetch(f"desk/dossiers/{dossier_id}")


def here(endpoint: str, dossier_id: Any, **values: Any) -> str:
    """The address of a page of one dossier."""
    return url_for(f"recert_desk.{endpoint}", dossier_id=dossier_id, **values)


def dossier_page(
    dossier_id: Any,
    *,
    item: int | None = None,
    declaration: DeclarationForm | None = None,
    ruling: RulingForm | None = None,
    observation: ObservationForm | None = None,
) -> ResponseReturnValue:
    """The page of a dossier; a form that was refused comes back with what was typed."""
    dossier = fetch(dossier_id)
    chosen = _chosen(dossier, item)
    declaration = declaration or DeclarationForm(formdata=None)
    ruling = ruling or RulingForm(formdata=None, data=_ruled(chosen))
    observation = observation or ObservationForm(
        formdata=None, data={"page": str(chosen["page_from"] if chosen else 1)}
    )
    observation.code.choices = reason_choices() if "evaluate" in dossier["may"] else []
    form = next((each for each in (declaration, ruling, observation) if each.errors), declaration)
    frames_own_pdf()
    page = render_template(
        "staff/recertification/dossier.html", dossier=dossier, chosen=chosen, form=form, declaration=declaration,
        ruling=ruling, observation=observation, words=WORDS, version=_version(dossier),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def reason_choices() -> list[SelectChoice]:
    """The ready-made observations, with their rules."""
    reasons = recert_desk.fetch("desk/observation-reasons")["items"]
    first = [SelectChoice("", "Seleccione")]
    return first + [SelectChoice(row["code"], f"{row['title']} · {row['rule']}") for row in reasons]


def _desk_page(desk: str) -> ResponseReturnValue:
    title, lists = DESKS[desk]
    asked = request.args.get("lista", "")
    chosen = asked if asked in lists else lists[0]
    shown = recert_desk.fetch("desk")
    page = recert_desk.fetch(
        "desk/dossiers", queue=chosen, after=request.args.get("after"), limit=parts().settings.page_size
    )
    pages = pages_around(f"recert_desk.{desk}", page, lista=chosen)
    return render_template(
        "staff/recertification/desk.html", desk=desk, title=title, lists=lists, chosen=chosen, shown=shown, page=page,
        pages=pages, words=WORDS, evaluates=may(EVALUATE),
    )  # fmt: skip


def _chosen(dossier: dict[str, Any], item: int | None) -> dict[str, Any] | None:
    """The item asked for, or the first one that was not ruled on, or the first."""
    asked = str(item or request.args.get("item", ""))
    items: list[dict[str, Any]] = dossier["items"]
    named = [each for each in items if str(each["position"]) == asked]
    waiting = [each for each in items if each["ruling"] is None]
    return next(iter([*named, *waiting, *items]), None)


def _ruled(chosen: dict[str, Any] | None) -> dict[str, Any]:
    """What the form of points begins with: the ruling, the one on the version before, or what the table gives."""
    if chosen is None:
        return {}
    known = chosen["ruling"] or chosen["earlier"]
    return {"points": known["points"], "reason": known["reason"]} if known else {"points": chosen["proposed"]["points"]}


def _version(dossier: dict[str, Any]) -> int:
    """The version whose PDF is shown: the one asked for, or the last."""
    numbers = [each["number"] for each in dossier["versions"]]
    asked = request.args.get("version", "")
    return int(asked) if asked.isdigit() and int(asked) in numbers else numbers[-1]
