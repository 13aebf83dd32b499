"""The card page and the way back from it (PAY-8, payments.md cases 3, 4, 10, 11, 12, PCI DSS)."""

from collections.abc import Callable

import pytest
from flask import Flask

from chassis.clock import ManualClock
from portal import messages
from tests.portal.fake_gateway import PASSWORD, FakeGateway
from tests.portal.visitor import Page, Visitor

TOKEN = {"transactionToken": "TOKEN123", "customerEmail": "otro@example.pe", "channel": "web"}
AUTHORIZATION = r"payments/v1/orders/.+/authorization"


@pytest.fixture
def card(rosa: Visitor) -> Page:
    """The card page of a new order."""
    return rosa.pay_summary(rosa.choose_two_dues())


def send(rosa: Visitor, card: Page, **changes: str | None) -> Page:
    """What the acquirer's script does: add its fields to the form and send it."""
    form = card.one("//form[@id='card-form']")
    fields = {i.name: i.value for i in form.xpath(".//input")} | TOKEN | changes
    fields = {name: value for name, value in fields.items() if value is not None}
    return Page(rosa.client.post(form.get("action"), data=fields, follow_redirects=True))


def test_the_form_holds_the_script_with_its_data(card: Page, world: FakeGateway) -> None:
    script = card.one("//form[@id='card-form']/script")
    assert script.get("src") == f"http://127.0.0.1:{world.port}/checkout.js"
    data = {name.removeprefix("data-"): value for name, value in script.attrib.items() if name.startswith("data-")}
    assert data["sessiontoken"] == "sesion-secreta"
    assert data["channel"] == "web"
    assert data["merchantid"] == "456879852"
    assert data["purchasenumber"] == "900000002"
    assert data["amount"] == "40.00"
    assert data["expirationminutes"] == "20"
    assert data["timeouturl"].startswith("http://127.0.0.1:8080/pago-online/vencido/")
    assert data["cardholderlastname"] == "Quispe Naupari"


def test_no_field_of_ours_takes_card_data(card: Page) -> None:
    """SAQ A: the only fields of the page are the CSRF tokens."""
    assert {field.get("name") for field in card.all("//main//input | //main//select | //main//textarea")} == {
        "csrf_token"
    }


def test_the_page_is_served_alone(card: Page, world: FakeGateway) -> None:
    assert [script.get("src") for script in card.all("//script")] == [f"http://127.0.0.1:{world.port}/checkout.js"]
    assert not card.all("//nav[@aria-label='Principal']")


def test_only_the_acquirer_may_run_on_the_page(card: Page, world: FakeGateway) -> None:
    policy = dict(part.split(" ", 1) for part in card.response.headers["Content-Security-Policy"].split("; "))
    acquirer = f"http://127.0.0.1:{world.port}"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["frame-src"] == policy["connect-src"] == acquirer
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in card.response.headers["Content-Security-Policy"]


