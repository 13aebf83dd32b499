"""¿Recordar usuario?, ¿Recordar contraseña?, Solicitar ingreso: mails to the owner, one answer for everybody."""

import pytest
from sqlalchemy import select, update

from contracts.identity import AccountMailDue, PasswordChanged
from services.identity.models import Account, MailWish
from services.identity.models.accounts import DISABLED
from tests.identity.conftest import PASSWORD
from tests.identity.mailing import letter, link, mails_due, notices
from tests.identity.staffing import engage

NEW = "otra frase larga y serena"
ROADS = ["user-recoveries", "password-recoveries"]


def ask(house, road="password-recoveries", username="012345", address="203.0.113.7"):
    return house.post(f"/v1/{road}", address, username=username)


def enter(house, cmp_number="012345", address="203.0.113.7"):
    return house.post("/v1/entry-requests", address, cmp_number=cmp_number)


def reset(house, token, password=NEW):
    return house.service.client().post("/v1/password-resets", json={"token": token, "password": password})


def problem(answer):
    return answer.get_json()["type"].removeprefix("urn:cmp:problem:")


@pytest.fixture
def token(house):
    """A mailed link to set a new password."""
    ask(house)
    return link(house, "recover_password")


@pytest.mark.parametrize(
    "username", ["012345", "12345", "rosa.quispe", "rosa.quispe@example.pe", " ROSA.Quispe@example.pe ", "40000001"]
)
def test_the_owner_is_found_by_cmp_user_name_email_or_document(house, username):
    ask(house, username=username)

    [due] = mails_due(house)
    assert (due.email, due.purpose) == ("rosa.quispe@example.pe", "recover_password")


@pytest.mark.parametrize("road", ROADS)
def test_the_answer_is_the_same_for_those_who_exist_and_those_who_do_not(house, road):
    known, unknown = ask(house, road), ask(house, road, "999999", "198.51.100.9")

    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert known.status == 202


def test_the_request_does_the_same_work_for_those_who_exist_and_those_who_do_not(house):
    """One row each; whom to write to is found out by a job, so that the time of the answer tells nothing."""
    ask(house)
    ask(house, username="999999", address="198.51.100.9")

    assert house.service.events(AccountMailDue) == []
    with house.service.transaction() as session:
        assert len(session.scalars(select(MailWish)).all()) == 2


def test_nobody_is_mailed_for_a_name_nobody_has(house):
    ask(house, username="999999")

    assert mails_due(house) == []


def test_a_closed_account_is_not_mailed(house):
    with house.service.transaction() as session:
        session.execute(update(Account).values(state=DISABLED))
    ask(house)

    assert mails_due(house) == []


def test_the_mail_for_a_forgotten_user_says_every_name_and_lets_in_once(house):
    ask(house, "user-recoveries", "rosa.quispe@example.pe")
    mail = letter(house, "recover_user")
    token = mail["url"].rpartition("/")[2]

    assert (mail["facts"]["cmp_number"], mail["facts"]["username"]) == ("012345", "rosa.quispe")
    assert house.post("/v1/sessions/one-time", token=token).status == 201
    assert house.post("/v1/sessions/one-time", token=token).status == 401


def test_the_owner_is_told_that_a_mailed_link_was_used(house):
    ask(house, "user-recoveries")
    house.post("/v1/sessions/one-time", token=link(house, "recover_user"))

    assert [notice.purpose for notice in notices(house)] == ["link_used"]


def test_the_new_password_counts_and_the_old_one_does_not(house, token):
    answer = reset(house, token)

    assert answer.status_code == 204
    assert house.log_in(password=NEW).status == 201
    assert house.log_in(password=PASSWORD).status == 401


def test_a_new_password_ends_every_session(house, token):
    """ASVS 7.4.3."""
    sessions = [house.log_in().body, house.log_in(remember=True).body]
    house.service.clock.advance(seconds=1)
    reset(house, token)

    assert [house.refresh(body["refresh_token"]).problem for body in sessions] == ["identity/session-ended"] * 2
    assert [house.me(body["access_token"]).status for body in sessions] == [401, 401]


