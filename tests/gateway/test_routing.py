"""routing.toml: the packaged table is complete and well-formed, and a malformed one stops the start."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gateway.routing import PACKAGED, RoutingError, RoutingTable
from gateway.settings import UPSTREAMS

SERVICES = sorted(folder.name for folder in Path("services").iterdir() if (folder / "__init__.py").exists())
TABLE = RoutingTable.load()


def document(**changes: Any) -> dict[str, Any]:
    """The packaged table with the last entry changed."""
    whole = tomllib.loads(PACKAGED.read_text(encoding="utf-8"))
    whole["routes"][-1] |= changes
    return whole


@pytest.mark.parametrize("service", SERVICES)
class TestEveryService:
    """A new service cannot be forgotten."""

    def test_has_an_entry_that_leads_to_it(self, service: str) -> None:
        route = TABLE.match(f"/api/{service}/v1/anything")
        assert route is not None, f"add an entry for /api/{service}/v1 to gateway/routing.toml"
        assert (route.upstream, route.mount) == (service, f"/api/{service}")

    def test_wants_a_token_unless_an_entry_says_otherwise(self, service: str) -> None:
        route = TABLE.match(f"/api/{service}/v1/anything")
        assert route is not None
        assert not route.public

    @pytest.mark.parametrize(
        "path", ["/v1/files/abc", "/v1/files", "/metrics", "/livez", "/readyz", "/openapi.json", "/docs", "/v2/x", ""]
    )
    def test_keeps_its_inner_pages_to_itself(self, service: str, path: str) -> None:
        assert TABLE.match(f"/api/{service}{path}") is None


def test_the_upstreams_are_the_services_and_the_portal() -> None:
    assert sorted(UPSTREAMS) == sorted([*SERVICES, "portal"])


@pytest.mark.parametrize(
    "path",
    ["/api/identity/v1/service-tokens", "/api/identity/v1/service-tokens/x", "/api/nobody/v1/x", "/api", "/metrics"],
)
def test_what_is_only_for_inside_is_not_found(path: str) -> None:
    assert TABLE.match(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "/api/payments/v1/../../identity/v1/service-tokens",
        "/api/identity/v1/./service-tokens",
        "/api/identity/v1/..",
        "//api/identity/v1/service-tokens",
        "/api/identity//v1/service-tokens",
        "/api/identity/v1\\service-tokens",
        "/api/identity/v1/x\x00",
        "//example.org/",
    ],
)
def test_a_path_that_two_servers_could_read_differently_is_not_found(path: str) -> None:
    assert TABLE.match(path) is None


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("/api/identity/v1/sessions", "/api/identity/v1/sessions"),
        ("/api/identity/v1/sessions/refresh", "/api/identity/v1/sessions/refresh"),
        ("/api/identity/v1/sessionsx", "/api/identity/v1"),
        ("/apix", "/"),
        ("/", "/"),
        ("/ingresar", "/"),
        ("/.well-known/jwks.json", "/.well-known/jwks.json"),
        ("/.well-known/other", "/"),
        ("/pagos/.../x", "/"),
    ],
)
def test_the_longest_prefix_on_whole_segments_wins(path: str, prefix: str) -> None:
    route = TABLE.match(path)
    assert route is not None
    assert route.prefix == prefix


def test_login_is_stricter_than_everything_else() -> None:
    login = TABLE.match("/api/identity/v1/sessions")
    general = TABLE.match("/api/identity/v1/me")
    assert login is not None
    assert general is not None
    assert login.rate[-1].amount * 10 <= general.rate[-1].amount


def test_the_portal_waits_longer_than_the_services_it_asks() -> None:
    """PAY: an authorization that takes its full time must not look like a broken web site."""
    portal = TABLE.match("/")
    assert portal is not None
    assert all(portal.read_timeout > route.read_timeout for route in TABLE.routes if route.mount)


def test_an_upload_of_five_megabytes_passes_with_its_form() -> None:
    """REC: one PDF may have 5 MB; the form around it needs some more."""
    for path in ("/api/recert/v1/dossiers", "/recertificacion"):
        route = TABLE.match(path)
        assert route is not None
        assert route.streaming
        assert route.body_limit > 5 * 1024 * 1024 + 64 * 1024


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"prefix": "no-slash"}, "not a path prefix"),
        ({"prefix": "/ends/"}, "not a path prefix"),
        ({"upstream": "elsewhere"}, "no upstream 'elsewhere'"),
        ({"access": "everybody"}, "neither public, token, nobody"),
        ({"access": []}, "neither public, token, nobody"),
        ({"access": ["Not A Permission"]}, "neither public, token, nobody"),
        ({"body_limit": "6 MB"}, "body_limit '6 MB'"),
        ({"body_limit": -1}, "body_limit -1"),
        ({"streaming": False}, "needs streaming = true"),
        ({"read_timeout": 0}, "read_timeout 0"),
        ({"read_timeout": 301}, "read_timeout 301"),
        ({"read_timeout": True}, "read_timeout True"),
        ({"rate": "often"}, "rate 'often'"),
        ({"colour": "red"}, r"unknown \['colour'\]"),
        ({"prefix": "/api/payments/v1", "upstream": "payments"}, "given twice"),
        ({"prefix": "/api/payments/v1/x", "upstream": "identity"}, "must begin with /api/identity/v1"),
        ({"prefix": "/api/payments/v2", "upstream": "payments"}, "must begin with /api/payments/v1"),
        ({"prefix": "/elsewhere"}, "no entry for '/'"),
    ],
)
def test_a_malformed_entry_stops_the_start_and_is_named(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RoutingError, match=complaint):
        RoutingTable.parse(document(**changes))


def test_an_entry_without_a_field_that_has_no_default_stops_the_start() -> None:
    whole = document()
    del whole["routes"][-1]["upstream"]
    with pytest.raises(RoutingError, match=r"\['upstream'\] missing"):
        RoutingTable.parse(whole)


def test_an_upstream_without_places_stops_the_start() -> None:
    whole = document()
    whole["upstreams"]["portal"] = {"max_in_flight": 0}
    with pytest.raises(RoutingError, match=r"upstreams\.portal"):
        RoutingTable.parse(whole)


def test_a_section_that_nobody_knows_stops_the_start() -> None:
    with pytest.raises(RoutingError, match="route"):
        RoutingTable.parse(document() | {"route": []})


@pytest.mark.parametrize("text", ["[[routes", None])
def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "routing.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(RoutingError, match=r"routing\.toml"):
        RoutingTable.load(path)
