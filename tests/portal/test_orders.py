"""The result of a payment in its states (PAY-9 to PAY-12), and the list of payments."""

import pytest

from portal import messages
from tests.portal.fake_gateway import FakeGateway
from tests.portal.visitor import Visitor

READY = {
    "number": "B001-00000012",
    "type": "03",
    "state": "accepted",
    "state_label": "Aceptado",
    "visible": True,
    "id": "v1",
}


def test_a_paid_order_shows_every_field_of_pay_9(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pagado")
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.h1 == "FINALIZAR COMPRA"
    assert [step.text_content().strip() for step in page.all("//ol[@class='breadcrumb']/li")] == [
        "Home",
        "Finalizar Compra",
    ]
    rows = {row.xpath("dt")[0].text_content(): row.xpath("dd")[0].text_content() for row in page.all("//dl/div")}
    assert rows["Número de pedido"].startswith("900000001")
    assert rows["Número de Tarjeta"].startswith("401214****0007")
    assert rows["Fecha y hora"] == "25/07/2020 22:07:13"
    assert rows["Monto"].startswith("S/ 40.00")
    assert rows["Descripción del producto"] == "Cuota Colegiado: marzo 2025, abril 2025"
    assert rows["Nombre del tarjetahabiente"] == "ROSA QUISPE"
    assert rows["Descripción del código de acción"] == "Aprobado y completado con éxito"
    for text in ("Política de devolución", "Términos y Condiciones", "Imprima esta constancia", "cmp.example.pe"):
        assert text in page.words
    assert page.one("//main//a[text()='Regresar']").get("href") == "/menu"


def test_one_amount_is_shown_pay_10(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pagado")
    assert rosa.get("/pago-online/pedidos/o1").words.count("S/ 40.00") == 1


def test_the_gateways_own_amount_is_shown_only_when_it_differs_pay_10(rosa: Visitor, world: FakeGateway) -> None:
    order = world.add_order("o1", "pagado")
    receipt = world.receipt(order) | {"gateway_amount": "4.00"}
    world.answers["GET", "payments/v1/orders/o1/receipt"] = (200, receipt, {})
    assert "Monto informado por el procesador: S/ 4.00" in rosa.get("/pago-online/pedidos/o1").words


def test_a_voucher_on_its_way_is_announced(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pagado")
    page = rosa.get("/pago-online/pedidos/o1")
    assert "El comprobante llega en minutos" in page.words
    assert "r***@example.pe" in page.words


def test_an_accepted_voucher_can_be_opened(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pagado")
    world.order_voucher = READY
    page = rosa.get("/pago-online/pedidos/o1")
    assert "Su comprobante B001-00000012 está listo" in page.words
    assert page.all("//main//a[@href='/comprobantes/documentos/v1.pdf']")


def test_a_voucher_waiting_for_sunat_is_no_error(rosa: Visitor, world: FakeGateway) -> None:
    """Case 17: SUNAT down is not the physician's problem."""
    world.add_order("o1", "pagado")
    world.order_voucher = READY | {"state": "queued", "state_label": "En proceso"}
    page = rosa.get("/pago-online/pedidos/o1")
    assert "está en proceso" in page.words
    assert page.h1 == "FINALIZAR COMPRA"


def test_a_factura_is_announced_without_a_link_vou_2(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pagado")
    world.order_voucher = READY | {"number": "F001-00000001", "type": "01", "visible": False, "id": None}
    page = rosa.get("/pago-online/pedidos/o1")
    assert "F001-00000001 está listo" in page.words
    assert "documentos/" not in page.text


@pytest.mark.parametrize("status", [404, 500, 503])
def test_the_result_stands_while_einvoice_is_away(rosa: Visitor, world: FakeGateway, status: int) -> None:
    world.add_order("o1", "pagado")
    world.refuse("GET", "einvoice/v1/orders/o1/voucher", status)
    assert rosa.get("/pago-online/pedidos/o1").h1 == "FINALIZAR COMPRA"


def test_a_declined_card_shows_the_banks_reason_and_a_way_on_pay_12(rosa: Visitor, world: FakeGateway) -> None:
    reason = "Tarjeta sin fondos. Contacte a su banco."
    world.add_order(
        "o1", "rechazado", attempt={"purchase_number": "900000001", "state": "DECLINED", "action_text": reason}
    )
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.h1 == "El pago fue rechazado"
    assert reason in page.words
    assert messages.NOTHING_CHARGED in page.words
    assert page.all("//main//button[text()='Intentar de nuevo']")
    assert "comprobante está listo" not in page.words


def test_a_charge_in_doubt_says_not_to_pay_again_and_offers_no_way_to(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "en confirmación")
    page = rosa.get("/pago-online/pedidos/o1")
    assert "Estamos verificando su pago con el banco. No pague otra vez." in page.words
    assert "Le escribiremos a r***@example.pe" in page.words
    assert not page.all("//main//form")


def test_the_waiting_page_refreshes_itself_until_told_not_to(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "en confirmación")
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.response.headers["Refresh"] == "10"
    stop = page.one("//main//a[text()='Detener la actualización automática']").get("href")
    assert "Refresh" not in rosa.get(stop).response.headers


@pytest.mark.parametrize("state", ["pendiente", "pagado", "rechazado", "vencido"])
def test_no_other_page_refreshes_itself(rosa: Visitor, world: FakeGateway, state: str) -> None:
    world.add_order("o1", state)
    assert "Refresh" not in rosa.get("/pago-online/pedidos/o1").response.headers


def test_an_unfinished_order_can_be_resumed(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pendiente")
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.h1 == "Pedido pendiente de pago"
    key = page.one("//input[@name='idempotency_key']").value
    assert rosa.post("/pago-online/pedidos/o1/pagar", {"idempotency_key": key}).h1 == "Pagar con tarjeta"


def test_an_unfinished_order_can_be_cancelled(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pendiente")
    page = rosa.post("/pago-online/pedidos/o1/cancelar")
    assert page.h1 == "El pedido se canceló"
    assert messages.ORDER_CANCELLED in page.words


def test_an_order_in_doubt_cannot_be_cancelled(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "en confirmación")
    world.refuse("POST", "payments/v1/orders/o1/cancellation", 409, "payments/being-confirmed", "Estamos confirmando.")
    assert "Estamos confirmando." in rosa.post("/pago-online/pedidos/o1/cancelar").words


@pytest.mark.parametrize(
    ("more", "title"),
    [({"state": "EXPIRED"}, "El pedido venció"), ({"state": "CANCELLED"}, "El pedido se canceló"),
     ({"state": "CANCELLED", "attempt": {"state": "SUPERSEDED"}}, "Sus cuotas cambiaron")],
)  # fmt: skip
def test_an_order_that_ended_says_why_and_that_nothing_was_charged(
    rosa: Visitor, world: FakeGateway, more: dict[str, object], title: str
) -> None:
    world.add_order("o1", "vencido", **more)
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.h1 == title
    assert messages.NOTHING_CHARGED in page.words
    assert not page.all("//main//form")


@pytest.mark.parametrize("path", ["", "/tarjeta"])
def test_somebody_elses_order_is_not_found(rosa: Visitor, path: str) -> None:
    page = rosa.get(f"/pago-online/pedidos/ajeno{path}")
    assert page.status == 404
    assert page.h1 == "No encontramos la página"


def test_an_order_id_cannot_reach_another_route_of_the_service(rosa: Visitor, world: FakeGateway) -> None:
    rosa.get("/pago-online/pedidos/..%2F..%2Fterms")
    assert not world.calls("GET", "payments/v1/terms")


def test_a_charge_that_found_its_dues_paid_is_not_told_as_being_verified(rosa: Visitor, world: FakeGateway) -> None:
    """Case 8: the outcome is known; nothing to wait for on this page, nothing to pay."""
    text = "Su pago fue aprobado, pero las cuotas ya estaban pagadas. Le devolveremos el dinero; no vuelva a pagar."
    attempt = {"purchase_number": "900000001", "state": "PAID_NOT_APPLIED", "action_text": text}
    refund = {"public_state": "devolución programada", "amount": "40.00", "returned_at": None, "periods": []}
    world.add_order("o1", "en confirmación", state="PAID_NOT_APPLIED", attempt=attempt, refund=refund)
    page = rosa.get("/pago-online/pedidos/o1")
    assert page.h1 == "Le devolveremos el dinero"
    assert text in page.words
    assert "Devolución programada: S/ 40.00" in page.words
    assert "Refresh" not in page.response.headers
    assert not page.all("//main//form")


@pytest.mark.parametrize(("periods", "said"), [(["202503"], True), ([], False)])
def test_a_returned_payment_announces_the_credit_note_of_its_dues(
    rosa: Visitor, world: FakeGateway, periods: list[str], said: bool
) -> None:
    """A charge that paid nothing had no voucher, so none is corrected."""
    refund = {"public_state": "devuelto", "amount": "40.00", "returned_at": "2026-11-20T15:00:00Z", "periods": periods}
    world.add_order("o1", "devuelto", refund=refund)
    words = rosa.get("/pago-online/pedidos/o1").words
    assert ("La nota de crédito electrónica llega a r***@example.pe" in words) is said


def test_mis_pagos_lists_the_orders_newest_first(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o1", "pagado")
    world.add_order("o2", "en confirmación")
    page = rosa.get("/pago-online/pedidos")
    assert page.h1 == "Mis pagos"
    assert [link.get("href") for link in page.all("//tbody//a")] == [
        "/pago-online/pedidos/o2",
        "/pago-online/pedidos/o1",
    ]
    assert [tag.text_content() for tag in page.all("//tbody//td//span")] == ["En confirmación", "Pagado"]


def test_mis_pagos_without_payments_explains_itself(rosa: Visitor) -> None:
    assert "Todavía no tiene pagos" in rosa.get("/pago-online/pedidos").words
