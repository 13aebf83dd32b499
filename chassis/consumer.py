"""Reads the service's queue and gives every message to the inbox; survives a lost broker and a lost database."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import kombu

from chassis import broker
from chassis.events import UnreadableMessage, unseal
from chassis.inbox import DatabaseDown, Inbox

PREFETCH = 50

log = logging.getLogger(__name__)


class Consumer:
    """Reads the service's queue and gives every message to the inbox. Any number of replicas may run."""

    def __init__(self, inbox: Inbox, broker_url: str, beat: Callable[[], None] = lambda: None) -> None:
        """Does not connect yet; `run` does."""
        self.inbox, self.broker_url, self._beat = inbox, broker_url, beat
        self.topology = broker.Topology(inbox.consumer, tuple(inbox.subscriptions.handlers))
        self.ready = threading.Event()
        """Set when the queue is declared and being read."""
        self._stop = threading.Event()
        self._broken: Exception | None = None

    def run(self, stop: threading.Event) -> None:
        """Consume until told to stop; finish the message in hand, then leave. Reconnects by itself."""
        self._stop = stop
        while not stop.is_set():
            try:
                self._consume()
            except DatabaseDown:
                log.error("database is down; consuming stops until it is back")
                self._wait_for_database()
            except Exception as error:
                log.warning("consumer reconnects: %s", type(error).__name__)
                stop.wait(1.0)
            finally:
                self.ready.clear()

    def _consume(self) -> None:
        with broker.connect(self.broker_url) as connection:
            channel = connection.channel()
            queue = self.topology.declare(channel)
            consumer = kombu.Consumer(
                channel, [queue], on_message=self._on_message, prefetch_count=PREFETCH, auto_declare=False
            )
            with consumer:
                self.ready.set()
                self._drain(connection)

    def _drain(self, connection: kombu.Connection) -> None:
        """Read and handle until stopped or broken. Between messages: heartbeats, and retries that are due."""
        next_retry = next_heartbeat = time.monotonic()
        self._broken = None
        while not self._stop.is_set():
            self._beat()
            with contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=0.5)
            if self._broken is not None:
                raise self._broken
            if time.monotonic() >= next_heartbeat and connection.supports_heartbeats:
                connection.heartbeat_check()
                next_heartbeat = time.monotonic() + 10
            if time.monotonic() >= next_retry:
                next_retry = time.monotonic() + (0 if self.inbox.retry_due() else 1)

    def _on_message(self, message: Any) -> None:
        """Decide here about every exception: one that escaped could wedge the connection without a word."""
        if self._stop.is_set() or self._broken is not None:
            return
        try:
            self._take(message)
        except Exception as error:
            self._broken = error

    def _take(self, message: Any) -> None:
        try:
            envelope, data = unseal(message.headers or {}, message.content_type, _body(message))
        except UnreadableMessage as error:
            log.error("unreadable message set aside: %s", error)
            self._set_aside(message)
            self.inbox.metrics.consumed.labels("(other)", "unreadable").inc()
        else:
            self.inbox.take(envelope, data, deliveries=int((message.headers or {}).get("x-delivery-count") or 0))
        message.ack()

    def _set_aside(self, message: Any) -> None:
        """Copy a message to `<service>.unreadable` on a connection of its own, confirmed, before it is acknowledged."""
        with broker.connect(self.broker_url, confirm_publish=True) as connection:
            channel = connection.channel()
            self.topology.declare_unreadable(channel)
            kombu.Producer(channel).publish(
                _body(message),
                exchange=self.topology.unreadable,
                headers=message.headers,
                content_type=message.content_type or "application/octet-stream",
                content_encoding=message.content_encoding or "binary",
                delivery_mode=2,
            )

    def _wait_for_database(self) -> None:
        while not self._stop.is_set() and not self.inbox.db.ping():
            self._beat()
            self._stop.wait(1.0)


def _body(message: Any) -> bytes:
    return message.body.encode() if isinstance(message.body, str) else bytes(message.body)
