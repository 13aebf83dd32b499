"""The signing keys: which one signs, which ones are published, and how one follows another."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from services.identity.models import SigningKey
from services.identity.models.access import CURRENT, NEXT
from services.identity.settings import Settings
from services.identity.tokens import Signer, new_key, open_key, public_jwk, seal_key

REMEMBERED = timedelta(seconds=30)
"""How long a process signs on without asking whether the key was rotated."""
MARGIN = timedelta(minutes=2)
"""How much longer than its last token a superseded key stays published: slow clocks, and REMEMBERED."""


@dataclass
class Keyring:
    """The keys as one process sees them."""

    settings: Settings
    _signer: Signer | None = None
    _until: datetime | None = field(default=None)

    def signer(self) -> Signer:
        """The key to sign with now; the first call on a new database makes the keys."""
        moment = now()
        if self._signer is None or self._until is None or moment >= self._until:
            self._signer, self._until = self._load(), moment + REMEMBERED
        return self._signer

    def document(self) -> dict[str, Any]:
        """The JWKS: next, current, and superseded keys whose tokens may still be alive."""
        self.signer()
        alive = now() - timedelta(seconds=self.settings.access_token_seconds) - MARGIN
        published = or_(SigningKey.slot.is_not(None), SigningKey.superseded_at > alive)
        with reading() as session:
            return {
                "keys": list(session.scalars(select(SigningKey.jwk).where(published).order_by(SigningKey.created_at)))
            }

    def rotate(self, *, compromised: bool = False) -> str:
        """Sign with the next key from now on and return its id. A compromised key is withdrawn at once."""
        self.signer()
        with transaction() as session:
            old, new = _in_slot(session, CURRENT), _in_slot(session, NEXT)
            old.supersede(now())
            session.flush()
            new.promote(now())
            session.flush()
            session.add(self._fresh(NEXT))
            if compromised:
                session.delete(old)
            self._signer = None
            return new.kid

    def age(self) -> timedelta:
        """How long the current key has been signing."""
        self.signer()
        with reading() as session:
            begun = _in_slot(session, CURRENT).current_from
        return now() - (begun or now())

    def _load(self) -> Signer:
        with reading() as session:
            key = session.scalar(select(SigningKey).where(SigningKey.slot == CURRENT))
        return self._open(key) if key else self._first()

    def _first(self) -> Signer:
        """Make the first two keys, unless another process is doing the same."""
        try:
            with transaction() as session:
                session.add_all([self._fresh(CURRENT), self._fresh(NEXT)])
        except IntegrityError:
            current_app.logger.info("another process made the first signing keys")
        with reading() as session:
            return self._open(_in_slot(session, CURRENT))

    def _fresh(self, slot: str) -> SigningKey:
        key, moment = new_key(), now()
        return SigningKey(
            kid=key.kid,
            slot=slot,
            sealed_key=seal_key(key, self.settings.key_passphrase()),
            jwk=public_jwk(key),
            created_at=moment,
            current_from=moment if slot == CURRENT else None,
        )

    def _open(self, key: SigningKey) -> Signer:
        return Signer(kid=key.kid, key=open_key(key.sealed_key or "", key.kid, self.settings.key_passphrase()))


def keyring() -> Keyring:
    """The running service's keys."""
    ring: Keyring = current_app.extensions["identity.keyring"]
    return ring


def _in_slot(session: Session, slot: str) -> SigningKey:
    return session.scalars(select(SigningKey).where(SigningKey.slot == slot).with_for_update()).one()
