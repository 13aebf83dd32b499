"""The keys that sign constancias: one signs, all are published, private halves are encrypted at rest."""

import secrets
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from services.payments.models import CertificateKey
from services.payments.models.certificates import CURRENT
from services.payments.settings import current_settings

ALGORITHM = "ES256"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """The key that signs today."""

    kid: str
    key: ECKey


def signer() -> Signer:
    """The key to sign with; the first call on a new database makes it. Not inside a transaction."""
    kid, sealed = _current() or _first()
    return Signer(kid=kid, key=ECKey.import_key(sealed, {"kid": kid}, password=current_settings().passphrase()))


def public_keys(session: Session) -> list[dict[str, Any]]:
    """The public half of every key that ever signed, newest first: what is printed stays verifiable."""
    return list(session.scalars(select(CertificateKey.jwk).order_by(CertificateKey.created_at.desc())))


def replace_key() -> str:
    """Sign with a fresh key from now on and return its id; the private half of the old one is forgotten."""
    signer()
    with transaction() as session:
        old = session.scalars(select(CertificateKey).where(CertificateKey.slot == CURRENT).with_for_update()).one()
        old.replace(now())
        session.flush()
        new = _fresh()
        session.add(new)
        return new.kid


def _current() -> tuple[str, str] | None:
    with reading() as session:
        key = session.scalar(select(CertificateKey).where(CertificateKey.slot == CURRENT))
        return (key.kid, key.sealed_key or "") if key else None


def _first() -> tuple[str, str]:
    """Make the first key, unless another process is doing the same."""
    try:
        with transaction() as session:
            session.add(_fresh())
    except IntegrityError:
        pass
    found = _current()
    assert found is not None  # noqa: S101 - one of the two processes has just made it
    return found


def _fresh() -> CertificateKey:
    kid = secrets.token_urlsafe(6)
    key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": ALGORITHM})
    return CertificateKey(
        kid=kid,
        slot=CURRENT,
        sealed_key=key.as_pem(private=True, password=current_settings().passphrase()).decode(),
        jwk=dict(key.as_dict(private=False)),
        created_at=now(),
    )
