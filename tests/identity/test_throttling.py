"""Guessing passwords gets slow, and costs the owner nothing (ASVS 6.1.1, 6.3.1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from chassis.testing import Keys, jwks
from services.identity import throttling
from services.identity.app import create_app
from services.identity.models import ThrottleCounter, ThrottleRule

RULE = ThrottleRule(tries=5, lock=timedelta(minutes=1), lock_max=timedelta(minutes=15), recovery=timedelta(hours=1))
ATTACKER, OWNER = "198.51.100.66", "203.0.113.7"


def fail(house, times, username="012345", address=ATTACKER):
    """So many wrong passwords; returns the statuses."""
    return [house.log_in(username, f"intento {number}", address).status for number in range(times)]


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10_000, 15)]
)
def test_the_lock_doubles_from_one_minute_to_fifteen(failures, minutes):
    assert RULE.lock_after(failures) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("hours", "left"), [(0.99, 6), (1, 5), (2.5, 4), (100, 1)])
def test_an_hour_without_a_failure_gives_one_try_back(clock, hours, left):
    counter = ThrottleCounter(key="k", scope="pair", failures=5, counted_at=clock.now())
    clock.advance(hours=hours)

    counter.count(RULE, clock.now())

    assert counter.failures == left


def test_the_sixth_try_is_refused_with_the_minutes_to_wait(house):
    assert fail(house, 5) == [401] * 5

    answer = house.log_in(address=ATTACKER)

    assert (answer.status, answer.problem) == (429, "identity/too-many-attempts")
    assert answer.headers["Retry-After"] == "60"
    assert answer.body["detail"] == "Hubo demasiados intentos fallidos. Vuelva a intentarlo en 1 minuto."
    assert answer.body["minutes"] == 1


def test_the_right_password_is_refused_until_the_last_second_of_the_lock(house):
    fail(house, 5)

    house.service.clock.advance(seconds=59)
    assert house.log_in(address=ATTACKER).status == 429
    house.service.clock.advance(seconds=1)
    assert house.log_in(address=ATTACKER).status == 201


def test_each_lock_allows_one_more_try_and_the_next_lock_is_twice_as_long(house):
    fail(house, 5)
    told = []
    for minutes in (1, 2, 4):
        house.service.clock.advance(minutes=minutes)
        assert fail(house, 2) == [401, 429]
        told.append(house.log_in(address=ATTACKER).body["minutes"])

    assert told == [2, 4, 8]


def test_refused_tries_do_not_make_the_lock_longer(house):
    fail(house, 5)
    fail(house, 20)

    house.service.clock.advance(minutes=1)

    assert house.log_in(address=ATTACKER).status == 201


def test_a_right_password_clears_the_count_of_that_user_and_address(house):
    fail(house, 4)
    assert house.log_in(address=ATTACKER).status == 201

    assert fail(house, 5) == [401] * 5


def test_two_hundred_wrong_tries_from_one_address_leave_the_owner_free_elsewhere(house):
    """No malicious lock-out."""
    statuses = fail(house, 200)

    assert set(statuses[5:]) == {429}
    assert house.log_in(address=OWNER).status == 201


def test_an_unknown_user_is_locked_exactly_like_a_known_one(house):
    known = fail(house, 7)
    unknown = fail(house, 7, "nadie@example.pe", "198.51.100.67")

    assert unknown == known == [401] * 5 + [429] * 2


@pytest.mark.parametrize("spelling", ["12345", "012345", " 012345"])
def test_zeros_and_spaces_do_not_buy_more_tries(house, spelling):
    fail(house, 5)

    assert house.log_in(spelling, address=ATTACKER).status == 429


def test_one_address_that_tries_many_users_is_locked_for_all_of_them(settle):
    """Password spraying."""
    house = settle(throttle_address_tries=10)

    assert [house.log_in(f"{number:06d}", "clave", ATTACKER).status for number in range(1, 12)] == [401] * 10 + [429]
    assert house.log_in(address=ATTACKER).status == 429
    assert house.log_in(address=OWNER).status == 201


def test_a_login_of_ones_own_does_not_clear_the_count_of_the_address(settle):
    house = settle(throttle_address_tries=4)

    for number in range(1, 4):
        house.log_in(f"{number:06d}", "clave", ATTACKER)
    assert house.log_in(address=ATTACKER).status == 201
    assert house.log_in("000009", "clave", ATTACKER).status == 401

    assert house.log_in(address=ATTACKER).status == 429


def test_a_flood_from_everywhere_bars_strangers_but_not_the_owners_own_address(settle):
    """ASVS 6.3.1 against many addresses; the owner's known address stays open, and so does the one-time link."""
    house = settle(throttle_account_tries=20)
    assert house.log_in(address=OWNER).status == 201
    for number in range(20):
        house.log_in(password="clave", address=f"198.51.100.{number}")

    assert house.log_in(password="clave", address="192.0.2.1").status == 429
    assert house.log_in(address=OWNER).status == 201
    assert house.post("/v1/sessions/one-time", token=house.link()).status == 201


