"""Observations: written as drafts, each on an item, a page and a rule; sent together, at least one (REC-20)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import principal
from chassis.clock import now, today
from contracts.recert import DossierObserved, ObservedPoint
from services.recert import deadlines
from services.recert.deadlines import DeadlineKind
from services.recert.evaluation.access import lock_own_dossier
from services.recert.evaluation.errors import (
    ItemNotFound,
    NoSuchReason,
    NothingObserved,
    ObservationNotFound,
    PageOutOfRange,
)
from services.recert.evaluation.telling import note, record_of, take_step
from services.recert.models import Dossier, Observation, ObservationReason
from services.recert.states import DossierAct
from services.recert.working_days import calendar_of


def drafts_of(session: Session, dossier: Dossier) -> list[Observation]:
    """Observations the physician has not been sent yet."""
    wanted = select(Observation).where(Observation.dossier_id == dossier.id, Observation.sent_at.is_(None))
    return list(session.scalars(wanted.order_by(Observation.id)))


def observe(
    session: Session, dossier_id: str, *, item: int | None, page: int, reason_code: str, comment: str
) -> Observation:
    """Write down one observation. Without a comment the ready-made words of the reason are taken.

    Raises NotYours, ItemNotFound, PageOutOfRange, NoSuchReason.
    """
    dossier, who = lock_own_dossier(session, dossier_id), principal()
    version = dossier.current
    if item is not None and item not in {each.position for each in version.items}:
        raise ItemNotFound
    if not 1 <= page <= version.pages:
        raise PageOutOfRange(f"El archivo tiene {version.pages} páginas: elija una de ellas.")
    reason = session.get(ObservationReason, reason_code)
    if reason is None or not reason.active:
        raise NoSuchReason
    made = Observation(
        dossier_id=dossier.id, version_number=version.number, item_position=item, page=page, reason_code=reason.code,
        reason=reason.title, rule=reason.rule, comment=comment or reason.text, made_by=who.subject,
        made_by_name=who.name, made_at=now(),
    )  # fmt: skip
    session.add(made)
    note(session, dossier, "observation.written", after={"item": item, "page": page, "reason": reason.code})
    return made


def withdraw(session: Session, dossier_id: str, observation_id: int) -> None:
    """Take back an observation that was not sent. Raises NotYours, ObservationNotFound."""
    dossier = lock_own_dossier(session, dossier_id)
    draft = next((each for each in drafts_of(session, dossier) if each.id == observation_id), None)
    if draft is None:
        raise ObservationNotFound
    session.delete(draft)
    facts = {"item": draft.item_position, "page": draft.page, "reason": draft.reason_code}
    note(session, dossier, "observation.withdrawn", before=facts)


def send_observations(session: Session, dossier_id: str) -> Dossier:
    """Send the physician everything that was written; the days for correcting run. Raises NotYours, NothingObserved."""
    dossier, who, moment = lock_own_dossier(session, dossier_id), principal(), now()
    drafts = drafts_of(session, dossier)
    if not drafts:
        raise NothingObserved
    number = _rounds(session, dossier) + 1
    for draft in drafts:
        draft.round, draft.sent_at = number, moment
    deadlines.stop(session, dossier.id, DeadlineKind.RESULT, at=moment)
    correction = deadlines.start(session, dossier, DeadlineKind.CORRECTION, on=today())
    told = DossierObserved(
        **record_of(dossier),
        round=number,
        observations=_points(dossier, drafts),
        correct_by=correction.due_on,
        days_left=calendar_of(session, dossier.council).between(today(), correction.due_on),
        observed_at=moment,
    )
    after = {"observations": len(drafts), "round": number, "correct_by": correction.due_on.isoformat()}
    take_step(session, dossier, DossierAct.OBSERVED, told, by=who.subject, after=after)
    return dossier


def _rounds(session: Session, dossier: Dossier) -> int:
    return session.scalar(select(func.max(Observation.round)).where(Observation.dossier_id == dossier.id)) or 0


def _points(dossier: Dossier, drafts: list[Observation]) -> tuple[ObservedPoint, ...]:
    titles = {item.position: item.title for item in dossier.current.items}
    return tuple(
        ObservedPoint(
            item=draft.item_position,
            title=titles.get(draft.item_position) if draft.item_position else None,
            page=draft.page,
            reason=draft.reason,
            rule=draft.rule,
            comment=draft.comment,
        )
        for draft in drafts
    )
