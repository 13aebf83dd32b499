"""Evaluating and revising: points, observations, approval, and the ruling of a second person."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.recert.evaluation import deciding, observing, rulings
from services.recert.evaluation.access import find_dossier
from services.recert.evaluation.reading import desk_view
from services.recert.evaluation.schemas import ClaimBody, ObservationBody, OpinionBody, ReasonBody, RulingBody
from services.recert.evaluation.views import DossierDetail, ReasonList
from services.recert.models import Dossier, ObservationReason

blueprint = Blueprint("evaluation", __name__, url_prefix="/v1/desk", description="Evaluación y revisión")


@blueprint.get("/observation-reasons")
@requires("recert:view")
@blueprint.response(200, ReasonList)
def list_reasons() -> dict[str, Any]:
    """The ready-made observations, each with its rule and its words."""
    wanted = select(ObservationReason).where(ObservationReason.active).order_by(ObservationReason.position)
    with reading() as session:
        return {"items": list(session.scalars(wanted))}


@blueprint.put("/dossiers/<uuid:dossier_id>/items/<int:position>/ruling")
@requires("recert:evaluate")
@blueprint.arguments(RulingBody)
@blueprint.response(200, DossierDetail)
def rule_item(body: dict[str, Any], dossier_id: Any, position: int) -> dict[str, Any]:
    """Confirm the points of an item, or change them with a reason the physician reads."""
    reason = (body["reason"] or "").strip() or None
    with transaction() as session:
        return _detail(session, rulings.rule_item(session, str(dossier_id), position, body["points"], reason))


@blueprint.post("/dossiers/<uuid:dossier_id>/observations")
@requires("recert:evaluate")
@blueprint.arguments(ObservationBody)
@blueprint.response(201, DossierDetail)
def write_observation(body: dict[str, Any], dossier_id: Any) -> dict[str, Any]:
    """Write down one observation; the physician gets it with the others when they are sent."""
    with transaction() as session:
        observing.observe(
            session, str(dossier_id), item=body["item"], page=body["page"], reason_code=body["reason"],
            comment=body["comment"].strip(),
        )  # fmt: skip
        return _detail(session, find_dossier(session, str(dossier_id)))


@blueprint.delete("/dossiers/<uuid:dossier_id>/observations/<int:observation_id>")
@requires("recert:evaluate")
@blueprint.response(200, DossierDetail)
def withdraw_observation(dossier_id: Any, observation_id: int) -> dict[str, Any]:
    """Take back an observation that was not sent."""
    with transaction() as session:
        observing.withdraw(session, str(dossier_id), observation_id)
        return _detail(session, find_dossier(session, str(dossier_id)))


@blueprint.post("/dossiers/<uuid:dossier_id>/observed")
@requires("recert:evaluate")
@blueprint.response(200, DossierDetail)
def send_observations(dossier_id: Any) -> dict[str, Any]:
    """Send the physician what was written, at least one observation; the days for correcting run (REC-20)."""
    with transaction() as session:
        return _detail(session, observing.send_observations(session, str(dossier_id)))


@blueprint.post("/dossiers/<uuid:dossier_id>/approval")
@requires("recert:evaluate")
@blueprint.arguments(OpinionBody)
@blueprint.response(200, DossierDetail)
def approve(body: dict[str, str], dossier_id: Any) -> dict[str, Any]:
    """Approve a dossier that reaches the points, with the dictamen in words; another person revises it."""
    with transaction() as session:
        return _detail(session, deciding.approve(session, str(dossier_id), body["opinion"].strip()))


@blueprint.post("/dossiers/<uuid:dossier_id>/return")
@requires("recert:revise")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DossierDetail)
def return_dossier(body: dict[str, str], dossier_id: Any) -> dict[str, Any]:
    """Send an approved dossier back to its evaluator, with a reason."""
    with transaction() as session:
        return _detail(session, deciding.return_dossier(session, str(dossier_id), body["reason"].strip()))


@blueprint.post("/dossiers/<uuid:dossier_id>/revision")
@requires("recert:revise")
@blueprint.arguments(ClaimBody)
@blueprint.response(200, DossierDetail)
def revise(body: dict[str, Any], dossier_id: Any) -> dict[str, Any]:
    """Agree with the approval of another person: the physician is recertified. The body declares no conflict."""
    with transaction() as session:
        return _detail(session, deciding.revise(session, str(dossier_id)))


def _detail(session: Session, dossier: Dossier) -> dict[str, Any]:
    session.flush()
    return desk_view(session, dossier, principal())
