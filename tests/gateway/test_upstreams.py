"""Services that refuse, fall silent, break off or are full; connections that are kept and die."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.upstream import Broken
from gateway.upstream import Upstream as Connections
from tests.gateway.conftest import CUT, Now, Scripted, Upstream, from_outside, problem

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
Make = Callable[..., Flask]
Script = Callable[..., Scripted]


def test_a_service_that_is_not_there_is_503_with_retry_after(gateway: Make, refused_url: str) -> None:
    response = from_outside(gateway(payments_url=refused_url)).get("/api/payments/v1/x")
    problem(response, 503, "gateway/unavailable")
    assert response.headers["Retry-After"] == "5"


def test_a_host_that_has_no_address_is_503(gateway: Make) -> None:
    response = from_outside(gateway(payments_url="http://nowhere.invalid:80")).get("/api/payments/v1/x")
    problem(response, 503, "gateway/unavailable")


def test_one_service_down_leaves_the_others_alone(gateway: Make, refused_url: str) -> None:
    client = from_outside(gateway(payments_url=refused_url))
    assert client.get("/api/payments/v1/x").status_code == 503
    assert client.get("/api/recert/v1/x").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_silent_service_is_504_and_the_text_warns_of_repeating(
    gateway: Make, silent_url: str, table: Callable[..., str], method: str
) -> None:
    """PAY-10: who repeats a payment blindly pays twice."""
    client = from_outside(gateway(payments_url=silent_url, routing_file=table(read_timeout=0.05)))
    found = problem(client.open("/api/payments/v1/x", method=method), 504, "gateway/timeout")
    assert "verifique si ya se realizó" in found["detail"]


def test_a_service_that_falls_silent_in_a_short_answer_is_504(
    gateway: Make, table: Callable[..., str], scripted: Script
) -> None:
    server = scripted([b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
    client = from_outside(gateway(payments_url=server.url, routing_file=table(read_timeout=0.05)))
    problem(client.get("/api/payments/v1/x"), 504, "gateway/timeout")


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n"]
)
def test_an_answer_that_is_not_http_is_502(gateway: Make, scripted: Script, answer: bytes) -> None:
    server = scripted([answer][: bool(answer)], [answer][: bool(answer)])
    problem(from_outside(gateway(payments_url=server.url)).post("/api/payments/v1/x"), 502, "gateway/bad-answer")


def test_a_short_answer_that_breaks_off_is_502(gateway: Make, scripted: Script) -> None:
    server = scripted([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + CUT])
    problem(from_outside(gateway(payments_url=server.url)).get("/api/payments/v1/x"), 502, "gateway/bad-answer")


def test_a_long_answer_that_breaks_off_does_not_look_complete(gateway: Make, scripted: Script) -> None:
    server = scripted([b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + CUT])
    response = from_outside(gateway(payments_url=server.url)).get("/api/payments/v1/x")
    with pytest.raises(Broken):
        response.get_data()


def test_a_chunked_answer_that_breaks_off_does_not_look_complete(gateway: Make, scripted: Script) -> None:
    server = scripted([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + CUT])
    response = from_outside(gateway(payments_url=server.url)).get("/api/payments/v1/x")
    with pytest.raises(Broken):
        response.get_data()


class TestPagesForPeople:
    """The web site's visitors get a page, in Spanish."""

    def test_a_browser_gets_a_page(self, gateway: Make, refused_url: str) -> None:
        response = from_outside(gateway(portal_url=refused_url)).get("/menu", headers=BROWSER)
        text = response.get_data(as_text=True)
        assert (response.status_code, response.content_type) == (503, "text/html; charset=utf-8")
        assert '<html lang="es">' in text
        assert "<h1>Servicio no disponible</h1>" in text
        assert response.headers["Retry-After"] == "5"

    def test_the_page_shows_the_trace_to_quote(self, gateway: Make, refused_url: str) -> None:
        trace = f"00-{'ab' * 16}-{'cd' * 8}-01"
        response = from_outside(gateway(portal_url=refused_url)).get("/menu", headers=BROWSER | {"traceparent": trace})
        assert f"<code>{'ab' * 16}</code>" in response.get_data(as_text=True)

    def test_the_page_may_load_nothing_and_run_nothing(self, gateway: Make, refused_url: str) -> None:
        policy = (
            from_outside(gateway(portal_url=refused_url))
            .get("/menu", headers=BROWSER)
            .headers["Content-Security-Policy"]
        )
        assert policy.startswith("default-src 'none'; style-src 'sha256-")

    def test_a_program_gets_a_problem_from_the_same_address(self, gateway: Make, refused_url: str) -> None:
        problem(from_outside(gateway(portal_url=refused_url)).get("/menu"), 503, "gateway/unavailable")

    def test_a_browser_at_an_api_address_gets_a_problem(self, client: FlaskClient) -> None:
        problem(client.get("/api/nobody/v1/x", headers=BROWSER), 404, "gateway/not-found")


