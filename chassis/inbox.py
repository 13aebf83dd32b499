"""The inbox: each incoming event is given to one function, once; what fails is kept here and tried again from here."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import (
    Index,
    Integer,
    String,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis import clock
from chassis.db import ChassisTable, Database
from chassis.events import Envelope, Event, decode
from chassis.logs import bind_trace
from chassis.metrics import Metrics
from chassis.outbox import BigId

E = TypeVar("E", bound=Event)
Handler = Callable[[Any, Session], None]

MAX_ATTEMPTS = 8
BACKOFF_S = (1, 5, 15, 60, 300, 900, 3600)
"""Wait before each further try of a failed event, in seconds."""
CRASH_SUSPECT = 3
"""A message that came back this often may be what kills the worker: it is set aside before it is handled."""

GIVEN = (
    "consumer",
    "source",
    "event_id",
    "topic",
    "subject",
    "sequence",
    "occurred_at",
    "traceparent",
    "at",
    "attempts",
)
"""Columns of an inbox row that are known when the event arrives."""

DONE, FAILED, HELD, DEAD, DROPPED = "done", "failed", "held", "dead", "dropped"

OPEN: list[Any] = [literal_column(f"'{state}'") for state in (FAILED, HELD, DEAD)]
"""Written into the statement, not bound: only so does PostgreSQL see that the partial index serves."""

log = logging.getLogger(__name__)


class InboxRow(ChassisTable):
    """An event that arrived. Handled ones keep only their id; failed and held ones keep all that a retry needs."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_open", "subject",
            postgresql_where=text("state IN ('failed', 'held', 'dead')"),
            sqlite_where=text("state IN ('failed', 'held', 'dead')"),
        ),
        Index("ix_inbox_at", "at"),
    )  # fmt: skip

    consumer: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    topic: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(BigId, default=0)
    occurred_at: Mapped[datetime | None]
    traceparent: Mapped[str | None] = mapped_column(String(60))
    data: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime | None]

    def envelope(self) -> Envelope:
        """What travelled around the fact."""
        return Envelope(
            id=self.event_id,
            source=self.source,
            topic=self.topic,
            subject=self.subject,
            time=self.occurred_at or self.at,
            sequence=self.sequence,
            traceparent=self.traceparent,
        )


class Subscriptions:
    """Which events a service listens to, and the one function each is given to."""

    def __init__(self, service: str) -> None:
        """`service` names the queue `<service>.events` and the consumer in the inbox."""
        self.service = service
        self.handlers: dict[str, tuple[type[Event], Handler]] = {}

    def on(self, event_class: type[E]) -> Callable[[Callable[[E, Session], None]], Callable[[E, Session], None]]:
        """Register the function for an event. Raises ValueError when the event has one already."""

        def register(handler: Callable[[E, Session], None]) -> Callable[[E, Session], None]:
            if event_class.topic in self.handlers:
                raise ValueError(f"{event_class.topic} has a handler already")
            self.handlers[event_class.topic] = (event_class, handler)
            return handler

        return register


def received(session: Session) -> Envelope:
    """The envelope of the event being handled in this transaction (id, source, sequence, time)."""
    envelope: Envelope = session.info["envelope"]
    return envelope


def registration(insert: Any) -> Any:
    """The one statement of the fast path, built once: insert the row unless it is there, as `held` when an earlier
    event of the subject waits, else as `done`; returns the state, or nothing for a duplicate."""
    table: Any = InboxRow.__table__
    given = {name: bindparam(name, type_=table.c[name].type) for name in GIVEN}
    earlier = table.alias("earlier")
    waiting = exists().where(
        earlier.c.consumer == given["consumer"],
        earlier.c.source == given["source"],
        earlier.c.subject == given["subject"],
        earlier.c.state.in_(OPEN),
    )
    state = case((waiting, literal(HELD)), else_=literal(DONE))
    row = select(*given.values(), state).where(true())
    return insert(table).from_select([*GIVEN, "state"], row).on_conflict_do_nothing().returning(table.c.state)


class DatabaseDown(Exception):
    """The inbox cannot be written: nothing may be acknowledged until it can."""


