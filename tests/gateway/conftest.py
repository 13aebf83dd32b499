"""A gateway in front of real servers: one that does as each test says, one that never answers, one that is not there."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wsgi import get_input_stream

from chassis.auth import Keys, Principal
from chassis.testing import jwks, token_for
from gateway.app import create_app
from gateway.settings import UPSTREAMS, Settings
from tests.people import physician

ISSUER = "https://identity.example.org"
OUTSIDE = "203.0.113.7"

TABLE = """
[defaults]
access = "public"
body_limit = "1 KiB"
read_timeout = {read_timeout}
rate = "{rate}"
streaming = false
[own]
rate = "{rate}"
[upstreams]
identity = {{ max_in_flight = {places} }}
einvoice = {{ max_in_flight = {places} }}
payments = {{ max_in_flight = {places} }}
recert = {{ max_in_flight = {places} }}
notifier = {{ max_in_flight = {places} }}
portal = {{ max_in_flight = {places} }}
[[routes]]
prefix = "/"
upstream = "portal"
[[routes]]
prefix = "/api"
upstream = "portal"
access = "nobody"
[[routes]]
prefix = "/api/payments/v1"
upstream = "payments"
[[routes]]
prefix = "/api/identity/v1"
upstream = "identity"
access = "token"
[[routes]]
prefix = "/api/notifier/v1/deliveries"
upstream = "notifier"
access = ["notifier:read", "notifier:operate"]
[[routes]]
prefix = "/api/recert/v1"
upstream = "recert"
body_limit = "{large}"
streaming = true
[[routes]]
prefix = "/api/einvoice/v1/files"
upstream = "einvoice"
access = "nobody"
"""

Answer = Callable[[WSGIEnvironment, StartResponse], Any]


@dataclass
class Seen:
    """A request as it arrived at the upstream."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Upstream:
    """A real HTTP/1.1 server that records what reaches it and answers as `answer` says."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answer: Answer | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Answer one request."""
        if self.answer is not None:
            return self.answer(environ, start_response)
        headers = {
            key[5:].replace("_", "-").title(): str(value) for key, value in environ.items() if key[:5] == "HTTP_"
        }
        headers |= {
            name.replace("_", "-").title(): environ[name]
            for name in ("CONTENT_TYPE", "CONTENT_LENGTH")
            if environ.get(name)
        }
        body = get_input_stream(environ).read()
        self.seen.append(Seen(environ["REQUEST_METHOD"], environ["REQUEST_URI"], headers, body))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "11")])
        return [b'{"ok":true}']

    @property
    def last(self) -> Seen:
        """The last request."""
        return self.seen[-1]

    def says(self, status: str, *headers: tuple[str, str], body: bytes = b"") -> None:
        """Answer every request alike."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            start_response(status, list(headers))
            return [body]

        self.answer = answer


class Handler(WSGIRequestHandler):
    """HTTP/1.1, so that connections are kept; quiet."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def running_upstream() -> Iterator[tuple[Upstream, BaseWSGIServer]]:
    """One server for all tests."""
    upstream = Upstream()
    server = make_server("127.0.0.1", 0, upstream, threaded=True, request_handler=Handler)
    upstream.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield upstream, server
    server.shutdown()
    server.server_close()


@pytest.fixture
def upstream(running_upstream: tuple[Upstream, BaseWSGIServer]) -> Upstream:
    """The server, without memory of other tests."""
    found = running_upstream[0]
    found.seen, found.answer = [], None
    return found


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    """Write a small routing.toml; keyword arguments change what matters to a test."""

    def write(**changes: Any) -> str:
        values = {"read_timeout": 10, "rate": "10000/minute", "places": 8, "large": "200 MiB"} | changes
        path = tmp_path / "routing.toml"
        path.write_text(TABLE.format(**values), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def settings(upstream: Upstream, table: Callable[..., str]) -> Settings:
    """Everything leads to the one upstream."""
    urls = {f"{name}_url": upstream.url for name in UPSTREAMS}
    return Settings(**urls, public_url="https://digital.example.pe", token_issuer=ISSUER, routing_file=table())


@dataclass
class Now:
    """Seconds since the epoch that pass only when told."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.seconds


@pytest.fixture
def now() -> Now:
    """The clock of the rate limits."""
    return Now()


@pytest.fixture
def gateway(settings: Settings, now: Now) -> Callable[..., Flask]:
    """Make a gateway, with other settings if need be."""

    def make(**changes: Any) -> Flask:
        return create_app(dataclasses.replace(settings, **changes), clock=now, keys=Keys(jwks))

    return make


@pytest.fixture
def client(gateway: Callable[..., Flask]) -> FlaskClient:
    """A client that calls from outside."""
    return from_outside(gateway())


def from_outside(app: Flask, address: str = OUTSIDE) -> FlaskClient:
    """A client at an address that nobody trusts."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def bearer(
    who: Principal | None = None, *, audience: str = "identity", at: datetime | None = None, **more: Any
) -> dict[str, str]:
    """The Authorization header of a person."""
    token = token_for(who or physician(), audience=audience, issuer=ISSUER, at=at or datetime.now(UTC), **more)
    return {"Authorization": f"Bearer {token}"}


