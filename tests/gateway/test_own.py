"""What the gateway says of itself, and to whom."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.settings import Settings
from tests.gateway.conftest import Upstream, from_outside, problem

INSIDE = "10.1.2.3"


def test_livez_asks_nobody(client: FlaskClient, upstream: Upstream) -> None:
    assert client.get("/livez").json == {"status": "ok"}
    assert upstream.seen == []


def test_it_is_ready_although_a_service_is_down(gateway: Callable[..., Flask], refused_url: str) -> None:
    """Else one service down would take all others with it."""
    assert from_outside(gateway(identity_url=refused_url)).get("/readyz").status_code == 200


def test_from_inside_it_tells_which_services_answer(gateway: Callable[..., Flask], refused_url: str) -> None:
    app = gateway(identity_url=refused_url)
    upstreams = from_outside(app, INSIDE).get("/readyz?verbose").json["upstreams"]
    assert [name for name, alive in upstreams.items() if not alive] == ["identity"]
    assert len(upstreams) == 6


def test_metrics_count_by_route_and_never_by_path(gateway: Callable[..., Flask]) -> None:
    app = gateway()
    from_outside(app).get("/api/payments/v1/orders/secret-7")
    from_outside(app).get("/api/nobody/v1/secret-8")
    text = from_outside(app, INSIDE).get("/metrics").get_data(as_text=True)
    assert 'cmp_http_requests_total{method="GET",route="/api/payments/v1",service="gateway",status="200"} 1.0' in text
    assert 'cmp_http_requests_total{method="GET",route="(none)",service="gateway",status="404"} 1.0' in text
    assert "secret" not in text


@pytest.mark.parametrize("path", ["/metrics", "/readyz?verbose"])
class TestOnlyForInside:
    """ASVS 13.4: internal pages stay inside."""

    @pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::1", "", "nonsense"])
    def test_strangers_get_404(self, gateway: Callable[..., Flask], path: str, address: str) -> None:
        problem(from_outside(gateway(), address).get(path), 404, "gateway/not-found")

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "172.31.0.1"])
    def test_insiders_see_them(self, gateway: Callable[..., Flask], path: str, address: str) -> None:
        assert from_outside(gateway(), address).get(path).status_code == 200

    @pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
    def test_what_a_proxy_brought_is_from_outside(self, gateway: Callable[..., Flask], path: str, name: str) -> None:
        problem(from_outside(gateway(), INSIDE).get(path, headers={name: "10.1.2.4"}), 404, "gateway/not-found")

    def test_they_can_be_closed_to_all(self, gateway: Callable[..., Flask], path: str) -> None:
        problem(from_outside(gateway(internal_networks=""), INSIDE).get(path), 404, "gateway/not-found")


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/livez"])
def test_the_portals_own_pages_are_not_reached_by_another_method(
    gateway: Callable[..., Flask], upstream: Upstream, path: str
) -> None:
    problem(from_outside(gateway(routing_file="")).post(path), 404, "gateway/not-found")
    assert upstream.seen == []


def test_every_setting_is_in_the_readme() -> None:
    text = Path("gateway/README.md").read_text(encoding="utf-8")
    missing = [name for name, _, _ in Settings().describe() if f"`{name}`" not in text]
    assert missing == []
