"""Links that let a person in once (ASVS 6.4.1, 6.5.1, 6.5.2, 6.5.5)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from services.identity.accounts import find_account
from services.identity.models import OneTimeToken
from services.identity.models.accounts import DISABLED
from services.identity.tokens import digest


def use(house, token):
    """Log in with a link."""
    return house.post("/v1/sessions/one-time", token=token)


def test_a_link_opens_a_session_like_a_password_does(house):
    answer = use(house, house.link())

    assert answer.status == 201
    assert answer.body.keys() == house.log_in().body.keys()
    assert house.me(answer.body["access_token"]).body["account"]["cmp_number"] == "012345"
    assert house.refresh(answer.body["refresh_token"]).status == 201


def test_a_link_works_once(house):
    token = house.link()
    use(house, token)

    again = use(house, token)

    assert (again.status, again.problem) == (401, "identity/link-not-valid")


def test_of_many_who_use_a_link_at_once_one_enters(house):
    token, start = house.link(), Barrier(6)

    def race(_):
        start.wait(10)
        return use(house, token).status

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(race, range(6))) == [201] + [401] * 5


@pytest.mark.parametrize(("seconds", "status"), [(599, 201), (600, 401)])
def test_a_link_is_good_for_ten_minutes(house, seconds, status):
    token = house.link()
    house.service.clock.advance(seconds=seconds)

    assert use(house, token).status == status


def test_a_newer_link_replaces_the_older_one(house):
    older, newer = house.link(), house.link()

    assert use(house, older).status == 401
    assert use(house, newer).status == 201


def test_a_link_of_one_account_leaves_those_of_others_alone(house):
    julio = house.link("023546")
    house.link("012345")

    assert use(house, julio).body["account"]["cmp_number"] == "023546"


def test_a_link_into_a_closed_account_opens_nothing(house):
    token = house.link()
    with house.service.transaction() as session:
        find_account(session, "012345").state = DISABLED

    assert use(house, token).status == 401


@pytest.mark.parametrize("token", ["unknown", "x" * 200])
def test_an_invented_link_opens_nothing(house, token):
    assert use(house, token).status == 401


def test_only_the_digest_of_a_link_is_kept(house):
    token = house.link()

    with house.service.transaction() as session:
        assert session.scalars(select(OneTimeToken.digest)).all() == [digest(token)]
    assert len(token) >= 43
