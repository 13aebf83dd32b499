"""A toy service on the chassis, and a broker namespace of its own for each test."""

import fcntl
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kombu
import pytest

from chassis import broker
from chassis.consumer import Consumer
from chassis.testing import AMQP_URL, ServiceUnderTest
from tests.chassis.toy import CONSUMER, Settings, create_app


@pytest.fixture
def service(make_service: Callable[..., ServiceUnderTest]) -> ServiceUnderTest:
    return make_service(create_app, Settings())


@pytest.fixture
def amqp() -> Iterator[str]:
    """The real broker with the toy's queues empty before and gone after."""

    def remove() -> None:
        with kombu.Connection(AMQP_URL) as connection:
            channel = connection.channel()
            for name in (f"{CONSUMER}.events", f"{CONSUMER}.unreadable"):
                channel.queue_delete(name)
            channel.exchange_delete(f"{CONSUMER}.unreadable")

    # One process at a time: the toy's events reach the queues of all.
    with (Path(tempfile.gettempdir()) / "cmp-digital-broker-tests.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        remove()
        yield AMQP_URL
        remove()


class Running:
    """A consumer in a thread of the test."""

    def __init__(self, service: ServiceUnderTest, url: str) -> None:
        self.consumer, self.stop = Consumer(service.inbox, url), threading.Event()
        self._thread = threading.Thread(target=self.consumer.run, args=(self.stop,))
        self._thread.start()
        assert self.consumer.ready.wait(10)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(10)


@pytest.fixture
def consuming(service: ServiceUnderTest) -> Iterator[Callable[[str], Running]]:
    """Start a consumer on a broker; it ends with the test."""
    started: list[Running] = []

    def start(url: str) -> Running:
        started.append(Running(service, url))
        return started[-1]

    yield start
    for running in started:
        running.end()


@pytest.fixture
def declared(service: ServiceUnderTest, amqp: str) -> Any:
    """The toy's topology on the real broker, with nobody reading."""
    topology = broker.Topology(CONSUMER, tuple(service.inbox.subscriptions.handlers))
    with broker.connect(amqp) as connection:
        topology.declare(connection.channel())
    return topology


def eventually(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for another thread's or process's work, without a fixed sleep."""
    waiter, waited = threading.Event(), 0.0
    while not (value := condition()) and waited < seconds:
        waiter.wait(0.05)
        waited += 0.05
    return value
