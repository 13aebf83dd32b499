"""Connections to the broker, and the exchange and queues as every process declares them."""

from dataclasses import dataclass
from typing import Any

import kombu

from chassis.events import EXCHANGE

DELIVERY_LIMIT = 20
"""RabbitMQ 3.10 has no limit of its own, 4.x has 20: the same on both. Beyond it a message is kept as unreadable."""


def connect(url: str, *, confirm_publish: bool = False) -> kombu.Connection:
    """Open a connection, at once or not at all. Raises kombu.exceptions.OperationalError or OSError.

    Publishing and consuming never share one: a blocked publisher must not keep acknowledgements from leaving.
    """
    if url.startswith("memory:"):
        connection = kombu.Connection(url, transport_options={"polling_interval": 0.05})
    else:
        connection = kombu.Connection(
            url, heartbeat=30, connect_timeout=5, transport_options={"confirm_publish": confirm_publish}
        )
    connection.ensure_connection(max_retries=1, interval_start=0)
    return connection


@dataclass(frozen=True)
class Topology:
    """The queues of one service, declared in one place by everyone who needs them."""

    service: str
    topics: tuple[str, ...]

    def declare(self, channel: Any) -> kombu.Queue:
        """Declare exchanges, `<service>.unreadable` and the bound `<service>.events`; return the latter."""
        exchange = kombu.Exchange(EXCHANGE, "topic", durable=True)
        exchange(channel).declare()
        self.declare_unreadable(channel)
        queue = kombu.Queue(
            f"{self.service}.events",
            exchange=exchange,
            durable=True,
            queue_arguments={
                "x-queue-type": "quorum",
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": self.unreadable,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )(channel)
        queue.declare()
        for topic in self.topics:
            queue.bind_to(exchange=exchange, routing_key=topic)
        return queue

    @property
    def unreadable(self) -> str:
        """Exchange and queue for messages that nobody can read. An exchange of its own, so that a service's user needs
        no right to write to the default one, from which every queue can be reached."""
        return f"{self.service}.unreadable"

    def declare_unreadable(self, channel: Any) -> None:
        """Such messages are kept with their headers for a person to look at."""
        exchange = kombu.Exchange(self.unreadable, "fanout", durable=True)
        exchange(channel).declare()
        queue = kombu.Queue(
            self.unreadable, exchange=exchange, durable=True, queue_arguments={"x-queue-type": "quorum"}
        )(channel)
        queue.declare()