class Inbox:
    """Takes events in: once each, in order within a subject, failures kept and retried."""

    def __init__(self, app: Flask, subscriptions: Subscriptions, metrics: Metrics) -> None:
        """Handlers run inside the application's context, on its database."""
        self.app, self.subscriptions, self.metrics = app, subscriptions, metrics
        self.db: Database = app.extensions["cmp"].db
        self.consumer = subscriptions.service
        self._insert = sqlite_insert if self.db.is_sqlite else postgresql_insert
        self._registration = registration(self._insert)

    def take(self, envelope: Envelope, data: Any, *, deliveries: int = 0) -> str:
        """Handle an event that has just arrived; return what became of it. Raises DatabaseDown.

        `deliveries`: how often the broker has delivered it before without an answer.
        """
        bind_trace(envelope.traceparent, event_id=envelope.id, service=self.consumer)
        if envelope.topic not in self.subscriptions.handlers:
            return self._count(envelope, "ignored")
        if deliveries >= CRASH_SUSPECT:
            return self._count(
                envelope, self._keep_failure(envelope, data, f"came back {deliveries} times without an answer")
            )
        try:
            result = self._handle_new(envelope, data)
        except Exception as error:
            result = self._keep_failure(envelope, data, _describe(error))
            log.warning(
                "event %s of %s failed: %s", envelope.id, envelope.topic, _describe(error), exc_info=result == FAILED
            )
        return self._count(envelope, result)

    def _handle_new(self, envelope: Envelope, data: Any) -> str:
        """The fast path: inbox row and effect in one transaction."""
        with self.app.app_context(), self.db.transaction() as session:
            state = self._register(session, envelope, data)
            if state == DONE:
                self._apply(session, envelope, data)
            return state or "duplicate"

    def _register(self, session: Session, envelope: Envelope, data: Any) -> str | None:
        """Insert the inbox row; None when it was there. `held` when an earlier event of the subject still waits."""
        state: str | None = session.connection().scalar(self._registration, self._values(envelope))
        if state == HELD:
            held = (InboxRow.consumer == self.consumer, InboxRow.source == envelope.source)
            session.execute(update(InboxRow).where(*held, InboxRow.event_id == envelope.id).values(data=data))
        return state

    def _values(self, envelope: Envelope) -> dict[str, Any]:
        return {
            "consumer": self.consumer,
            "source": envelope.source,
            "event_id": envelope.id,
            "topic": envelope.topic,
            "subject": envelope.subject,
            "sequence": envelope.sequence,
            "occurred_at": envelope.time,
            "traceparent": envelope.traceparent,
            "at": clock.now(),
            "attempts": 0,
        }

    def _apply(self, session: Session, envelope: Envelope, data: Any) -> None:
        event_class, handler = self.subscriptions.handlers[envelope.topic]
        session.info["envelope"] = envelope
        started = time.perf_counter()
        handler(decode(event_class, data), session)
        self.metrics.handling_seconds.labels(envelope.topic).observe(time.perf_counter() - started)

    def _keep_failure(self, envelope: Envelope, data: Any, error: str) -> str:
        """Keep an event that could not be handled, with its body, for the retry. Raises DatabaseDown."""
        try:
            with self.app.app_context(), self.db.transaction() as session:
                values = self._values(envelope) | {
                    "state": FAILED, "data": data, "error": error, "attempts": 1,
                    "next_attempt_at": clock.now() + timedelta(seconds=BACKOFF_S[0]),
                }  # fmt: skip
                inserted = session.execute(
                    self._insert(InboxRow).values(values).on_conflict_do_nothing().returning(InboxRow.state)
                )
                return FAILED if inserted.scalar_one_or_none() else "duplicate"
        except DBAPIError as lost:
            raise DatabaseDown from lost

    def retry_due(self) -> int:
        """Try failed events whose time has come, each followed by those of its subject that were held back.

        Return how many were tried. Raises DatabaseDown.
        """
        try:
            with self.app.app_context():
                keys = self._due()
                for key in keys:
                    self._retry(key)
                return len(keys)
        except DBAPIError as lost:
            raise DatabaseDown from lost

    def _due(self) -> list[tuple[str, str]]:
        """Failed events whose time has come, and held ones that no longer wait for an earlier one."""
        earlier = InboxRow.__table__.alias("earlier")
        table = earlier.c
        blocked = exists(
            select(1)
            .where(table.consumer == InboxRow.consumer, table.source == InboxRow.source)
            .where(table.subject == InboxRow.subject, table.sequence < InboxRow.sequence)
            .where(table.state.in_(OPEN))
        )
        ready = (InboxRow.state == FAILED) & (InboxRow.next_attempt_at <= clock.now())
        with self.db.reading() as session:
            rows = session.execute(
                select(InboxRow.source, InboxRow.event_id)
                .where(
                    InboxRow.consumer == self.consumer,
                    InboxRow.state.in_(OPEN),
                    ready | ((InboxRow.state == HELD) & ~blocked),
                )
                .order_by(InboxRow.sequence)
                .limit(100)
            )
            return [(row.source, row.event_id) for row in rows]

    def _retry(self, key: tuple[str, str]) -> None:
        """Count the try first, so that an event that kills the process dies in the end; then handle it."""
        with self.db.transaction() as session:
            row = self._lock(session, key)
            if row is None:
                return
            row.attempts += 1
            row.state = FAILED
            row.next_attempt_at = clock.now() + timedelta(seconds=BACKOFF_S[min(row.attempts, len(BACKOFF_S)) - 1])
            envelope, data, attempts = row.envelope(), row.data, row.attempts
        bind_trace(envelope.traceparent, event_id=envelope.id, service=self.consumer)
        try:
            with self.db.transaction() as session:
                row = self._lock(session, key)
                if row is None or row.attempts != attempts:
                    return
                self._apply(session, envelope, data)
                row.state, row.data, row.error, row.next_attempt_at = DONE, None, None, None
            self._count(envelope, "recovered")
        except Exception as error:
            self._note_failure(key, attempts, _describe(error))

    def _lock(self, session: Session, key: tuple[str, str]) -> InboxRow | None:
        return session.scalars(
            select(InboxRow)
            .where(InboxRow.consumer == self.consumer, InboxRow.source == key[0], InboxRow.event_id == key[1])
            .where(InboxRow.state.in_([FAILED, HELD]))
            .with_for_update(skip_locked=True)
        ).one_or_none()

    def _note_failure(self, key: tuple[str, str], attempts: int, error: str) -> None:
        with self.db.transaction() as session:
            row = self._lock(session, key)
            if row is None:
                return
            row.error = error
            if attempts >= MAX_ATTEMPTS:
                row.state, row.next_attempt_at = DEAD, None
                log.error("event %s of %s is dead after %d tries: %s", row.event_id, row.topic, attempts, error)
            self._count(row.envelope(), DEAD if row.state == DEAD else FAILED)

    def _count(self, envelope: Envelope, result: str) -> str:
        self.metrics.consumed.labels(
            envelope.topic if envelope.topic in self.subscriptions.handlers else "(other)", result
        ).inc()
        return result


