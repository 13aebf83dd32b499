"""One test per item of ASVS 5.0 that `reliability.md` lists for accounts, named after it; details stand in the modules
about each subject (`test_password_rules`, `test_recovery`, `test_throttling`, `test_own_sessions`, `test_refresh`)."""

import re
from typing import Any

import pytest
from sqlalchemy import select, text

from services.identity.models import Account, OneTimeToken
from services.identity.passwords import Passwords
from tests.identity.conftest import PASSWORD
from tests.identity.mailing import link, mails_due

NEW = "otra frase larga y serena"


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was checked with argon2: a line for each time the work was done."""
    done: list[str] = []
    fits = Passwords._fits

    def counting(self: Passwords, stored: str, password: str) -> bool:
        done.append("verify")
        return fits(self, stored, password)

    monkeypatch.setattr(Passwords, "_fits", counting)
    return done


def reset(house: Any, token: str) -> int:
    return house.service.client().post("/v1/password-resets", json={"token": token, "password": NEW}).status_code


def mailed(house: Any, address: str = "203.0.113.7") -> str:
    house.post("/v1/password-recoveries", address, username="012345")
    return link(house, "recover_password")


def test_asvs_6_2_3_changing_the_password_needs_the_current_one(house):
    headers = {"Authorization": f"Bearer {house.log_in().body['access_token']}"}
    body = {"current_password": "not the current one", "password": NEW}

    assert house.service.client().post("/v1/password-changes", json=body, headers=headers).status_code == 422


def test_asvs_6_2_8_a_password_is_checked_exactly_as_typed(house):
    variants = [PASSWORD.upper(), f" {PASSWORD}", f"{PASSWORD} ", PASSWORD[:-1], PASSWORD.replace(" ", "  ")]

    assert {house.log_in(password=variant, address=f"198.51.100.{n}").status for n, variant in enumerate(variants)} == {
        401
    }


def test_asvs_6_2_10_a_password_never_grows_too_old(house):
    house.service.clock.advance(days=3650)

    assert house.log_in().status == 201


def test_asvs_6_3_1_guessing_is_slowed_and_the_owner_comes_in_from_elsewhere(house):
    for _ in range(6):
        house.log_in(password="a wrong password", address="198.51.100.66")

    assert house.log_in(address="198.51.100.66").status == 429
    assert house.log_in(address="203.0.113.7").status == 201


def test_asvs_6_3_2_no_account_has_a_password_from_the_start(house):
    """Neither default nor known ones: the demo's physicians other than Rosa cannot come in with any."""
    with house.service.transaction() as session:
        others = session.scalars(select(Account).where(Account.username != "rosa.quispe")).unique().all()

    assert others
    assert all(account.password_hash is None for account in others)


@pytest.mark.parametrize("guess", ["40000002", "023546", "", "julio.rengifo"])
def test_asvs_6_4_1_a_number_somebody_knows_is_nobodys_first_password(house, guess):
    assert house.log_in("023546", guess or " ").status == 401


def test_asvs_6_3_8_known_and_unknown_users_cost_the_same_argon2_work(house, hashings):
    """Login: one check each, whether or not there is an account, has a password, or is open."""
    for username in ("012345", "023546", "999999", "nobody@example.org"):
        hashings.clear()
        house.log_in(username, "a wrong password", address=f"198.51.100.{len(username)}")
        assert hashings == ["verify"], username


def test_asvs_6_3_8_recovery_answers_everybody_alike(house):
    answers = [
        house.post("/v1/password-recoveries", f"198.51.100.{n}", username=username)
        for n, username in enumerate(("012345", "023546", "999999", "nobody@example.org"))
    ]

    assert len({(answer.status, str(answer.body)) for answer in answers}) == 1


def test_asvs_6_4_3_recovery_does_not_pass_by_other_locks(house):
    """Who was locked out of the login gets a link by mail; the link does not unlock the guesser's address."""
    for _ in range(6):
        house.log_in(password="a wrong password", address="198.51.100.66")
    reset(house, mailed(house))

    assert house.log_in(password=NEW, address="198.51.100.66").status == 429
    assert house.log_in(password=NEW).status == 201


