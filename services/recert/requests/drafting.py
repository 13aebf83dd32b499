"""The draft of a request: begun once, found again, changed piece by piece, under its own lock."""

import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now, today
from chassis.errors import FieldError
from services.recert.models import Contact, Council, Draft, DraftItem, Physician, Rubric
from services.recert.requests.errors import ContactMissing, DraftNotFound, ItemNotFound, NoFile, NotKnownYet, WrongInput
from services.recert.requests.naming import expected_name
from services.recert.requests.readiness import Readiness, judge, types_of

MOST_ITEMS = 60


def physician_of(session: Session, who: Principal) -> Physician:
    """The register's entry of who asks. Raises NotKnownYet (404)."""
    physician = session.get(Physician, who.cmp_number or "")
    if physician is None:
        raise NotKnownYet
    return physician


def contact_of(session: Session, who: Principal) -> Contact | None:
    """How who asks is reached, as far as it is known here."""
    return session.get(Contact, who.subject)


def missing_contact(session: Session, who: Principal) -> list[str]:
    """What of the contact stands in the way of a request (REC-4)."""
    contact = contact_of(session, who)
    return contact.missing if contact else ["email", "phone"]


def begin_draft(session: Session, who: Principal) -> Draft:
    """The draft of a new request, begun now or found again. Raises ContactMissing, NotKnownYet."""
    physician = physician_of(session, who)
    if missing := missing_contact(session, who):
        raise ContactMissing(missing=missing)
    found = session.scalar(select(Draft).where(Draft.cmp_number == physician.cmp_number, Draft.dossier_id == ""))
    return found or new_draft(session, who, pickup_council=physician.council)


def new_draft(session: Session, who: Principal, **known: Any) -> Draft:
    """A draft that begins with what is known."""
    draft = Draft(
        id=str(uuid.uuid4()), cmp_number=who.cmp_number, account_id=who.subject, created_at=now(), changed_at=now(),
        **known,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def own_draft(session: Session, draft_id: str, who: Principal, *, lock: bool = False) -> Draft:
    """A draft of who asks. Raises DraftNotFound (404), also for another's."""
    draft = session.get(Draft, draft_id, with_for_update=lock)
    if draft is None or draft.cmp_number != who.cmp_number:
        raise DraftNotFound
    if lock:
        draft.changed_at = now()
    return draft


def newest_rubric(session: Session) -> Rubric:
    """The table for new requests."""
    newest = select(func.max(Rubric.version)).scalar_subquery()
    return session.scalars(select(Rubric).where(Rubric.version == newest)).one()


def own_request(session: Session, draft_id: str, who: Principal) -> Draft:
    """The same under its lock, when it is a new request: of a correction only the file is prepared here."""
    draft = own_draft(session, draft_id, who, lock=True)
    if draft.dossier_id:
        raise DraftNotFound
    return draft


def judged(session: Session, draft: Draft, who: Principal) -> Readiness:
    """A draft judged today, by the newest table."""
    return judge(draft, physician_of(session, who), newest_rubric(session), on=today())


def change_data(session: Session, draft: Draft, who: Principal, wanted: dict[str, str]) -> None:
    """Take over type, pick-up council and description. Raises WrongInput."""
    faults = []
    if wanted["type"] not in types_of(physician_of(session, who)):
        faults.append(FieldError("/type", "Elija Médico Cirujano o una de sus especialidades"))
    if wanted["pickup_council"] not in councils(session, draft.pickup_council):
        faults.append(FieldError("/pickup_council", "Elija el consejo donde recogerá su diploma"))
    if faults:
        raise WrongInput(errors=faults)
    draft.type, draft.pickup_council = wanted["type"], wanted["pickup_council"]
    draft.description = wanted["description"]


def councils(session: Session, *own: str) -> dict[str, str]:
    """The councils by code; an own one is there even if its name was not told yet."""
    known = {council.code: council.label for council in session.scalars(select(Council).order_by(Council.code))}
    return {code: f"Consejo {code}" for code in own if code not in known} | known


def add_item(session: Session, draft: Draft, wanted: dict[str, Any]) -> None:
    """One more activity. Raises WrongInput."""
    if len(draft.items) >= MOST_ITEMS:
        raise WrongInput(errors=[FieldError("/title", f"Puede registrar {MOST_ITEMS} actividades como máximo")])
    _check_item(session, draft, wanted)
    draft.items.append(DraftItem(**wanted))


def change_item(session: Session, draft: Draft, item_id: int, wanted: dict[str, Any]) -> None:
    """Another wording of an activity. Raises ItemNotFound, WrongInput."""
    item = _item(draft, item_id)
    _check_item(session, draft, wanted)
    for name, value in wanted.items():
        setattr(item, name, value)


def remove_item(draft: Draft, item_id: int) -> None:
    """Leave an activity out. Raises ItemNotFound."""
    draft.items.remove(_item(draft, item_id))


def accept_name(draft: Draft) -> None:
    """Call the file as it must be called (REC-9). Raises NoFile."""
    if draft.sha256 is None:
        raise NoFile
    draft.file_name = expected_name(draft.cmp_number, today())


def remove_file(draft: Draft) -> None:
    """Take the file back; the activities stay, their pages are checked against the next one."""
    draft.sha256 = draft.size = draft.pages = draft.file_name = None


def _item(draft: Draft, item_id: int) -> DraftItem:
    found = next((item for item in draft.items if item.id == item_id), None)
    if found is None:
        raise ItemNotFound
    return found


def _check_item(session: Session, draft: Draft, wanted: dict[str, Any]) -> None:
    """Activity of the table, a day that has come, pages of the PDF."""
    faults = []
    if newest_rubric(session).activity(wanted["activity"]) is None:
        faults.append(FieldError("/activity", "Elija una actividad de la tabla de calificación"))
    if wanted["done_on"] > today():
        faults.append(FieldError("/done_on", "La fecha no puede ser posterior a hoy"))
    if wanted["page_from"] > wanted["page_to"]:
        faults.append(FieldError("/page_to", "La última página debe ser igual o posterior a la primera"))
    elif wanted["page_to"] > (draft.pages or 0):
        text = f"El expediente tiene {draft.pages} páginas" if draft.pages else "Suba primero el expediente"
        faults.append(FieldError("/page_to", text))
    if faults:
        raise WrongInput(errors=faults)
