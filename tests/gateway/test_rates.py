"""Rate limits at their boundary, by a clock that moves only when told."""

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from limits.errors import StorageError

from gateway.limits import SWEEP_EVERY_S, ClockedMemory, Limits
from tests.gateway.conftest import Now, Upstream, bearer, from_outside, problem
from tests.people import physician

Make = Callable[..., Flask]


@pytest.fixture
def limited(gateway: Make, table: Callable[..., str]) -> Flask:
    """Three a minute, on every route."""
    return gateway(routing_file=table(rate="3/minute"))


def test_the_last_allowed_passes_and_the_next_is_429(limited: Flask, upstream: Upstream) -> None:
    client = from_outside(limited)
    assert [client.get("/x").status_code for _ in range(3)] == [200] * 3
    found = problem(client.get("/x"), 429, "gateway/too-many-requests")
    assert found["detail"] == "Espere un momento y vuelva a intentarlo."
    assert len(upstream.seen) == 3


@pytest.mark.parametrize(("passed", "retry_after"), [(0, "60"), (59.0, "1"), (59.9, "1"), (30.5, "30")])
def test_retry_after_tells_when(limited: Flask, now: Now, passed: float, retry_after: str) -> None:
    client = from_outside(limited)
    for _ in range(3):
        client.get("/x")
    now.seconds += passed
    assert client.get("/x").headers["Retry-After"] == retry_after


def test_after_the_window_it_begins_anew(limited: Flask, now: Now) -> None:
    client = from_outside(limited)
    for _ in range(4):
        client.get("/x")
    now.seconds += 59.99
    assert client.get("/x").status_code == 429
    now.seconds += 0.01
    assert [client.get("/x").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_several_rates_hold_at_once(gateway: Make, table: Callable[..., str], now: Now) -> None:
    client = from_outside(gateway(routing_file=table(rate="2/minute; 4/hour")))
    assert [client.get("/x").status_code for _ in range(3)] == [200, 200, 429]
    now.seconds += 60
    assert client.get("/x").status_code == 200
    assert client.get("/x").headers["Retry-After"] == str(3600 - 60)


def test_each_address_counts_for_itself(limited: Flask) -> None:
    for address in ("203.0.113.7", "203.0.113.8"):
        assert [from_outside(limited, address).get("/x").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_one_customer_has_one_ipv6_network(limited: Flask) -> None:
    """Whoever has a /64 has 2**64 addresses."""
    statuses = [from_outside(limited, f"2001:db8:0:1::{n}").get("/x").status_code for n in range(1, 5)]
    assert statuses == [200, 200, 200, 429]
    assert from_outside(limited, "2001:db8:0:2::1").get("/x").status_code == 200


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "Client-IP"])
def test_an_invented_address_does_not_reset_the_count(limited: Flask, name: str) -> None:
    """ASVS 6.1.1, 15.3.4."""
    client = from_outside(limited)
    statuses = [client.get("/x", headers={name: f"198.51.100.{n}"}).status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_behind_a_trusted_proxy_inventing_does_not_help_either(gateway: Make, table: Callable[..., str]) -> None:
    client = from_outside(gateway(routing_file=table(rate="3/minute"), trusted_networks="10.0.0.0/8"), "10.0.0.1")
    statuses = [
        client.get("/x", headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.7"}).status_code for n in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_visitors_of_the_portal_do_not_share_one_count(gateway: Make, table: Callable[..., str]) -> None:
    """The portal calls for many people and says for whom."""
    client = from_outside(gateway(routing_file=table(rate="1/minute"), trusted_networks="10.0.0.0/8"), "10.0.0.1")
    assert [client.get("/x", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)] == [200] * 3


class TestAccounts:
    """With a token the account counts, wherever it calls from."""

    PATH = "/api/identity/v1/me"

    def test_one_account_has_one_count_at_all_its_addresses(self, limited: Flask) -> None:
        statuses = [
            from_outside(limited, f"203.0.113.{n}").get(self.PATH, headers=bearer()).status_code for n in range(4)
        ]
        assert statuses == [200, 200, 200, 429]

    def test_two_accounts_at_one_address_do_not_disturb_each_other(self, limited: Flask) -> None:
        client = from_outside(limited)
        for who in (physician("012345"), physician("023546")):
            assert [client.get(self.PATH, headers=bearer(who)).status_code for _ in range(4)] == [200, 200, 200, 429]

    def test_refused_tokens_count_by_address(self, limited: Flask) -> None:
        client = from_outside(limited)
        statuses = [client.get(self.PATH, headers={"Authorization": f"Bearer a.b.{n}"}).status_code for n in range(4)]
        assert statuses == [401, 401, 401, 429]

    def test_who_guesses_does_not_lock_out_the_owner(self, limited: Flask) -> None:
        client = from_outside(limited)
        for _ in range(5):
            client.get(self.PATH)
        assert client.get(self.PATH, headers=bearer()).status_code == 200


def test_each_route_counts_for_itself(limited: Flask) -> None:
    client = from_outside(limited)
    for path in ("/x", "/api/payments/v1/x", "/openapi.json"):
        assert [client.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_what_is_not_served_is_not_counted(limited: Flask) -> None:
    client = from_outside(limited)
    assert [client.get("/api/nobody/v1/x").status_code for _ in range(5)] == [404] * 5


def test_health_is_never_limited(limited: Flask) -> None:
    client = from_outside(limited)
    assert [client.get("/livez").status_code for _ in range(10)] == [200] * 10


class TestLogin:
    """ASVS 6.3.1, with the packaged table."""

    def test_the_eleventh_try_in_a_minute_is_429(self, gateway: Make) -> None:
        client = from_outside(gateway(routing_file=""))
        statuses = [client.post("/api/identity/v1/sessions", json={"username": "x"}).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]

    def test_renewing_a_session_goes_on(self, gateway: Make) -> None:
        client = from_outside(gateway(routing_file=""))
        for _ in range(11):
            client.post("/api/identity/v1/sessions")
        assert client.post("/api/identity/v1/sessions/refresh").status_code == 200


class TestCounters:
    """The storage of one process."""

    @pytest.fixture
    def hurried(self) -> Iterator[None]:
        """Threads take turns as often as they can."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        yield
        sys.setswitchinterval(before)

    def test_no_hit_is_lost_among_threads(self, now: Now, hurried: None) -> None:
        counters = ClockedMemory(now)
        threads = [threading.Thread(target=lambda: [counters.incr("k", 60) for _ in range(500)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counters.get("k") == 4000

    def test_ended_windows_are_swept(self, now: Now) -> None:
        counters = ClockedMemory(now)
        for n in range(1000):
            counters.incr(f"k{n}", 10)
        now.seconds += SWEEP_EVERY_S
        counters.incr("later", 10)
        assert counters.reset() == 1


class Away(ClockedMemory):
    """A shared storage that nobody answers for."""

    STORAGE_SCHEME = ["away"]

    def __init__(self, uri: str = "", **_: Any) -> None:
        super().__init__()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise StorageError(ConnectionError())


def test_when_the_shared_storage_is_away_each_process_counts_for_itself(
    gateway: Make, table: Callable[..., str], now: Now
) -> None:
    client = from_outside(gateway(routing_file=table(rate="3/minute"), limits_storage="away://"))
    assert [client.get("/x").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_storage_that_nobody_knows_stops_the_start() -> None:
    with pytest.raises(Exception, match="nonsense"):
        Limits("nonsense://")
