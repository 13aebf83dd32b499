"""Taking a dossier, giving it back, giving it to somebody else; and saying that one should not have it at all."""

from sqlalchemy.orm import Session

from chassis.auth import principal
from chassis.clock import now
from contracts.recert import DossierClaimed, DossierReleased
from services.recert.errors import IllegalStep
from services.recert.evaluation.access import involved_in, lock_dossier, lock_own_dossier, national_only, refuse
from services.recert.evaluation.errors import AlreadyRuled, AlreadyTaken, NoSuchEvaluator, NotYours
from services.recert.evaluation.independence import obstacle_to_evaluate
from services.recert.evaluation.observing import drafts_of
from services.recert.evaluation.rulings import rulings_of
from services.recert.evaluation.telling import note, record_of, take_step
from services.recert.models import Dossier, Evaluator, InterestDeclaration
from services.recert.models.evaluation import Part
from services.recert.states import DossierAct, DossierState


def claim(session: Session, dossier_id: str) -> Dossier:
    """Take an unassigned dossier and declare that there is no conflict of interest.

    Raises DossierNotFound, NotIndependent, AlreadyTaken, IllegalStep.
    """
    dossier, who = lock_dossier(session, dossier_id), principal()
    refuse(obstacle_to_evaluate(who, dossier, involved_in(session, dossier)))
    if dossier.state is DossierState.EN_EVALUACION:
        raise AlreadyTaken(f"El expediente ya está a cargo de {dossier.evaluator_name}.")
    _assign(session, dossier, who.subject, who.name, given_by=None)
    declare(session, dossier, Part.EVALUATOR)
    return dossier


def accept(session: Session, dossier_id: str) -> Dossier:
    """Declare to have no conflict of interest with a dossier one was given. Raises NotYours, NotIndependent."""
    dossier, who = lock_dossier(session, dossier_id), principal()
    if dossier.state is not DossierState.EN_EVALUACION or dossier.evaluator_id != who.subject:
        raise NotYours
    involved = involved_in(session, dossier)
    refuse(obstacle_to_evaluate(who, dossier, involved))
    if who.subject not in involved.evaluators:
        declare(session, dossier, Part.EVALUATOR)
        note(session, dossier, "dossier.accepted")
    return dossier


def release(session: Session, dossier_id: str, reason: str) -> Dossier:
    """Give a dossier back before anything was ruled. Raises NotYours, AlreadyRuled, IllegalStep."""
    dossier = lock_own_dossier(session, dossier_id)
    items = dossier.current.items
    if rulings_of(session, dossier, items) or drafts_of(session, dossier):
        raise AlreadyRuled
    _give_back(session, dossier, conflict=False, reason=reason)
    return dossier


def reassign(session: Session, dossier_id: str, evaluator_id: str, reason: str) -> Dossier:
    """Give a dossier that is unassigned or being evaluated to an evaluator, who declares before touching it.

    Raises NotForYou, DossierNotFound, NoSuchEvaluator, IllegalStep.
    """
    national_only()
    dossier = lock_dossier(session, dossier_id)
    evaluator = session.get(Evaluator, evaluator_id)
    if evaluator is None or not evaluator.active or evaluator.council not in (None, dossier.council):
        raise NoSuchEvaluator
    involved = involved_in(session, dossier)
    if evaluator_id in (dossier.account_id, dossier.evaluator_id, *involved.conflicted, *involved.revisers):
        raise NoSuchEvaluator("Esa persona no puede evaluar este expediente. Elija otra.")
    _assign(session, dossier, evaluator_id, evaluator.name, given_by=principal().subject, reason=reason)
    return dossier


def declare_conflict(session: Session, dossier_id: str, part: Part, reason: str) -> Dossier:
    """Say that one has a conflict of interest: never again with this dossier, which goes back if one had it."""
    dossier, who = lock_dossier(session, dossier_id), principal()
    declare(session, dossier, part, conflict=reason)
    if dossier.state is DossierState.EN_EVALUACION and dossier.evaluator_id == who.subject:
        for draft in drafts_of(session, dossier):
            session.delete(draft)
        _give_back(session, dossier, conflict=True, reason=reason)
    else:
        note(session, dossier, "dossier.conflict_declared", reason=reason)
    return dossier


def declare(session: Session, dossier: Dossier, part: Part, *, conflict: str | None = None) -> None:
    """Write down what who asks declares: a conflict with its reason, or none."""
    who = principal()
    session.add(
        InterestDeclaration(
            dossier_id=dossier.id, account_id=who.subject, name=who.name, part=part, conflict=conflict is not None,
            reason=conflict, at=now(),
        )
    )  # fmt: skip


def _assign(
    session: Session, dossier: Dossier, account_id: str, name: str, *, given_by: str | None, reason: str | None = None
) -> None:
    if dossier.state not in (DossierState.EMITIDO, DossierState.EN_EVALUACION):
        raise IllegalStep(f"El expediente está {dossier.state_text.lower()}: ya no se asigna.")
    told = DossierClaimed(**record_of(dossier), evaluator_id=account_id, given_by=given_by, claimed_at=now())
    after = {"evaluator": account_id, "given": given_by is not None}
    take_step(session, dossier, DossierAct.CLAIMED, told, by=principal().subject, reason=reason, after=after)
    dossier.evaluator_id, dossier.evaluator_name = account_id, name


def _give_back(session: Session, dossier: Dossier, *, conflict: bool, reason: str) -> None:
    who = principal()
    told = DossierReleased(**record_of(dossier), evaluator_id=who.subject, conflict=conflict, released_at=now())
    take_step(session, dossier, DossierAct.RELEASED, told, by=who.subject, reason=reason, after={"conflict": conflict})
    dossier.evaluator_id = dossier.evaluator_name = None