def test_a_new_password_is_told_as_an_event_and_by_mail(house, token):
    reset(house, token)

    [told] = house.service.events(PasswordChanged)
    assert told.valid_after == house.service.clock.now()
    [notice] = notices(house)
    assert (notice.purpose, notice.email) == ("password_changed", "rosa.quispe@example.pe")


def test_opening_the_link_does_not_use_it_up(house, token):
    """A GET shows a page, the POST consumes: mail scanners open links."""
    looks = [house.post("/v1/link-checks", token=token) for _ in range(3)]

    assert [look.body["purpose"] for look in looks] == ["recover_password"] * 3
    assert reset(house, token).status_code == 204


def test_a_link_that_is_over_says_so_when_looked_at(house):
    answer = house.post("/v1/link-checks", token="an-invented-token")

    assert (answer.status, answer.problem) == (401, "identity/link-not-valid")


def test_a_refused_password_does_not_use_the_link_up(house, token):
    refused = reset(house, token, "corta")

    assert (refused.status_code, problem(refused)) == (422, "identity/password-refused")
    assert reset(house, token).status_code == 204


def test_a_link_that_lets_in_cannot_set_a_password(house):
    ask(house, "user-recoveries")

    assert reset(house, link(house, "recover_user")).status_code == 401


def test_a_link_that_sets_a_password_does_not_let_in(house, token):
    assert house.post("/v1/sessions/one-time", token=token).status == 401


def test_other_links_of_the_account_die_with_the_old_password(house, token):
    ask(house, "user-recoveries", address="198.51.100.1")
    other = link(house, "recover_user")
    reset(house, token)

    assert house.post("/v1/sessions/one-time", token=other).status == 401


def test_staff_are_not_mailed_a_link_that_lets_in(house):
    """It would not pass the second factor; a new password they may set, the second factor is asked for all the same."""
    member = engage(house)
    before = len(mails_due(house))
    ask(house, "user-recoveries", member.email)
    ask(house, "password-recoveries", member.email)

    assert [due.purpose for due in mails_due(house)[before:]] == ["recover_password"]


def test_solicitar_ingreso_mails_the_user_and_a_link_that_sets_the_password(house):
    """REC-3, MAIL-2, AMB-6: one account, no password by mail."""
    answer = enter(house)
    mail = letter(house, "grant_entry")

    assert answer.status == 202
    assert mail["facts"]["cmp_number"] == "012345"
    assert reset(house, mail["url"].rpartition("/")[2]).status_code == 204
    assert house.log_in(password=NEW).status == 201


@pytest.mark.parametrize("number", ["012345", "999999", "100001", "000001"])
def test_solicitar_ingreso_takes_six_digits_and_answers_everybody_alike(house, number):
    """AMB-5: 000001 to 999999."""
    answer = enter(house, number)

    assert (answer.status, answer.body) == (202, {"minutes": 10})


@pytest.mark.parametrize("number", ["23546", "0235467", "02354A", "", "000000", "０２３５４６"])
def test_solicitar_ingreso_shows_the_hint_of_the_manual_for_anything_else(house, number):
    """REC-2."""
    answer = enter(house, number)

    assert answer.status == 422
    assert "debe tener 6 dígitos y empezar con 0" in str(answer.body["errors"])


@pytest.mark.parametrize("username", ["012345", "999999"])
def test_asking_too_often_is_refused_with_the_minutes_whoever_is_meant(house, username):
    answers = [ask(house, username=username) for _ in range(4)]

    assert [answer.status for answer in answers] == [202, 202, 202, 429]
    assert answers[-1].body["minutes"] == 1
    assert answers[-1].headers["Retry-After"] == "60"


def test_nobodys_mailbox_is_filled_from_many_addresses(house):
    """ASVS 6.6.3: per account."""
    answers = [ask(house, address=f"198.51.100.{last}").status for last in range(1, 13)]

    assert answers == [202] * 9 + [202, 429, 429] or answers.count(202) == 10


def test_one_address_cannot_ask_for_everybody(house):
    answers = [ask(house, username=f"{number:06d}").status for number in range(1, 23)]

    assert answers.count(202) == 20
    assert answers[-1] == 429


def test_asking_for_mails_locks_nobody_out_of_the_login(house):
    for _ in range(6):
        ask(house)

    assert house.log_in().status == 201
