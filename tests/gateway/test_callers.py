"""Who may pass: tokens, permissions, and addresses that cannot be invented."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.auth import Keys
from chassis.testing import SIGNING_KEY
from gateway.app import create_app
from gateway.callers import client_address
from gateway.settings import Settings
from tests.gateway.conftest import ISSUER, Upstream, bearer, from_outside, problem
from tests.people import a_service, physician, staff

PATH = "/api/identity/v1/me"
DELIVERIES = "/api/notifier/v1/deliveries"


def claims(**changes: Any) -> dict[str, Any]:
    """What a good token says."""
    moment = int(datetime.now(UTC).timestamp())
    good = {"iss": ISSUER, "sub": "a", "aud": ["identity"], "kind": "physician", "iat": moment, "exp": moment + 600}
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(content: dict[str, Any], key: Any = SIGNING_KEY, **header: Any) -> dict[str, str]:
    """An Authorization header with a token of these claims."""
    token = jwt.encode({"alg": "ES256", "kid": "test", "typ": "at+jwt"} | header, content, key)
    return {"Authorization": f"Bearer {token}"}


def b64(raw: bytes) -> str:
    """Base64 as tokens write it."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(content: dict[str, Any], alg: str = "none") -> str:
    """A token without a signature."""
    parts = ({"alg": alg, "kid": "test", "typ": "at+jwt"}, content)
    return ".".join(b64(json.dumps(part).encode()) for part in parts) + "."


class TestTokens:
    """ASVS 9.1, 9.2."""

    def test_a_good_token_passes(self, client: FlaskClient, upstream: Upstream) -> None:
        headers = bearer()
        assert client.get(PATH, headers=headers).status_code == 200
        assert upstream.last.headers["Authorization"] == headers["Authorization"]

    def test_a_token_for_several_services_passes(self, client: FlaskClient) -> None:
        assert client.get(PATH, headers=signed(claims(aud=["payments", "identity"]))).status_code == 200

    def test_without_one_it_is_401_and_the_service_hears_nothing(self, client: FlaskClient, upstream: Upstream) -> None:
        response = client.get(PATH)
        assert problem(response, 401, "unauthenticated")["title"] == "Debe iniciar sesión"
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="cmp", error="missing_token"'
        assert upstream.seen == []

    def test_an_expired_one_is_401(self, client: FlaskClient, upstream: Upstream) -> None:
        response = client.get(PATH, headers=bearer(at=datetime.now(UTC) - timedelta(minutes=11)))
        problem(response, 401, "unauthenticated")
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
        assert upstream.seen == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://other.example.org"},
            {"aud": ["payments"]},
            {"aud": None},
            {"exp": None},
            {"iat": None},
        ],
    )
    def test_one_for_something_else_is_401(self, client: FlaskClient, changes: dict[str, Any]) -> None:
        problem(client.get(PATH, headers=signed(claims(**changes))), 401, "unauthenticated")

    def test_one_that_is_not_an_access_token_is_401(self, client: FlaskClient) -> None:
        problem(client.get(PATH, headers=signed(claims(), typ="rt+jwt")), 401, "unauthenticated")

    def test_one_by_another_key_of_the_same_name_is_401(self, client: FlaskClient) -> None:
        stranger = ECKey.generate_key("P-256", {"kid": "test"})
        problem(client.get(PATH, headers=signed(claims(), stranger)), 401, "unauthenticated")

    def test_one_signed_with_the_public_key_as_a_password_is_401(self, client: FlaskClient) -> None:
        head = unsigned(claims(), alg="HS256").rstrip(".")
        mac = hmac.digest(SIGNING_KEY.as_pem(private=False), head.encode(), "sha256")
        token = f"{head}.{b64(mac)}"
        problem(client.get(PATH, headers={"Authorization": f"Bearer {token}"}), 401, "unauthenticated")

    def test_one_without_a_signature_is_401(self, client: FlaskClient) -> None:
        problem(client.get(PATH, headers={"Authorization": f"Bearer {unsigned(claims())}"}), 401, "unauthenticated")

    @pytest.mark.parametrize(
        "text", ["", "Bearer", "Bearer ", "Bearer a.b", "Bearer ñ.ñ.ñ", "Basic dTpw", "Bearer a.b.c", "Bearer ..."]
    )
    def test_what_is_no_token_is_401(self, client: FlaskClient, text: str) -> None:
        problem(client.get(PATH, environ_overrides={"HTTP_AUTHORIZATION": text}), 401, "unauthenticated")

    def test_a_stolen_service_token_opens_nothing_from_outside(self, client: FlaskClient) -> None:
        problem(client.get(PATH, headers=bearer(a_service("notifier"))), 401, "unauthenticated")

    def test_on_a_public_route_nobody_looks_at_the_token(self, client: FlaskClient) -> None:
        assert client.get("/api/payments/v1/terms", headers={"Authorization": "Bearer nonsense"}).status_code == 200


