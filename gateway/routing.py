"""Reads `routing.toml` into a table and finds the entry for a path; a malformed table stops the start."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limits import RateLimitItem, parse_many

from gateway.settings import UPSTREAMS

PACKAGED = Path(__file__).with_name("routing.toml")
BUFFERED_AT_MOST = 1024 * 1024
"""Largest body, in bytes, that may be held in memory; a larger limit needs `streaming = true`."""

_SIZE = re.compile(r"(\d+) (B|KiB|MiB)")
_UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2}
_PREFIX = re.compile(r"/|(/[a-z0-9.-]+)+")
_PERMISSION = re.compile(r"[a-z]+:[a-z_-]+")
_FIELDS = {"prefix", "upstream", "access", "body_limit", "read_timeout", "rate", "streaming"}
_SUSPICIOUS = re.compile(r"//|\\|[\x00-\x1f\x7f]|/\.{1,2}(?:/|$)")


class RoutingError(Exception):
    """routing.toml is not well-formed; the message names the entry and what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One entry of routing.toml. Sizes in bytes, times in seconds."""

    prefix: str
    upstream: str
    public: bool
    reachable: bool
    permissions: frozenset[str]
    body_limit: int
    read_timeout: float
    rate: tuple[RateLimitItem, ...]
    """Longest window first, so that Retry-After tells the longest wait."""
    streaming: bool
    mount: str
    """What is cut off before passing on: `/api/<service>` or nothing."""

    def holds(self, path: str) -> bool:
        """Whether the path is the prefix itself or below it."""
        return path == self.prefix or path.startswith(self.prefix if self.prefix.endswith("/") else self.prefix + "/")


@dataclass(frozen=True)
class RoutingTable:
    """All entries, longest prefix first, and how many requests each upstream may have under way."""

    routes: tuple[Route, ...]
    own: Route
    """Not a route but the rate of what the gateway makes itself."""
    max_in_flight: dict[str, int]

    @classmethod
    def load(cls, path: str | Path = "") -> "RoutingTable":
        """Read a routing file (default: the packaged one). Raises RoutingError."""
        try:
            return cls.parse(tomllib.loads(Path(path or PACKAGED).read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise RoutingError(f"{path or PACKAGED}: {error}") from error

    @classmethod
    def parse(cls, document: dict[str, Any]) -> "RoutingTable":
        """Check the document and build the table. Raises RoutingError."""
        if unknown := set(document) - {"defaults", "upstreams", "own", "routes"}:
            raise RoutingError(f"unknown sections {sorted(unknown)}")
        defaults = document.get("defaults", {})
        routes = [_route(defaults | entry) for entry in document.get("routes", [])]
        prefixes = [route.prefix for route in routes]
        if doubles := {prefix for prefix in prefixes if prefixes.count(prefix) > 1}:
            raise RoutingError(f"prefixes given twice: {sorted(doubles)}")
        if "/" not in prefixes:
            raise RoutingError("no entry for '/': every path must have one")
        routes.sort(key=lambda route: len(route.prefix), reverse=True)
        own = {"prefix": "/openapi.json", "upstream": "portal", "access": "public"} | document.get("own", {})
        return cls(tuple(routes), _route(defaults | own), {name: _places(document, name) for name in UPSTREAMS})

    def match(self, path: str) -> Route | None:
        """The entry for a decoded path; None for what nobody serves: closed prefixes and paths that play tricks
        (dot segments, doubled slashes, backslashes), which two servers might read differently."""
        if _SUSPICIOUS.search(path):
            return None
        route = next(route for route in self.routes if route.holds(path))
        return route if route.reachable else None


def _route(entry: dict[str, Any]) -> Route:
    prefix = str(entry.get("prefix", ""))
    if missing := _FIELDS - set(entry):
        raise RoutingError(f"{prefix or entry}: {sorted(missing)} missing")
    if unknown := set(entry) - _FIELDS:
        raise RoutingError(f"{prefix}: unknown {sorted(unknown)}")
    if not _PREFIX.fullmatch(prefix):
        raise RoutingError(f"{prefix!r} is not a path prefix")
    access = entry["access"]
    route = Route(
        prefix=prefix,
        upstream=_upstream(entry),
        public=access == "public",
        reachable=access != "nobody",
        permissions=_permissions(prefix, access),
        body_limit=_size(prefix, entry["body_limit"]),
        read_timeout=_seconds(prefix, entry["read_timeout"]),
        rate=_rate(prefix, entry["rate"]),
        streaming=entry["streaming"] is True,
        mount=_mount(prefix, entry["upstream"], closed=access == "nobody"),
    )
    if route.body_limit > BUFFERED_AT_MOST and not route.streaming:
        raise RoutingError(f"{prefix}: a body over 1 MiB needs streaming = true")
    return route


def _upstream(entry: dict[str, Any]) -> str:
    if entry["upstream"] not in UPSTREAMS:
        raise RoutingError(f"{entry['prefix']}: no upstream {entry['upstream']!r}")
    return str(entry["upstream"])


def _permissions(prefix: str, access: Any) -> frozenset[str]:
    if access in ("public", "token", "nobody"):
        return frozenset()
    if isinstance(access, list) and access and all(_PERMISSION.fullmatch(str(name)) for name in access):
        return frozenset(access)
    raise RoutingError(f"{prefix}: access {access!r} is neither public, token, nobody nor a list of permissions")


def _size(prefix: str, text: Any) -> int:
    if text == 0:
        return 0
    if not (found := _SIZE.fullmatch(str(text))):
        raise RoutingError(f"{prefix}: body_limit {text!r}, expected such as '64 KiB'")
    return int(found[1]) * _UNITS[found[2]]


def _seconds(prefix: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 300:
        raise RoutingError(f"{prefix}: read_timeout {value!r}, expected seconds up to 300")
    return float(value)


def _rate(prefix: str, text: Any) -> tuple[RateLimitItem, ...]:
    try:
        return tuple(sorted(parse_many(str(text)), key=lambda rate: rate.get_expiry(), reverse=True))
    except ValueError as error:
        raise RoutingError(f"{prefix}: rate {text!r}: {error}") from error


def _mount(prefix: str, upstream: str, *, closed: bool) -> str:
    """`/api/<service>` of a service's own prefix. An open API prefix must lead to the service it names."""
    parts = prefix.split("/")
    if parts[1] != "api":
        return ""
    if not closed and parts[2:4] != [upstream, "v1"]:
        raise RoutingError(f"{prefix}: must begin with /api/{upstream}/v1")
    return "/".join(parts[:3])


def _places(document: dict[str, Any], name: str) -> int:
    places = document.get("upstreams", {}).get(name, {}).get("max_in_flight")
    if not isinstance(places, int) or places < 1:
        raise RoutingError(f"upstreams.{name}: max_in_flight missing or below 1")
    return places
