"""Under gunicorn, as in production, on raw sockets: big bodies, cut connections, smuggling, and the token keys by HTTP."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import psutil
import pytest
import waitress
from flask import Flask, json
from werkzeug.wsgi import get_input_stream

from chassis.testing import jwks
from tests.gateway.conftest import Process, Upstream, bearer

MIB = 1024 * 1024
BIG = 100 * MIB
ALLOWED = 24 * MIB
"""By how much a process may grow while 100 MiB pass through it: some pieces of half a megabyte, in several copies."""

UPLOAD = "/api/recert/v1/dossiers"


class Memory:
    """The highest memory of the gateway's worker while something runs, in bytes above where it stood."""

    def __init__(self, process: Process) -> None:
        self._workers = psutil.Process(process.pid).children()
        self._done, self.growth = threading.Event(), 0

    def __enter__(self) -> "Memory":
        self._before = self._now()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.growth = max(self.growth, self._now() - self._before)

    def _now(self) -> int:
        return sum(worker.memory_info().rss for worker in self._workers)


@pytest.fixture
def counting(upstream: Upstream) -> Upstream:
    """Counts what arrives, and sends 100 MiB in return."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        stream, total = get_input_stream(environ), 0
        while piece := stream.read(MIB):
            total += len(piece)
        start_response("200 OK", [("X-Received", str(total)), ("Content-Type", "application/pdf")])
        return (bytes(MIB) for _ in range(BIG // MIB))

    upstream.answer = answer
    return upstream


def pieces() -> Iterator[bytes]:
    """100 MiB."""
    return (bytes(MIB) for _ in range(BIG // MIB))


@pytest.mark.parametrize("chunked", [False, True])
def test_a_hundred_megabytes_pass_both_ways_in_flat_memory(
    gunicorn: Process, counting: Upstream, chunked: bool
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gunicorn.port, timeout=60)
    headers = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(BIG)}
    with Memory(gunicorn) as memory:
        connection.request("POST", UPLOAD, pieces(), headers, encode_chunked=chunked)
        response = connection.getresponse()
        received = sum(len(piece) for piece in iter(lambda: response.read(MIB), b""))
    connection.close()
    assert (response.headers["X-Received"], received) == (str(BIG), BIG)
    assert memory.growth < ALLOWED


def test_one_connection_serves_many_requests(gunicorn: Process, upstream: Upstream) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gunicorn.port, timeout=20)
    for method, path in (
        ("GET", "/x"),
        ("HEAD", "/x"),
        ("POST", UPLOAD),
        ("DELETE", "/x"),
        ("GET", "/api/nobody/v1/x"),
    ):
        connection.request(method, path, b"{}" if method == "POST" else None)
        connection.getresponse().read()
    assert [seen.method for seen in upstream.seen] == ["GET", "HEAD", "POST", "DELETE"]
    connection.close()


def test_server_and_date_are_told_once(gunicorn: Process, upstream: Upstream) -> None:
    answer = gunicorn.say(b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").lower()
    assert (answer.count(b"\r\nserver:"), answer.count(b"\r\ndate:")) == (1, 1)


def test_expect_100_is_answered_before_the_body_is_sent(gunicorn: Process, upstream: Upstream) -> None:
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with gunicorn.connect() as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK")
    assert upstream.last.body == b"body"
    assert "Expect" not in upstream.last.headers


class TestOversized:
    """413 reaches a client that is still sending."""

    def test_declared(self, gunicorn: Process, upstream: Upstream) -> None:
        answer = gunicorn.say(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\n\r\n" + bytes(1025))
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"application/problem+json" in answer
        assert upstream.seen == []

    def test_counted(self, gunicorn: Process, upstream: Upstream) -> None:
        chunks = b"".join(b"%x\r\n%b\r\n" % (size, bytes(size)) for size in (1000, 25)) + b"0\r\n\r\n"
        answer = gunicorn.say(b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert upstream.seen == []

    def test_just_the_limit_counted(self, gunicorn: Process, upstream: Upstream) -> None:
        chunks = b"".join(b"%x\r\n%b\r\n" % (size, bytes(size)) for size in (1000, 24)) + b"0\r\n\r\n"
        answer = gunicorn.say(b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert len(upstream.last.body) == 1024


class TestClientsThatLeave:
    """The gateway allows two requests per service here; who leaves must give the place back."""

    @pytest.fixture
    def endless(self, upstream: Upstream) -> Upstream:
        """/endless never ends, everything else answers."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
            start_response("200 OK", [("Content-Type", "text/plain")])
            if environ["PATH_INFO"] != "/v1/endless":
                return [b"ok"]
            return iter(lambda: bytes(MIB), b"")

        upstream.answer = answer
        return upstream

    def test_in_the_middle_of_a_download(self, gunicorn: Process, endless: Upstream) -> None:
        for _ in range(3):
            with gunicorn.connect() as connection:
                connection.sendall(b"GET /api/payments/v1/endless HTTP/1.1\r\nHost: x\r\n\r\n")
                assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        answer = gunicorn.say(b"GET /api/payments/v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")

    @pytest.mark.parametrize("path", ["/api/payments/v1/x", UPLOAD])
    @pytest.mark.parametrize(
        "framing", ["Content-Length: 100\r\n\r\n12345", "Transfer-Encoding: chunked\r\n\r\n64\r\n12345"]
    )
    def test_in_the_middle_of_an_upload(self, gunicorn: Process, upstream: Upstream, path: str, framing: str) -> None:
        for _ in range(3):
            answer = gunicorn.say(f"POST {path} HTTP/1.1\r\nHost: x\r\n{framing}".encode())
            assert b" 200 " not in answer[:20]
        assert upstream.seen == []

    def test_who_falls_silent_in_an_upload_is_sent_away(self, gunicorn: Process, upstream: Upstream) -> None:
        """`client_seconds` is 1 here."""
        with gunicorn.connect() as connection:
            connection.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n12345")
            assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")
        assert upstream.seen == []


