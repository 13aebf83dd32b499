"""Law 29733: consents with their text, a copy of one's own data, and who looked at them."""

from typing import Any

import pytest

from contracts.identity import ConsentGiven, ConsentWithdrawn
from services.identity.accounts import find_account
from services.identity.consents import record_consent, withdraw_consent
from services.identity.data_access import looked_at
from services.identity.models import AccountRole, Consent, Physician
from services.identity.privacy.errors import ConsentNotFound
from tests.people import physician, staff

V1 = "2026-11-ejemplo"


class Owner:
    """Rosa, logged in, and her requests."""

    def __init__(self, house: Any, username: str = "012345") -> None:
        """A session of her own."""
        self.house = house
        session = house.post("/v1/sessions/one-time", token=house.link(username)).body
        self.id = session["account"]["id"]
        self.client = house.service.client()
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {session['access_token']}"
        self.client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.7"

    def get(self, path: str) -> Any:
        """The answer's body."""
        return self.client.get(f"/v1/{path}").get_json()

    def agree(self, purpose: str = "news", version: str = V1) -> int:
        """Give a consent; the status."""
        return int(self.client.put(f"/v1/me/consents/{purpose}", json={"version": version}).status_code)

    def withdraw(self, purpose: str = "news") -> Any:
        """Take a consent back."""
        return self.client.delete(f"/v1/me/consents/{purpose}")


@pytest.fixture
def rosa(house: Any) -> Owner:
    """Rosa, logged in."""
    return Owner(house)


# ---- consents


def test_the_texts_in_force_are_public_and_marked_as_samples(house: Any) -> None:
    items = house.service.client().get("/v1/consent-texts").get_json()["items"]
    assert [(item["purpose"], item["needed"]) for item in items] == [("personal-data", True), ("news", False)]
    assert all("EJEMPLO" in item["text"] for item in items)


def test_a_consent_is_kept_with_version_time_and_address_and_told(rosa: Owner) -> None:
    assert rosa.agree() == 200
    (item,) = rosa.get("me/consents")["items"]
    assert (item["version"], item["given_from"], item["withdrawn_at"]) == (V1, "203.0.113.7", None)
    assert item["given_at"].startswith("2026-11-20T15:00:00")
    assert "novedades" in item["text"]
    (told,) = rosa.house.service.events(ConsentGiven)
    assert (told.account_id, told.purpose, told.version) == (rosa.id, "news", V1)


def test_the_same_version_agreed_to_twice_is_one_consent(rosa: Owner) -> None:
    rosa.agree()
    rosa.agree()
    assert len(rosa.get("me/consents")["items"]) == len(rosa.house.service.events(ConsentGiven)) == 1


def test_another_version_than_todays_was_not_what_was_read(rosa: Owner) -> None:
    assert rosa.agree(version="2019") == 422
    assert rosa.agree("inventado") == 404


def test_a_free_consent_is_taken_back_as_easily_and_told(rosa: Owner) -> None:
    rosa.agree()
    assert rosa.withdraw().status_code == 204
    assert rosa.get("me/consents")["items"][0]["withdrawn_at"] is not None
    assert len(rosa.house.service.events(ConsentWithdrawn)) == 1
    assert rosa.withdraw().status_code == 404


def test_agreeing_again_after_withdrawal_is_a_new_consent(rosa: Owner) -> None:
    rosa.agree()
    rosa.withdraw()
    rosa.agree()
    assert [item["withdrawn_at"] is None for item in rosa.get("me/consents")["items"]] == [True, False]


def test_the_consent_the_account_stands_on_ends_with_the_account(rosa: Owner) -> None:
    rosa.agree("personal-data")
    answer = rosa.withdraw("personal-data")
    assert (answer.status_code, answer.get_json()["type"]) == (409, "urn:cmp:problem:identity/consent-needed")


def test_a_new_text_is_published_beside_the_old_one(rosa: Owner, tmp_path: Any) -> None:
    rosa.agree()
    file = tmp_path / "texto.txt"
    file.write_text("Texto aprobado.", "utf-8")
    title = ("--title", "Novedades")
    assert rosa.house.run("publish-consent-text", "news", "2026-12", str(file), *title).exit_code == 0
    assert rosa.house.run("publish-consent-text", "news", "2026-12", str(file), *title).exit_code == 1

    assert rosa.get("consent-texts")["items"][1]["version"] == "2026-12"
    assert rosa.agree(version="2026-12") == 200
    assert {item["text"] == "Texto aprobado." for item in rosa.get("me/consents")["items"]} == {True, False}


