"""Relay and consumer beside the least code that could do their work, in the same run on the same broker and database."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kombu
import psycopg
from flask import Flask
from sqlalchemy import make_url

from chassis import broker, migrations, outbox
from chassis.consumer import Consumer
from chassis.events import to_headers
from chassis.inbox import Inbox, InboxRow
from chassis.outbox import BATCH, OutboxRow, Relay, publish
from chassis.testing import AMQP_URL
from tests.chassis.toy import NoteTaken, Settings, create_app
from tests.databases import POSTGRESQL_URL

COUNT = 1000
ROUNDS = 3


@contextmanager
def toy_service(folder: Path) -> Iterator[Flask]:
    """The smallest service on a PostgreSQL database of its own; its handler does nothing."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    administer(f"CREATE DATABASE {name}")
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=str(folder)))
    service = app.extensions["cmp"]
    service.subscriptions.handlers[NoteTaken.topic] = (NoteTaken, lambda event, session: None)
    migrations.upgrade(service)
    try:
        yield app
    finally:
        service.db.close()
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def administer(statement: str) -> None:
    """Run a statement on the maintenance database."""
    with psycopg.connect(POSTGRESQL_URL.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def relay_rate(app: Flask) -> float:
    """Events a second from outbox rows to confirmed and marked."""
    service = app.extensions["cmp"]
    with app.app_context(), service.db.transaction() as session:
        publish(session, *(NoteTaken(note_id=str(number), text="x" * 200) for number in range(COUNT)))
    relay = Relay(app, AMQP_URL)
    started = time.perf_counter()
    while relay.send_batch():
        pass
    seconds = time.perf_counter() - started
    relay.disconnect()
    return COUNT / seconds


def raw_publish_rate(app: Flask) -> float:
    """Events a second of nothing but pipelined-confirm publishing of the same messages."""
    with app.extensions["cmp"].db.reading() as session:
        row = session.query(OutboxRow).first()
        headers, body = to_headers(row.envelope("/cmp/toy")), row.body
    with broker.connect(AMQP_URL) as connection:
        channel: Any = connection.channel()
        channel.confirm_select()
        confirmed = [0]

        def on_ack(tag: int, multiple: bool) -> None:
            confirmed[0] = tag if multiple else confirmed[0] + 1

        channel.events["basic_ack"].add(on_ack)
        started, sent = time.perf_counter(), 0
        while sent < COUNT:
            for _ in range(BATCH):
                message = channel.prepare_message(
                    body,
                    content_type="application/json",
                    content_encoding="utf-8",
                    headers=headers,
                    properties={"delivery_mode": 2},
                )
                channel.basic_publish(message, exchange=broker.EXCHANGE, routing_key=NoteTaken.topic, mandatory=True)
            sent += BATCH
            while confirmed[0] < sent:
                connection.drain_events(timeout=5)
        return sent / (time.perf_counter() - started)


def fill_queue(app: Flask) -> None:
    """Put COUNT fresh events into the queue."""
    service = app.extensions["cmp"]
    with app.app_context(), service.db.transaction() as session:
        publish(session, *(NoteTaken(note_id=str(uuid.uuid4()), text="x" * 200) for _ in range(COUNT)))
    relay = Relay(app, AMQP_URL)
    while relay.send_batch():
        pass
    relay.disconnect()


def consumer_rate(app: Flask) -> float:
    """Events a second from the queue into the inbox, acknowledged."""
    service = app.extensions["cmp"]
    fill_queue(app)
    with service.db.reading() as session:
        before = session.query(InboxRow).count()
    consumer, stop = Consumer(Inbox(app, service.subscriptions, service.metrics), AMQP_URL), threading.Event()
    done = [0]
    take = consumer.inbox.take

    def counted(*args: Any, **kwargs: Any) -> str:
        done[0] += 1
        if done[0] == COUNT:
            stop.set()
        return take(*args, **kwargs)

    consumer.inbox.take = counted  # type: ignore[method-assign]
    started = time.perf_counter()
    consumer.run(stop)
    seconds = time.perf_counter() - started
    with service.db.reading() as session:
        assert session.query(InboxRow).count() - before == COUNT
    return COUNT / seconds


def bare_consume_rate(app: Flask) -> float:
    """Events a second of nothing but get, INSERT, COMMIT, ack."""
    fill_queue(app)
    url = app.extensions["cmp"].settings.database_url.replace("+psycopg", "")
    with psycopg.connect(url) as database, broker.connect(AMQP_URL) as connection:
        database.execute("CREATE TABLE IF NOT EXISTS bare (id text PRIMARY KEY, body text)")
        database.commit()
        channel: Any = connection.channel()
        started, count = time.perf_counter(), 0
        while (message := channel.basic_get("toy.events")) is not None:
            database.execute("INSERT INTO bare VALUES (%s, %s)", (message.headers["ce-id"], message.body))
            database.commit()
            channel.basic_ack(message.delivery_info["delivery_tag"])
            count += 1
        return count / (time.perf_counter() - started)


def declare() -> None:
    """Declare the toy's queues."""
    with broker.connect(AMQP_URL) as connection:
        broker.Topology("toy", (NoteTaken.topic,)).declare(connection.channel())


def purge() -> None:
    """Empty and remove the toy's queues."""
    with kombu.Connection(AMQP_URL) as connection:
        channel = connection.channel()
        for queue in ("toy.events", "toy.unreadable"):
            channel.queue_delete(queue)
        channel.exchange_delete("toy.unreadable")


def median(values: list[float]) -> float:
    """The middle of an odd number of values."""
    return sorted(values)[len(values) // 2]


def measure(folder: Path) -> list[dict[str, Any]]:
    """Each pair in alternation, so that both see the same machine; medians of three."""
    purge()
    rates: dict[str, list[float]] = {"relay": [], "raw": [], "consumer": [], "bare": []}
    with toy_service(folder) as app:
        for _ in range(ROUNDS):
            declare()
            rates["relay"].append(relay_rate(app))
            rates["raw"].append(raw_publish_rate(app))
            purge()
            declare()
            rates["consumer"].append(consumer_rate(app))
            rates["bare"].append(bare_consume_rate(app))
            with app.app_context(), app.extensions["cmp"].db.transaction() as session:
                outbox.prune(session, app.extensions["cmp"].clock.now(), chunk=10**6)
    purge()
    found = {name: median(values) for name, values in rates.items()}
    return [
        {
            "what": "Relay, outbox row to confirmed and marked", "ours": f"{found['relay']:,.0f} events/s",
            "beside": f"raw pipelined-confirm publishing: {found['raw']:,.0f} events/s",
            "ratio": found["relay"] / found["raw"], "limit": 0.5,
        },
        {
            "what": "Consumer, message to inbox row and ack", "ours": f"{found['consumer']:,.0f} events/s",
            "beside": f"bare get, INSERT, COMMIT, ack: {found['bare']:,.0f} events/s",
            "ratio": found["consumer"] / found["bare"], "limit": 0.7,
        },
    ]  # fmt: skip