def _describe(error: Exception) -> str:
    """Type and place of an error; a database error's text would repeat personal data, so only its first line."""
    return (
        f"{type(error).__name__}: {str(getattr(error, 'orig', None) or error).splitlines()[0][:300]}"
        if str(error)
        else type(error).__name__
    )


def stats(session: Session) -> dict[str, Any]:
    """How the inbox stands: failed, held, dead, age in seconds of the oldest that waits."""
    open_states = [FAILED, HELD, DEAD]
    counts = {
        state: session.scalar(select(func.count()).select_from(InboxRow).where(InboxRow.state == state)) or 0
        for state in open_states
    }
    oldest = session.scalar(select(func.min(InboxRow.at)).where(InboxRow.state.in_(open_states)))
    return {**counts, "oldest_failed_s": (clock.now() - oldest).total_seconds() if oldest else 0.0}


def list_dead(session: Session, *, include_waiting: bool = False) -> list[InboxRow]:
    """Dead events, oldest first; with `include_waiting` also failed and held ones."""
    states = [DEAD, FAILED, HELD] if include_waiting else [DEAD]
    return list(session.scalars(select(InboxRow).where(InboxRow.state.in_(states)).order_by(InboxRow.at)))


def replay_dead(session: Session, event_id: str) -> bool:
    """Give a dead event eight tries more, from now; False when there is none with that id."""
    again = update(InboxRow).where(InboxRow.event_id == event_id, InboxRow.state == DEAD)
    result: Any = session.execute(again.values(state=FAILED, attempts=0, next_attempt_at=clock.now()))
    return bool(result.rowcount)


def drop_dead(session: Session, event_id: str, reason: str) -> bool:
    """Give a dead event up for good, keeping its body and the reason; those held behind it go on."""
    dropped = update(InboxRow).where(InboxRow.event_id == event_id, InboxRow.state == DEAD)
    result: Any = session.execute(
        dropped.values(state=DROPPED, error=InboxRow.error + literal(f" | dropped: {reason}"))
    )
    return bool(result.rowcount)


def prune(session: Session, before: datetime, chunk: int = 1000) -> int:
    """Delete one small chunk of handled events that arrived before a time; failed ones are never pruned by age."""
    old = (
        select(InboxRow.consumer, InboxRow.source, InboxRow.event_id)
        .where(InboxRow.at < before, InboxRow.state == DONE)
        .limit(chunk)
        .subquery()
    )
    matching = exists().where(
        InboxRow.consumer == old.c.consumer, InboxRow.source == old.c.source, InboxRow.event_id == old.c.event_id
    )
    result: Any = session.execute(delete(InboxRow).where(matching).execution_options(synchronize_session=False))
    return int(result.rowcount)
