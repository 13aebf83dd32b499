"""Which dossiers somebody of staff may see, and the locks and checks before one is touched."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chassis.auth import Principal, principal
from services.recert.errors import DossierNotFound, IllegalStep
from services.recert.evaluation.errors import DeclarationMissing, NotForYou, NotIndependent, NotYours
from services.recert.evaluation.independence import TEXTS, Involved, Obstacle, obstacle_to_evaluate
from services.recert.models import Dossier, InterestDeclaration
from services.recert.models.evaluation import Part
from services.recert.states import DossierState


def in_scope(who: Principal) -> list[ColumnElement[bool]]:
    """The dossiers a person may see: those of the own council, or all (AMB-10)."""
    return [] if who.council is None else [Dossier.council == who.council]


def find_dossier(session: Session, dossier_id: str) -> Dossier:
    """A dossier in the scope of who asks. Raises DossierNotFound (404)."""
    dossier = session.scalar(select(Dossier).where(Dossier.id == dossier_id, *in_scope(principal())))
    if dossier is None:
        raise DossierNotFound
    return dossier


def lock_dossier(session: Session, dossier_id: str) -> Dossier:
    """The same under a row lock, so that of two acts at once the second sees what the first did."""
    wanted = select(Dossier).where(Dossier.id == dossier_id, *in_scope(principal())).with_for_update()
    dossier = session.scalar(wanted.execution_options(populate_existing=True))
    if dossier is None:
        raise DossierNotFound
    return dossier


def lock_own_dossier(session: Session, dossier_id: str) -> Dossier:
    """A dossier that who asks is evaluating, locked.

    Raises DossierNotFound, IllegalStep, NotYours, NotIndependent, DeclarationMissing.
    """
    dossier = lock_dossier(session, dossier_id)
    if dossier.state is not DossierState.EN_EVALUACION:
        raise IllegalStep(f"El expediente está {dossier.state_text.lower()}: ya no admite esta acción.")
    who, involved = principal(), involved_in(session, dossier)
    if dossier.evaluator_id != who.subject:
        raise NotYours
    refuse(obstacle_to_evaluate(who, dossier, involved))
    if who.subject not in involved.evaluators:
        raise DeclarationMissing
    return dossier


def involved_in(session: Session, dossier: Dossier) -> Involved:
    """Who declared what about a dossier: a conflict, or none and then took part."""
    rows = session.execute(
        select(InterestDeclaration.account_id, InterestDeclaration.part, InterestDeclaration.conflict).where(
            InterestDeclaration.dossier_id == dossier.id
        )
    ).all()
    return Involved(
        evaluators={row.account_id for row in rows if row.part is Part.EVALUATOR and not row.conflict},
        revisers={row.account_id for row in rows if row.part is Part.REVISER and not row.conflict},
        conflicted={row.account_id for row in rows if row.conflict},
    )


def refuse(obstacle: Obstacle | None) -> None:
    """Raises NotIndependent when there is an obstacle."""
    if obstacle is not None:
        raise NotIndependent(TEXTS[obstacle], obstacle=obstacle.value)


def national_only() -> None:
    """Raises NotForYou (403) when who asks works for one council only."""
    if principal().council is not None:
        raise NotForYou
