"""A dossier as the desk and its owner read it: items with points, observations, versions, history, what may be done."""

from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.evidence import SYSTEM
from services.recert import deadlines, staff_acts
from services.recert.evaluation.access import involved_in
from services.recert.evaluation.answers import open_observations
from services.recert.evaluation.differences import differences
from services.recert.evaluation.independence import TEXTS, obstacle_to_evaluate, obstacle_to_revise
from services.recert.evaluation.observing import drafts_of
from services.recert.evaluation.queues import deadlines_of
from services.recert.evaluation.rulings import award, proposals, rulings_of
from services.recert.evaluation.telling import subject_of
from services.recert.models import Dossier, DossierItem, DossierStep, ItemRuling, Observation, Rubric
from services.recert.states import DossierAct, DossierState

ROW = (
    "id", "number", "number_text", "cmp_number", "name", "kind_text", "council", "state", "state_text", "submitted_at",
    "evaluator_id", "evaluator_name",
)  # fmt: skip
STEP_TEXTS = {
    DossierAct.CLAIMED: "A cargo de una persona evaluadora",
    DossierAct.RELEASED: "Devuelto a la lista",
    DossierAct.OBSERVED: "Observado",
    DossierAct.CORRECTED: "Subsanado por el médico",
    DossierAct.APPROVED: "Aprobado, espera revisión",
    DossierAct.RETURNED: "Devuelto por la revisión",
    DossierAct.REVISED: "Aprobado y revisado",
    DossierAct.LAPSED: "Descartado por vencimiento del plazo",
}


def rows_of(session: Session, dossiers: list[Dossier]) -> list[dict[str, Any]]:
    """Dossiers as the work lists show them, with the deadline that runs."""
    due = deadlines_of(session, dossiers)
    return [{name: getattr(each, name) for name in ROW} | {"deadline": due.get(each.id)} for each in dossiers]


def desk_view(session: Session, dossier: Dossier, who: Principal) -> dict[str, Any]:
    """Everything the desk shows of one dossier, and what this person may do to it."""
    row = rows_of(session, [dossier])[0]
    more = ("phone", "mobile", "email", "reviser_name", "dictamen_on", "approved_at", "pickup_council")
    rubric = session.get_one(Rubric, dossier.rubric_version)
    return (
        row
        | {name: getattr(dossier, name) for name in more}
        | points_view(session, dossier, rubric)
        | {
            "rubric": {"version": rubric.version, "name": rubric.name, "sample": rubric.sample},
            "deadlines": [deadlines.deadline_view(each) for each in deadlines.running(session, dossier.id)],
            "versions": dossier.versions,
            "differences": changes_between(dossier),
            "observations": [*_at_the_desk(session, dossier), *drafts_of(session, dossier)],
            "history": history_of(session, dossier),
            "acts": staff_acts.acts_about(session, subject_of(dossier)),
        }
        | _rights(session, dossier, who)
    )


def points_view(session: Session, dossier: Dossier, rubric: Rubric) -> dict[str, Any]:
    """The items of the current version with what the table proposes and what was ruled, and the sum so far."""
    items = list(dossier.current.items)
    proposed, rulings = proposals(rubric, dossier, items), rulings_of(session, dossier, items)
    given = [
        rulings[item.id].points if item.id in rulings else each.points
        for item, each in zip(items, proposed, strict=True)
    ]
    score = award(rubric, items, given)
    earlier = _earlier_rulings(session, dossier)
    lines = zip(items, proposed, score.lines, strict=True)
    return {
        "items": [
            _item(item, rubric)
            | {
                "proposed": {"points": each.points, "most": each.most, "reason": each.reason},
                "ruling": rulings.get(item.id),
                "earlier": earlier.get(item.position),
                "counted": line.points,
            }
            for item, each, line in lines
        ],
        "score": {
            "total": score.total, "minimum": score.minimum, "enough": score.enough,
            "unruled": sum(item.id not in rulings for item in items),
        },
    }  # fmt: skip


def changes_between(dossier: Dossier) -> list[dict[str, Any]]:
    """What each correction changed, the latest first."""
    return [differences(old, new) for old, new in pairwise(dossier.versions)][::-1]


