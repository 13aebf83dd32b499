"""Which headers pass in either direction, which the gateway makes itself, and which are dropped."""

import re
import uuid
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from gateway.routing import Route

Headers = list[tuple[str, str]]

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"}
    | {"te", "trailer", "trailers", "transfer-encoding", "upgrade"}
)
"""Meant for one connection only (RFC 9110 7.6.1); so are the headers that `Connection` names."""

MADE_HERE = frozenset(
    {"host", "content-length", "expect", "x-request-id", "traceparent", "forwarded", "via", "proxy"}
    | {"x-real-ip", "x-client-ip", "true-client-ip", "x-original-url", "x-rewrite-url"}
    | {"x-http-method", "x-http-method-override", "x-method-override"}
    | {"remote-user", "x-remote-user", "x-user", "x-account", "x-permissions"}
)
"""What the gateway says itself, or what only somebody inside may say: from outside it is dropped."""

INTERNAL_FAMILIES = ("x-forwarded-", "x-cmp-", "x-internal-", "x-authenticated-", "ce-")
"""Header families that inside may be believed; from outside they are dropped."""

ANSWER_DROPPED = HOP_BY_HOP | {"server", "date"}
"""The gateway's own server writes Server and Date."""

API_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""For answers of services that do not say otherwise: data, never a page, and personal."""

SITE_SECURITY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
HSTS = "max-age=31536000; includeSubDomains"

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(environ: WSGIEnvironment) -> str:
    """The caller's X-Request-ID when it is harmless in a log line, else a new one."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def passed_in(environ: WSGIEnvironment, route: Route) -> Headers:
    """The client's headers that a service may see. Cookies belong to the web site and go nowhere else."""
    named = _named_by_connection(environ.get("HTTP_CONNECTION", ""))
    headers = []
    for key, value in environ.items():
        if key.startswith("HTTP_") and (name := _passing(key)) and name.lower() not in named:
            headers.append((name, value))
    if kind := environ.get("CONTENT_TYPE"):
        headers.append(("Content-Type", kind))
    return [header for header in headers if header[0] != "Cookie"] if route.mount else headers


def said_by_gateway(public_url: str, route: Route, *, address: str, request_id: str, traceparent: str) -> Headers:
    """What the gateway tells a service about the request; nothing of it comes from the client's own words."""
    scheme, host = _origin(public_url)
    headers = [
        ("Host", host),
        ("X-Forwarded-For", address),
        ("X-Forwarded-Proto", scheme),
        ("X-Forwarded-Host", host),
        ("X-Request-ID", request_id),
        ("traceparent", traceparent),
    ]
    return [*headers, ("X-Forwarded-Prefix", route.mount)] if route.mount else headers


def passed_out(headers: Iterable[tuple[str, str]], route: Route) -> Headers:
    """The service's headers that the client may see, each as often as it came (Set-Cookie)."""
    headers = list(headers)
    named = _named_by_connection(", ".join(value for name, value in headers if name.lower() == "connection"))
    return [
        (name, _outside(value, route) if name.lower() == "location" else value)
        for name, value in headers
        if name.lower() not in ANSWER_DROPPED and name.lower() not in named
    ]


def security(route: Route | None, *, https: bool) -> dict[str, str]:
    """Headers to add to an answer that lacks them."""
    chosen = SITE_SECURITY if route and not route.mount else API_SECURITY
    return chosen | {"Strict-Transport-Security": HSTS} if https else chosen


@lru_cache(maxsize=1024)
def _passing(key: str) -> str | None:
    """`HTTP_ACCEPT_LANGUAGE` as `Accept-Language`; None when it must not pass."""
    name = key[5:].replace("_", "-").lower()
    if name in HOP_BY_HOP or name in MADE_HERE or name.startswith(INTERNAL_FAMILIES):
        return None
    return name.title()


@lru_cache(maxsize=64)
def _named_by_connection(value: str) -> frozenset[str]:
    return frozenset(token.strip().lower() for token in value.split(",")) - {""}


@lru_cache(maxsize=16)
def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _outside(location: str, route: Route) -> str:
    """A service that redirects to its own `/v1/...` means `/api/<service>/v1/...` outside."""
    return route.mount + location if location.startswith("/v1/") else location
