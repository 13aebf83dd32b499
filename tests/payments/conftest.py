"""What every test of payments starts from: the service, the simulated acquirer, and Rosa, who owes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.clock import ManualClock
from chassis.testing import ServiceUnderTest
from services.payments.app import create_app
from services.payments.settings import Settings
from tests.payments.desk import Acquirer, Desk, Socket


@pytest.fixture(scope="session")
def socket() -> Iterator[Socket]:
    """A port that stays open for the whole session."""
    socket = Socket()
    yield socket
    socket.close()


@pytest.fixture
def acquirer(socket: Socket, clock: ManualClock) -> Iterator[Acquirer]:
    """A fresh simulated acquirer, on the test's clock."""
    acquirer = Acquirer(socket, clock=clock.now)
    yield acquirer
    acquirer.awake.set()


@pytest.fixture
def make_desk(make_service: Callable[..., ServiceUnderTest], acquirer: Acquirer) -> Callable[..., Desk]:
    """Make a desk with settings of the test's own choice; nobody owes anything yet."""

    def make(**changes: Any) -> Desk:
        chosen = {"niubiz_url": acquirer.url, "authorization_timeout_s": 0.4, "other_timeout_s": 2.0} | changes
        return Desk(make_service(create_app, Settings(**chosen)), acquirer)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """A desk that knows Rosa and has its conditions published."""
    desk = make_desk()
    desk.welcome()
    desk.publish_terms()
    return desk


@pytest.fixture
def service(desk: Desk) -> ServiceUnderTest:
    """The service behind the desk."""
    return desk.service
