"""From the list of dues to the receipt: PAY-1 to PAY-12 as a physician lives them."""

from decimal import Decimal

import pytest

from contracts.payments import OrderPlaced, PaidLine, PaymentCaptured, PaymentDeclined, Recipient
from services.payments.dues import DueKind
from services.payments.models import ReceiptSnapshot
from services.payments.receipts import fingerprint
from services.payments.states import DueState
from tests.payments.desk import INVALID_MERCHANT, JULIO, NO_FUNDS, TERMS, Desk
from tests.people import staff


def test_a_physician_pays_the_two_oldest_dues(desk: Desk) -> None:
    """PAY-1 to PAY-9, the whole thread of this service."""
    first, second, third = desk.owe("202608", "202609", "202610")
    paid = desk.pay(desk.place(first, second))
    assert (paid["state"], paid["public_state"], paid["total"]) == ("PAID", "pagado", "120.00")
    assert [item["id"] for item in desk.pending()["items"]] == [third]
    assert [charge["authorizedAmount"] for charge in desk.acquirer.charges()] == ["120.00"]
    assert desk.service.published() == [OrderPlaced, PaymentCaptured]


def test_semefa_dues_are_paid_the_same_way(desk: Desk) -> None:
    """PAY-1: both kinds."""
    due_ids = desk.owe("202609", kind=DueKind.SEMEFA, cents=8550)
    paid = desk.pay(desk.place(*due_ids, kind="SEMEFA"))
    assert (paid["state"], paid["kind"], paid["total"]) == ("PAID", "SEMEFA", "85.50")


def test_the_captured_payment_tells_einvoice_all_it_needs(desk: Desk) -> None:
    """Nobody has to call back to issue the voucher."""
    due_ids = desk.owe("202608", "202609")
    desk.pay(desk.place(*due_ids))
    [fact] = desk.service.events(PaymentCaptured)
    assert fact.recipient == Recipient(
        document_type="1", document_number="40000001", name="QUISPE ÑAUPARI ROSA ELVIRA", address=None
    )
    assert fact.lines[0] == PaidLine(
        due_id=due_ids[0], kind="COLEGIADO", period="202608", description="Cuota COLEGIADO 202608",
        amount=Decimal("60.00"), tax_code="30",
    )  # fmt: skip
    assert (fact.voucher_type, fact.council, fact.total, fact.currency) == ("03", "03", Decimal("120.00"), "PEN")
    assert (fact.owner_cmp, fact.card_brand, fact.card_last4) == ("012345", "visa", "2240")
    assert fact.captured_at == desk.service.clock.now()


def test_the_voucher_goes_to_the_typed_address_not_to_another(desk: Desk) -> None:
    """PAY-11: neither the form's e-mail nor the profile's counts."""
    desk.pay(desk.place(*desk.owe("202608"), email="solo.esta@example.org"))
    assert [fact.voucher_email for fact in desk.service.events(PaymentCaptured)] == ["solo.esta@example.org"]


def test_a_factura_is_made_out_to_the_ruc(desk: Desk) -> None:
    """PAY-7: RUC, legal name and address travel with the payment."""
    factura = {"type": "01", "ruc": "20512333797", "legal_name": "Clínica de Prueba S.A.C.", "address": "Av. Uno 100"}
    desk.pay(desk.place(*desk.owe("202608"), **factura))
    [fact] = desk.service.events(PaymentCaptured)
    assert fact.voucher_type == "01"
    assert fact.recipient == Recipient(
        document_type="6", document_number="20512333797", name="Clínica de Prueba S.A.C.", address="Av. Uno 100"
    )


