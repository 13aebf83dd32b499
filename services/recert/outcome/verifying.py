"""Whether a constancia is good: what the public page is told, and the note that somebody asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.seals import network_of, read_code, unseal
from services.recert.models import AskedResult, Constancia, ConstanciaQuestion, Recertification
from services.recert.outcome.keys import ring
from services.recert.outcome.paper import TYPE


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What anybody may know of a constancia: no document number, no address, no reason of a revocation."""

    row: Recertification
    result: AskedResult
    signature: str | None
    """VALID, ALTERED, or None when only the code was given."""
    checked_at: datetime


def verify(session: Session, typed: str, signed: str | None, address: str) -> Verification | None:
    """Look a code up, check the signature that came with it, note the question. None when there is no such code.

    A signature must be ours and speak of this very constancia; otherwise the paper was altered.
    """
    code = read_code(typed)
    wanted = select(Recertification).join(Recertification.constancia).where(Constancia.code == code)
    row = session.scalar(wanted) if code else None
    if row is None:
        return None
    signature = None if signed is None else "VALID" if _is_ours(session, signed, row) else "ALTERED"
    result = AskedResult.ALTERED if signature == "ALTERED" else AskedResult(row.state)
    origin = f"{'Código' if signed is None else 'QR'}, {network_of(address)}"
    session.add(ConstanciaQuestion(recertification_id=row.id, at=now(), result=result, origin=origin))
    return Verification(row=row, result=result, signature=signature, checked_at=now())


def _is_ours(session: Session, signed: str, row: Recertification) -> bool:
    claims = unseal(signed, TYPE, ring.public_keys(session))
    numbers = (row.constancia.number_text, row.constancia.code)
    return claims is not None and (claims.get("jti"), claims.get("cod")) == numbers