def owner_view(session: Session, dossier: Dossier) -> dict[str, Any]:
    """What the physician sees of the evaluation: observations with answers, points, versions, days left."""
    rubric = session.get_one(Rubric, dossier.rubric_version)
    observations = open_observations(session, dossier)
    points = points_view(session, dossier, rubric)
    shown = _shows_points(dossier)
    names = ("id", "number", "number_text", "kind_text", "state", "state_text", "submitted_at", "council")
    return {name: getattr(dossier, name) for name in names} | {
        "observations": observations,
        "earlier": [each for each in _sent(session, dossier) if each not in observations],
        "all_answered": bool(observations) and all(each.answered for each in observations),
        "items": [item | ({} if shown else {"ruling": None, "earlier": None}) for item in points["items"]],
        "score": points["score"] if shown else None,
        "deadlines": [deadlines.deadline_view(each) for each in deadlines.running(session, dossier.id)],
        "versions": dossier.versions,
        "differences": changes_between(dossier),
        "activities": rubric.activities,
    }


def history_of(session: Session, dossier: Dossier) -> list[dict[str, Any]]:
    """Each step of the dossier's life with the name of who took it, oldest first."""
    acts = staff_acts.acts_about(session, subject_of(dossier))
    names = {act.actor_id: act.actor_name for act in acts} | {dossier.account_id: dossier.name, SYSTEM.id: SYSTEM.name}
    steps = session.scalars(select(DossierStep).where(DossierStep.dossier_id == dossier.id).order_by(DossierStep.id))
    return [
        {
            "at": step.at, "act": step.act, "text": STEP_TEXTS[step.act], "state": step.after, "note": step.note,
            "name": names.get(step.by, ""),
        }
        for step in steps
    ]  # fmt: skip


def _shows_points(dossier: Dossier) -> bool:
    """The evaluator's points are the physician's to see once something was decided, not while they are being given."""
    return dossier.state not in (DossierState.EMITIDO, DossierState.EN_EVALUACION)


def _item(item: DossierItem, rubric: Rubric) -> dict[str, Any]:
    names = ("position", "activity", "title", "done_on", "quantity", "page_from", "page_to", "claimed_points")
    activity = rubric.activity(item.activity)
    known = ("name", "unit", "points", "cap", "max_age_years", "evidence")
    facts = {f"activity_{name}": getattr(activity, name) if activity else None for name in known}
    return {name: getattr(item, name) for name in names} | facts


def _sent(session: Session, dossier: Dossier) -> list[Observation]:
    wanted = select(Observation).where(Observation.dossier_id == dossier.id, Observation.sent_at.is_not(None))
    return list(session.scalars(wanted.order_by(Observation.id)))


def _at_the_desk(session: Session, dossier: Dossier) -> list[Any]:
    """The sent observations; answers that are still being written are the physician's own until they are sent."""
    writing = open_observations(session, dossier) if dossier.state is DossierState.OBSERVADO else []
    unsaid = {"answered": False, "answer": None, "corrected_item": None, "answered_at": None}
    names = (
        "id", "item_position", "version_number", "page", "reason", "rule", "comment", "round", "sent_at",
        "made_by_name", "made_at",
    )  # fmt: skip
    return [
        {name: getattr(each, name) for name in names} | unsaid if each in writing else each
        for each in _sent(session, dossier)
    ]


def _earlier_rulings(session: Session, dossier: Dossier) -> dict[int, ItemRuling]:
    """What was last ruled on the item of the same place in the version before, whoever ruled it."""
    if len(dossier.versions) < 2:
        return {}
    places = {item.id: item.position for item in dossier.versions[-2].items}
    rulings = session.scalars(select(ItemRuling).where(ItemRuling.item_id.in_(places)).order_by(ItemRuling.id))
    return {places[ruling.item_id]: ruling for ruling in rulings}


def _rights(session: Session, dossier: Dossier, who: Principal) -> dict[str, Any]:
    """What this person may do now, and in words why not."""
    involved, state = involved_in(session, dossier), dossier.state
    evaluating, revising = obstacle_to_evaluate(who, dossier, involved), obstacle_to_revise(who, dossier, involved)
    evaluator, national = who.has("recert:evaluate"), who.has("recert:revise") and who.council is None
    mine = state is DossierState.EN_EVALUACION and dossier.evaluator_id == who.subject
    declared = who.subject in involved.evaluators
    may = {
        "claim": state is DossierState.EMITIDO and evaluator and evaluating is None,
        "accept": mine and evaluator and not declared and evaluating is None,
        "evaluate": mine and evaluator and declared and evaluating is None,
        "revise": state is DossierState.APROBADO and national and revising is None,
        "reassign": state in (DossierState.EMITIDO, DossierState.EN_EVALUACION) and national,
    }
    obstacle = evaluating if evaluator and state is not DossierState.APROBADO else revising if national else None
    return {
        "may": [name for name, allowed in may.items() if allowed],
        "obstacle": TEXTS[obstacle] if obstacle else None,
    }