class TestPlaces:
    """A service that hangs must not take all threads of the gateway."""

    @pytest.fixture
    def held(self, upstream: Upstream) -> Iterator[threading.Event]:
        """Requests to /slow wait until this is set."""
        release = threading.Event()

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            if environ["PATH_INFO"] == "/v1/slow":
                arrived.release()
                release.wait(20)
            start_response("200 OK", [("Content-Length", "2")])
            return [b"ok"]

        arrived = threading.Semaphore(0)
        upstream.answer = answer
        self.arrived = arrived
        yield release
        release.set()

    def test_when_all_are_taken_the_next_is_503_and_others_are_served(
        self, gateway: Make, table: Callable[..., str], held: threading.Event
    ) -> None:
        app = gateway(routing_file=table(places=1), queue_seconds=0.01)
        statuses: list[int] = []
        waiting = threading.Thread(
            target=lambda: statuses.append(from_outside(app).get("/api/payments/v1/slow").status_code)
        )
        waiting.start()
        assert self.arrived.acquire(timeout=10)
        response = from_outside(app).get("/api/payments/v1/x")
        problem(response, 503, "gateway/unavailable")
        assert response.headers["Retry-After"] == "2"
        assert from_outside(app).get("/api/recert/v1/x").status_code == 200
        held.set()
        waiting.join(10)
        assert statuses == [200]
        assert from_outside(app).get("/api/payments/v1/x").status_code == 200

    @pytest.mark.parametrize("times", [3])
    def test_a_place_is_free_again_after_every_kind_of_end(
        self, gateway: Make, table: Callable[..., str], upstream: Upstream, times: int
    ) -> None:
        client = from_outside(gateway(routing_file=table(places=1), queue_seconds=0.01))
        for _ in range(times):
            upstream.says("200 OK", ("Content-Length", "200000"), body=bytes(200_000))
            client.get("/api/payments/v1/x", buffered=False).close()
            client.head("/api/payments/v1/x")
            assert client.post("/api/payments/v1/x", data=bytes(2000)).status_code == 413
            upstream.says("204 NO CONTENT")
            assert client.get("/api/payments/v1/x").status_code == 204

    def test_a_place_is_free_again_after_a_failure(
        self, gateway: Make, table: Callable[..., str], silent_url: str
    ) -> None:
        options: dict[str, Any] = {"payments_url": silent_url, "queue_seconds": 0.01}
        client = from_outside(gateway(**options, routing_file=table(places=1, read_timeout=0.05)))
        assert [client.get("/api/payments/v1/x").status_code for _ in range(3)] == [504] * 3


