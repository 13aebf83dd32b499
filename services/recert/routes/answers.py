"""The physician's side of the evaluation: what was observed, the answers, what each correction changed."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.recert.errors import DossierNotFound
from services.recert.evaluation import answers
from services.recert.evaluation.reading import owner_view
from services.recert.evaluation.schemas import AnswerBody
from services.recert.evaluation.views import OwnEvaluation
from services.recert.models import Dossier

blueprint = Blueprint("answers", __name__, url_prefix="/v1/dossiers", description="Observaciones del propio expediente")


@blueprint.get("/<uuid:dossier_id>/evaluation")
@requires("recert:read")
@blueprint.response(200, OwnEvaluation)
def show_evaluation(dossier_id: Any) -> dict[str, Any]:
    """What was found in the own dossier: observations with answers, points, deadline, versions, differences."""
    with reading() as session:
        return owner_view(session, own_dossier(session, str(dossier_id)))


@blueprint.put("/<uuid:dossier_id>/observations/<int:observation_id>/answer")
@requires("recert:apply")
@blueprint.arguments(AnswerBody)
@blueprint.response(200, OwnEvaluation)
def answer_observation(body: dict[str, Any], dossier_id: Any, observation_id: int) -> dict[str, Any]:
    """Answer one observation in words, by correcting its item, or both; it can be answered anew until it is sent."""
    with transaction() as session:
        dossier = own_dossier(session, str(dossier_id), lock=True)
        answers.answer(session, dossier, observation_id, text=body["answer"].strip(), correction=body["correction"])
        session.flush()
        return owner_view(session, dossier)


def own_dossier(session: Session, dossier_id: str, *, lock: bool = False) -> Dossier:
    """A dossier of the physician who asks. Raises DossierNotFound (404), also for another's."""
    wanted = select(Dossier).where(Dossier.id == dossier_id, Dossier.cmp_number == (principal().cmp_number or ""))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    dossier = session.scalar(wanted)
    if dossier is None:
        raise DossierNotFound
    return dossier
