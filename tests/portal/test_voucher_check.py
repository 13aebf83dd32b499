"""Validar un comprobante (issue "Public check"): four facts, and the least that answers the question."""

import pytest

from portal import messages
from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_voucher_check import FACTS
from tests.portal.test_verifying import rows
from tests.portal.visitor import Page, Visitor

PATH = "/comprobantes/validar"
TYPED = {
    "tipo": "03",
    "numero": "bcn7-5170",
    "fecha_dia": "11",
    "fecha_mes": "julio",
    "fecha_anio": "2019",
    "total": "S/ 60.00",
}


def ask(visitor: Visitor, **changes: str) -> Page:
    return visitor.post(PATH, TYPED | changes)


def test_a_good_one_is_told_without_naming_anybody(visitor: Visitor, world: FakeGateway) -> None:
    page = ask(visitor)
    assert (page.status, page.h1) == (200, "Comprobante aceptado")
    assert rows(page) == {
        "Tipo": "Boleta de venta electrónica",
        "Serie y número": "BCN7-00005170",
        "Fecha de emisión": "11/07/2019",
        "Importe total": "S/ 60.00",
        "Estado": "AceptadoAl 01/12/2026 11:05",
    }
    (asked,) = world.calls("POST", "einvoice/v1/public/vouchers/check")
    assert asked.body == FACTS | {"number": "bcn7-5170"}
    assert asked.query == {}, "what was typed stands in no address"


@pytest.mark.parametrize(
    ("state", "label", "title"),
    [
        ("observed", "Observado", "Comprobante aceptado con observaciones"),
        ("rejected", "Rechazado", "Comprobante rechazado"),
        ("voided", "Anulado", "Comprobante anulado"),
        ("pending", "En proceso", "Comprobante en proceso"),
    ],
)
def test_every_state_has_its_own_words(
    visitor: Visitor, world: FakeGateway, state: str, label: str, title: str
) -> None:
    """AMB-12."""
    world.voucher_check.state, world.voucher_check.state_label = state, label
    page = ask(visitor)
    assert page.h1 == title
    assert label in rows(page)["Estado"]


def test_unknown_and_wrong_look_alike_and_can_be_mended(visitor: Visitor) -> None:
    pages = [ask(visitor, **wrong) for wrong in ({"total": "61.00"}, {"fecha_dia": "12"}, {"numero": "BCN7-9"})]
    assert {page.status for page in pages} == {404}
    assert all("No encontramos un comprobante con esos datos" in page.words for page in pages)
    assert pages[0].one("//input[@name='total']").value == "61.00"
    assert pages[0].one("//input[@name='fecha_anio']").value == "2019"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tipo": ""}, messages.VOUCHER_TYPE_MISSING),
        ({"numero": ""}, messages.VOUCHER_NUMBER_MISSING),
        ({"numero": "BCN7"}, messages.VOUCHER_NUMBER_WRONG),
        ({"fecha_mes": "13"}, messages.DATE_WRONG),
        ({"total": "sesenta"}, messages.VOUCHER_TOTAL_WRONG),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_without_asking(
    visitor: Visitor, world: FakeGateway, wrong: dict[str, str], message: str
) -> None:
    page = ask(visitor, **wrong)
    assert (page.status, message in page.words) == (422, True)
    assert page.title.startswith("Error: ")
    assert world.calls("POST", "einvoice/.*") == []


def test_no_search_engine_keeps_it_and_everybody_finds_it(visitor: Visitor) -> None:
    assert "noindex" in visitor.get(PATH).response.headers["X-Robots-Tag"]
    for path in ("/ingresar", "/facturacion-electronica", "/ayuda"):
        assert visitor.get(path).all(f"//main//a[@href='{PATH}']"), path


def test_too_many_questions_are_told_to_wait(visitor: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", "einvoice/v1/public/.*", 429, headers={"Retry-After": "30"})
    assert ask(visitor).status == 429
