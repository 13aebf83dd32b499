"""Constancia de habilidad in the portal: ACC-1's entry, what to pay, the constancias and who asked (MENU-1)."""

from typing import Any

import pytest

from portal import messages
from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_standing import ID, a_certificate
from tests.portal.visitor import Visitor

HOME = "/constancia-de-habilidad"


def cells(row: Any) -> list[str]:
    """What stands in the cells of a row."""
    return [str(cell.text_content()).strip() for cell in row]


def test_the_entry_of_acc_1_opens_a_real_page(visitor: Visitor) -> None:
    link = visitor.get("/").one("//nav[@aria-label='Principal']//a[text()='Constancia de habilidad']")
    page = visitor.get(link.get("href"))
    assert (page.status, page.h1) == (200, "Constancia de habilidad")
    assert page.one("//main//a[text()='Ingresar y obtenerla']").get("href") == f"/ingresar?next={HOME}"
    assert page.all("//main//a[@href='/verificar']")


def test_the_menus_tile_opens_it_too(rosa: Visitor) -> None:
    link = rosa.get("/menu").one("//h2/a[text()='Constancia de habilidad']")
    assert rosa.get(link.get("href")).h1 == "Constancia de habilidad"


def test_who_is_habil_sees_it_dated_and_gets_a_constancia(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.get(HOME)
    assert "Usted está HÁBIL" in page.words
    assert "Al 20/11/2026 10:30." in page.words
    issued = rosa.post(HOME)
    assert issued.h1 == "Constancia vigente"
    assert "CH-00000007" in issued.words and "7KQ4-9XMB-2PTH" in issued.words
    assert len(world.calls("POST", "payments/v1/certificates")) == 1


def test_who_is_not_habil_sees_what_to_pay_and_where(rosa: Visitor, world: FakeGateway) -> None:
    world.standing.own_two_too_many()
    page = rosa.get(HOME)
    assert "Usted no está hábil" in page.words and "Debe 5 meses" in page.words
    assert [cells(row) for row in page.all("//table[@id='remedy-table']/tbody/tr")] == [
        ["Cuota Colegiado", "Enero 2023", "En su consejo regional", "S/ 60.00"],
        ["Cuota Colegiado", "Junio 2026", "En línea", "S/ 60.00"],
        ["Cuota Colegiado", "Julio 2026", "En línea", "S/ 60.00"],
    ]
    assert "S/ 180.00" in page.words
    assert page.one("//main//a[text()='Ir a Pago Online']").get("href") == "/pago-online"
    assert not page.all("//button[text()='Obtener constancia']")


def test_a_state_of_the_registry_is_not_mended_by_paying(rosa: Visitor, world: FakeGateway) -> None:
    world.standing.good, world.standing.registry_state = False, "SUSPENDIDO"
    page = rosa.get(HOME)
    assert "Su estado en el registro de médicos es SUSPENDIDO" in page.words
    assert not page.all("//h2[contains(text(), 'pagar')]")


def test_a_refusal_leads_back_to_the_page_that_says_what_to_pay(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse(
        "POST", "payments/v1/certificates", 409, "payments/not-in-good-standing", "Usted no está hábil: debe 3 meses."
    )
    assert "Usted no está hábil: debe 3 meses." in rosa.post(HOME).words


def test_data_that_have_not_arrived_are_said_so(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("GET", "payments/v1/standing", 409, "payments/payer-unknown", "Sus datos aún no llegaron.")
    page = rosa.get(HOME)
    assert (page.status, "Sus datos aún no llegaron." in page.words) == (200, True)


@pytest.mark.parametrize(
    ("state", "title"),
    [("VIGENTE", "Constancia vigente"), ("VENCIDA", "Constancia vencida"), ("REVOCADA", "Constancia revocada")],
)
def test_each_state_has_its_words(rosa: Visitor, world: FakeGateway, state: str, title: str) -> None:
    world.standing.certificates = [a_certificate(state)]
    page = rosa.get(f"{HOME}/{ID}")
    assert page.h1 == title
    assert ("Emitida por error de datos" in page.words) is (state == "REVOCADA")


def test_the_pdf_is_passed_on_as_a_file(rosa: Visitor, world: FakeGateway) -> None:
    response = rosa.client.get(f"{HOME}/{ID}/pdf")
    assert response.data.startswith(b"%PDF")
    assert response.headers["Content-Disposition"] == 'attachment; filename="constancia.pdf"'


def test_the_mail_goes_to_the_registered_address_only(rosa: Visitor, world: FakeGateway) -> None:
    world.standing.certificates = [a_certificate()]
    page = rosa.post(f"{HOME}/{ID}/correo", {"email": "otra@example.pe"})
    assert messages.constancia_mailed("r***@example.pe") in page.words
    [asked] = world.calls("POST", f"payments/v1/certificates/{ID}/mail")
    assert not asked.body


def test_the_owner_sees_who_asked_without_knowing_who(rosa: Visitor, world: FakeGateway) -> None:
    world.standing.certificates = [a_certificate()]
    world.standing.verifications = [
        {"at": "2026-11-21T16:00:00+00:00", "result": "ALTERED", "origin": "QR, red 190.12"}
    ]
    page = rosa.get(f"{HOME}/{ID}")
    row = cells(page.one("//table[@id='verifications-table']/tbody/tr"))
    assert row == ["21/11/2026 11:00", "Documento alterado", "QR, red 190.12"]


@pytest.mark.parametrize("path", [f"{HOME}/{ID}", f"{HOME}/{ID}/pdf"])
def test_a_constancia_asks_to_sign_in(visitor: Visitor, path: str) -> None:
    assert visitor.client.get(path).status_code == 303


def test_an_unknown_constancia_is_not_found(rosa: Visitor) -> None:
    assert rosa.get(f"{HOME}/11111111-1111-4111-8111-111111111111").status == 404
