"""A session is kept going by tokens that work once (ASVS 7.2, 9.2; RFC 9700 4.14)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from services.identity.accounts import find_account
from services.identity.models import LoginSession, RefreshToken
from services.identity.models.accounts import DISABLED
from services.identity.tokens import digest


def test_a_refresh_gives_a_new_pair_of_the_same_shape(house):
    opened = house.log_in().body

    answer = house.refresh(opened["refresh_token"])

    assert answer.status == 201
    assert answer.body.keys() == opened.keys()
    assert answer.body["account"] == opened["account"]
    assert answer.body["refresh_token"] != opened["refresh_token"]
    assert house.me(answer.body["access_token"]).status == 200


def test_a_chain_of_refreshes_stays_one_session(house):
    token = house.log_in().body["refresh_token"]
    for _ in range(5):
        token = house.refresh(token).body["refresh_token"]

    assert house.end_reasons() == [None]


def test_a_token_used_twice_ends_the_whole_session(house):
    """ASVS 9.2: a thief and the owner cannot both go on."""
    stolen = house.log_in().body
    newest = house.refresh(stolen["refresh_token"]).body

    replay = house.refresh(stolen["refresh_token"])

    assert (replay.status, replay.problem) == (401, "identity/session-ended")
    assert house.refresh(newest["refresh_token"]).status == 401
    assert house.me(newest["access_token"]).status == 401
    assert house.end_reasons() == ["reuse"]


def test_an_old_link_of_a_long_chain_ends_the_session_too(house):
    chain = [house.log_in().body["refresh_token"]]
    for _ in range(4):
        chain.append(house.refresh(chain[-1]).body["refresh_token"])

    assert house.refresh(chain[1]).status == 401
    assert house.refresh(chain[-1]).status == 401


def test_the_end_of_one_session_leaves_the_others_alone(house):
    first, second = house.log_in().body, house.log_in().body
    house.refresh(first["refresh_token"])
    house.refresh(first["refresh_token"])

    assert house.refresh(second["refresh_token"]).status == 201


def test_of_two_who_refresh_at_once_one_wins(house):
    """Both saw the same token; the session's row decides, on both databases."""
    token, start = house.log_in().body["refresh_token"], Barrier(8)

    def race(_):
        start.wait(10)
        return house.refresh(token).status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(race, range(8)))

    assert statuses == [201] + [401] * 7
    with house.service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(RefreshToken)) == 2
    assert house.end_reasons() == ["reuse"]


def test_with_a_leeway_all_who_refresh_at_once_get_the_same_successor(settle):
    """Two tabs of one browser, or a reply that was lost on the way."""
    house = settle(refresh_leeway_seconds=5)
    token, start = house.log_in().body["refresh_token"], Barrier(4)

    def race(_):
        start.wait(10)
        return house.refresh(token).body["refresh_token"]

    with ThreadPoolExecutor(4) as pool:
        successors = set(pool.map(race, range(4)))

    assert len(successors) == 1
    assert house.refresh(successors.pop()).status == 201


@pytest.mark.parametrize(("seconds", "status"), [(4, 201), (5, 401)])
def test_the_leeway_ends_on_the_second(settle, seconds, status):
    house = settle(refresh_leeway_seconds=5)
    token = house.log_in().body["refresh_token"]
    house.refresh(token)

    house.service.clock.advance(seconds=seconds)

    assert house.refresh(token).status == status


def test_within_the_leeway_a_token_whose_successor_was_used_still_ends_the_session(settle):
    house = settle(refresh_leeway_seconds=60)
    token = house.log_in().body["refresh_token"]
    house.refresh(house.refresh(token).body["refresh_token"])

    assert house.refresh(token).status == 401
    assert house.end_reasons() == ["reuse"]


@pytest.mark.parametrize(("minutes", "status"), [(59, 201), (60, 401)])
def test_a_session_nobody_uses_ends_after_an_hour(house, minutes, status):
    """ASVS 7.3.1."""
    token = house.log_in().body["refresh_token"]
    house.service.clock.advance(minutes=minutes)

    assert house.refresh(token).status == status


def test_a_session_in_use_ends_after_twelve_hours_all_the_same(house):
    """ASVS 7.3.2."""
    token = house.log_in().body["refresh_token"]
    for _ in range(23):
        house.service.clock.advance(minutes=30)
        token = house.refresh(token).body["refresh_token"]
    house.service.clock.advance(minutes=29, seconds=59)
    token = house.refresh(token).body["refresh_token"]

    house.service.clock.advance(seconds=1)

    assert house.refresh(token).status == 401


def test_a_remembered_session_may_rest_for_weeks(house):
    """ACC-2 'Recuérdeme'."""
    token = house.log_in(remember=True).body["refresh_token"]
    house.service.clock.advance(days=29, hours=23)

    assert house.refresh(token).status == 201
    house.service.clock.advance(hours=1)
    assert house.refresh(token).status == 401


@pytest.mark.parametrize("token", ["unknown", "x" * 43, "ñ", "eyJhbGciOiJub25lIn0.e30."])
def test_a_token_that_was_never_given_is_refused(house, token):
    answer = house.refresh(token)

    assert (answer.status, answer.problem) == (401, "identity/session-ended")


def test_an_access_token_is_not_a_refresh_token(house):
    assert house.refresh(house.log_in().body["access_token"]).status in (401, 422)


def _disable(account, moment):
    account.state = DISABLED


def _distrust(account, moment):
    account.valid_after = moment + timedelta(seconds=1)


@pytest.mark.parametrize("close", [_disable, _distrust])
def test_closing_an_account_ends_its_sessions(house, close):
    """ASVS 7.4.2, 7.4.3."""
    opened = house.log_in().body
    with house.service.transaction() as session:
        close(find_account(session, "012345"), house.service.clock.now())

    assert house.refresh(opened["refresh_token"]).status == 401
    assert house.me(opened["access_token"]).status == 401


def test_logout_really_ends_the_session(house):
    """ASVS 7.4.1."""
    opened = house.log_in().body
    newer = house.refresh(opened["refresh_token"]).body

    assert house.log_out(newer["access_token"]) == 204
    assert house.refresh(newer["refresh_token"]).status == 401
    assert house.me(newer["access_token"]).status == 401
    assert house.me(opened["access_token"]).status == 401
    assert house.end_reasons() == ["logout"]


def test_logging_out_twice_is_harmless(house):
    opened = house.log_in().body

    assert [house.log_out(opened["access_token"]) for _ in range(2)] == [204, 204]


def test_logging_out_needs_a_token(house):
    assert house.log_out("") == 401


def test_only_digests_of_tokens_are_kept(house):
    token = house.log_in().body["refresh_token"]
    newer = house.refresh(token).body["refresh_token"]

    with house.service.transaction() as session:
        stored = set(session.scalars(select(RefreshToken.digest)))
        family = session.scalars(select(LoginSession)).one()
    assert stored == {digest(token), digest(newer)}
    assert family.id not in (token, newer)