HOST = b"POST /x HTTP/1.1\r\nHost: x\r\n"
SECOND = b"GET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
        HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
        HOST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SECOND,
        HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND,
        HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND,
        HOST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + SECOND,
        HOST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + SECOND,
        HOST + b"Content-Length: +0\r\n\r\n" + SECOND,
        HOST + b"Content-Length: 0, 0\r\n\r\n" + SECOND,
        HOST + b"X: 1\n\nGET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
        HOST + b"X: 1\r\n folded\r\nContent-Length: 0\r\n\r\n" + SECOND,
        HOST + b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + SECOND,
        HOST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + SECOND,
    ],
)
def test_a_request_with_two_readings_is_refused(gunicorn: Process, upstream: Upstream, raw: bytes) -> None:
    """ASVS 4.2.1 request smuggling: neither reading reaches a service."""
    assert gunicorn.say(raw)[:13] in (b"HTTP/1.1 400 ", b"HTTP/1.1 501 ")
    assert upstream.seen == []


def test_a_header_with_an_underscore_is_not_taken_for_one_with_a_dash(gunicorn: Process, upstream: Upstream) -> None:
    gunicorn.say(
        b"GET /x HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 1.2.3.4\r\nX_CMP_User: a\r\nConnection: close\r\n\r\n"
    )
    assert "1.2.3.4" not in str(upstream.last.headers)
    assert "X-Cmp-User" not in upstream.last.headers


def test_tokens_are_checked_by_the_keys_that_identity_publishes(gunicorn: Process, upstream: Upstream) -> None:
    upstream.says("200 OK", ("Content-Type", "application/json"), body=json.dumps(jwks()).encode())
    connection = http.client.HTTPConnection("127.0.0.1", gunicorn.port, timeout=20)
    for headers, status in ((bearer(), 200), ({}, 401)):
        connection.request("GET", "/api/identity/v1/me", headers=headers)
        response = connection.getresponse()
        response.read()
        assert response.status == status
    connection.close()


class TestEmbedded:
    """Under waitress, as in the one-process platform."""

    @pytest.fixture
    def connection(self, gateway: Callable[..., Flask]) -> Iterator[http.client.HTTPConnection]:
        """A client of a gateway in a thread."""
        app = gateway(trusted_networks="127.0.0.0/8")
        server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=False)

        def run() -> None:
            with contextlib.suppress(OSError):  # waitress trips over its own closed socket
                server.run()

        thread = threading.Thread(target=run)
        thread.start()
        client = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=30)
        yield client
        client.close()
        server.close()
        thread.join(10)

    @pytest.mark.parametrize("chunked", [False, True])
    def test_big_bodies_pass_both_ways(
        self, connection: http.client.HTTPConnection, counting: Upstream, chunked: bool
    ) -> None:
        headers = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(BIG)}
        connection.request("POST", UPLOAD, pieces(), headers, encode_chunked=chunked)
        response = connection.getresponse()
        received = sum(len(piece) for piece in iter(lambda: response.read(MIB), b""))
        assert (response.headers["X-Received"], received) == (str(BIG), BIG)

    def test_one_byte_too_many_is_refused(self, connection: http.client.HTTPConnection, upstream: Upstream) -> None:
        connection.request("POST", "/x", bytes(1025))
        assert connection.getresponse().status == 413
        assert upstream.seen == []

    def test_the_portal_is_believed_when_it_says_for_whom_it_calls(
        self, connection: http.client.HTTPConnection, upstream: Upstream
    ) -> None:
        connection.request("GET", "/x", headers={"X-Forwarded-For": "203.0.113.7"})
        connection.getresponse().read()
        assert upstream.last.headers["X-Forwarded-For"] == "203.0.113.7"
