"""Whether a constancia is good: what the public page is told, and the note that somebody asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now, today
from chassis.seals import network_of, read_code, unseal
from services.payments.certificates.keys import ring
from services.payments.certificates.signed import TYPE
from services.payments.models import Certificate, CertificateVerification, Payer
from services.payments.models.certificates import VerificationResult
from services.payments.standing.reckoning import verdict_on


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What anybody may know of a constancia: no document number, no address, no amounts."""

    certificate: Certificate
    result: VerificationResult
    signature: str | None
    """VALID, ALTERED, or None when only the code was given."""
    in_good_standing_now: bool
    checked_at: datetime


def verify(session: Session, typed: str, signed: str | None, address: str) -> Verification | None:
    """Look a code up, check the signature that came with it, note the question. None when there is no such code.

    A signature must be ours and speak of this very constancia; otherwise the paper was altered.
    """
    code = read_code(typed)
    certificate = session.scalar(select(Certificate).where(Certificate.code == code)) if code else None
    if certificate is None:
        return None
    signature = None if signed is None else "VALID" if _is_ours(session, signed, certificate) else "ALTERED"
    result = VerificationResult.ALTERED if signature == "ALTERED" else VerificationResult(certificate.state)
    origin = f"{'Código' if signed is None else 'QR'}, {network_of(address)}"
    session.add(CertificateVerification(certificate_id=certificate.id, at=now(), result=result, origin=origin))
    return Verification(
        certificate=certificate,
        result=result,
        signature=signature,
        in_good_standing_now=_is_good_now(session, certificate.cmp_number),
        checked_at=now(),
    )


def _is_ours(session: Session, signed: str, certificate: Certificate) -> bool:
    claims = unseal(signed, TYPE, ring.public_keys(session))
    return claims is not None and (claims.get("jti"), claims.get("cod")) == (certificate.number_text, certificate.code)


def _is_good_now(session: Session, cmp_number: str) -> bool:
    payer = session.get(Payer, cmp_number)
    return payer is not None and verdict_on(session, payer, today()).good
