"""Fixtures that let a service's tests read like sentences. Loaded as a pytest plugin."""

import dataclasses
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import TOKEN_TYPE, Keys, Principal
from chassis.clock import ManualClock
from chassis.db import Database
from chassis.events import Envelope, Event, encode
from chassis.inbox import FAILED, Inbox, InboxRow
from chassis.jobs import JobFunction
from chassis.outbox import OutboxRow, Relay

AMQP_URL = os.environ.get("CMP_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")
MORNING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""Where manual clocks start: a Friday, ten in the morning in Lima."""

SIGNING_KEY = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"}, private=True)


def jwks() -> dict[str, Any]:
    """The key document that test tokens are checked against."""
    return {"keys": [SIGNING_KEY.as_dict(private=False)]}


def token_for(who: Principal, *, audience: str, issuer: str, at: datetime, seconds: int = 600, **header: Any) -> str:
    """A signed access token for a principal."""
    claims = {
        key: value for key, value in dataclasses.asdict(who).items() if key not in {"subject", "permissions"} and value
    }
    claims |= {
        "sub": who.subject,
        "perms": sorted(who.permissions),
        "iss": issuer,
        "aud": [audience],
        "iat": int(at.timestamp()),
        "exp": int(at.timestamp()) + seconds,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode({"alg": "ES256", "kid": "test", "typ": TOKEN_TYPE, **header}, claims, SIGNING_KEY)


class ServiceUnderTest:
    """A service on a database of its own, with a clock that stands still and nothing else running."""

    def __init__(self, app: Flask, clock: ManualClock) -> None:
        """`app` is made by the service's create_app; its database is migrated."""
        self.app, self.clock = app, clock
        self.service = app.extensions["cmp"]
        self.settings = self.service.settings
        self.db: Database = self.service.db
        self.inbox = Inbox(app, self.service.subscriptions, self.service.metrics)

    def client(self, who: Principal | None = None) -> FlaskClient:
        """A browserless client, anonymous or with a valid token. The token is renewed with the clock."""
        client = self.app.test_client()
        if who is not None:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.token(who)}"
        return client

    def token(self, who: Principal, **changes: Any) -> str:
        """A token this service accepts."""
        options = {"audience": self.settings.service, "issuer": self.settings.token_issuer, "at": self.clock.now()}
        return token_for(who, **(options | changes))

    def deliver(
        self, event: Event, *, times: int = 1, sequence: int = 1, id: str | None = None, fails: bool = False
    ) -> str:
        """Give an event to the real inbox; return what became of it. With `fails` the handler must raise."""
        envelope = Envelope(
            id=id or str(uuid.uuid4()),
            source="/cmp/" + event.topic.split(".")[0],
            topic=event.topic,
            subject=event.subject,
            time=self.clock.now(),
            sequence=sequence,
        )
        result = ""
        for _ in range(times):
            result = self.inbox.take(envelope, msgspec.json.decode(encode(event)))
        if (result == FAILED) is not fails:
            raise AssertionError(f"{event.topic}: {result}: {self._error_of(envelope.id)}")
        return result

    def _error_of(self, event_id: str) -> str | None:
        with self.db.reading() as session:
            return session.scalar(select(InboxRow.error).where(InboxRow.event_id == event_id))

    def run(self, job: JobFunction) -> bool:
        """Run a job once, as the scheduler would, but let its errors out."""
        with self.app.app_context():
            return bool(job())

    def published(self) -> list[type[Event]]:
        """The classes of all events in the outbox, in order."""
        return [type(event) for event in self.events()]

    def events(self, event_class: type[Any] = Event) -> list[Any]:
        """The facts in the outbox, in order, of one class or all."""
        with self.db.reading() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        facts = [msgspec.json.decode(row.body, type=_class_of(row.topic)) for row in rows]
        return [fact for fact in facts if isinstance(fact, event_class)]

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction inside the application's context."""
        with self.app.app_context(), self.db.transaction() as session:
            yield session

    def context(self) -> AbstractContextManager[Any]:
        """The application's context."""
        return self.app.app_context()

    def relay(self, broker_url: str) -> Relay:
        """The service's relay on a real broker."""
        return Relay(self.app, broker_url)


def _class_of(topic: str) -> type[Event]:
    return next(known for known in _subclasses(Event) if getattr(known, "topic", None) == topic)


def _subclasses(parent: type[Event]) -> Iterator[type[Event]]:
    for child in parent.__subclasses__():
        yield child
        yield from _subclasses(child)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at a Friday morning until it is moved."""
    return ManualClock(MORNING)


@pytest.fixture
def make_service(
    database_kind: str, templates: Any, clock: ManualClock, tmp_path: Path
) -> Iterator[Callable[..., ServiceUnderTest]]:
    """Make a service under test: `make_service(create_app, Settings(...))`; `first` adds rows that all start with."""
    made: list[ServiceUnderTest] = []

    def make(
        create_app: Callable[..., Flask], settings: Any, *, first: Callable[[Flask], None] | None = None, **parts: Any
    ) -> ServiceUnderTest:
        url = templates.copy(create_app, settings, database_kind, tmp_path, first)
        placed = dataclasses.replace(settings, database_url=url, data_dir=str(tmp_path))
        app = create_app(placed, clock=clock, keys=Keys(jwks), **parts)
        made.append(ServiceUnderTest(app, clock))
        return made[-1]

    yield make
    for service in made:
        service.db.close()
        templates.discard(service.settings.database_url)