def test_reloading_draws_the_same_form_and_opens_no_attempt(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    again = rosa.get("/pago-online/pedidos/o1/tarjeta")
    assert again.one("//script").attrib == card.one("//script").attrib
    assert len(world.calls("POST", "payments/v1/orders/o1/attempts")) == 1


def test_a_script_from_elsewhere_is_not_drawn(make_portal: Callable[..., Flask], world: FakeGateway) -> None:
    rosa = Visitor(make_portal(acquirer_origins="https://static-content.vnforapps.com")).sign_in()
    page = rosa.pay_summary(rosa.choose_two_dues())
    assert page.status == 502
    assert "checkout.js" not in page.text


def test_a_form_past_its_time_is_not_drawn(rosa: Visitor, card: Page, clock: ManualClock) -> None:
    clock.advance(minutes=21)
    page = rosa.get("/pago-online/pedidos/o1/tarjeta")
    assert page.h1 == "Pedido pendiente de pago"
    assert messages.CARD_PAGE_CLOSED in page.words


def test_an_order_already_paid_goes_to_its_result(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    world.orders["o1"]["public_state"] = "pagado"
    assert rosa.get("/pago-online/pedidos/o1/tarjeta").h1 == "FINALIZAR COMPRA"


def test_an_approved_card_ends_in_finalizar_compra(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    assert send(rosa, card).h1 == "FINALIZAR COMPRA"
    asked = world.calls("POST", AUTHORIZATION)[0]
    assert asked.path == "payments/v1/orders/o1/attempts/900000002/authorization"
    assert asked.body == {"transaction_token": "TOKEN123", "channel": "web", "customer_email": "otro@example.pe"}


def test_the_return_is_answered_by_a_redirect(rosa: Visitor, card: Page) -> None:
    """Post, redirect, get: the result's address is stable and reloading it charges nothing."""
    form = card.one("//form[@id='card-form']")
    fields = {i.name: i.value for i in form.xpath(".//input")} | TOKEN
    response = rosa.client.post(form.get("action"), data=fields)
    assert (response.status_code, response.headers["Location"]) == (303, "/pago-online/pedidos/o1")


def test_amounts_in_the_return_are_not_passed_on(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    send(rosa, card, amount="0.01", purchaseNumber="1")
    assert set(world.calls("POST", AUTHORIZATION)[0].body) == {"transaction_token", "channel", "customer_email"}


def test_a_return_without_csrf_token_charges_nothing(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    assert send(rosa, card, csrf_token=None).status == 400
    assert world.calls("POST", AUTHORIZATION) == []


def test_a_return_without_card_token_charges_nothing(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    page = send(rosa, card, transactionToken="")
    assert messages.CARD_NOT_READ in page.words
    assert world.calls("POST", AUTHORIZATION) == []


def test_a_return_for_another_order_is_not_found(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    """The order is signed into the address: it cannot be exchanged for another."""
    action = card.one("//form[@id='card-form']").get("action")
    assert rosa.post(action[:-3] + "abc", TOKEN).status == 404
    assert rosa.post("/pago-online/retorno/inventado", TOKEN).status == 404
    assert world.calls("POST", AUTHORIZATION) == []


def test_a_return_of_somebody_elses_order_is_not_found(
    portal: Flask, rosa: Visitor, card: Page, world: FakeGateway
) -> None:
    world.answers["POST", "identity/v1/sessions"] = (
        201, {"access_token": "access-x", "expires_in": 600, "refresh_token": "rx", "account": {"id": "acc-2", "name": "Otro"}}, {}
    )  # fmt: skip
    other = Visitor(portal).sign_in()
    page = other.post(card.one("//form[@id='card-form']").get("action"), TOKEN)
    assert page.status == 404
    assert world.calls("POST", AUTHORIZATION) == []


def test_a_session_that_ended_meanwhile_charges_nothing_and_says_so(
    rosa: Visitor, card: Page, world: FakeGateway, clock: ManualClock
) -> None:
    clock.advance(minutes=31)
    page = send(rosa, card)
    assert page.h1 == "Inicio de sesión"
    assert messages.SESSION_EXPIRED_AT_CARD in page.words
    assert world.calls("POST", AUTHORIZATION) == []
    target = page.one("//input[@name='next']").value
    after = rosa.post("/ingresar", {"username": "012345", "password": PASSWORD, "next": target})
    assert after.h1 == "Pedido pendiente de pago"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_no_answer_to_the_charge_is_told_as_being_verified(
    rosa: Visitor, card: Page, world: FakeGateway, status: int
) -> None:
    """Case 1: the charge may have happened, so nothing on the page may invite to pay again."""
    world.refuse("POST", AUTHORIZATION, status)
    page = send(rosa, card)
    assert page.h1 == "Estamos verificando su pago"
    assert "No pague otra vez" in page.words
    assert not page.all("//main//form")


def test_the_doubt_ends_when_payments_knows_better(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    world.refuse("POST", AUTHORIZATION, 504)
    send(rosa, card)
    world.orders["o1"]["public_state"] = "rechazado"
    assert rosa.get("/pago-online/pedidos/o1").h1 == "El pago fue rechazado"


def test_the_doubt_ends_after_two_minutes(rosa: Visitor, card: Page, world: FakeGateway, clock: ManualClock) -> None:
    world.refuse("POST", AUTHORIZATION, 504)
    send(rosa, card)
    clock.advance(seconds=121)
    assert rosa.get("/pago-online/pedidos/o1").h1 == "Pedido pendiente de pago"


def test_a_gateway_that_is_gone_altogether_says_not_to_pay_again(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    world.refuse("POST", AUTHORIZATION, 503)
    world.refuse("GET", "payments/v1/orders/o1", 503)
    page = send(rosa, card)
    assert page.status == 503
    assert "no pague otra vez" in page.words


def test_a_replayed_token_shows_what_payments_says(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    world.refuse("POST", AUTHORIZATION, 409, "payments/token-used", "Este formulario de pago ya fue utilizado.")
    page = send(rosa, card)
    assert "Este formulario de pago ya fue utilizado." in page.words


def timeout_path(card: Page) -> str:
    return str(card.one("//script").get("data-timeouturl")).removeprefix("http://127.0.0.1:8080")


def test_the_timeout_page_says_that_nothing_was_charged_and_changes_nothing(
    rosa: Visitor, card: Page, world: FakeGateway
) -> None:
    before = len(world.asked)
    page = rosa.get(timeout_path(card))
    assert page.h1 == "Se venció el tiempo para pagar"
    assert messages.NOTHING_CHARGED in page.words
    assert {asked.method for asked in world.asked[before:]} == {"GET"}


def test_trying_again_after_the_timeout_opens_a_new_attempt(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    page = rosa.get(timeout_path(card))
    key = page.one("//input[@name='idempotency_key']").value
    again = rosa.post("/pago-online/pedidos/o1/pagar", {"idempotency_key": key})
    assert again.h1 == "Pagar con tarjeta"
    assert again.one("//script").get("data-purchasenumber") != card.one("//script").get("data-purchasenumber")


def test_the_timeout_page_of_a_paid_order_shows_the_payment(rosa: Visitor, card: Page, world: FakeGateway) -> None:
    world.orders["o1"]["public_state"] = "pagado"
    assert rosa.get(timeout_path(card)).h1 == "FINALIZAR COMPRA"


def test_pressing_intentar_de_nuevo_twice_opens_one_attempt(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o9", "rechazado", attempt={"purchase_number": "1", "state": "DECLINED", "action_text": "No."})
    key = rosa.get("/pago-online/pedidos/o9").one("//input[@name='idempotency_key']").value
    for _ in range(2):
        rosa.post("/pago-online/pedidos/o9/pagar", {"idempotency_key": key})
    assert len(world.calls("POST", "payments/v1/orders/o9/attempts")) == 1


def test_an_attempt_refused_while_a_charge_is_in_doubt_is_explained(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o9", "en confirmación")
    world.refuse(
        "POST", "payments/v1/orders/o9/attempts", 409, "payments/being-confirmed", "Estamos confirmando su pago."
    )
    page = rosa.post("/pago-online/pedidos/o9/pagar", {"idempotency_key": "k"})
    assert page.h1 == "Estamos verificando su pago"
    assert "Estamos confirmando su pago." in page.words