def problem(response: Any, status: int, type: str) -> dict[str, Any]:
    """Check that an answer is that problem, in problem+json with a trace id, and return it."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    assert response.json["type"] == f"urn:cmp:problem:{type}"
    assert response.json["status"] == status
    assert len(response.json["traceId"]) == 32
    return dict(response.json)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def refused_url() -> str:
    """Where nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def silent_url() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


CUT = b"[cut here]"


class Scripted:
    """A server on a raw socket: for each connection a list of answers. It hangs up at an empty one, after one that
    ends with CUT, or when a request comes after the last."""

    def __init__(self, *connections: list[bytes]) -> None:
        """Listens at once."""
        self.requests: list[list[bytes]] = []
        self._connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, args=(connections,), daemon=True)
        self._thread.start()

    def _serve(self, connections: tuple[list[bytes], ...]) -> None:
        for answers in connections:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            heads: list[bytes] = []
            self.requests.append(heads)
            self._connections.append(connection)
            with connection, connection.makefile("rb") as reader:
                for answer in answers:
                    heads.append(_read_head(reader))
                    if not answer:
                        break
                    connection.sendall(answer)
                    if answer.endswith(CUT):
                        break
                else:
                    heads.append(_read_head(reader))

    def hang_up(self, number: int) -> None:
        """End a connection that is idle; the client's end knows when this returns."""
        self._connections[number].shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()


def _read_head(reader: Any) -> bytes:
    lines = []
    try:
        while (line := reader.readline()) not in (b"\r\n", b""):
            lines.append(line)
    except OSError:
        return b""
    return b"".join(lines)


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    """Make scripted servers."""
    made: list[Scripted] = []

    def make(*connections: list[bytes]) -> Scripted:
        made.append(Scripted(*connections))
        return made[-1]

    yield make
    for server in made:
        server.close()


@dataclass
class Process:
    """A gateway under gunicorn, as in production."""

    port: int
    pid: int

    def connect(self) -> socket.socket:
        """A raw connection to it."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def say(self, *pieces: bytes) -> bytes:
        """Send bytes as they are and return all that comes back until it hangs up."""
        with self.connect() as connection:
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))


RUN = (
    "from chassis.processes import run_web; from gateway.app import create_app; import os;"
    "run_web(create_app, bind=os.environ['BIND'], workers=1, threads=8)"
)


@pytest.fixture(scope="session")
def gunicorn(
    running_upstream: tuple[Upstream, BaseWSGIServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """A gateway process of its own for the tests that need real connections; its places are few and its waits short."""
    folder, port = tmp_path_factory.mktemp("gunicorn"), free_port()
    routing = folder / "routing.toml"
    routing.write_text(TABLE.format(read_timeout=10, rate="100000/minute", places=2, large="200 MiB"), encoding="utf-8")
    environment = os.environ | {f"CMP_GATEWAY_{name.upper()}_URL": running_upstream[0].url for name in UPSTREAMS}
    environment |= {
        "CMP_GATEWAY_ROUTING_FILE": str(routing),
        "CMP_GATEWAY_QUEUE_SECONDS": "10",
        "CMP_GATEWAY_CLIENT_SECONDS": "1",
    }
    environment |= {
        "CMP_GATEWAY_TOKEN_ISSUER": ISSUER,
        "BIND": f"127.0.0.1:{port}",
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
    }
    process = subprocess.Popen([sys.executable, "-c", RUN], env=environment)
    _wait_for(port, process)
    yield Process(port, process.pid)
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline, pause = time.monotonic() + 30, threading.Event()
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise TimeoutError("the gateway did not start")
