"""The outbox: events are rows in the caller's transaction; a relay sends them, in order, until the broker confirms."""

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import kombu
from flask import Flask
from sqlalchemy import BigInteger, Index, Integer, String, Text, delete, func, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis import broker, clock
from chassis.db import ChassisTable, Database
from chassis.events import EXCHANGE, Envelope, Event, encode, to_headers
from chassis.logs import current_traceparent
from chassis.metrics import Metrics

BATCH = 200
CONFIRM_TIMEOUT_S = 5.0
POLL_S = 2.0
NOTIFY_CHANNEL = "cmp_outbox"
UNROUTABLE = "unroutable"
BigId = BigInteger().with_variant(Integer, "sqlite")

log = logging.getLogger(__name__)


class OutboxRow(ChassisTable):
    """An event waiting to be sent, or sent. Its id is the event's sequence: it rises within one subject."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unsent",
            "id",
            postgresql_where=text("published_at IS NULL"),
            sqlite_where=text("published_at IS NULL"),
        ),
        Index("ix_outbox_published_at", "published_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36), unique=True)
    topic: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    traceparent: Mapped[str | None] = mapped_column(String(60))
    published_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    def envelope(self, source: str) -> Envelope:
        """What travels around this fact."""
        return Envelope(
            id=self.event_id,
            source=source,
            topic=self.topic,
            subject=self.subject,
            time=self.created_at,
            sequence=self.id,
            traceparent=self.traceparent,
        )


def publish(session: Session, *events: Event) -> None:
    """Write events to the outbox in the caller's transaction; they leave after it commits, never before."""
    if not events:
        return
    moment, traceparent = clock.now(), current_traceparent()
    rows = [
        {
            "event_id": str(uuid.uuid4()),
            "topic": fact.topic,
            "subject": fact.subject,
            "body": encode(fact).decode(),
            "created_at": moment,
            "traceparent": traceparent,
        }
        for fact in events
    ]
    # Without RETURNING the rows go in one batch, in the order told: their ids are the order.
    session.execute(insert(OutboxRow), rows)
    session.info["outbox_written"] = True
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {NOTIFY_CHANNEL}"))