def test_another_slice_records_a_consent_given_earlier_elsewhere(house: Any) -> None:
    """Registration keeps version, time and address until there is an account."""
    with house.service.transaction() as session:
        account = find_account(session, "012345")
        given = house.service.clock.now().replace(day=19)
        consent = record_consent(session, account, "personal-data", version=V1, given_at=given, address="198.51.100.4")
        assert isinstance(consent, Consent)
        assert (consent.given_at, consent.given_from) == (given, "198.51.100.4")
        with pytest.raises(ConsentNotFound):
            withdraw_consent(session, account.id, "news")


# ---- who looked


def look(house: Any, by: Any, why: str = "Revisión de una solicitud") -> None:
    with house.service.transaction() as session:
        looked_at(session, find_account(session, "012345"), by=by, why=why)


def engage(house: Any, *roles: str) -> str:
    """A member of staff with roles; the account's id."""
    from services.identity.models import Account

    with house.service.transaction() as session:
        account = Account(kind="staff", given_names="Carmen", surnames="Huamán", email="carmen@example.pe")
        account.valid_after = account.created_at = house.service.clock.now()
        session.add(account)
        session.flush()
        session.add_all(AccountRole(account_id=account.id, role=role) for role in roles)
        return account.id


def test_a_look_is_told_by_role_and_council_never_by_name(rosa: Owner) -> None:
    carmen = engage(rosa.house, "registry", "treasury")
    look(rosa.house, staff("identity:registry", council="03", subject=carmen, name="CARMEN HUAMÁN"))

    answer = rosa.client.get("/v1/me/looks")
    (item,) = answer.get_json()["items"]
    assert item["who"] == "Padrón y Tesorería, CR III LIMA"
    assert item["why"] == "Revisión de una solicitud"
    assert not [word for word in ("CARMEN", "Carmen", carmen) if word in answer.text]


def test_national_staff_without_roles_are_told_as_such(rosa: Owner) -> None:
    look(rosa.house, staff("identity:registry"))
    assert rosa.get("me/looks")["items"][0]["who"] == "Personal del Colegio, Consejo Nacional"


def test_a_look_at_the_registers_entry_is_told_to_the_physicians_account(rosa: Owner) -> None:
    with rosa.house.service.transaction() as session:
        looked_at(session, session.get_one(Physician, "012345"), by=staff("x"), why="Consulta del padrón")
    assert [item["why"] for item in rosa.get("me/looks")["items"]] == ["Consulta del padrón"]


def test_looking_at_oneself_is_no_look(rosa: Owner) -> None:
    look(rosa.house, physician())
    look(rosa.house, staff("x", subject=rosa.id))
    assert rosa.get("me/looks")["items"] == []


def test_looks_at_others_are_not_shown(rosa: Owner) -> None:
    look(rosa.house, staff("x"))
    assert Owner(rosa.house, "023546").get("me/looks")["items"] == []


def test_looks_come_in_pages_newest_first(rosa: Owner) -> None:
    for number in range(5):
        look(rosa.house, staff("x"), why=f"Motivo {number}")
    first = rosa.get("me/looks?limit=3")
    second = rosa.get(f"me/looks?limit=3&after={first['next']}")
    assert [item["why"] for item in first["items"] + second["items"]] == [f"Motivo {n}" for n in (4, 3, 2, 1, 0)]
    assert second["next"] is None


# ---- the copy


def test_the_copy_holds_everything_about_the_person_and_nothing_of_others(rosa: Owner) -> None:
    rosa.agree()
    look(rosa.house, staff("x"))
    Owner(rosa.house, "023546").agree()
    answer = rosa.client.get("/v1/me/data")
    copy = answer.get_json()

    assert copy["account"]["cmp_number"] == copy["physician"]["cmp_number"] == "012345"
    assert copy["contact"]["email"] == "rosa.quispe@example.pe"
    assert [len(copy[part]) for part in ("consents", "sessions", "looks")] == [1, 1, 1]
    assert "rengifo" not in answer.text.lower()
    assert "password" not in answer.text


def test_the_copy_needs_a_session(house: Any) -> None:
    anonymous = house.service.client()
    for path in ("me/data", "me/consents", "me/looks"):
        assert anonymous.get(f"/v1/{path}").status_code == 401