class TestKeptConnections:
    """One connection serves many requests, but a dead one harms nobody."""

    def test_a_connection_is_used_again(self, gateway: Make, scripted: Script) -> None:
        server = scripted([OK, OK, OK])
        client = from_outside(gateway(payments_url=server.url))
        assert [client.get("/api/payments/v1/x").data for _ in range(3)] == [b"ok"] * 3
        assert len(server.requests) == 1

    def test_a_connection_is_not_used_again_when_the_service_said_close(self, gateway: Make, scripted: Script) -> None:
        closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        server = scripted([closing], [closing])
        client = from_outside(gateway(payments_url=server.url))
        assert [client.get("/api/payments/v1/x").data for _ in range(2)] == [b"ok"] * 2

    def test_a_connection_is_not_used_again_when_its_answer_was_not_read(self, gateway: Make, scripted: Script) -> None:
        long = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + bytes(1000)
        server = scripted([long], [OK])
        client = from_outside(gateway(payments_url=server.url))
        client.get("/api/payments/v1/x", buffered=False).close()
        assert client.post("/api/payments/v1/x").data == b"ok"

    def test_a_get_on_a_connection_that_dies_is_sent_once_more(self, gateway: Make, scripted: Script) -> None:
        server = scripted([OK, b""], [OK])
        client = from_outside(gateway(payments_url=server.url))
        client.get("/api/payments/v1/x")
        assert client.get("/api/payments/v1/again").data == b"ok"
        assert b"GET /v1/again" in server.requests[1][0]

    def test_a_get_on_a_new_connection_that_dies_is_not_sent_again(self, gateway: Make, scripted: Script) -> None:
        server = scripted([b""], [OK])
        problem(from_outside(gateway(payments_url=server.url)).get("/api/payments/v1/x"), 502, "gateway/bad-answer")
        assert len(server.requests) == 1

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_what_changes_something_is_never_sent_twice(self, gateway: Make, scripted: Script, method: str) -> None:
        """PAY: a charge whose answer was lost is settled by asking, not by charging again."""
        server = scripted([OK, b""], [OK])
        client = from_outside(gateway(payments_url=server.url))
        client.get("/api/payments/v1/x")
        problem(client.open("/api/payments/v1/x", method=method), 502, "gateway/bad-answer")
        assert len(server.requests) == 1

    def test_a_get_with_a_body_is_not_sent_again(self, gateway: Make, scripted: Script) -> None:
        server = scripted([OK, b""], [OK])
        client = from_outside(gateway(payments_url=server.url))
        client.get("/api/payments/v1/x")
        problem(client.get("/api/payments/v1/x", data=b"body"), 502, "gateway/bad-answer")

    @pytest.mark.parametrize(("idle", "connections"), [(15.0, 1), (15.1, 2)])
    def test_an_idle_connection_is_given_up_before_the_service_does(
        self, scripted: Script, idle: float, connections: int
    ) -> None:
        server, clock = scripted([OK, OK], [OK]), Now()
        pool = Connections(
            "payments",
            server.url,
            max_in_flight=2,
            connect_seconds=1,
            queue_seconds=1,
            keep_idle_seconds=15,
            clock=clock,
        )
        for _ in range(2):
            assert pool.send("POST", "/", [("Host", "x"), ("Content-Length", "0")], None, 5).read() == b"ok"
            clock.seconds += idle
        assert len(server.requests) == connections
        pool.close()

    def test_a_post_goes_to_a_new_connection_when_the_service_has_hung_up(
        self, gateway: Make, scripted: Script
    ) -> None:
        server = scripted([OK], [OK])
        client = from_outside(gateway(payments_url=server.url))
        client.get("/api/payments/v1/x")
        server.hang_up(0)
        assert client.post("/api/payments/v1/x").data == b"ok"


@pytest.mark.parametrize("url", ["", "127.0.0.1:8101", "ftp://127.0.0.1", "http://", "http://127.0.0.1/base"])
def test_an_address_that_is_no_base_url_stops_the_start(gateway: Make, url: str) -> None:
    with pytest.raises(ValueError, match="payments"):
        gateway(payments_url=url)
