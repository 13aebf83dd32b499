"""What passes through unchanged, what the gateway says itself, and what is dropped."""

import re
from collections.abc import Callable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.gateway.conftest import Upstream, from_outside, problem


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_reaches_the_service_without_its_mount(
    client: FlaskClient, upstream: Upstream, method: str
) -> None:
    response = client.open("/api/payments/v1/orders/7?after=a%20b&x=1", method=method)
    assert (response.status_code, response.json) == (200, {"ok": True})
    assert (upstream.last.method, upstream.last.target) == (method, "/v1/orders/7?after=a%20b&x=1")


def test_head_passes_and_keeps_the_length_it_announces(client: FlaskClient, upstream: Upstream) -> None:
    response = client.head("/api/payments/v1/orders")
    assert upstream.last.method == "HEAD"
    assert (response.headers["Content-Length"], response.data) == ("11", b"")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused_with_allow(client: FlaskClient, upstream: Upstream, method: str) -> None:
    response = client.open("/api/payments/v1/orders", method=method)
    assert problem(response, 405, "method-not-allowed")
    assert "PATCH" in response.headers["Allow"]
    assert upstream.seen == []


def test_everything_else_goes_to_the_portal_as_it_is(client: FlaskClient, upstream: Upstream) -> None:
    client.get("/pagos/cuotas?tipo=COLEGIADO")
    assert upstream.last.target == "/pagos/cuotas?tipo=COLEGIADO"
    assert "X-Forwarded-Prefix" not in upstream.last.headers


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("/buscar/%C3%91aupari", "/buscar/%C3%91aupari"),
        ("/a%2Fb", "/a/b"),
        ("/100%25", "/100%25"),
        ("/a%3Fb=1", "/a%3Fb=1"),
        ("/a%23b", "/a%23b"),
        ("/a;v=1,2/~x@y", "/a;v=1,2/~x@y"),
        ("/x?q=%C3%B1&q=%2F&r[]=1|2", "/x?q=%C3%B1&q=%2F&r[]=1|2"),
    ],
)
def test_path_and_query_arrive_as_they_were_matched(
    client: FlaskClient, upstream: Upstream, sent: str, arrives: str
) -> None:
    client.get(sent)
    assert upstream.last.target == arrives


def test_a_query_cannot_smuggle_a_second_request(client: FlaskClient, upstream: Upstream) -> None:
    client.get("/x", query_string="q=1 HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET /v1/service-tokens")
    assert len(upstream.seen) == 1
    assert "X-Evil" not in upstream.last.headers


def test_body_and_content_type_arrive(client: FlaskClient, upstream: Upstream) -> None:
    client.post("/api/payments/v1/orders", json={"due_ids": ["á"]}, headers={"Idempotency-Key": "k-1"})
    assert upstream.last.body == b'{"due_ids": ["\\u00e1"]}'
    assert upstream.last.headers["Content-Type"] == "application/json"
    assert upstream.last.headers["Idempotency-Key"] == "k-1"


def test_a_post_without_a_body_says_so(client: FlaskClient, upstream: Upstream) -> None:
    client.post("/api/payments/v1/orders/7/attempts")
    assert upstream.last.headers["Content-Length"] == "0"


def test_the_service_hears_the_public_address_whatever_the_client_says(client: FlaskClient, upstream: Upstream) -> None:
    """ASVS 4.2 host poisoning: links in mails are built from these."""
    client.get("/api/payments/v1/x", headers={"Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"})
    said = upstream.last.headers
    assert (said["Host"], said["X-Forwarded-Host"], said["X-Forwarded-Proto"]) == ("digital.example.pe",) * 2 + (
        "https",
    )
    assert (said["X-Forwarded-Prefix"], said["X-Forwarded-For"]) == ("/api/payments", "203.0.113.7")


@pytest.mark.parametrize(
    "name",
    [
        "X-Forwarded-For",
        "X-Forwarded-User",
        "X-Forwarded-Port",
        "Forwarded",
        "X-Real-IP",
        "True-Client-IP",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
        "X-CMP-Subject",
        "X-Internal-Call",
        "X-Authenticated-User",
        "Remote-User",
        "Proxy",
        "ce-type",
        "Via",
    ],
)
def test_a_forged_internal_header_never_arrives(client: FlaskClient, upstream: Upstream, name: str) -> None:
    client.get("/api/payments/v1/x", headers={name: "forged"})
    assert "forged" not in str(upstream.last.headers)


@pytest.mark.parametrize(
    "name", ["Keep-Alive", "TE", "Trailer", "Upgrade", "Proxy-Authorization", "Proxy-Connection", "Expect"]
)
def test_headers_meant_for_one_connection_stay_on_it(client: FlaskClient, upstream: Upstream, name: str) -> None:
    """RFC 9110 7.6.1."""
    client.get("/x", headers={name: "marker"})
    assert "marker" not in str(upstream.last.headers)


