"""What the portal's tests stand on: a fake gateway, portals of their own, a visitor, a browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from chassis.clock import ManualClock
from portal.app import create_app
from portal.clients.gateway import Gateway
from portal.parts import Parts
from portal.settings import Settings
from tests.portal.fake_gateway import FakeGateway, Running, application
from tests.portal.visitor import Visitor


@pytest.fixture(scope="session")
def gateway_server() -> Iterator[tuple[Running, dict[str, Any]]]:
    """One server for all tests; each test gets a new world behind it."""
    current: dict[str, Any] = {}

    def serve(environ: Any, start_response: Any) -> Any:
        return current["app"](environ, start_response)

    running = Running(serve)
    yield running, current
    running.stop()


@pytest.fixture
def world(gateway_server: tuple[Running, dict[str, Any]]) -> FakeGateway:
    """What the services know in this test."""
    running, current = gateway_server
    fake = FakeGateway(port=running.port)
    current["app"] = application(fake)
    return fake


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all portals of the tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def clock() -> ManualClock:
    """The portal's clock."""
    return ManualClock(datetime.now(UTC))


@pytest.fixture(scope="session")
def portals(compiled_templates: FileSystemBytecodeCache) -> Callable[[Settings], Flask]:
    """One portal for each set of settings: what a test leaves behind hangs on its `Parts`, which every test replaces."""

    @cache
    def make(settings: Settings) -> Flask:
        app = create_app(settings)
        app.jinja_env.bytecode_cache = compiled_templates
        return app

    return make


@pytest.fixture
def make_portal(
    world: FakeGateway,
    gateway_server: tuple[Running, dict[str, Any]],
    clock: ManualClock,
    portals: Callable[[Settings], Flask],
) -> Callable[..., Flask]:
    """Makes a portal on the fake gateway; settings can be given."""

    def make(**given: Any) -> Flask:
        url = gateway_server[0].url
        told = {"gateway_url": url, "acquirer_origins": url, "secret_key": "prueba", "trusted_proxies": 0} | given
        settings = Settings(**told)
        app = portals(settings)
        app.extensions["cmp"] = Parts(settings, Gateway(settings.gateway_url, settings.gateway_timeout_seconds), clock)
        return app

    return make


@pytest.fixture
def portal(make_portal: Callable[..., Flask]) -> Flask:
    """A portal with ordinary settings."""
    return make_portal()


@pytest.fixture
def visitor(portal: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(portal)


@pytest.fixture
def rosa(portal: Flask) -> Visitor:
    """A physician who is signed in."""
    return Visitor(portal).sign_in()


@pytest.fixture(scope="session")
def portal_server() -> Iterator[tuple[Running, dict[str, Any]]]:
    """One address for all browser tests; each test puts its own portal behind it."""
    current: dict[str, Any] = {}
    running = Running(lambda environ, start_response: current["app"](environ, start_response))
    yield running, current
    running.stop()


@pytest.fixture
def address(portal_server: tuple[Running, dict[str, Any]], make_portal: Callable[..., Flask]) -> str:
    """A portal that browsers reach, which knows its own address."""
    running, current = portal_server
    current["app"] = make_portal(public_url=running.url)
    return running.url
