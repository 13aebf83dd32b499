"""Who is asking: ES256 tokens checked against identity's JWKS, permissions per route, tokens between services."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import requests
from flask import current_app, g, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.errors import TITLES, Problem

ALGORITHMS = ["ES256"]
TOKEN_TYPE = "at+jwt"  # noqa: S105 - RFC 9068 media type
JWKS_MAX_AGE_S = 300
JWKS_MIN_AGE_S = 10
LEEWAY_S = 5

View = TypeVar("View", bound=Callable[..., Any])


class Unauthenticated(Problem):
    """No token, or one that is not valid (RFC 6750)."""

    status, type, title, detail = 401, *TITLES[401]

    def __init__(self, reason: str = "missing_token") -> None:
        """`reason` goes into WWW-Authenticate, for programs."""
        super().__init__(headers={"WWW-Authenticate": f'Bearer realm="cmp", error="{reason}"'})


class Forbidden(Problem):
    """The token is good but does not carry the permission."""

    status, type, title, detail = 403, *TITLES[403]


class IdentityUnavailable(Problem):
    """Keys cannot be had, so nobody can be recognised: closed, not open."""

    status, type, title, detail = 503, *TITLES[503]


@dataclass(frozen=True)
class Principal:
    """Who is asking, as the access token says."""

    subject: str
    kind: str
    name: str = ""
    given_names: str = ""
    cmp_number: str | None = None
    document_type: str | None = None
    document_number: str | None = None
    council: str | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    session_id: str | None = None

    def has(self, permission: str) -> bool:
        """Whether the token grants a permission (`notes:read`)."""
        return permission in self.permissions


class Keys:
    """Identity's public keys: cached, fetched again when a token names a key that is not known yet."""

    def __init__(self, fetch: Callable[[], dict[str, Any]]) -> None:
        """`fetch` returns the JWKS document; it may raise requests.RequestException."""
        self._fetch, self._lock = fetch, threading.Lock()
        self._keys: KeySet | None = None
        self._known: frozenset[str] = frozenset()
        self._fetched_at = self._tried_at = float("-inf")

    def holding(self, kid: str | None) -> KeySet:
        """A key set, refreshed when it is old or lacks `kid`. Raises IdentityUnavailable when there is none at all."""
        with self._lock:
            moment = time.monotonic()
            wanted = self._keys is None or moment - self._fetched_at > JWKS_MAX_AGE_S or kid not in self._known
            if wanted and moment - self._tried_at > JWKS_MIN_AGE_S:
                self._tried_at = moment
                self._refresh()
            if self._keys is None:
                raise IdentityUnavailable(headers={"Retry-After": "5"})
            return self._keys

    def _refresh(self) -> None:
        try:
            document = self._fetch()
        except (requests.RequestException, ValueError):
            # Serve on with the keys we have; not asked again before JWKS_MIN_AGE_S, or requests would queue here.
            return
        self._keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
        self._known = frozenset(str(key["kid"]) for key in document["keys"] if "kid" in key)
        self._fetched_at = time.monotonic()


class Verifier:
    """Checks access tokens for one audience."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str) -> None:
        """`audience` is the service's own name."""
        self.keys, self.issuer, self.audience = keys, issuer, audience

    def verify(self, token: str) -> Principal:
        """Return who the token speaks for. Raises Unauthenticated, IdentityUnavailable."""
        try:
            decoded = jwt.decode(token, self._key_of, algorithms=ALGORITHMS)
            if decoded.header.get("typ", "").lower() != TOKEN_TYPE:
                raise Unauthenticated("invalid_token")
            self._check_claims(decoded.claims)
            return principal_from(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unauthenticated("invalid_token") from error

    def _key_of(self, token: Any) -> KeySet:
        """The keys to check with, by the key id in the header; whatever else the header offers is not believed."""
        kid = token.headers().get("kid")
        if not isinstance(kid, str):
            raise Unauthenticated("invalid_token")
        return self.keys.holding(kid)

    def _check_claims(self, claims: dict[str, Any]) -> None:
        audience = claims.get("aud")
        if claims.get("iss") != self.issuer or self.audience not in (
            [audience] if isinstance(audience, str) else audience or []
        ):
            raise Unauthenticated("invalid_token")
        moment = (
            current_app.extensions["cmp"].clock.now().timestamp() if "cmp" in current_app.extensions else time.time()
        )
        if not claims["exp"] > moment - LEEWAY_S or claims["iat"] > moment + LEEWAY_S:
            raise Unauthenticated("invalid_token")


def principal_from(claims: dict[str, Any]) -> Principal:
    """The principal that verified claims describe."""
    return Principal(
        subject=claims["sub"],
        kind=claims.get("kind", ""),
        name=claims.get("name", ""),
        given_names=claims.get("given_names", ""),
        cmp_number=claims.get("cmp_number"),
        document_type=claims.get("document_type"),
        document_number=claims.get("document_number"),
        council=claims.get("council"),
        permissions=frozenset(claims.get("perms", ())),
        session_id=claims.get("sid"),
    )


def bearer_token() -> str:
    """The token of the Authorization header. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return token.strip()


def principal() -> Principal:
    """Who is asking. Raises Unauthenticated when the request carries no valid token."""
    if "principal" not in g:
        g.principal = current_app.extensions["cmp"].verifier.verify(bearer_token())
    who: Principal = g.principal
    return who


def requires(permission: str) -> Callable[[View], View]:
    """Let a route be called only with a token that grants the permission: else 401 or 403."""

    def guard(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not principal().has(permission):
                raise Forbidden(permission=permission)
            return view(*args, **kwargs)

        checked.__permission__ = permission  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return guard


def public(view: View) -> View:
    """Say that a route needs no token; a guard lists every route that says so."""
    view.__permission__ = None  # type: ignore[attr-defined]
    return view


class ServiceToken:
    """The token a service shows another: asked from identity with the client secret, kept until near its end."""

    def __init__(self, service: str, secret: str, identity_url: str, session: requests.Session) -> None:
        """Does not ask before the first use."""
        self._service, self._secret, self._identity_url, self._session = service, secret, identity_url, session
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, float]] = {}

    def for_audience(self, audience: str) -> str:
        """A token that `audience` accepts. Raises requests.RequestException when identity cannot be asked."""
        with self._lock:
            token, good_until = self._tokens.get(audience, ("", 0.0))
            if time.monotonic() < good_until:
                return token
            body = {"service": self._service, "secret": self._secret, "audience": audience}
            answer = self._session.post(f"{self._identity_url}/v1/service-tokens", json=body, timeout=(3, 10))
            answer.raise_for_status()
            reply = answer.json()
            self._tokens[audience] = (reply["access_token"], time.monotonic() + reply["expires_in"] - 60)
            return str(reply["access_token"])

    def forget(self) -> None:
        """Ask again next time, after a token was refused."""
        with self._lock:
            self._tokens.clear()
