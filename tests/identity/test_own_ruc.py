"""A physician's own RUC (AMB-2): linked after proof, then one login shows both portals."""

from typing import Any

import pytest
from sqlalchemy import select

from contracts.identity import AccountLinked, AccountUnlinked
from services.identity.models import AuditEntry
from tests.identity.client_facts import CLINIC_PASSWORD, PROOF, ROSA_RUC, Desk, issued
from tests.identity.conftest import Answer, House


class Rosa:
    """Rosa, logged in with her CMP number; her RUC has an account with a password of its own."""

    def __init__(self, house: House, username: str = "012345") -> None:
        """Log in by a link."""
        self.house = house
        self.session = house.post("/v1/sessions/one-time", token=house.link(username)).body

    def ask(self, method: str, path: str, **body: Any) -> Answer:
        """A request of hers."""
        headers = {"Authorization": f"Bearer {self.session['access_token']}", "X-Forwarded-For": "203.0.113.7"}
        response = self.house.service.client().open(f"/v1/{path}", method=method, headers=headers, json=body or None)
        return Answer(response.status_code, response.get_json(silent=True) or {}, response.headers)

    def link(self, password: str = CLINIC_PASSWORD) -> Answer:
        """Link the RUC."""
        return self.ask("POST", "me/ruc", password=password)


@pytest.fixture
def rosa(house: House) -> Rosa:
    """Rosa with a factura to her RUC, and its first access done."""
    house.service.deliver(issued(customer_document_number=ROSA_RUC, customer_name="QUISPE ÑAUPARI ROSA ELVIRA"))
    desk = Desk(house)
    desk.finish(desk.prove(desk.begin(ROSA_RUC), voucher=PROOF).body["token"])
    return Rosa(house)


def test_the_own_ruc_is_made_of_the_dni(rosa: Rosa) -> None:
    assert rosa.ask("GET", "me/ruc").body == {"ruc": ROSA_RUC, "linked": False, "name": None}


def test_with_the_password_of_the_ruc_the_accounts_are_linked_told_and_audited(rosa: Rosa) -> None:
    assert rosa.link().status == 201
    assert rosa.ask("GET", "me/ruc").body["linked"] is True
    (told,) = rosa.house.service.events(AccountLinked)
    assert told.account_id == rosa.session["account"]["id"]
    with rosa.house.service.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.act == "account.linked"))
    assert entry.actor_id == told.account_id


def test_linking_twice_is_linking_once(rosa: Rosa) -> None:
    assert [rosa.link().status for _ in range(2)] == [201, 201]
    assert len(rosa.house.service.events(AccountLinked)) == 1


def test_a_wrong_password_links_nothing_and_is_throttled_like_a_login(rosa: Rosa) -> None:
    answers = [rosa.link("no es esta clave") for _ in range(6)]
    assert [answer.status for answer in answers] == [422] * 5 + [429]
    assert answers[0].problem == "identity/ruc-not-proven"


def test_a_physician_without_a_ruc_account_is_told_the_same(house: House) -> None:
    julio = Rosa(house, "023546")
    assert julio.link("no es esta clave").problem == "identity/ruc-not-proven"


def test_a_linked_physician_goes_over_without_a_second_password_and_it_is_audited(rosa: Rosa) -> None:
    rosa.link()
    session = rosa.ask("POST", "sessions/linked")

    assert session.status == 201
    assert (session.body["account"]["kind"], session.body["account"]["document_number"]) == ("client", ROSA_RUC)
    assert rosa.house.me(session.body["access_token"]).status == 200
    assert rosa.house.me(rosa.session["access_token"]).status == 200
    with rosa.house.service.transaction() as session_:
        assert session_.scalars(select(AuditEntry).where(AuditEntry.act == "account.switched")).one()


def test_without_a_link_there_is_nowhere_to_go(rosa: Rosa) -> None:
    assert rosa.ask("POST", "sessions/linked").problem == "identity/no-linked-account"


def test_from_the_ruc_nobody_goes_over_to_the_physician(rosa: Rosa) -> None:
    """A bookkeeper knows the password of the RUC, not the physician's."""
    rosa.link()
    rosa.session = rosa.ask("POST", "sessions/linked").body
    assert rosa.ask("POST", "sessions/linked").status == 404
    assert rosa.ask("GET", "me/ruc").body == {"ruc": None, "linked": False, "name": None}
    assert rosa.link().status == 422


def test_a_link_can_be_undone(rosa: Rosa) -> None:
    rosa.link()
    assert rosa.ask("DELETE", "me/ruc").status == 204
    assert rosa.ask("POST", "sessions/linked").status == 404
    assert rosa.ask("DELETE", "me/ruc").status == 404
    assert len(rosa.house.service.events(AccountUnlinked)) == 1