def test_asvs_6_5_1_a_link_works_once_and_the_newest_only(house):
    older, newer = mailed(house), mailed(house)

    assert [reset(house, token) for token in (older, newer, newer)] == [401, 204, 401]


def test_asvs_6_5_2_of_a_link_only_a_digest_is_kept(house):
    token = mailed(house)
    with house.service.transaction() as session:
        kept = session.scalars(select(OneTimeToken.digest)).all()

    assert token not in kept
    assert all(re.fullmatch(r"[0-9a-f]{64}", each) for each in kept)


def test_asvs_6_5_3_a_link_has_256_random_bits(house):
    token = mailed(house)

    assert re.fullmatch(r"[\w-]{43}", token)


@pytest.mark.parametrize(("seconds", "status"), [(599, 204), (600, 401)])
def test_asvs_6_5_5_a_link_lives_ten_minutes(house, seconds, status):
    token = mailed(house)
    house.service.clock.advance(seconds=seconds)

    assert reset(house, token) == status


def test_asvs_6_6_3_mails_are_limited_per_account_and_address(house):
    answers = [house.post("/v1/password-recoveries", username="012345").status for _ in range(5)]

    assert answers == [202, 202, 202, 429, 429]
    assert len(mails_due(house)) <= 3


def test_asvs_7_2_4_every_login_begins_a_session_of_its_own(house):
    first, second = house.log_in().body, house.log_in().body

    assert first["refresh_token"] != second["refresh_token"]


@pytest.mark.parametrize(("idle", "status"), [(59, 201), (60, 401)])
def test_asvs_7_3_1_a_session_ends_when_it_idles(house, idle, status):
    body = house.log_in().body
    house.service.clock.advance(minutes=idle)

    assert house.refresh(body["refresh_token"]).status == status


def test_asvs_7_3_2_a_session_ends_after_twelve_hours_whatever_happens(house):
    body = house.log_in().body
    for _ in range(15):
        house.service.clock.advance(minutes=50)
        answer = house.refresh(body["refresh_token"])
        body = answer.body

    assert answer.status == 401


def test_asvs_7_4_1_logging_out_ends_the_session(house):
    body = house.log_in().body
    house.log_out(body["access_token"])

    assert house.me(body["access_token"]).status == 401
    assert house.refresh(body["refresh_token"]).status == 401


def test_asvs_7_4_3_a_new_password_ends_all_other_sessions(house):
    body = house.log_in().body
    house.service.clock.advance(seconds=1)
    reset(house, mailed(house))

    assert house.refresh(body["refresh_token"]).status == 401


def test_asvs_7_4_3_an_access_token_outlives_its_session_by_ten_minutes_at_most(house):
    """Other services check the token alone; identity's own routes refuse it at once. The setting cannot be raised."""
    body = house.log_in().body

    assert body["expires_in"] <= 600


def test_asvs_7_5_2_owners_see_and_end_their_sessions(house):
    here, there = house.log_in().body, house.log_in().body
    headers = {"Authorization": f"Bearer {here['access_token']}"}
    listed = house.service.client().get("/v1/sessions", headers=headers).get_json()["items"]
    house.service.client().delete("/v1/sessions", headers=headers)

    assert len(listed) == 2
    assert house.refresh(there["refresh_token"]).status == 401


def test_asvs_9_2_1_a_refresh_token_shown_twice_ends_its_session(house):
    body = house.log_in().body
    newer = house.refresh(body["refresh_token"]).body
    house.refresh(body["refresh_token"])

    assert house.refresh(newer["refresh_token"]).status == 401


def test_asvs_11_4_2_passwords_are_kept_as_argon2id_with_the_parameters_of_the_settings(settle):
    house = settle(password_time_cost=2, password_memory_kib=19 * 1024)
    reset(house, mailed(house))
    with house.service.transaction() as session:
        stored = session.scalar(text("SELECT password_hash FROM account WHERE cmp_number = '012345'"))

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_asvs_16_3_1_what_happens_to_accounts_is_logged_with_ids_and_without_names(house, caplog):
    house.log_in(password="a wrong password")
    reset(house, mailed(house))

    assert "login refused for account" in caplog.text
    assert "rosa" not in caplog.text.lower()
