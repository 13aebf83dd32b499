"""Who is calling: the account of a verified token, and the address behind trusted proxies."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from wsgiref.types import WSGIEnvironment

import requests

from chassis.auth import Forbidden, Keys, Principal, Unauthenticated, Verifier, bearer_token
from gateway.routing import Route
from gateway.settings import UPSTREAMS, Settings

JWKS_TIMEOUT_S = (2, 3)
"""Connect and read time-out of the fetch of identity's keys, in seconds."""

Network = IPv4Network | IPv6Network


class Recogniser:
    """Checks access tokens for the service a route leads to. The token itself is passed on: services check again."""

    def __init__(self, settings: Settings, keys: Keys | None = None) -> None:
        """Fetches identity's keys only when the first token arrives."""
        keys = keys or Keys(lambda: _fetch_keys(settings.keys_url))
        self._verifiers = {name: Verifier(keys, issuer=settings.token_issuer, audience=name) for name in UPSTREAMS}

    def caller(self, route: Route) -> Principal | None:
        """Who calls a route that wants a token; None on a public one. Raises Unauthenticated, IdentityUnavailable."""
        if route.public:
            return None
        who = self._verifiers[route.upstream].verify(bearer_token())
        if who.kind == "service":  # services talk to each other directly; such a token outside has been stolen
            raise Unauthenticated("invalid_token")
        return who


def _fetch_keys(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=JWKS_TIMEOUT_S)
    answer.raise_for_status()
    return dict(answer.json())


def check_permission(route: Route, who: Principal | None) -> None:
    """Raise Forbidden when the route lists permissions and the caller has none of them."""
    if route.permissions and not (who and route.permissions & who.permissions):
        raise Forbidden


@lru_cache(maxsize=16)
def networks(text: str) -> tuple[Network, ...]:
    """Comma-separated CIDR as networks. Raises ValueError on anything else."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


@lru_cache(maxsize=4096)
def within(address: str, text: str) -> bool:
    """Whether an address lies in one of the networks; never for what is not an address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks(text))


def client_address(environ: WSGIEnvironment, trusted: str) -> str:
    """The address that no trusted proxy stands at, read from the right: what is left of it anybody can invent."""
    address = str(environ.get("REMOTE_ADDR", ""))
    if not within(address, trusted):
        return address
    for hop in reversed(_hops(environ.get("HTTP_X_FORWARDED_FOR", ""))):
        if not _is_address(hop):
            break
        address = hop
        if not within(address, trusted):
            break
    return address


def comes_from_inside(environ: WSGIEnvironment, internal: str) -> bool:
    """Whether the peer itself is in an internal network; a request that any proxy brought is from outside."""
    proxied = "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ
    return not proxied and within(environ.get("REMOTE_ADDR", ""), internal)


def _hops(header: str) -> list[str]:
    return [hop.strip() for hop in header.split(",") if hop.strip()]


def _is_address(text: str) -> bool:
    return within(text, "0.0.0.0/0,::/0")


def bucket(address: str) -> str:
    """Whom a rate limit counts: an IPv4 address, or the /64 that one IPv6 customer gets."""
    if ":" not in address:
        return address
    return str(ip_network(f"{address}/64", strict=False))
