"""The owner's sessions, seen and ended (ASVS 7.5.2, 7.4.5), and a new password while logged in (ASVS 6.2.3)."""

import pytest

from contracts.identity import PasswordChanged, SessionsRevoked
from tests.identity.conftest import PASSWORD
from tests.identity.mailing import notices

NEW = "otra frase larga y serena"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def desk(house):
    """Rosa logged in at her desk."""
    return house.post("/v1/sessions", headers={"User-Agent": FIREFOX}, username="012345", password=PASSWORD).body


def asked(house, session, method="get", path="/v1/sessions", **body):
    headers = {"Authorization": f"Bearer {session['access_token']}", "X-Forwarded-For": "203.0.113.7"}
    options = {"json": body} if body else {}
    return getattr(house.service.client(), method)(path, headers=headers, **options)


def items(house, session):
    return asked(house, session).get_json()["items"]


def change(house, session, current=PASSWORD, new=NEW):
    return asked(house, session, "post", "/v1/password-changes", current_password=current, password=new)


def test_a_session_is_listed_with_browser_address_and_times(house, desk):
    [row] = items(house, desk)

    assert (row["device"], row["address"], row["current"]) == (FIREFOX, "203.0.113.7", True)
    assert row["created_at"] == row["seen_at"]


def test_the_list_says_when_a_session_was_last_used(house, desk):
    house.service.clock.advance(minutes=5)
    newer = house.refresh(desk["refresh_token"]).body

    [row] = items(house, newer)
    assert row["seen_at"] > row["created_at"]


def test_ended_sessions_are_not_listed(house, desk):
    other = house.log_in().body
    house.log_out(other["access_token"])

    assert len(items(house, desk)) == 1


def test_an_owner_ends_one_session(house, desk):
    other = house.log_in().body
    [row] = [row for row in items(house, desk) if not row["current"]]

    assert asked(house, desk, "delete", f"/v1/sessions/{row['id']}").status_code == 204
    assert house.refresh(other["refresh_token"]).problem == "identity/session-ended"
    assert house.refresh(desk["refresh_token"]).status == 201


def test_an_owner_ends_all_other_sessions(house, desk):
    others = [house.log_in().body for _ in range(3)]

    assert asked(house, desk, "delete").status_code == 204
    assert {house.refresh(other["refresh_token"]).status for other in others} == {401}
    assert house.refresh(desk["refresh_token"]).status == 201


@pytest.mark.parametrize("path", ["/v1/me", "/v1/sessions", "/v1/profile", "/v1/sinadef-requests", "/v1/me/looks"])
def test_what_was_ended_opens_no_door_of_identity(house, desk, path):
    """ASVS 7.4.3: the access token would be good for ten minutes more."""
    asked(house, house.log_in().body, "delete")

    assert asked(house, desk, path=path).status_code == 401


def test_what_was_ended_is_told(house, desk):
    house.log_in()
    asked(house, desk, "delete")

    [told] = house.service.events(SessionsRevoked)
    assert (told.count, told.reason) == (1, "owner")


def test_anothers_session_does_not_exist(house, desk):
    julio = house.post("/v1/sessions/one-time", token=house.link("023546")).body
    [his] = items(house, julio)

    assert asked(house, desk, "delete", f"/v1/sessions/{his['id']}").status_code == 404
    assert len(items(house, julio)) == 1


def test_a_password_is_changed_against_the_current_one_and_a_fresh_session_begins(house, desk):
    other = house.log_in().body
    house.service.clock.advance(seconds=1)
    answer = change(house, desk)

    assert answer.status_code == 201
    assert house.me(answer.get_json()["access_token"]).status == 200
    assert {house.refresh(old["refresh_token"]).status for old in (desk, other)} == {401}
    assert house.log_in(password=NEW).status == 201
    assert house.log_in(password=PASSWORD).status == 401


def test_a_changed_password_is_told_as_an_event_and_by_mail(house, desk):
    change(house, desk)

    assert len(house.service.events(PasswordChanged)) == 1
    assert [notice.purpose for notice in notices(house)] == ["password_changed"]


def test_the_current_password_must_be_right(house, desk):
    answer = change(house, desk, current="not the current one")

    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/current_password")
    assert house.log_in().status == 201


def test_guessing_the_current_password_is_throttled(house, desk):
    answers = [change(house, desk, current="not the current one").status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_the_new_password_is_judged(house, desk):
    answer = change(house, desk, new="rosaquispe40000001")

    assert (answer.status_code, answer.get_json()["reason"]) == (422, "personal")