class Relay:
    """Sends a service's outbox. One runs per service, whoever holds the lock; the others stand by."""

    def __init__(self, app: Flask, broker_url: str, beat: Callable[[], None] = lambda: None) -> None:
        """Does not connect yet; `run` does."""
        service = app.extensions["cmp"]
        self.app, self.broker_url, self._beat = app, broker_url, beat
        self.source = f"/cmp/{service.settings.service}"
        self.db: Database = service.db
        self.metrics: Metrics = service.metrics
        self._lock = self.db.lock("relay")
        self._connection: kombu.Connection | None = None
        self._channel: Any = None
        self._tags: dict[int, int] = {}
        self._confirmed: list[int] = []
        self._returned: dict[str, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop. Survives a lost broker and a lost database by starting over."""
        wake = _Waker(self.db, stop)
        while not stop.is_set():
            self._beat()
            try:
                if not self._lock.acquire():
                    stop.wait(POLL_S)
                    continue
                while self.send_batch() and not stop.is_set():
                    self._beat()
                wake.wait(POLL_S)
                self._keep_alive()
            except Exception as error:
                log.warning("outbox relay starts over: %s", type(error).__name__)
                self.metrics.relay_errors.inc()
                self.disconnect()
                wake.close()
                stop.wait(1.0)
        wake.close()
        self.disconnect()
        self._lock.release()

    def _keep_alive(self) -> None:
        """Answer the broker's heartbeats while there is nothing to send. Raises when the connection is gone."""
        if self._connection is not None and self.confirms:
            with contextlib.suppress(TimeoutError):
                self._connection.drain_events(timeout=0.001)
            self._connection.heartbeat_check()

    def send_batch(self) -> int:
        """Send the oldest unsent events, mark those the broker confirmed; return how many were marked."""
        with self.app.app_context():
            return self._send_batch()

    def _send_batch(self) -> int:
        rows = self._next_rows()
        if not rows:
            return 0
        self._connect()
        started = time.monotonic()
        for row in rows:
            self._send(row)
        self._await_confirms(started + CONFIRM_TIMEOUT_S)
        self.metrics.confirm_seconds.observe(time.monotonic() - started)
        return self._mark(rows)

    def _next_rows(self) -> list[OutboxRow]:
        """The oldest unsent rows, holding back every subject of which an earlier row is in back-off."""
        with self.db.reading() as session:
            moment = clock.now()
            unsent = select(OutboxRow).where(OutboxRow.published_at.is_(None)).order_by(OutboxRow.id).limit(BATCH)
            waiting = select(OutboxRow.subject).where(
                OutboxRow.published_at.is_(None), OutboxRow.next_attempt_at > moment
            )
            return list(session.scalars(unsent.where(OutboxRow.subject.not_in(waiting))))

    def _connect(self) -> None:
        """Open the publishing connection, its channel with confirms, and the exchange."""
        if self._connection is not None:
            return
        self._connection = broker.connect(self.broker_url)
        self._channel = self._connection.channel()
        kombu.Exchange(EXCHANGE, "topic", durable=True)(self._channel).declare()
        self._tags, self._confirmed, self._returned = {}, [], {}
        if self.confirms:
            self._channel.confirm_select()
            self._channel.events["basic_ack"].add(self._on_ack)
            self._channel.events["basic_nack"].add(self._on_nack)
            self._channel.events["basic_return"].add(self._on_return)
        self._published = 0

    @property
    def confirms(self) -> bool:
        """Whether the transport is AMQP; the in-process one delivers within `publish`."""
        return self._connection is not None and self._connection.transport.driver_type == "amqp"

    def _send(self, row: OutboxRow) -> None:
        """Publish one row without waiting; remember under which delivery tag it went."""
        headers = to_headers(row.envelope(self.source))
        message = self._channel.prepare_message(
            row.body, content_type="application/json", content_encoding="utf-8", headers=headers,
            properties={"delivery_mode": 2, "message_id": row.event_id},
        )  # fmt: skip
        if self.confirms:
            self._channel.basic_publish(message, exchange=EXCHANGE, routing_key=row.topic, mandatory=True)
            self._published += 1
            self._tags[self._published] = row.id
        else:
            self._channel.basic_publish(message, exchange=EXCHANGE, routing_key=row.topic)
            self._confirmed.append(row.id)

    def _await_confirms(self, deadline: float) -> None:
        """Read until every tag is answered. After the deadline the connection is dropped: a late confirm must not
        be taken for a later message's."""
        while self._tags:
            remaining = deadline - time.monotonic()
            try:
                if remaining <= 0:
                    raise TimeoutError
                assert self._connection is not None  # noqa: S101 - narrowed for the type checker
                self._connection.drain_events(timeout=remaining)
            except TimeoutError:
                log.error("%d events were not confirmed in time; they will be sent again", len(self._tags))
                self.metrics.unconfirmed.inc(len(self._tags))
                self.disconnect()
                return

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        tags = [tag for tag in self._tags if tag <= delivery_tag] if multiple else [delivery_tag]
        self._confirmed += [self._tags.pop(tag) for tag in tags if tag in self._tags]

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        for tag in [tag for tag in self._tags if tag <= delivery_tag] if multiple else [delivery_tag]:
            self._tags.pop(tag, None)
            self.metrics.unconfirmed.inc()

    def _on_return(self, error: Any, exchange: str, routing_key: str, message: Any) -> None:
        self._returned[message.properties.get("message_id", "")] = routing_key

    def _mark(self, rows: list[OutboxRow]) -> int:
        """Mark confirmed rows in one UPDATE; push back what was neither confirmed nor still counted as in flight."""
        confirmed, self._confirmed = set(self._confirmed), []
        moment = clock.now()
        for event_id, topic in self._returned.items():
            # An event nobody listens to is normal for a fact, but must be seen: topology may be missing.
            log.warning("event %s of topic %s reached no queue", event_id, topic)
            self.metrics.unroutable.inc()
        unroutable, self._returned = set(self._returned), {}
        missed = [row for row in rows if row.id not in confirmed]
        with self.db.transaction() as session:
            session.execute(
                update(OutboxRow).where(OutboxRow.id.in_(confirmed)).values(published_at=moment, next_attempt_at=None)
            )
            if unroutable:
                session.execute(
                    update(OutboxRow).where(OutboxRow.event_id.in_(unroutable)).values(last_error=UNROUTABLE)
                )
            for row in missed:
                wait = timedelta(seconds=min(2 ** min(row.attempts, 8), 60))
                session.execute(
                    update(OutboxRow)
                    .where(OutboxRow.id == row.id)
                    .values(attempts=OutboxRow.attempts + 1, next_attempt_at=moment + wait, last_error="not confirmed")
                )
        self.metrics.published.inc(len(confirmed))
        return len(confirmed)

    def disconnect(self) -> None:
        """Drop the connection; unconfirmed events will be sent again."""
        connection, self._connection, self._channel = self._connection, None, None
        self._tags = {}
        if connection is not None:
            try:
                connection.release()
            except Exception as error:
                log.debug("closing a broken connection: %s", type(error).__name__)


class _Waker:
    """Waits for a commit that wrote to the outbox: LISTEN on PostgreSQL, a thread event on SQLite."""

    def __init__(self, db: Database, stop: threading.Event) -> None:
        self._db, self._stop = db, stop
        self._listener: Any = None

    def wait(self, seconds: float) -> None:
        if self._db.is_sqlite:
            self._db.wake_outbox.wait(seconds)
            self._db.wake_outbox.clear()
            return
        if self._listener is None:
            pooled = self._db.engine.raw_connection()
            self._listener = pooled.driver_connection
            pooled.detach()
            self._listener.autocommit = True
            self._listener.execute(f"LISTEN {NOTIFY_CHANNEL}")
            return
        for _ in self._listener.notifies(timeout=seconds, stop_after=1):
            pass

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def stats(session: Session) -> dict[str, Any]:
    """How the outbox stands: unsent, age of the oldest unsent in seconds, unroutable, sent."""
    unsent, oldest = session.execute(
        select(func.count(), func.min(OutboxRow.created_at)).where(OutboxRow.published_at.is_(None))
    ).one()
    unroutable = session.scalar(select(func.count()).where(OutboxRow.last_error == UNROUTABLE)) or 0
    sent = session.scalar(select(func.count()).where(OutboxRow.published_at.is_not(None))) or 0
    age = (clock.now() - oldest).total_seconds() if oldest else 0.0
    return {"unsent": unsent, "oldest_unsent_s": age, "unroutable": unroutable, "sent": sent}


def replay(session: Session, since: datetime, *, topic: str | None = None, unroutable_only: bool = False) -> int:
    """Send again what was sent since a time; consumers know the ids and ignore what they had. Return how many."""
    again = update(OutboxRow).where(OutboxRow.published_at >= since)
    if topic:
        again = again.where(OutboxRow.topic == topic)
    if unroutable_only:
        again = again.where(OutboxRow.last_error == UNROUTABLE)
    session.info["outbox_written"] = True
    return _affected(session.execute(again.values(published_at=None, next_attempt_at=None, last_error=None)))


def prune(session: Session, before: datetime, chunk: int = 1000) -> int:
    """Delete one small chunk of rows sent before a time; return how many, so that the caller repeats."""
    old = select(OutboxRow.id).where(OutboxRow.published_at < before).order_by(OutboxRow.id).limit(chunk)
    return _affected(session.execute(delete(OutboxRow).where(OutboxRow.id.in_(old))))


def _affected(result: Any) -> int:
    return int(result.rowcount)
