"""Bodies: limits at the boundary byte, with and without a declared length, held back or passed on as they come."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.gateway.conftest import Upstream, problem

KIB = 1024


class Stream(io.RawIOBase):
    """A body of so many bytes that counts what is read of it, and breaks where it is told to."""

    def __init__(self, size: int, error: Exception | None = None) -> None:
        self.left, self.taken, self.error = size, 0, error

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self.left and self.error:
            raise self.error
        piece = b"x" * (self.left if size < 0 else min(size, self.left))
        self.left -= len(piece)
        self.taken += len(piece)
        return piece


def send(client: FlaskClient, path: str, stream: Stream, length: int | None) -> Any:
    """POST a stream, chunked when it has no declared length."""
    framing = {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    environ = {"wsgi.input": stream, "wsgi.input_terminated": True, **framing}
    return client.post(path, environ_overrides=environ)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_just_the_limit_passes(client: FlaskClient, upstream: Upstream, chunked: bool) -> None:
    response = send(client, "/api/payments/v1/x", Stream(KIB), None if chunked else KIB)
    assert (response.status_code, len(upstream.last.body)) == (200, KIB)


@pytest.mark.parametrize("chunked", [False, True])
def test_one_byte_more_is_refused_before_the_service_hears_of_it(
    client: FlaskClient, upstream: Upstream, chunked: bool
) -> None:
    response = send(client, "/api/payments/v1/x", Stream(KIB + 1), None if chunked else KIB + 1)
    assert problem(response, 413, "gateway/too-large")["detail"] == "Lo enviado supera el tamaño permitido."
    assert upstream.seen == []


def test_a_declared_length_over_the_limit_is_refused_unread(client: FlaskClient) -> None:
    stream = Stream(10**9)
    assert send(client, "/api/payments/v1/x", stream, 10**9).status_code == 413
    assert stream.taken == 0


class TestPassedOnAsTheyCome:
    """Routes with `streaming = true`; the limit of this one is 200 MiB."""

    PATH = "/api/recert/v1/dossiers"

    def test_a_declared_length_is_kept(self, client: FlaskClient, upstream: Upstream) -> None:
        send(client, self.PATH, Stream(3_000_000), 3_000_000)
        assert (upstream.last.headers["Content-Length"], len(upstream.last.body)) == ("3000000", 3_000_000)

    def test_an_unknown_length_stays_chunked(self, client: FlaskClient, upstream: Upstream) -> None:
        send(client, self.PATH, Stream(3_000_000), None)
        assert upstream.last.headers["Transfer-Encoding"] == "chunked"
        assert len(upstream.last.body) == 3_000_000

    def test_an_empty_chunked_body_arrives_empty(self, client: FlaskClient, upstream: Upstream) -> None:
        assert send(client, self.PATH, Stream(0), None).status_code == 200
        assert upstream.last.body == b""

    def test_a_service_that_answers_before_the_end_is_heard(self, client: FlaskClient, upstream: Upstream) -> None:
        """413 from the service itself, which hangs up on the rest."""
        upstream.says("413 TOO LARGE", ("Content-Length", "0"), ("Connection", "close"))
        assert send(client, self.PATH, Stream(1000), 1000).status_code == 413


@pytest.mark.parametrize("path", ["/api/payments/v1/x", "/api/recert/v1/x"])
@pytest.mark.parametrize("length", [100, None])
class TestClientsThatDoNotFinish:
    """Half a body must never look like a whole one to a service."""

    @pytest.fixture(autouse=True)
    def complete(self, upstream: Upstream) -> Iterator[None]:
        """Whatever happens, no complete request has arrived."""
        yield
        assert [seen for seen in upstream.seen if len(seen.body) < 100] == []

    def test_who_hangs_up_gets_400(self, client: FlaskClient, path: str, length: int | None) -> None:
        response = send(client, path, Stream(10, error=ConnectionResetError()), length)
        problem(response, 400, "gateway/incomplete")

    def test_who_falls_silent_gets_408(self, client: FlaskClient, path: str, length: int | None) -> None:
        response = send(client, path, Stream(10, error=TimeoutError()), length)
        problem(response, 408, "gateway/client-too-slow")

    def test_bad_chunks_get_400(self, client: FlaskClient, path: str, length: int | None) -> None:
        response = send(client, path, Stream(10, error=RuntimeError("what a WSGI server says")), length)
        problem(response, 400, "gateway/incomplete")


@pytest.mark.parametrize("path", ["/api/payments/v1/x", "/api/recert/v1/x"])
def test_a_body_shorter_than_declared_gets_400(client: FlaskClient, upstream: Upstream, path: str) -> None:
    problem(send(client, path, Stream(10), 100), 400, "gateway/incomplete")
    assert upstream.seen == []


@pytest.mark.parametrize("length", ["-1", "1,1", "+5", "0x10", "ñ", "1 1"])
def test_a_length_that_is_no_number_gets_400(client: FlaskClient, upstream: Upstream, length: str) -> None:
    """ASVS 4.2.1."""
    response = client.post("/api/payments/v1/x", environ_overrides={"CONTENT_LENGTH": length})
    problem(response, 400, "gateway/incomplete")
    assert upstream.seen == []
