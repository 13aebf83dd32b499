"""The final ruling by two people: the evaluator approves, and another person, of the national council, revises."""

from sqlalchemy.orm import Session

from chassis.auth import principal
from chassis.clock import now, today
from contracts.recert import DossierApproved, DossierReturned, DossierReviewed
from services.recert import deadlines
from services.recert.deadlines import DeadlineKind
from services.recert.errors import IllegalStep
from services.recert.evaluation.access import involved_in, lock_dossier, lock_own_dossier, national_only, refuse
from services.recert.evaluation.claiming import declare
from services.recert.evaluation.errors import DraftsLeft, ItemsUnruled, NotEnoughPoints
from services.recert.evaluation.independence import obstacle_to_revise
from services.recert.evaluation.observing import drafts_of
from services.recert.evaluation.rulings import award, proposals, rulings_of
from services.recert.evaluation.telling import changes_in, record_of, take_step
from services.recert.models import Dossier, Rubric
from services.recert.models.evaluation import Part
from services.recert.outcome.granting import recertify
from services.recert.rubric import Score
from services.recert.rubric.scoring import spell_points
from services.recert.states import DossierAct, DossierState


def approve(session: Session, dossier_id: str, opinion: str) -> Dossier:
    """Find that the points are reached; a reviser sees it next.

    Raises NotYours, DraftsLeft, ItemsUnruled, NotEnoughPoints.
    """
    dossier, who, moment = lock_own_dossier(session, dossier_id), principal(), now()
    if drafts_of(session, dossier):
        raise DraftsLeft
    rubric, items = session.get_one(Rubric, dossier.rubric_version), list(dossier.current.items)
    awarded = ruled_score(session, dossier)
    if not awarded.enough:
        raise NotEnoughPoints(
            f"Suma {spell_points(awarded.total)} puntos y se necesitan {spell_points(awarded.minimum)}: observe el "
            "expediente para que el médico lo corrija."
        )
    proposed = [each.points for each in proposals(rubric, dossier, items)]
    told = DossierApproved(
        **record_of(dossier),
        points=spell_points(awarded.total),
        changes=tuple(changes_in(items, rulings_of(session, dossier, items), proposed)),
        approved_at=moment,
    )
    after = {"points": spell_points(awarded.total)}
    take_step(session, dossier, DossierAct.APPROVED, told, by=who.subject, reason=opinion, after=after)
    dossier.approved_at = moment
    deadlines.stop(session, dossier.id, DeadlineKind.RESULT, at=moment)
    return dossier


def ruled_score(session: Session, dossier: Dossier) -> Score:
    """The points of the current version as its evaluator ruled them, caps counted again. Raises ItemsUnruled."""
    items = list(dossier.current.items)
    rulings = rulings_of(session, dossier, items)
    left = [item.position for item in items if item.id not in rulings]
    if left:
        raise ItemsUnruled(f"Falta calificar: ítem {', '.join(map(str, left))}.", positions=left)
    rubric = session.get_one(Rubric, dossier.rubric_version)
    return award(rubric, items, [rulings[item.id].points for item in items])


def return_dossier(session: Session, dossier_id: str, reason: str) -> Dossier:
    """Disagree with the approval: the same evaluator looks again, and the days for the result run anew.

    Raises NotForYou, DossierNotFound, NotIndependent, IllegalStep.
    """
    dossier = _lock_for_revision(session, dossier_id)
    declare(session, dossier, Part.REVISER)
    told = DossierReturned(**record_of(dossier), reason=reason, returned_at=now())
    take_step(session, dossier, DossierAct.RETURNED, told, by=principal().subject, reason=reason)
    dossier.approved_at = None
    deadlines.start(session, dossier, DeadlineKind.RESULT, on=today())
    return dossier


def revise(session: Session, dossier_id: str) -> Dossier:
    """Agree with the approval: the physician is recertified from today on.

    Raises NotForYou, DossierNotFound, NotIndependent, IllegalStep.
    """
    dossier, who, moment = _lock_for_revision(session, dossier_id), principal(), now()
    declare(session, dossier, Part.REVISER)
    points = spell_points(ruled_score(session, dossier).total)
    told = DossierReviewed(**record_of(dossier), points=points, dictamen_on=today(), reviewed_at=moment)
    take_step(session, dossier, DossierAct.REVISED, told, by=who.subject, after={"points": points})
    dossier.reviser_id, dossier.reviser_name = who.subject, who.name
    dossier.dictamen_on, dossier.closed_at = today(), moment
    recertify(session, dossier, on=today())
    return dossier


def _lock_for_revision(session: Session, dossier_id: str) -> Dossier:
    national_only()
    dossier = lock_dossier(session, dossier_id)
    if dossier.state is not DossierState.APROBADO:
        raise IllegalStep(f"El expediente está {dossier.state_text.lower()}: no espera revisión.")
    refuse(obstacle_to_revise(principal(), dossier, involved_in(session, dossier)))
    return dossier