def test_headers_that_connection_names_stay_on_it(client: FlaskClient, upstream: Upstream) -> None:
    client.get("/x", headers={"Connection": "close, X-Private", "X-Private": "marker", "X-Public": "kept"})
    assert "X-Private" not in upstream.last.headers
    assert upstream.last.headers["X-Public"] == "kept"


def test_connection_cannot_make_the_gateway_forget_what_it_says(client: FlaskClient, upstream: Upstream) -> None:
    client.get("/x", headers={"Connection": "X-Forwarded-For, X-Request-ID, Host"})
    assert upstream.last.headers["X-Forwarded-For"] == "203.0.113.7"


def test_the_token_is_passed_on_for_the_service_to_check_again(client: FlaskClient, upstream: Upstream) -> None:
    client.get("/api/payments/v1/x", headers={"Authorization": "Bearer abc"})
    assert upstream.last.headers["Authorization"] == "Bearer abc"


def test_the_session_cookie_goes_to_the_portal_and_nowhere_else(client: FlaskClient, upstream: Upstream) -> None:
    client.set_cookie("__Host-session", "1", domain="localhost")
    client.get("/pagos")
    assert upstream.last.headers["Cookie"] == "__Host-session=1"
    client.get("/api/payments/v1/x")
    assert "Cookie" not in upstream.last.headers


class TestTrace:
    """One request can be followed through all processes."""

    def test_a_request_id_is_made(self, client: FlaskClient, upstream: Upstream) -> None:
        response = client.get("/x")
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-ID"])
        assert upstream.last.headers["X-Request-Id"] == response.headers["X-Request-ID"]

    def test_a_given_request_id_is_passed_and_told_back(self, client: FlaskClient, upstream: Upstream) -> None:
        response = client.get("/x", headers={"X-Request-ID": "abc-12345.X_y"})
        assert upstream.last.headers["X-Request-Id"] == response.headers["X-Request-ID"] == "abc-12345.X_y"

    @pytest.mark.parametrize("bad", ["short", "x" * 65, "with space here", 'quote"quote', "ñandú-ñandú"])
    def test_a_request_id_that_could_spoil_a_log_is_replaced(
        self, client: FlaskClient, upstream: Upstream, bad: str
    ) -> None:
        client.get("/x", headers={"X-Request-ID": bad})
        assert re.fullmatch(r"[0-9a-f]{32}", upstream.last.headers["X-Request-Id"])

    def test_a_given_trace_goes_on_with_a_span_of_the_gateway(self, client: FlaskClient, upstream: Upstream) -> None:
        given = f"00-{'ab' * 16}-{'cd' * 8}-01"
        client.get("/x", headers={"traceparent": given})
        assert upstream.last.headers["Traceparent"].startswith(f"00-{'ab' * 16}-")
        assert upstream.last.headers["Traceparent"] != given

    @pytest.mark.parametrize("given", [None, "nonsense", "00-xyz"])
    def test_a_trace_is_begun_where_there_is_none(
        self, client: FlaskClient, upstream: Upstream, given: str | None
    ) -> None:
        client.get("/x", headers={"traceparent": given} if given else {})
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", upstream.last.headers["Traceparent"])

    def test_a_refusal_shows_the_same_trace(self, client: FlaskClient) -> None:
        response = client.get("/api/nobody/v1/x", headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
        assert response.json["traceId"] == "ab" * 16


class TestAnswers:
    """The service's answer is the client's answer."""

    @pytest.mark.parametrize(
        "status",
        ["201 CREATED", "204 NO CONTENT", "304 NOT MODIFIED", "404 NOT FOUND", "422 UNPROCESSABLE", "500 OOPS"],
    )
    def test_the_status_passes(self, client: FlaskClient, upstream: Upstream, status: str) -> None:
        upstream.says(status, ("Content-Length", "0"))
        response = client.get("/api/payments/v1/x")
        assert (response.status, response.data) == (status, b"")

    def test_no_content_type_is_invented(self, client: FlaskClient, upstream: Upstream) -> None:
        upstream.says("204 NO CONTENT")
        assert "Content-Type" not in client.get("/x").headers

    def test_what_a_client_must_know_is_kept(self, client: FlaskClient, upstream: Upstream) -> None:
        told = {
            "Allow": "GET",
            "Retry-After": "7",
            "WWW-Authenticate": 'Bearer realm="cmp"',
            "ETag": '"1"',
            "Content-Language": "es",
        }
        upstream.says("405 METHOD NOT ALLOWED", *told.items(), ("Content-Length", "0"))
        headers = client.get("/api/payments/v1/x").headers
        assert {name: headers[name] for name in told} == told

    def test_each_cookie_is_kept_for_itself(self, client: FlaskClient, upstream: Upstream) -> None:
        cookies = ["a=1; Path=/; HttpOnly", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "c=3"]
        upstream.says("200 OK", *(("Set-Cookie", cookie) for cookie in cookies), ("Content-Length", "0"))
        assert client.get("/x").headers.getlist("Set-Cookie") == cookies

    def test_headers_of_the_inner_connection_stay_inside(self, client: FlaskClient, upstream: Upstream) -> None:
        upstream.says(
            "200 OK", ("Connection", "X-Inner"), ("X-Inner", "1"), ("Keep-Alive", "timeout=5"), ("Content-Length", "0")
        )
        headers = client.get("/x").headers
        assert not {"X-Inner", "Keep-Alive", "Connection", "Server", "Date"} & set(headers.keys())

    @pytest.mark.parametrize(
        ("path", "location", "outside"),
        [
            ("/api/payments/v1/x", "/v1/orders/7", "/api/payments/v1/orders/7"),
            ("/api/payments/v1/x", "/api/payments/v1/orders/7", "/api/payments/v1/orders/7"),
            ("/api/payments/v1/x", "https://example.org/v1/x", "https://example.org/v1/x"),
            ("/ingresar", "/v1/x", "/v1/x"),
            ("/ingresar", "/menu?x=1", "/menu?x=1"),
        ],
    )
    def test_a_redirect_is_told_and_not_followed(
        self, client: FlaskClient, upstream: Upstream, path: str, location: str, outside: str
    ) -> None:
        upstream.says("303 SEE OTHER", ("Location", location), ("Content-Length", "0"))
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (303, outside)

    def test_a_compressed_body_stays_as_it_is(self, client: FlaskClient, upstream: Upstream) -> None:
        upstream.says("200 OK", ("Content-Encoding", "gzip"), ("Content-Length", "4"), body=b"\x1f\x8b\x08\x00")
        response = client.get("/x")
        assert (response.data, response.headers["Content-Encoding"]) == (b"\x1f\x8b\x08\x00", "gzip")

    def test_a_part_of_a_file_passes(self, client: FlaskClient, upstream: Upstream) -> None:
        upstream.says("206 PARTIAL CONTENT", ("Content-Range", "bytes 0-3/10"), ("Content-Length", "4"), body=b"%PDF")
        response = client.get("/x", headers={"Range": "bytes=0-3"})
        assert (response.status_code, response.headers["Content-Range"], response.data) == (
            206,
            "bytes 0-3/10",
            b"%PDF",
        )

    @pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3_000_000])
    @pytest.mark.parametrize("announced", [True, False])
    def test_bodies_of_any_size_arrive_whole(
        self, client: FlaskClient, upstream: Upstream, size: int, announced: bool
    ) -> None:
        body = bytes(size)
        upstream.says("200 OK", *([("Content-Length", str(size))] if announced else []), body=body)
        assert client.get("/x").data == body

    def test_a_body_is_passed_on_as_it_comes(self, client: FlaskClient, upstream: Upstream) -> None:
        """The second piece is sent only when the client has the first."""
        import threading

        first_arrived = threading.Event()

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
            start_response("200 OK", [("Content-Type", "text/plain")])
            yield b"first"
            assert first_arrived.wait(10)
            yield b"second"

        upstream.answer = answer
        response = client.get("/x", buffered=False)
        pieces = iter(response.response)
        assert next(pieces) == b"first"
        first_arrived.set()
        assert b"".join(pieces) == b"second"
        response.close()