def test_the_form_gets_everything_the_acquirers_script_needs(desk: Desk) -> None:
    """PAY-8: the card is typed there, never here."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    assert (form["purchase_number"], form["amount"], form["currency"]) == ("100000001", "60.00", "PEN")
    assert (form["merchant_id"], form["merchant_name"]) == ("456879852", "Colegio Médico del Perú")
    assert form["checkout_js_url"].endswith("checkout.js")
    assert len(form["session_key"]) == 64
    assert (form["expiration_minutes"], form["timeout_minutes"]) == (25, 25)
    assert form["expires_at"] == "2026-11-20T15:25:00+00:00"


def test_the_form_gets_names_without_special_characters(desk: Desk) -> None:
    """payments.md 1.1: the card-holder fields take none."""
    desk.welcome(cmp_number="100001", given_names="Luis Ángel", paternal_surname="O'Higgins", maternal_surname="Ñato")
    luis = JULIO.__class__(**{**vars(JULIO), "cmp_number": "100001", "subject": "luis"})
    order = desk.place(*desk.owe("202608", cmp_number="100001"), who=luis)
    form = desk.open_form(order, luis)
    assert (form["cardholder_name"], form["cardholder_lastname"]) == ("Luis Angel", "OHiggins Nato")
    assert form["cardholder_email"] == "pago@example.org"


def test_the_receipt_shows_what_the_result_page_must_show(desk: Desk) -> None:
    """PAY-9, PAY-10 and payments.md 1.5."""
    order = desk.place(*desk.owe("202608", "202609"))
    desk.pay(order)
    receipt = desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body
    assert receipt["purchase_number"] == "100000001"
    assert receipt["order_number"] == "000000001"
    assert receipt["card"] == "447411****2240"
    assert receipt["paid_at_text"] == "20/11/2026 10:00:00"
    assert (receipt["currency_symbol"], receipt["amount"], receipt["gateway_amount"]) == ("S/", "120.00", None)
    assert receipt["description"] == "Cuota Colegiado: agosto 2026, setiembre 2026"
    assert receipt["cardholder"] == "Rosa Elvira Quispe Ñaupari"
    assert receipt["action_text"] == "Aprobado y completado con éxito"
    assert receipt["merchant"].keys() == {"name", "domain", "phone", "address", "country", "logo_url"}
    assert all(receipt[name] for name in ("refund_policy", "terms_url", "terms_version", "keep_notice"))


def test_the_receipt_is_kept_as_it_was(desk: Desk) -> None:
    """payments.md 1.5: Niubiz may ask for a copy; the fingerprint proves that it is the same."""
    order = desk.place(*desk.owe("202608"))
    desk.pay(order)
    desk.welcome(given_names="Otro")
    receipt = desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body
    with desk.service.transaction() as session:
        assert session.get_one(ReceiptSnapshot, order["id"]).sha256 == fingerprint(receipt)


def test_an_unpaid_order_has_no_receipt(desk: Desk) -> None:
    """There is nothing to print."""
    order = desk.place(*desk.owe("202608"))
    answer = desk.ask("GET", f"/v1/orders/{order['id']}/receipt")
    assert (answer.status, answer.problem) == (404, "payments/receipt-not-ready")


def test_a_declined_card_shows_its_reason_and_leaves_the_dues_unpaid(desk: Desk) -> None:
    """PAY-12."""
    [due] = desk.owe("202608")
    declined = desk.pay(desk.place(due), NO_FUNDS)
    assert (declined["state"], declined["public_state"]) == ("READY", "rechazado")
    assert (declined["attempt"]["state"], declined["attempt"]["action_code"]) == ("DECLINED", "116")
    assert declined["attempt"]["action_text"].startswith("La tarjeta no tiene fondos suficientes.")
    assert "No se realizó ningún cobro" in declined["attempt"]["action_text"]
    assert desk.due(due).state is DueState.OPEN


def test_a_declined_card_leads_to_no_voucher(desk: Desk) -> None:
    """PAY-12: the fact is told, but it is no payment; the payer has seen the answer already."""
    desk.pay(desk.place(*desk.owe("202608")), NO_FUNDS)
    assert desk.service.published() == [OrderPlaced, PaymentDeclined]
    [fact] = desk.service.events(PaymentDeclined)
    assert (fact.action_code, fact.settled_later, fact.email) == ("116", False, "pago@example.org")


def test_after_a_decline_another_card_pays_under_a_new_number(desk: Desk) -> None:
    """PAY-12: a retry has a new order number at the acquirer."""
    order = desk.place(*desk.owe("202608"))
    desk.pay(order, NO_FUNDS)
    paid = desk.pay(order)
    assert paid["public_state"] == "pagado"
    assert [attempt.purchase_number for attempt in desk.attempts()] == [100_000_001, 100_000_002]


def test_a_retry_shows_as_pending_again(desk: Desk) -> None:
    """The word "rechazado" belongs to the last attempt only."""
    order = desk.place(*desk.owe("202608"))
    desk.pay(order, NO_FUNDS)
    desk.open_form(order)
    assert desk.order(order)["public_state"] == "pendiente"


def test_a_fault_of_our_own_configuration_is_declined_and_noticed(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """payments.md 1.3, code 754: the payer is not blamed, and somebody is told."""
    declined = desk.pay(desk.place(*desk.owe("202608")), INVALID_MERCHANT)
    assert declined["attempt"]["action_text"].startswith("No pudimos procesar su pago por un inconveniente nuestro.")
    assert "our configuration" in caplog.text


def test_the_whole_life_of_an_attempt_is_kept(desk: Desk) -> None:
    """Every transition leaves a line."""
    order = desk.place(*desk.owe("202608"))
    desk.pay(order, NO_FUNDS)
    desk.pay(order)
    assert desk.history() == [
        "- opened CREATED",
        "CREATED claimed AUTHORIZING",
        "AUTHORIZING declined DECLINED",
        "- opened CREATED",
        "CREATED claimed AUTHORIZING",
        "AUTHORIZING approved PAID",
    ]


def test_sums_agree_from_the_lines_to_the_charge(desk: Desk) -> None:
    """payments.md 5, the first invariant."""
    order = desk.place(*desk.owe("202607", cents=1), *desk.owe("202608", cents=6033))
    desk.pay(order)
    attempt, stored = desk.attempt(), desk.stored_order(order)
    assert sum(line.amount_cents for line in stored.lines) == stored.total_cents == attempt.amount_cents == 6034
    assert attempt.authorized_cents == 6034


def test_another_physicians_order_is_not_found(desk: Desk) -> None:
    """IDOR: every route of an order answers 404, as for one that does not exist."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    path = f"/v1/orders/{order['id']}"
    attempt = f"{path}/attempts/{form['purchase_number']}"
    body = {"transaction_token": desk.fill(form), "channel": "web"}
    answers = [
        desk.ask("GET", path, JULIO),
        desk.ask("GET", f"{path}/receipt", JULIO),
        desk.ask("POST", f"{path}/cancellation", JULIO),
        desk.ask("POST", f"{path}/attempts", JULIO),
        desk.ask("POST", f"{attempt}/authorization", JULIO, json=body),
        desk.ask("POST", f"{attempt}/expiration", JULIO),
    ]
    assert {(answer.status, answer.problem) for answer in answers} == {(404, "payments/order-not-found")}
    assert desk.acquirer.charges() == []


