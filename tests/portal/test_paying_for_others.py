"""Paying as heir for the holder of a family fund, and what becomes of a payment afterwards."""

import pytest

from portal import messages
from tests.portal.fake_gateway import ROSA, FakeGateway, due
from tests.portal.fakes_paying import HOLDER, OWN
from tests.portal.visitor import Visitor

LUCIA = ROSA | {
    "id": "acc-9",
    "kind": "client",
    "name": "Ñaupari Quispe Lucía",
    "given_names": "Lucía",
    "cmp_number": None,
}
BOLETA = {"voucher_type": "03", "email": "lucia@example.pe"}


def semefa(world: FakeGateway) -> None:
    """Two months of the family fund are owed."""
    world.dues = [due(11, "202608", "85.00", "SEMEFA"), due(12, "202609", "85.00", "SEMEFA")]


def test_who_may_pay_for_nobody_else_is_not_asked_for_whom(rosa: Visitor) -> None:
    assert rosa.post("/pago-online").h1 == "Elegir el tipo de cuota"


def test_who_may_pay_for_others_is_asked_first(rosa: Visitor, world: FakeGateway) -> None:
    world.paying.owners = [OWN, HOLDER]
    assert "Puede pagar el SEMEFA de otra persona" in rosa.get("/pago-online").words
    page = rosa.post("/pago-online")
    assert page.h1 == "Elegir por quién paga"
    labels = [label.text_content().strip() for label in page.all("//main//label")]
    assert labels == ["Por mí, CMP 012345", "Por Julio Prueba Mamani, CMP 023546 (solo SEMEFA)"]


@pytest.mark.parametrize("form", [{}, {"owner": "999999"}])
def test_nobody_else_can_be_chosen(rosa: Visitor, world: FakeGateway, form: dict[str, str]) -> None:
    world.paying.owners = [OWN, HOLDER]
    page = rosa.post("/pago-online/por-quien", form)
    assert page.status == 422
    assert messages.OWNER_MISSING in page.words


def test_an_heir_pays_the_holders_semefa(rosa: Visitor, world: FakeGateway) -> None:
    world.paying.owners = [OWN, HOLDER]
    semefa(world)
    assert rosa.post("/pago-online/por-quien", {"owner": "023546"}).h1 == "Elegir el comprobante"
    assert rosa.post("/pago-online/comprobante", BOLETA).h1 == "Elegir las cuotas"
    assert world.calls("GET", "payments/v1/dues/pending")[-1].query == {"kind": "SEMEFA", "owner_cmp": "023546"}
    summary = rosa.post("/pago-online/cuotas", {"until": "12"})
    assert "Julio Prueba Mamani" in summary.words
    assert "CMP 023546, paga Rosa Elvira Quispe Ñaupari" in summary.words
    rosa.pay_summary(summary)
    [asked] = world.calls("POST", "payments/v1/orders")
    assert (asked.body["owner_cmp"], asked.body["kind"]) == ("023546", "SEMEFA")


def test_going_back_to_the_own_dues_forgets_the_holder(rosa: Visitor, world: FakeGateway) -> None:
    world.paying.owners = [OWN, HOLDER]
    rosa.post("/pago-online/por-quien", {"owner": "023546"})
    assert rosa.post("/pago-online/por-quien", {"owner": "012345"}).h1 == "Elegir el tipo de cuota"
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    rosa.post("/pago-online/comprobante", BOLETA)
    rosa.pay_summary(rosa.post("/pago-online/cuotas", {"until": "1"}))
    [asked] = world.calls("POST", "payments/v1/orders")
    assert "owner_cmp" not in asked.body


def test_an_heir_without_a_cmp_number_pays_as_well(visitor: Visitor, world: FakeGateway) -> None:
    world.person, world.paying.owners = LUCIA, [HOLDER]
    semefa(world)
    visitor.sign_in()
    assert "Su número de CMP" not in visitor.get("/pago-online").words
    assert visitor.post("/pago-online").h1 == "Elegir el comprobante"


def test_a_client_whom_nobody_left_anything_is_told_how_to_become_an_heir(visitor: Visitor, world: FakeGateway) -> None:
    world.person, world.paying.owners = LUCIA, []
    visitor.sign_in()
    page = visitor.get("/pago-online")
    assert "lleve los documentos de la sucesión a la tesorería" in page.words
    assert not page.all("//main//form")


def test_the_receipt_can_be_downloaded_from_the_result_page(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pagado")
    link = rosa.get("/pago-online/pedidos/o1").one("//a[contains(., 'Descargar la constancia')]").get("href")
    response = rosa.get(link).response
    assert (response.content_type, response.data[:4]) == ("application/pdf", b"%PDF")


def test_a_refund_on_its_way_shows_on_the_result_page_and_in_mis_pagos(rosa: Visitor, world: FakeGateway) -> None:
    refund = {"public_state": "devolución programada", "amount": "20.00", "returned_at": None, "periods": ["202504"]}
    world.add_order("o1", "pagado", refund=refund)
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.h1 == "FINALIZAR COMPRA"
    assert "Devolución programada" in page.words
    assert "abril 2025" in page.words
    assert "Devolución programada: S/ 20.00" in rosa.get("/pago-online/pedidos").words


def test_a_payment_that_was_given_back_says_so_and_what_is_owed_again(rosa: Visitor, world: FakeGateway) -> None:
    refund = {
        "public_state": "devuelto", "amount": "40.00", "returned_at": "2026-11-20T15:00:00Z", "periods": ["202503", "202504"],
    }  # fmt: skip
    attempt = {"state": "VOIDED", "action_text": "Anulamos el cobro."}
    world.add_order("o1", "devuelto", refund=refund, attempt=attempt, paid_at="2026-11-20T14:00:00Z")
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.h1 == "El pago fue devuelto"
    assert "Anulamos el cobro." in page.words
    assert "marzo 2025, abril 2025" in page.words
    assert "S/ 40.00" in page.words