class TestPermissions:
    """The service checks again; here a whole prefix is closed to those who have no business in it."""

    @pytest.mark.parametrize("permission", ["notifier:read", "notifier:operate"])
    def test_any_of_the_listed_ones_passes(self, client: FlaskClient, permission: str) -> None:
        headers = bearer(staff(permission), audience="notifier")
        assert client.get(DELIVERIES, headers=headers).status_code == 200

    def test_others_are_403(self, client: FlaskClient, upstream: Upstream) -> None:
        found = problem(client.get(DELIVERIES, headers=bearer(physician(), audience="notifier")), 403, "forbidden")
        assert found["title"] == "No tiene permiso"
        assert upstream.seen == []

    def test_without_a_token_it_is_401(self, client: FlaskClient) -> None:
        problem(client.get(DELIVERIES), 401, "unauthenticated")


class TestKeys:
    """Identity's keys, fetched by the gateway itself."""

    @pytest.fixture
    def published(self, upstream: Upstream) -> Callable[..., None]:
        """Publish keys at identity."""

        def publish(*keys: Any) -> None:
            document = {"keys": [key.as_dict(private=False) for key in keys]}
            upstream.says("200 OK", ("Content-Type", "application/json"), body=json.dumps(document).encode())

        return publish

    def test_are_fetched_from_identity(self, settings: Settings, published: Callable[..., None]) -> None:
        published(SIGNING_KEY)
        assert from_outside(create_app(settings)).get(PATH, headers=bearer()).status_code == 200

    def test_a_new_key_is_learned_when_a_token_names_it(
        self, settings: Settings, published: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rotation: identity publishes the next key before it signs with it."""
        monkeypatch.setattr("chassis.auth.JWKS_MIN_AGE_S", 0)
        client, following = (
            from_outside(create_app(settings)),
            ECKey.generate_key("P-256", {"kid": "next", "alg": "ES256"}),
        )
        published(SIGNING_KEY)
        assert client.get(PATH, headers=signed(claims(), following, kid="next")).status_code == 401
        published(SIGNING_KEY, following)
        assert client.get(PATH, headers=signed(claims(), following, kid="next")).status_code == 200
        assert client.get(PATH, headers=signed(claims())).status_code == 200

    def test_when_identity_was_never_seen_it_is_503_and_not_open(self, settings: Settings, refused_url: str) -> None:
        """ASVS 16.5: fail closed."""
        import dataclasses

        app = create_app(dataclasses.replace(settings, identity_url=refused_url))
        response = from_outside(app).get(DELIVERIES, headers=bearer(staff("notifier:read"), audience="notifier"))
        problem(response, 503, "unavailable")
        assert response.headers["Retry-After"] == "5"

    def test_when_identity_goes_away_the_known_keys_still_serve(self, settings: Settings, upstream: Upstream) -> None:
        """A token of ten minutes outlives a restart of identity."""
        answers = iter([{"keys": [SIGNING_KEY.as_dict(private=False)]}])
        client = from_outside(create_app(settings, keys=Keys(lambda: next(answers))))
        assert [client.get(PATH, headers=bearer()).status_code for _ in range(2)] == [200, 200]


TRUSTED = "10.0.0.0/8, 2001:db8::/32"


@pytest.mark.parametrize(
    ("peer", "header", "address"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "nonsense, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", " , ,", "10.0.0.1"),
        ("2001:db8::1", "2001:4860::9", "2001:4860::9"),
        ("", "203.0.113.7", ""),
    ],
)
def test_the_address_is_the_first_from_the_right_that_is_not_ours(peer: str, header: str | None, address: str) -> None:
    """ASVS 4.1.3: what stands further left anybody can invent."""
    environ = {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": header} if header is not None else {})
    assert client_address(environ, TRUSTED) == address


def test_by_default_nobody_is_believed() -> None:
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}
    assert client_address(environ, Settings().trusted_networks) == "127.0.0.1"


def test_the_service_hears_one_address_and_not_the_chain(gateway: Callable[..., Flask], upstream: Upstream) -> None:
    client = from_outside(gateway(trusted_networks=TRUSTED), address="10.0.0.1")
    client.get("/x", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
    assert upstream.last.headers["X-Forwarded-For"] == "203.0.113.7"


@pytest.mark.parametrize("name", ["trusted_networks", "internal_networks"])
def test_a_network_that_is_none_stops_the_start(gateway: Callable[..., Flask], name: str) -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        gateway(**{name: "10.0.0.0/99"})
