"""The desk of clients: found by document, e-mail changed with a reason (VOC-6), a code handed out once (AMB-4)."""

from typing import Any

import pytest
from flask import Flask

from portal import messages
from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_staff import CLIENT
from tests.portal.visitor import Visitor

HOME = "/gestion/clientes"
WHY = "Lo pidió en ventanilla"


@pytest.fixture
def clerk(portal: Flask, world: FakeGateway) -> Visitor:
    """Staff who may look after clients."""
    world.person, world.permissions = STAFF, ["identity:client-email"]
    return Visitor(portal).sign_in()


def sent(world: FakeGateway, path: str) -> list[Any]:
    """The bodies of the requests to a path."""
    return [asked.body for asked in world.asked if asked.path == f"identity/v1/{path}" and asked.body]


def test_the_desk_is_on_the_front_page_and_finds_by_the_beginning_of_a_document(clerk: Visitor) -> None:
    assert "Clientes" in clerk.get("/gestion").words
    page = clerk.get(f"{HOME}?documento=2099")
    assert page.status == 200
    assert "20999999019" in page.words


@pytest.mark.parametrize("typed", ["", "209", "20999999019x!"])
def test_what_is_no_beginning_of_a_document_is_told_and_asks_nobody(
    clerk: Visitor, world: FakeGateway, typed: str
) -> None:
    page = clerk.get(f"{HOME}?documento={typed}")
    assert page.status == 422
    assert messages.CLIENT_DOCUMENT_SHORT in page.words
    assert not [asked for asked in world.asked if asked.path == "identity/v1/clients"]


def test_nobody_found_says_whom_one_may_see(clerk: Visitor) -> None:
    assert "Solo ve a los clientes que su consejo atendió" in clerk.get(f"{HOME}?documento=1044").words


def test_the_email_is_changed_with_a_reason(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.post(f"{HOME}/{CLIENT}/correo", {"email": "otra@example.pe", "reason": WHY})
    assert messages.CLIENT_EMAIL_CHANGED in page.words
    assert sent(world, f"clients/{CLIENT}/email") == [{"email": "otra@example.pe", "reason": WHY}]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"email": "otra@example.pe", "reason": ""}, messages.STAFF_REASON_MISSING),
        ({"email": "", "reason": WHY}, messages.CLIENT_EMAIL_MISSING),
        ({"email": "otra@", "reason": WHY}, messages.EMAIL_WRONG),
    ],
)
def test_without_address_or_reason_nothing_is_changed(
    clerk: Visitor, world: FakeGateway, form: dict[str, str], message: str
) -> None:
    page = clerk.post(f"{HOME}/{CLIENT}/correo", form)
    assert page.status == 422
    assert message in page.words
    assert not sent(world, f"clients/{CLIENT}/email")


def test_opening_the_check_page_makes_no_code(clerk: Visitor, world: FakeGateway) -> None:
    assert clerk.get(f"{HOME}/{CLIENT}/codigo").h1 == "Dar un código de primer ingreso"
    assert not sent(world, f"clients/{CLIENT}/desk-codes")


def test_the_code_is_shown_once_against_the_papers_seen(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.post(f"{HOME}/{CLIENT}/codigo", {"reason": "DNI y ficha RUC"})
    assert "ABCDE-23456" in page.words
    assert "72 horas" in page.words
    assert sent(world, f"clients/{CLIENT}/desk-codes") == [{"reason": "DNI y ficha RUC"}]
    for path in (f"{HOME}/{CLIENT}", f"{HOME}/{CLIENT}/codigo"):
        assert "ABCDE" not in clerk.get(path).words


def test_without_the_papers_there_is_no_code(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.post(f"{HOME}/{CLIENT}/codigo", {"reason": ""})
    assert (page.status, messages.CLIENT_PAPERS_MISSING in page.words) == (422, True)
    assert not sent(world, f"clients/{CLIENT}/desk-codes")


def test_a_client_of_another_council_is_not_found(clerk: Visitor) -> None:
    assert clerk.get(f"{HOME}/33333333-3333-4333-8333-333333333333").status == 404


@pytest.mark.parametrize("path", ["", f"/{CLIENT}", f"/{CLIENT}/correo", f"/{CLIENT}/codigo"])
def test_other_staff_do_not_know_the_desk(portal: Flask, world: FakeGateway, path: str) -> None:
    world.person, world.permissions = STAFF, ["identity:audit"]
    assert Visitor(portal).sign_in().get(f"{HOME}{path}").status in (403, 404)
