"""What every test of identity starts from: a service with cheap passwords, and Rosa, who has an account."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from services.identity import cli, demo
from services.identity.accounts import find_account, issue_login_token
from services.identity.app import create_app
from services.identity.models import LoginSession
from services.identity.settings import Settings

PASSWORD = "una frase larga y tranquila"
NOTIFIER_SECRET = "notifier-test-secret"
CHEAP = {
    "key_secret": "passphrase-of-the-tests",
    "service_secrets": f"notifier={NOTIFIER_SECRET}",
    "password_time_cost": 1,
    "password_memory_kib": 8,
}


@dataclass
class Answer:
    """What a route said."""

    status: int
    body: dict[str, Any]
    headers: Any

    @property
    def problem(self) -> str:
        """The end of the problem's type."""
        return str(self.body["type"]).removeprefix("urn:cmp:problem:")


@dataclass
class House:
    """Identity with the demo physicians in it, and the few gestures the tests make."""

    service: ServiceUnderTest
    password: str = PASSWORD
    notifier_secret: str = NOTIFIER_SECRET

    def post(
        self, path: str, address: str = "203.0.113.7", headers: dict[str, str] | None = None, **body: Any
    ) -> Answer:
        """POST as the gateway would pass it on from a client's address."""
        forwarded = {"X-Forwarded-For": address} | (headers or {})
        response = self.service.client().post(path, json=body, headers=forwarded)
        return Answer(response.status_code, response.get_json(), response.headers)

    def log_in(
        self, username: str = "012345", password: str = PASSWORD, address: str = "203.0.113.7", **more: Any
    ) -> Answer:
        """Log in with a password."""
        return self.post("/v1/sessions", address, username=username, password=password, **more)

    def refresh(self, token: str) -> Answer:
        """Exchange a refresh token."""
        return self.post("/v1/sessions/refresh", refresh_token=token)

    def me(self, access_token: str) -> Answer:
        """Ask who one is."""
        response = self.service.client().get("/v1/me", headers={"Authorization": f"Bearer {access_token}"})
        return Answer(response.status_code, response.get_json(), response.headers)

    def log_out(self, access_token: str) -> int:
        """Log out."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.service.client().delete("/v1/sessions/current", headers=headers).status_code

    def link(self, username: str = "012345") -> str:
        """A one-time login token."""
        with self.service.transaction() as session:
            account = find_account(session, username)
            assert account is not None
            return issue_login_token(session, account, minutes=10, moment=self.service.clock.now())

    def jwks(self) -> dict[str, Any]:
        """The published keys."""
        return dict(self.service.client().get("/.well-known/jwks.json").get_json())

    def end_reasons(self) -> list[str | None]:
        """Why each session ended, in the order they began."""
        with self.service.transaction() as session:
            return list(session.scalars(select(LoginSession.end_reason).order_by(LoginSession.created_at)))

    def run(self, *words: str, input: str | None = None) -> Result:
        """Run a command of the service."""
        with self.service.context():
            return CliRunner().invoke(cli.commands, list(words), input=input)


@pytest.fixture
def settle(make_service: Callable[..., ServiceUnderTest]) -> Callable[..., House]:
    """Make a house with settings of the test's own choice; Rosa has a password in it."""

    def build(**changes: Any) -> House:
        service = make_service(create_app, Settings(**(CHEAP | changes)), first=demo.load_demo)
        with service.transaction() as session:
            account = find_account(session, "012345")
            assert account is not None
            account.password_hash = service.app.extensions["identity.passwords"].hash(PASSWORD)
        return House(service)

    return build


@pytest.fixture
def house(settle: Callable[..., House]) -> House:
    """Identity with its usual settings, but cheap passwords."""
    return settle()


@pytest.fixture
def service(make_service: Callable[..., ServiceUnderTest]) -> ServiceUnderTest:
    """Identity with an empty register."""
    return make_service(create_app, Settings(**CHEAP))
