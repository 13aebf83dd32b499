"""Logging in: by which name, with what answer, and what stays unsaid (ACC-2, ACC-4, ASVS 6.3)."""

import statistics
import time
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from services.identity.accounts import find_account
from services.identity.models import Account, LoginSession
from services.identity.models.accounts import DISABLED
from services.identity.passwords import Passwords
from services.identity.settings import Settings

ROSA = {
    "kind": "physician",
    "name": "Rosa Elvira Quispe Ñaupari",
    "given_names": "Rosa Elvira",
    "cmp_number": "012345",
    "document_type": "1",
    "document_number": "40000001",
    "council": "03",
    "email": "rosa.quispe@example.pe",
}


@pytest.mark.parametrize(
    "username",
    ["012345", "12345", " 12345 ", "rosa.quispe", "ROSA.Quispe", "rosa.quispe@example.pe", "Rosa.Quispe@Example.PE"],
)
def test_a_physician_logs_in_by_cmp_number_user_name_or_email(house, username):
    answer = house.log_in(username)

    assert answer.status == 201
    assert answer.body["expires_in"] == 600
    assert {key: value for key, value in answer.body["account"].items() if key != "id"} == ROSA
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_cmp_number_above_one_hundred_thousand_logs_in(house):
    """AMB-5."""
    assert house.post("/v1/sessions/one-time", token=house.link("100001")).body["account"]["cmp_number"] == "100001"


def test_the_access_token_says_who_for_whom_and_for_how_long(house):
    body = house.log_in().body

    token = jwt.decode(body["access_token"], KeySet.import_key_set(house.jwks()), algorithms=["ES256"])

    assert token.header["typ"] == "at+jwt"
    assert token.claims["sub"] == body["account"]["id"]
    assert token.claims["iss"] == house.service.settings.token_issuer
    assert token.claims["aud"] == ["identity", "payments", "einvoice", "recert", "notifier"]
    assert token.claims["exp"] - token.claims["iat"] == 600
    assert token.claims["perms"] == [
        "account:read",
        "account:write",
        "payments:pay",
        "recert:apply",
        "recert:read",
        "vouchers:mail",
        "vouchers:read",
    ]
    assert {key: token.claims[key] for key in ROSA if key != "email"} == {k: v for k, v in ROSA.items() if k != "email"}
    assert token.claims["kind"] == "physician"


def test_two_logins_are_two_sessions(house):
    """ASVS 7.2.4."""
    first, second = house.log_in().body, house.log_in().body

    assert first["refresh_token"] != second["refresh_token"]
    assert first["access_token"] != second["access_token"]
    assert house.end_reasons() == [None, None]


def _disable(session, account):
    account.state = DISABLED


def _forget_password(session, account):
    account.password_hash = None


def _distrust_from_tomorrow(session, account):
    account.valid_after += timedelta(days=1)


@pytest.mark.parametrize("change", [_disable, _forget_password, _distrust_from_tomorrow])
def test_a_closed_account_answers_like_a_wrong_password(house, change):
    wrong = house.log_in(password="otra cosa")
    with house.service.transaction() as session:
        change(session, find_account(session, "012345"))

    right = house.log_in()

    assert (right.status, right.problem) == (wrong.status, wrong.problem) == (401, "identity/wrong-credentials")
    assert right.body["detail"] == wrong.body["detail"]


@pytest.mark.parametrize("username", ["099999", "nadie", "nadie@example.pe", "000000", "x" * 254, "' OR 1=1 --"])
def test_an_unknown_user_gets_the_answer_of_a_wrong_password(house, username):
    """ASVS 6.3.8: status, length and words are the same."""
    wrong, unknown = house.log_in(password="otra cosa"), house.log_in(username, "otra cosa")

    assert unknown.status == wrong.status == 401
    assert {**unknown.body, "traceId": ""} == {**wrong.body, "traceId": ""}
    assert unknown.body["detail"] == "El usuario o la contraseña no son correctos."