def test_an_address_is_forgotten_after_ninety_days(settle):
    house = settle(throttle_account_tries=20, throttle_account_recovery_seconds=10**8)
    house.log_in(address=OWNER)
    house.service.clock.advance(days=90)
    for number in range(20):
        house.log_in(password="clave", address=f"198.51.100.{number}")

    assert house.log_in(address=OWNER).status == 429


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP"])
def test_a_forged_address_header_does_not_reset_the_counter(house, header):
    """ASVS 4.1.3, 15.3.4: only what the gateway appended counts."""
    fail(house, 5)

    for number in range(3):
        forged = f"192.0.2.{number}"
        value = (
            f"{forged}, {ATTACKER}"
            if header == "X-Forwarded-For"
            else f"for={forged}"
            if header == "Forwarded"
            else forged
        )
        answer = house.post("/v1/sessions", ATTACKER, {header: value}, username="012345", password=house.password)
        assert answer.status == 429


def test_a_restart_keeps_the_counters(house):
    fail(house, 5)

    restarted = create_app(house.service.settings, clock=house.service.clock, keys=Keys(jwks))
    response = restarted.test_client().post(
        "/v1/sessions",
        json={"username": "012345", "password": house.password},
        headers={"X-Forwarded-For": ATTACKER},
    )
    restarted.extensions["cmp"].db.close()

    assert response.status_code == 429


def test_parallel_guesses_do_not_outrun_the_counter(house):
    """A try counts before it is checked."""
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(lambda number: house.log_in(password=f"intento {number}", address=ATTACKER).status, range(16))
        )

    assert sorted(statuses) == [401] * 5 + [429] * 11


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_one_ipv6_subscriber_is_one_address(address, network):
    assert throttling.network(address) == network


def test_neither_user_nor_address_can_be_read_from_the_counters(house):
    house.log_in("rosa.quispe@example.pe", "clave", ATTACKER)

    with house.service.transaction() as session:
        keys = session.scalars(select(ThrottleCounter.key)).all()
    assert {len(key) for key in keys} == {64}


def test_two_right_logins_at_once_from_one_address_are_not_told_to_wait(house):
    """The second try may have read its clock before the first one counted: without a lock no wait."""
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: house.log_in().status, range(8)))

    assert statuses == [201] * 8


def test_a_clock_read_before_the_neighbours_try_was_counted_finds_no_lock(clock):
    counter = ThrottleCounter(key="k", scope="address", failures=0, counted_at=clock.now())
    earlier = clock.now()
    clock.advance(seconds=2)

    counter.count(RULE, clock.now())

    assert counter.locked_until is None
    assert counter.wait(earlier) == timedelta(0)


def test_a_right_login_takes_back_its_own_try_and_no_other(house):
    fail(house, 3, address=OWNER)
    house.log_in(address=OWNER)

    with house.service.transaction() as session:
        left = {row.scope: row.failures for row in session.scalars(select(ThrottleCounter))}
    assert left == {"address": 3, "user": 3}
