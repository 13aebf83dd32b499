"""Until the new password is set nothing else answers (VOC-3): what a first access hands out opens no route anywhere."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from cli import names
from tests.identity.client_facts import CLINIC, CLINIC_PASSWORD, PROOF, Desk, issued
from tests.identity.conftest import House
from tests.platform import make_app

ANY_UUID = "00000000-0000-4000-8000-000000000000"
ALWAYS_PUBLIC = ("/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/static/")


def guarded_routes(app: Flask) -> list[tuple[str, str]]:
    """Method and path of every route that is not public, with something in the place of each parameter."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ALWAYS_PUBLIC) or app.view_functions[rule.endpoint].__permission__ is None:  # type: ignore[attr-defined]
            continue
        path = re.sub(r"<[^>]+>", "1", re.sub(r"<uuid:[^>]+>", ANY_UUID, rule.rule))
        found += [(method, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the services that are looked at would keep their data."""
    return tmp_path_factory.mktemp("services")


@pytest.fixture
def handed_out(house: House) -> dict[str, str]:
    """Everything a client holds between the gesture and the new password."""
    house.service.deliver(issued())
    desk = Desk(house)
    secret = desk.begin()
    return {"first access": secret, "token": str(desk.prove(secret, voucher=PROOF).body["token"])}


def test_no_guarded_route_of_any_service_takes_what_a_first_access_hands_out(
    handed_out: dict[str, str], folder: Path
) -> None:
    """The generated matrix: every service, every route, both secrets; 401, never another answer."""
    answers: dict[tuple[str, ...], int] = {}
    for service in names.SERVICES:
        app = make_app(service, folder)
        for method, path in guarded_routes(app):
            for what, secret in handed_out.items():
                headers = {"Authorization": f"Bearer {secret}"}
                answer = app.test_client().open(path, method=method, headers=headers, json={})
                answers[service, method, path, what] = answer.status_code
    assert len(answers) > 100
    assert {key: status for key, status in answers.items() if status != 401} == {}


PUBLIC_GESTURES: dict[str, dict[str, Any]] = {
    "/v1/sessions/one-time": {"token": "SECRET"},
    "/v1/sessions/refresh": {"refresh_token": "SECRET"},
    "/v1/sessions": {"username": CLINIC, "password": "SECRET"},
}


def test_no_public_route_of_identity_takes_it_for_something_else(house: House, handed_out: dict[str, str]) -> None:
    """Single purpose: it is no login link, no refresh token, no password."""
    statuses = {
        (path, what): house.post(path, **{name: value.replace("SECRET", secret) for name, value in body.items()}).status
        for path, body in PUBLIC_GESTURES.items()
        for what, secret in handed_out.items()
    }
    assert set(statuses.values()) == {401}


def test_the_first_session_comes_with_the_new_password_and_works(house: House, handed_out: dict[str, str]) -> None:
    """And only then."""
    desk = Desk(house)
    assert house.log_in(CLINIC, CLINIC_PASSWORD).status == 401
    session = desk.finish(handed_out["token"]).body
    assert house.me(session["access_token"]).status == 200