@pytest.mark.parametrize("username", ["012345", "099999", "023546"])
def test_known_unknown_and_passwordless_users_cost_the_same_argon2_work(house, monkeypatch, username):
    """ASVS 6.3.8: one verification each, against a hash of the same parameters."""
    work = []
    checked = Passwords._fits
    monkeypatch.setattr(
        Passwords, "_fits", lambda self, stored, password: work.append(stored) or checked(self, stored, password)
    )

    house.log_in(username, "otra cosa")

    assert [stored.rsplit("$", 2)[0] for stored in work] == ["$argon2id$v=19$m=8,t=1,p=1"]


def test_the_time_of_a_verification_does_not_tell_known_from_unknown():
    """ASVS 6.3.8: medians of thirty in thread time, real parameters; without the stand-in they differ a thousandfold."""
    passwords = Passwords(Settings(password_memory_kib=1024))
    stored = passwords.hash("una frase")

    def median(known):
        times = []
        for _ in range(30):
            begun = time.thread_time()
            passwords.verify(known, "otra cosa")
            times.append(time.thread_time() - begun)
        return statistics.median(times)

    assert 0.5 < median(stored) / median(None) < 2


def test_a_login_rehashes_a_password_of_older_parameters(settle):
    """ASVS 11.4.2: parameters can be raised without asking anybody for a new password."""
    house = settle(password_time_cost=2)
    old = Passwords(Settings(password_time_cost=1, password_memory_kib=8)).hash(house.password)
    with house.service.transaction() as session:
        find_account(session, "012345").password_hash = old

    assert house.log_in().status == 201
    with house.service.transaction() as session:
        assert ",t=2," in find_account(session, "012345").password_hash
    assert house.log_in().status == 201


def test_a_wrong_password_rehashes_nothing(settle):
    house = settle(password_time_cost=2)
    old = Passwords(Settings(password_time_cost=1, password_memory_kib=8)).hash(house.password)
    with house.service.transaction() as session:
        find_account(session, "012345").password_hash = old

    house.log_in(password="otra cosa")

    with house.service.transaction() as session:
        assert find_account(session, "012345").password_hash == old


def test_a_login_notes_its_time(house):
    house.service.clock.advance(hours=1)
    house.log_in()

    with house.service.transaction() as session:
        assert (
            session.scalar(select(Account.last_login_at).where(Account.cmp_number == "012345"))
            == house.service.clock.now()
        )


@pytest.mark.parametrize(("remember", "life"), [(False, timedelta(hours=12)), (True, timedelta(days=30))])
def test_remember_me_makes_the_session_longer(house, remember, life):
    """ACC-2."""
    house.log_in(remember=remember)

    with house.service.transaction() as session:
        assert session.scalar(select(LoginSession.expires_at)) == house.service.clock.now() + life


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"password": "x"}, "/username"),
        ({"username": "x"}, "/password"),
        ({"username": "", "password": "x"}, "/username"),
        ({"username": "x" * 255, "password": "x"}, "/username"),
        ({"username": "a\x00b", "password": "x"}, "/username"),
        ({"username": 12345, "password": "x"}, "/username"),
        ({"username": "x", "password": "y" * 1025}, "/password"),
        ({"username": "x", "password": "y", "admin": True}, "/admin"),
        ({"username": "x", "password": "y", "remember": "perhaps"}, "/remember"),
    ],
)
def test_malformed_credentials_are_told_field_by_field(house, body, pointer):
    """ASVS 2.2.1: unknown fields are refused, and nothing is echoed."""
    answer = house.post("/v1/sessions", **body)

    assert answer.status == 422
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]


def test_a_lone_surrogate_in_a_password_is_refused_and_crashes_nothing(house):
    response = house.service.client().post(
        "/v1/sessions", data=r'{"username": "012345", "password": "\ud800"}', content_type="application/json"
    )

    assert response.status_code == 422


def test_who_asks_for_me_learns_account_permissions_and_register_entry(house):
    body = house.me(house.log_in().body["access_token"]).body

    assert body["account"]["email"] == "rosa.quispe@example.pe"
    assert "payments:pay" in body["permissions"]
    assert body["physician"] == {
        "state": "ACTIVO",
        "registered_on": "1994-03-15",
        "council_label": "CR III LIMA",
        "specialities": [{"name": "Pediatría", "rne": "008123", "registered_on": "2022-06-10"}],
    }


def test_me_needs_a_token(house):
    response = house.service.client().get("/v1/me")

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