class TestSecurityHeaders:
    """ASVS 3.4."""

    API = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    }

    @pytest.mark.parametrize(
        "path", ["/api/payments/v1/x", "/api/nobody/v1/x", "/api/identity/v1/me", "/livez", "/openapi.json"]
    )
    def test_answers_for_programs_carry_them(self, client: FlaskClient, path: str) -> None:
        headers = client.get(path).headers
        assert {name: headers[name] for name in self.API} == self.API

    def test_what_a_service_says_itself_wins(self, client: FlaskClient, upstream: Upstream) -> None:
        upstream.says("200 OK", ("Cache-Control", "public, max-age=60"), ("Content-Length", "0"))
        assert client.get("/api/payments/v1/x").headers.getlist("Cache-Control") == ["public, max-age=60"]

    def test_the_web_site_sets_its_own_policy(self, client: FlaskClient, upstream: Upstream) -> None:
        upstream.says("200 OK", ("Content-Security-Policy", "default-src 'self'"), ("Content-Length", "0"))
        headers = client.get("/x").headers
        assert headers.getlist("Content-Security-Policy") == ["default-src 'self'"]
        assert "Cache-Control" not in headers

    def test_without_https_there_is_no_hsts(self, gateway: Callable[..., Flask]) -> None:
        response = from_outside(gateway(public_url="http://127.0.0.1:8080")).get("/x")
        assert "Strict-Transport-Security" not in response.headers

    def test_no_origin_but_ours_may_read(self, client: FlaskClient) -> None:
        response = client.get("/api/payments/v1/x", headers={"Origin": "https://evil.example.org"})
        assert "Access-Control-Allow-Origin" not in response.headers
