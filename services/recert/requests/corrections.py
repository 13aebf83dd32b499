"""Correcting an observed dossier: another PDF if need be, then a new version with the answers in it (REC-20)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import LIMA, now, today
from chassis.errors import FieldError
from chassis.outbox import publish
from contracts.recert import DossierCorrected
from services.recert.deadlines import DeadlineKind, running, start, stop
from services.recert.errors import DossierNotFound
from services.recert.evaluation.answers import corrected_items, require_all_answered
from services.recert.models import Dossier, DossierStep, Draft, Rubric
from services.recert.requests.drafting import new_draft
from services.recert.requests.errors import CorrectionTooLate, NothingToCorrect, NotReady
from services.recert.requests.naming import is_right_name
from services.recert.requests.sending import keep_version, told
from services.recert.rubric import score
from services.recert.states import DossierAct, DossierState


def begin_correction(session: Session, dossier_id: str, who: Principal) -> Draft:
    """The draft in which another PDF is prepared; it begins with the one that was observed. Raises NothingToCorrect."""
    dossier = _lock(session, dossier_id, who)
    if dossier.state is not DossierState.OBSERVADO:
        raise NothingToCorrect
    file = dossier.current
    return draft_of(session, dossier) or new_draft(
        session, who, dossier_id=dossier.id, pickup_council=dossier.pickup_council, description=file.description,
        sha256=file.sha256, size=file.size, pages=file.pages, file_name=file.file_name,
    )  # fmt: skip


def draft_of(session: Session, dossier: Dossier) -> Draft | None:
    """The correction in preparation, if another PDF was wanted."""
    return session.scalar(
        select(Draft).where(Draft.cmp_number == dossier.cmp_number, Draft.dossier_id == dossier.id).with_for_update()
    )


def send_correction(session: Session, dossier_id: str, who: Principal) -> Dossier:
    """Send an observed dossier again: a new version, the days for the result anew; twice is once.

    Raises NothingToCorrect, CorrectionTooLate, NotReady, and NotAnswered while an observation has no answer.
    """
    dossier = _lock(session, dossier_id, who)
    if dossier.state is not DossierState.OBSERVADO:
        return _sent_before(session, dossier)
    moment = now()
    if any(each.kind is DeadlineKind.CORRECTION and each.is_over(moment) for each in running(session, dossier.id)):
        raise CorrectionTooLate
    require_all_answered(session, dossier)
    draft, items = draft_of(session, dossier), corrected_items(session, dossier)
    changed = draft is not None and draft.sha256 not in (None, dossier.current.sha256)
    file = draft if draft and changed else dossier.current
    _require_right(draft if changed else None, [item.title for item in items if item.page_to > (file.pages or 0)])
    points = score(session.get_one(Rubric, dossier.rubric_version), items, dossier.submitted_at.astimezone(LIMA).date())
    version = keep_version(
        session, dossier, file, items, points, description=dossier.current.description, at=moment
    )  # fmt: skip
    session.add(dossier.step(DossierAct.CORRECTED, by=who.subject, at=moment))
    if draft:
        session.delete(draft)
    stop(session, dossier.id, DeadlineKind.CORRECTION, at=moment)
    deadline = start(session, dossier, DeadlineKind.RESULT, on=today())
    publish(session, DossierCorrected(**told(dossier, deadline, moment), version=version.number))
    return dossier


def _lock(session: Session, dossier_id: str, who: Principal) -> Dossier:
    dossier = session.get(Dossier, dossier_id, with_for_update=True, populate_existing=True)
    if dossier is None or dossier.cmp_number != who.cmp_number:
        raise DossierNotFound
    return dossier


def _sent_before(session: Session, dossier: Dossier) -> Dossier:
    """What the first click did. Raises NothingToCorrect when the last step was another one."""
    steps = select(DossierStep.act).where(DossierStep.dossier_id == dossier.id)
    if session.scalars(steps.order_by(DossierStep.id.desc()).limit(1)).first() is not DossierAct.CORRECTED:
        raise NothingToCorrect
    return dossier


def _require_right(draft: Draft | None, beyond: list[str]) -> None:
    """The name of a new file, and items within its pages."""
    faults = [FieldError("/items", f"«{title}» señala páginas que el expediente no tiene") for title in beyond]
    if draft and not is_right_name(draft.file_name or "", draft.cmp_number, today()):
        faults.append(FieldError("/file", "Acepte el nombre que debe llevar el archivo"))
    if faults:
        raise NotReady(errors=faults)
