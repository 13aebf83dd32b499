"""Sending a request: the draft becomes a dossier with its first version, and the days for the result begin (REC-11)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import LIMA, now, today
from chassis.outbox import publish
from contracts.recert import DossierSubmitted
from services.recert.deadlines import Deadline, DeadlineKind, start
from services.recert.models import (
    Dossier,
    DossierItem,
    DossierKind,
    DossierVersion,
    Draft,
    Physician,
    Series,
    next_number,
)
from services.recert.requests.drafting import (
    contact_of,
    judged,
    missing_contact,
    newest_rubric,
    own_request,
    physician_of,
)
from services.recert.requests.errors import AlreadyOpen, ContactMissing, DraftNotFound, NotReady
from services.recert.requests.naming import expected_name
from services.recert.rubric import Score
from services.recert.states import OPEN_STATES


def send(session: Session, draft_id: str, who: Principal) -> Dossier:
    """Make the draft a dossier; sent twice, the second finds what the first made.

    Raises DraftNotFound, ContactMissing, NotReady with every reason, AlreadyOpen.
    """
    try:
        draft = own_request(session, draft_id, who)
    except DraftNotFound:
        return _sent_before(session, draft_id, who)
    score = require_ready(session, draft, who)
    physician = physician_of(session, who)
    rne = "" if draft.type == DossierKind.MEDICO_CIRUJANO else draft.type
    _require_none_open(session, physician, rne)
    dossier = _dossier(session, draft, physician, who, rne)
    session.add(dossier)
    session.flush()
    keep_version(session, dossier, draft, draft.items, score, description=draft.description, at=dossier.submitted_at)
    session.delete(draft)
    deadline = start(session, dossier, DeadlineKind.RESULT, on=_day(dossier.submitted_at))
    publish(session, DossierSubmitted(**told(dossier, deadline, dossier.submitted_at)))
    return dossier


def require_ready(session: Session, draft: Draft, who: Principal) -> Score:
    """The score of a draft that can be sent. Raises ContactMissing, NotReady."""
    if missing := missing_contact(session, who):
        raise ContactMissing(missing=missing)
    readiness = judged(session, draft, who)
    if readiness.faults:
        raise NotReady(errors=readiness.faults)
    return readiness.score


def keep_version(
    session: Session, dossier: Dossier, file: Draft | DossierVersion, items: Sequence[Any], score: Score, *,
    description: str, at: datetime,
) -> DossierVersion:  # fmt: skip
    """What is sent now, written once: file, words, items with the points they have."""
    version = DossierVersion(
        dossier_id=dossier.id,
        number=len(dossier.versions) + 1,
        sha256=file.sha256,
        size=file.size,
        file_name=expected_name(dossier.cmp_number, today()),
        pages=file.pages,
        description=description,
        sent_at=at,
        items=_items(items, score),
    )
    dossier.versions.append(version)
    session.flush()
    return version


def told(dossier: Dossier, deadline: Deadline, at: datetime) -> dict[str, Any]:
    """What the facts of sending say."""
    return {
        "dossier_id": dossier.id,
        "dossier_number": dossier.number_text,
        "account_id": dossier.account_id,
        "cmp_number": dossier.cmp_number,
        "name": dossier.name,
        "council": dossier.council,
        "pickup_council": dossier.pickup_council,
        "speciality": dossier.speciality,
        "rne": dossier.rne,
        "kind_text": dossier.kind_text,
        "sent_at": at,
        "result_due_on": deadline.due_on,
    }


def _sent_before(session: Session, draft_id: str, who: Principal) -> Dossier:
    """The dossier this draft became. Raises DraftNotFound when there is none of who asks."""
    dossier = session.get(Dossier, draft_id)
    if dossier is None or dossier.cmp_number != who.cmp_number:
        raise DraftNotFound
    return dossier


def _require_none_open(session: Session, physician: Physician, rne: str) -> None:
    wanted = select(Dossier.id).where(
        Dossier.cmp_number == physician.cmp_number, Dossier.rne == rne, Dossier.state.in_(OPEN_STATES)
    )
    if session.scalar(wanted.limit(1)):
        raise AlreadyOpen


def _dossier(session: Session, draft: Draft, physician: Physician, who: Principal, rne: str) -> Dossier:
    contact = contact_of(session, who)
    return Dossier(
        id=draft.id,
        cmp_number=physician.cmp_number,
        account_id=who.subject,
        name=f"{physician.given_names} {physician.paternal_surname} {physician.maternal_surname}".strip(),
        kind=DossierKind.ESPECIALIDAD if rne else DossierKind.MEDICO_CIRUJANO,
        rne=rne,
        speciality=next((item.name for item in physician.specialities if item.rne == rne), None),
        council=physician.council,
        pickup_council=draft.pickup_council,
        phone=contact.phone if contact else "",
        mobile=contact.mobile if contact else "",
        email=contact.email if contact else "",
        address=contact.address if contact else "",
        rubric_version=newest_rubric(session).version,
        submitted_at=now(),
        number=next_number(session, Series.DOSSIER),
    )


def _items(items: Sequence[Any], score: Score) -> list[DossierItem]:
    return [
        DossierItem(
            position=getattr(item, "position", position),  # a corrected item keeps its place
            activity=item.activity,
            title=item.title,
            done_on=item.done_on,
            quantity=item.quantity,
            page_from=item.page_from,
            page_to=item.page_to,
            claimed_points=line.points,
        )
        for position, (item, line) in enumerate(zip(items, score.lines, strict=True), start=1)
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(LIMA).date()
