"""Mis datos (Ley 29733): consents, the copy, and who looked."""

import pytest

from portal import messages
from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_clients import a_consent
from tests.portal.visitor import Visitor


def test_the_page_needs_a_login(visitor: Visitor) -> None:
    for path in ("/mis-datos", "/mis-datos/copia", "/mis-datos/copia.json"):
        assert visitor.get(path).h1 == "Inicio de sesión"


def test_a_person_finds_the_page_at_the_foot_of_every_page(rosa: Visitor) -> None:
    assert rosa.get(rosa.get("/menu").one("//footer//a[text()='Mis datos']").get("href")).h1 == "Mis datos"


def test_who_looked_is_told_by_role_and_council(rosa: Visitor, world: FakeGateway) -> None:
    world.clients.looks = [{"looked_at": "2026-11-20T15:00:00Z", "who": "Padrón, CR III LIMA", "why": "Revisión"}]
    words = rosa.get("/mis-datos").words
    assert "20/11/2026 10:00:00" in words
    assert "Padrón, CR III LIMA" in words


def test_nobody_looked_is_told_as_well(rosa: Visitor) -> None:
    assert "Nadie del personal ha mirado sus datos" in rosa.get("/mis-datos").words


def test_a_consent_is_given_with_the_version_that_was_shown_and_taken_back(rosa: Visitor, world: FakeGateway) -> None:
    given = rosa.post("/mis-datos/consentimientos/news", {"version": "v1"})
    assert messages.CONSENT_GIVEN in given.words
    assert world.calls("PUT", "identity/v1/me/consents/news")[0].body == {"version": "v1"}
    taken = rosa.post("/mis-datos/consentimientos/news/retirar")
    assert messages.CONSENT_WITHDRAWN in taken.words


@pytest.mark.parametrize(("purpose", "button"), [("news", True), ("personal-data", False)])
def test_only_a_free_consent_has_a_button_to_take_it_back(
    rosa: Visitor, world: FakeGateway, purpose: str, button: bool
) -> None:
    world.clients.consents = [a_consent(purpose)]
    path = f"//form[@action='/mis-datos/consentimientos/{purpose}/retirar']"
    assert bool(rosa.get("/mis-datos").all(path)) is button


def test_the_copy_can_be_read_and_taken_along(rosa: Visitor) -> None:
    assert "caja@example.pe" in rosa.get("/mis-datos/copia").words
    file = rosa.client.get("/mis-datos/copia.json")
    assert file.mimetype == "application/json"
    assert 'filename="mis-datos.json"' in file.headers["Content-Disposition"]
    assert file.get_json()["contact"]["email"] == "caja@example.pe"
