"""Applying for access to SINADEF: who may, with which attested data, and taking it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Principal
from contracts.identity import SinadefRequestChanged
from services.identity.models import Account, GoodStanding, Physician, SinadefRequest
from services.identity.models.sinadef import OPEN, Attested, IllegalSinadefState
from services.identity.profile.reading import contact_of
from services.identity.settings import current_settings
from services.identity.sinadef.errors import AlreadyApplied, CannotApply, RequestMoved, RequestNotFound

TEXTS = {
    "not-a-physician": "Este trámite es para médicos colegiados.",
    "state": "Su estado en el registro del Colegio no le permite pedir el acceso. Consulte en su consejo regional.",
    "not-in-good-standing": "No está hábil: tiene cuotas vencidas. Páguelas en Pago Online y vuelva a intentarlo.",
    "standing-unknown": "Aún no sabemos si está hábil. Vuelva a intentarlo mañana o consulte en su consejo regional.",
    "email-missing": "Registre su correo en Actualización de datos.",
    "phone-missing": "Registre su teléfono o celular en Actualización de datos.",
}
"""Why somebody may not apply, and what to do about it."""


def blocks_of(session: Session, account: Account) -> dict[str, str]:
    """What stands in the way of an application: text by reason; empty when nothing does."""
    physician = account.physician
    if physician is None:
        return _told("not-a-physician")
    contact = contact_of(account)
    telephone = contact["phone"] or contact["mobile"]
    missing = [name for name, value in (("email-missing", contact["email"]), ("phone-missing", telephone)) if not value]
    return _told(*unentitled(session, physician), *missing)


def unentitled(session: Session, physician: Physician) -> list[str]:
    """Why the college does not vouch for a physician today: state of the register, good standing lost or not known."""
    reasons = []
    if physician.state not in [state.strip() for state in current_settings().sinadef_states.split(",")]:
        reasons.append("state")
    standing = session.get(GoodStanding, physician.cmp_number)
    if standing is None:
        reasons.append("standing-unknown")
    elif not standing.in_good_standing:
        reasons.append("not-in-good-standing")
    return reasons


def attest(session: Session, physician: Physician) -> Attested:
    """What the college vouches for now; ask `unentitled` before."""
    return Attested(
        cmp_number=physician.cmp_number,
        document_type=physician.document_type,
        document_number=physician.document_number,
        given_names=physician.given_names,
        surnames=f"{physician.paternal_surname} {physician.maternal_surname}".strip(),
        council=physician.council,
        physician_state=physician.state,
        standing_as_of=session.get_one(GoodStanding, physician.cmp_number).as_of,
    )


def apply(
    session: Session, account: Account, workplace: dict[str, Any], moment: datetime
) -> tuple[SinadefRequest, SinadefRequestChanged]:
    """File an application with attested data. Raises CannotApply, AlreadyApplied."""
    if blocks := blocks_of(session, account):
        raise CannotApply(blocks)
    if session.scalar(of_owner(account.id).where(SinadefRequest.state.in_(OPEN))):
        raise AlreadyApplied
    contact = contact_of(account)
    request = SinadefRequest(account_id=account.id, filed_at=moment, changed_at=moment, **workplace)
    request.email, request.phone = contact["email"], contact["mobile"] or contact["phone"]
    if account.physician:
        request.attest(attest(session, account.physician))
    session.add(request)
    try:
        session.flush()
    except IntegrityError as error:  # two windows at once: the database lets one pass
        raise AlreadyApplied from error
    return request, request.file(moment)


def of_owner(account_id: str) -> Select[SinadefRequest]:
    """The applications of an account, newest first."""
    return select(SinadefRequest).where(SinadefRequest.account_id == account_id).order_by(SinadefRequest.id.desc())


def own_request(session: Session, who: Principal, request_id: int, *, hold: bool = False) -> SinadefRequest:
    """One of one's own applications. Raises RequestNotFound."""
    found = of_owner(who.subject).where(SinadefRequest.id == request_id)
    request = session.scalar(found.with_for_update() if hold else found)
    if request is None:
        raise RequestNotFound
    return request


def withdraw(session: Session, who: Principal, request_id: int, moment: datetime) -> SinadefRequestChanged:
    """Take one's application back. Raises RequestNotFound, RequestMoved."""
    try:
        return own_request(session, who, request_id, hold=True).cancel(moment)
    except IllegalSinadefState as error:
        raise RequestMoved from error


def _told(*reasons: str) -> dict[str, str]:
    return {reason: TEXTS[reason] for reason in reasons}