def test_an_attempt_of_another_order_is_not_found(desk: Desk) -> None:
    """The purchase number must belong to the order in the address."""
    first = desk.place(*desk.owe("202608"))
    other = desk.place(*desk.owe("202608", kind=DueKind.SEMEFA), kind="SEMEFA")
    form = desk.open_form(first)
    assert desk.submit(other, form, desk.fill(form)).status == 404


@pytest.mark.parametrize("path", ["/v1/dues/summary", "/v1/dues/pending?kind=COLEGIADO", "/v1/terms", "/v1/orders"])
def test_reading_needs_the_permission_to_pay(desk: Desk, path: str) -> None:
    """401 without a token, 403 without the permission."""
    assert desk.ask("GET", path, None).status == 401
    assert desk.ask("GET", path, staff("notifier:read")).status == 403


def test_an_account_without_a_cmp_number_has_no_dues(desk: Desk) -> None:
    """Only registered physicians pay dues here."""
    clerk = staff("payments:pay")
    assert desk.ask("GET", "/v1/dues/summary", clerk).problem == "payments/not-a-physician"


def test_orders_are_listed_newest_first_page_by_page(desk: Desk) -> None:
    """The cursor leads on until there is nothing more."""
    numbers = []
    for month in ("202607", "202608", "202609"):
        desk.service.clock.advance(seconds=1)
        order = desk.place(*desk.owe(month))
        numbers.append(desk.pay(order)["number"])
    page = desk.ask("GET", "/v1/orders?limit=2").body
    rest = desk.ask("GET", f"/v1/orders?limit=2&after={page['next']}").body
    assert [item["number"] for item in page["items"] + rest["items"]] == numbers[::-1]
    assert rest["next"] is None


def test_orders_of_others_are_not_listed(desk: Desk) -> None:
    """Each sees the own ones."""
    desk.place(*desk.owe("202608"))
    assert desk.ask("GET", "/v1/orders", JULIO).body == {"items": [], "next": None}


def test_the_conditions_in_force_can_be_read(desk: Desk) -> None:
    """PAY-6: the newest version, in both languages."""
    desk.service.clock.advance(days=1)
    desk.publish_terms("2026-02")
    assert desk.ask("GET", "/v1/terms").body == {"version": "2026-02", "text_es": "Condiciones", "text_en": "Terms"}
    assert TERMS != "2026-02"
