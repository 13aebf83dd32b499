"""Staff and registrations: the queue of the own council, and deciding what the register alone could not (ACC-3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.outbox import publish
from services.identity import audit, registrations
from services.identity.accounts import AccountRefused
from services.identity.errors import RegistrationDecided, RegistrationNotFound, RegistrationUnmatchable
from services.identity.models import Physician, Registration
from services.identity.models.registrations import MatchReason, RegistrationState

UNMATCHABLE = {
    MatchReason.NOT_IN_REGISTRY: "El número de CMP no está en el registro. Corríjalo o rechace el registro.",
    MatchReason.ACCOUNT_EXISTS: "Ya hay una cuenta con ese número de CMP. Rechácelo: su dueño puede recuperarla.",
    MatchReason.EMAIL_IN_USE: "El correo ya se usa en otra cuenta. Rechace el registro para que use otro.",
}
"""What no decision of staff can get over."""


@dataclass(frozen=True)
class Case:
    """A registration beside what the register says today."""

    registration: Registration
    physician: Physician | None
    reasons: list[str]


def queue(who: Principal, state: str | None) -> Select[Registration]:
    """What a person may see, oldest first: the own council's, or everything (with those of no council) nationally."""
    wanted = select(Registration).order_by(Registration.created_at, Registration.id)
    if who.council is not None:
        wanted = wanted.where(Registration.council == who.council)
    return wanted.where(Registration.state == state) if state else wanted


def page(
    session: Session, who: Principal, *, state: str | None, after: str | None, limit: int
) -> tuple[list[Registration], str | None]:
    """One page of the queue, and the id to go on after. An unknown id begins anew."""
    wanted = queue(who, state)
    last = session.get(Registration, after) if after else None
    if last is not None:
        wanted = wanted.where(tuple_(Registration.created_at, Registration.id) > (last.created_at, last.id))
    found = list(session.scalars(wanted.limit(limit + 1)))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def case(session: Session, who: Principal, registration_id: str, *, lock: bool = False) -> Case:
    """One registration in scope. Raises RegistrationNotFound: another council's does not exist."""
    registration = session.get(Registration, registration_id, with_for_update=lock or None)
    if registration is None or who.council not in (None, registration.council):
        raise RegistrationNotFound
    reasons, physician = registrations.compare(session, registration)
    standing = [str(reason) for reason in reasons]
    decided = registration.state not in (RegistrationState.UNCONFIRMED, RegistrationState.IN_REVIEW)
    return Case(registration, physician, list(registration.reasons) if decided else standing)


def accept(
    session: Session, who: Principal, registration_id: str, *, cmp_number: str | None, reason: str, moment: datetime
) -> Case:
    """Open the account although the data differ; a wrong CMP number may be put right first (ACC-6). Audited.

    Raises RegistrationNotFound, RegistrationDecided, RegistrationUnmatchable.
    """
    found = case(session, who, registration_id, lock=True).registration
    if found.state != RegistrationState.IN_REVIEW:
        raise RegistrationDecided
    before = _facts(found)
    found.cmp_number = cmp_number or found.cmp_number
    session.flush()
    judged = case(session, who, registration_id)
    if blocking := [UNMATCHABLE[MatchReason(r)] for r in judged.reasons if MatchReason(r) in UNMATCHABLE]:
        raise RegistrationUnmatchable(blocking[0])
    if judged.physician is not None and who.council not in (None, judged.physician.council):
        raise RegistrationUnmatchable("Ese número de CMP es de otro consejo regional: lo decide su personal.")
    try:
        registrations.open_account(session, found, moment, by=who.subject)
    except AccountRefused as error:
        raise RegistrationUnmatchable(f"No se puede abrir la cuenta: {error}.") from error
    _note(session, "registration.accepted", found, before, reason)
    return judged


def reject(
    session: Session, who: Principal, registration_id: str, *, reasons: list[str], note: str, moment: datetime
) -> Case:
    """Turn a registration down with reasons that are mailed. Audited.

    Raises RegistrationNotFound, RegistrationDecided.
    """
    judged = case(session, who, registration_id, lock=True)
    found, before = judged.registration, _facts(judged.registration)
    publish(session, found.reject([MatchReason(reason) for reason in reasons], note, moment, who.subject))
    told = registrations.tell("registration_rejected", found, reasons=tuple(found.reasons), note=note or None)
    publish(session, told)
    _note(session, "registration.rejected", found, before, note or ", ".join(reasons))
    return Case(found, judged.physician, list(found.reasons))


def _facts(registration: Registration) -> dict[str, Any]:
    return {"state": str(registration.state), "cmp_number": registration.cmp_number, "reasons": registration.reasons}


def _note(session: Session, act: str, registration: Registration, before: dict[str, Any], reason: str) -> None:
    audit.record(
        session,
        act=act,
        subject=f"registration:{registration.id}",
        before=before,
        after=_facts(registration) | {"account_id": registration.account_id},
        reason=reason[:500],
        council=registration.council,
    )
