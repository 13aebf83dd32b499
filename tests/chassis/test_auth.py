"""Tokens that must not pass (ASVS 5.0: 9.1.1 to 9.2.4) and keys that change or cannot be had."""

import base64
import hmac
import json
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.auth import IdentityUnavailable, Keys, Principal, Verifier
from chassis.testing import SIGNING_KEY, ServiceUnderTest, jwks, token_for

READER = Principal(subject="n1", kind="person", permissions=frozenset({"notes:read"}))


def answer(service: ServiceUnderTest, token: str) -> int:
    client = service.app.test_client()
    return client.get("/v1/notes/n1", headers={"Authorization": f"Bearer {token}"}).status_code


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(claims: dict[str, Any], alg: str = "none") -> str:
    parts = [{"alg": alg, "kid": "test", "typ": "at+jwt"}, claims]
    return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."


def test_a_valid_token_passes(service: ServiceUnderTest) -> None:
    assert answer(service, service.token(READER)) == 200


def test_no_token_is_401_and_says_how(service: ServiceUnderTest) -> None:
    response = service.client().get("/v1/notes/n1")
    assert (response.status_code, response.headers["WWW-Authenticate"][:6]) == (401, "Bearer")


def test_a_token_without_the_permission_is_403(service: ServiceUnderTest) -> None:
    assert answer(service, service.token(Principal(subject="n1", kind="person"))) == 403


def test_a_token_ends_with_its_time(service: ServiceUnderTest) -> None:
    token = service.token(READER, seconds=600)
    service.clock.advance(seconds=604)
    assert answer(service, token) == 200
    service.clock.advance(seconds=2)
    assert answer(service, token) == 401


@pytest.mark.parametrize(
    "changes",
    [{"audience": "another"}, {"issuer": "https://elsewhere.invalid"}, {"typ": "JWT"}, {"typ": "rt+jwt"}],
    ids=lambda changes: str(changes),
)
def test_a_token_for_something_else_is_refused(service: ServiceUnderTest, changes: dict[str, str]) -> None:
    assert answer(service, service.token(READER, **changes)) == 401


def test_a_token_without_signature_is_refused(service: ServiceUnderTest) -> None:
    claims = jwt.decode(service.token(READER), SIGNING_KEY).claims
    assert answer(service, unsigned(claims)) == 401


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(service: ServiceUnderTest) -> None:
    claims = jwt.decode(service.token(READER), SIGNING_KEY).claims
    signed = unsigned(claims, alg="HS256").rstrip(".")
    mac = hmac.digest(SIGNING_KEY.as_pem(private=False), signed.encode(), "sha256")
    assert answer(service, f"{signed}.{encoded(mac)}") == 401


def test_a_token_of_a_key_that_identity_does_not_publish_is_refused(service: ServiceUnderTest) -> None:
    foreign = ECKey.generate_key("P-256")
    claims = jwt.decode(service.token(READER), SIGNING_KEY).claims
    for kid in ("test", "foreign"):
        assert answer(service, jwt.encode({"alg": "ES256", "kid": kid, "typ": "at+jwt"}, claims, foreign)) == 401


def test_a_key_named_inside_the_token_is_not_believed(service: ServiceUnderTest) -> None:
    foreign = ECKey.generate_key("P-256")
    claims = jwt.decode(service.token(READER), SIGNING_KEY).claims
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "x", "jwk": foreign.as_dict(private=False)}
    assert answer(service, jwt.encode(header, claims, foreign)) == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.b.c.d.e", "é"])
def test_rubbish_is_refused(service: ServiceUnderTest, token: str) -> None:
    assert answer(service, token) in (400, 401)


def test_keys_are_fetched_again_for_a_new_key_id_but_not_more_often_than_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment, fetched = [1000.0], []
    monkeypatch.setattr("chassis.auth.time.monotonic", lambda: moment[0])
    keys = Keys(lambda: fetched.append(1) or jwks())  # type: ignore[func-returns-value]
    for kid in ("test", "test", "new", "new"):
        keys.holding(kid)
    assert len(fetched) == 1
    moment[0] += 11
    keys.holding("new")
    assert len(fetched) == 2


def test_old_keys_serve_on_while_identity_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    moment, replies = [1000.0], [jwks()]
    monkeypatch.setattr("chassis.auth.time.monotonic", lambda: moment[0])

    def fetch() -> dict[str, Any]:
        if not replies:
            raise requests.ConnectionError
        return replies.pop()

    keys = Keys(fetch)
    first = keys.holding("test")
    moment[0] += 1000
    assert keys.holding("test") is first


def test_without_any_keys_the_door_stays_shut_with_503(service: ServiceUnderTest) -> None:
    def away() -> dict[str, Any]:
        raise requests.ConnectionError

    service.service.verifier = Verifier(Keys(away), issuer="x", audience="toy")
    assert answer(service, token_for(READER, audience="toy", issuer="x", at=service.clock.now())) == 503


def test_a_token_that_names_nobody_is_refused(service: ServiceUnderTest) -> None:
    claims = jwt.decode(service.token(READER), SIGNING_KEY).claims
    del claims["sub"]
    assert answer(service, jwt.encode({"alg": "ES256", "kid": "test", "typ": "at+jwt"}, claims, SIGNING_KEY)) == 401


def test_a_failed_fetch_of_the_keys_is_not_repeated_by_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    moment, tries = [1000.0], []
    monkeypatch.setattr("chassis.auth.time.monotonic", lambda: moment[0])

    def away() -> dict[str, Any]:
        tries.append(1)
        raise requests.ConnectionError

    keys = Keys(away)
    for _ in range(5):
        with pytest.raises(IdentityUnavailable):
            keys.holding("test")
    assert len(tries) == 1
