"""Verificar una constancia: by code, by QR, and by the signature alone while the services are away."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from joserfc.jwk import ECKey

from chassis.clock import ManualClock
from portal import messages
from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_standing import CODE, a_certificate, signed
from tests.portal.visitor import Page, Visitor


def rows(page: Page) -> dict[str, str]:
    """The summary list as a dictionary."""
    keys = [key.text_content().strip() for key in page.all("//dl//dt")]
    values = [" ".join(value.text_content().split()) for value in page.all("//dl//dd")]
    return dict(zip(keys, values, strict=True))


def test_a_typed_code_leads_to_an_address_that_can_be_shared(visitor: Visitor) -> None:
    page = visitor.client.get("/verificar?codigo=7kq4-9xmb-2pth")
    assert (page.status_code, page.headers["Location"]) == (303, "/verificar/7kq49xmb2pth")


def test_a_good_one_says_the_least_that_answers_the_question(visitor: Visitor) -> None:
    page = visitor.get(f"/verificar/{CODE}")
    assert (page.status, page.h1) == (200, "Constancia vigente")
    assert rows(page) == {
        "Nombre": "Rosa Elvira Quispe Ñaupari",
        "CMP": "012345",
        "Estado de la constancia": "VigenteAl 01/12/2026 11:05",
        "Emitida": "20/11/2026 10:00",
        "Vigente hasta": "19/12/2026",
        "Hábil al emitirse": "SíAl 20/11/2026 10:00",
        "Hábil ahora": "SíAl 01/12/2026 11:05",
        "Firma digital": "No se comprobóLea el código QR para comprobarla",
    }


def test_the_qr_brings_the_signature(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.get(f"/verificar/{CODE}", query_string={"firma": signed()})
    assert rows(page)["Firma digital"] == "Auténtica"
    assert world.calls("GET", f"payments/v1/public/constancias/{CODE}")[0].query["firma"].count(".") == 2


def test_an_altered_document_is_a_warning_before_anything_else(visitor: Visitor) -> None:
    page = visitor.get(f"/verificar/{CODE}?firma=alterada")
    assert page.h1 == "El documento fue alterado"
    assert "No acepte el documento" in page.words


@pytest.mark.parametrize(("state", "title"), [("VENCIDA", "Constancia vencida"), ("REVOCADA", "Constancia revocada")])
def test_one_that_is_no_longer_good_says_so(visitor: Visitor, world: FakeGateway, state: str, title: str) -> None:
    world.standing.certificates = [a_certificate(state)]
    page = visitor.get(f"/verificar/{CODE}")
    assert page.h1 == title
    assert "error de datos" not in page.words, "the reason is between staff and the owner"


def test_it_says_when_the_owner_is_no_longer_habil(visitor: Visitor, world: FakeGateway) -> None:
    world.standing.good = False
    assert rows(visitor.get(f"/verificar/{CODE}"))["Hábil ahora"] == "NoAl 01/12/2026 11:05"


def test_an_unknown_code_is_neutral_and_can_be_mended(visitor: Visitor) -> None:
    page = visitor.get("/verificar/AAAABBBBCCCC")
    assert page.status == 404
    assert page.title.startswith("Error: ")
    assert page.one("//input[@name='codigo']").value == "AAAABBBBCCCC"
    assert messages.CODE_UNKNOWN in page.words


@pytest.mark.parametrize(
    ("typed", "message"),
    [("", messages.VERIFICATION_CODE_MISSING), ("7KQ4", messages.CODE_WRONG), ("7KQ4-9XMB-2P<>", messages.CODE_WRONG)],
)
def test_what_cannot_be_a_code_is_said_beside_the_field(
    visitor: Visitor, world: FakeGateway, typed: str, message: str
) -> None:
    page = visitor.get("/verificar", query_string={"codigo": typed})
    assert (page.status, message in page.words) == (422, True)
    assert world.asked == []


@pytest.mark.parametrize("path", ["/verificar", f"/verificar/{CODE}", "/verificar/AAAABBBBCCCC"])
def test_no_search_engine_keeps_it(visitor: Visitor, path: str) -> None:
    assert "noindex" in visitor.get(path).response.headers["X-Robots-Tag"]


def test_too_many_questions_are_told_to_wait(visitor: Visitor, world: FakeGateway) -> None:
    world.refuse("GET", ".*constancias.*", 429, headers={"Retry-After": "30"})
    assert visitor.get(f"/verificar/{CODE}").status == 429


# ------------------------------------------------------------------ without the services


@pytest.fixture
def away(portal: Flask, visitor: Visitor, world: FakeGateway, clock: ManualClock) -> FakeGateway:
    """Payments stopped answering after somebody had verified a constancia."""
    clock.set(datetime(2026, 12, 1, 16, 5, tzinfo=UTC))
    world.refuse("GET", "payments/.*", 503)
    return world


def test_the_signature_still_tells_that_the_paper_is_genuine(visitor: Visitor, away: FakeGateway) -> None:
    page = visitor.get(f"/verificar/{CODE}", query_string={"firma": signed()})
    assert (page.status, page.h1) == (200, "La firma es auténtica")
    assert "no si fue revocado" in page.words
    assert rows(page)["Nombre"] == "Rosa Elvira Quispe Ñaupari"
    assert rows(page)["Vigente hasta"] == "19/12/2026"


def test_keys_once_seen_serve_on_when_they_cannot_be_had(
    visitor: Visitor, away: FakeGateway, clock: ManualClock
) -> None:
    visitor.get(f"/verificar/{CODE}", query_string={"firma": signed()})
    away.standing.keys_down = True
    clock.advance(hours=3)
    assert visitor.get(f"/verificar/{CODE}", query_string={"firma": signed()}).h1 == "La firma es auténtica"


def test_without_any_key_nothing_is_claimed(visitor: Visitor, away: FakeGateway) -> None:
    away.standing.keys_down = True
    assert visitor.get(f"/verificar/{CODE}", query_string={"firma": signed()}).status == 503


def test_without_a_signature_nothing_is_claimed(visitor: Visitor, away: FakeGateway) -> None:
    assert visitor.get(f"/verificar/{CODE}").status == 503


def test_an_expired_one_is_found_out_by_its_own_date(visitor: Visitor, away: FakeGateway, clock: ManualClock) -> None:
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert visitor.get(f"/verificar/{CODE}", query_string={"firma": signed()}).h1 == "Constancia vencida"


@pytest.mark.parametrize(
    "forged",
    ["a.b.c", "nada", signed("otra-cosa"), signed(key=ECKey.generate_key("P-256"))],
    ids=["no JWS", "a word", "another document's", "another key"],
)
def test_a_forged_signature_is_found_out(visitor: Visitor, away: FakeGateway, forged: str) -> None:
    page = visitor.get(f"/verificar/{CODE}", query_string={"firma": forged})
    assert page.h1 == "La firma no es auténtica"
    assert "Quispe" not in page.words
