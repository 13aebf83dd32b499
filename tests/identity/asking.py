"""Clients with a token that identity itself signed: unlike other services it believes only its own keys."""

import dataclasses
from typing import Any

from flask.testing import FlaskClient

from chassis.auth import Principal
from chassis.testing import ServiceUnderTest
from services.identity.keys import keyring
from services.identity.tokens import access_claims


def token_of(service: ServiceUnderTest, who: Principal) -> str:
    """An access token for a principal, good for ten minutes of the service's clock."""
    person: dict[str, Any] = {
        name: value
        for name, value in dataclasses.asdict(who).items()
        if name not in {"subject", "permissions"} and value
    }
    claims = access_claims(
        issuer=service.settings.token_issuer,
        audience=["identity"],
        subject=who.subject,
        moment=service.clock.now(),
        seconds=600,
    )
    with service.context():
        return keyring().signer().sign(claims | person | {"perms": sorted(who.permissions)})


def asking(service: ServiceUnderTest, who: Principal) -> FlaskClient:
    """A client that asks as this principal."""
    client = service.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(service, who)}"
    return client
