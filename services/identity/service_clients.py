"""Tokens for services of ours: who asks, with which secret, and what the token then permits."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading
from services.identity.accounts import permissions_of
from services.identity.errors import AudienceNotAllowed, WrongClient
from services.identity.keys import keyring
from services.identity.models import ServiceClient
from services.identity.settings import current_settings
from services.identity.tokens import access_claims, digest, new_secret, same

log = logging.getLogger(__name__)


def service_token(name: str, secret: str, audience: str) -> str:
    """An access token with which a service calls one other. Raises WrongClient, AudienceNotAllowed."""
    told, holder = current_settings(), f"service:{name}"
    with reading() as session:
        if not any(same(known, secret) for known in _digests(session, name)):
            log.warning("token refused: a service did not show the secret of %r", name)
            raise WrongClient
        permissions = permissions_of(session, holder, audience)
    if not permissions:
        raise AudienceNotAllowed
    claims = access_claims(
        issuer=told.token_issuer, audience=audience, subject=holder, moment=now(), seconds=told.access_token_seconds
    )
    return keyring().signer().sign(claims | {"kind": "service", "name": name, "perms": permissions})


def enrol_service(session: Session, name: str, moment: datetime) -> str:
    """Give a service a new secret and return it; its digest replaces the one before."""
    secret = new_secret()
    client = session.get(ServiceClient, name) or ServiceClient(name=name, created_at=moment)
    client.secret_digest, client.changed_at = digest(secret), moment
    session.add(client)
    return secret


def _digests(session: Session, name: str) -> list[str]:
    """Digests a secret may have: of the one in the settings and of the one in the table."""
    client = session.get(ServiceClient, name)
    given = current_settings().known_services.get(name)
    return [digest(given) if given else "", client.secret_digest if client else ""]
