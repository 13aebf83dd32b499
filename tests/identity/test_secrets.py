"""Nothing secret is written down anywhere: not in events, not in rows, not in logs (ASVS 16.2.5, 6.5.2)."""

import io
import json
import logging

import pytest
from sqlalchemy import text

from chassis.logs import configure_logs


@pytest.fixture
def logged():
    """Everything that was logged, as it would reach standard output, down to DEBUG."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    configure_logs("identity", "DEBUG", stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]


@pytest.fixture
def canaries(house, logged):
    """A whole life of an account, and every secret that took part in it."""
    body = house.log_in().body
    newer = house.refresh(body["refresh_token"]).body
    house.refresh(body["refresh_token"])
    house.refresh("an-invented-refresh-token")
    house.log_in(password="a-wrong-password")
    house.log_in("nobody@example.org", "another-wrong-password")
    link = house.link()
    house.post("/v1/sessions/one-time", token=link)
    house.post("/v1/sessions", username=["x"], password="malformed-password", extra="extra-secret")
    house.post("/v1/service-tokens", service="notifier", secret=house.notifier_secret, audience="einvoice")
    house.post("/v1/service-tokens", service="notifier", secret="a-wrong-service-secret", audience="einvoice")
    enrolled = house.run("enrol-service", "einvoice").output.strip()
    house.run("rotate-keys")
    tokens = [session[kind] for session in (body, newer) for kind in ("access_token", "refresh_token")]
    typed = [
        "a-wrong-password",
        "another-wrong-password",
        "malformed-password",
        "extra-secret",
        "a-wrong-service-secret",
    ]
    return [house.password, link, enrolled, house.notifier_secret, house.service.settings.key_secret, *tokens, *typed]


def found(canaries, haystack):
    """Canaries that show up."""
    return [canary for canary in canaries if canary in haystack]


def test_no_row_of_the_database_holds_a_secret(house, canaries):
    with house.service.transaction() as session:
        names = [*house.service.service.metadata.tables, "outbox", "inbox"]
        rows = {name: session.execute(text(f"SELECT * FROM {name}")).fetchall() for name in names}

    assert len(rows["outbox"]) == 13
    assert found([*canaries, "BEGIN EC PRIVATE", "BEGIN PRIVATE"], str(rows)) == []


def test_no_event_holds_a_secret_a_hash_or_a_link(house, canaries):
    with house.service.transaction() as session:
        bodies = session.execute(text("SELECT body FROM outbox")).scalars().all()

    fields = {name for body in bodies for name in json.loads(body)}
    assert found([*canaries, "$argon2"], str(bodies)) == []
    assert not [
        name for name in fields if any(word in name for word in ("password", "token", "secret", "hash", "link"))
    ]


def test_no_log_line_holds_a_secret_or_personal_data(house, canaries, logged):
    logging.getLogger("test").info("the stream is alive")

    assert "the stream is alive" in logged.getvalue()
    assert found([*canaries, "@example", "40000001", "Quispe", "203.0.113.7"], logged.getvalue()) == []


def test_logins_refusals_and_reuse_are_logged_with_ids(house, canaries, logged):
    """ASVS 16.3.1."""
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    said = " ".join(line["event"] for line in lines if line["logger"].startswith("services.identity"))

    for words in ("begins", "login refused for account unknown", "a refresh token was used twice", "token refused"):
        assert words in said


def test_no_answer_repeats_a_password(house):
    wrong = house.log_in(password="a-wrong-password")
    malformed = house.post("/v1/sessions", username=["x"], password="malformed-password")

    assert "password" not in json.dumps(wrong.body)
    assert "malformed-password" not in json.dumps(malformed.body)
