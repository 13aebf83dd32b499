"""Pago Online up to the card (PAY-1 to PAY-8)."""

import pytest

from portal import messages
from tests.portal.fake_gateway import FakeGateway, due
from tests.portal.visitor import Page, Visitor

BOLETA = {"voucher_type": "03", "email": "rosa.quispe@example.pe"}
FACTURA = {
    "voucher_type": "01",
    "email": "rosa.quispe@example.pe",
    "ruc": "20512333797",
    "legal_name": "Clínica Ñandú S.A.C.",
    "address": "Av. Siempre Viva 123, Lima",
}


def orders_sent(world: FakeGateway) -> list[dict[str, object]]:
    return [asked.body for asked in world.calls("POST", "payments/v1/orders")]


def test_the_first_screen_warns_to_which_cmp_the_payment_goes_pay_2(rosa: Visitor) -> None:
    page = rosa.get("/pago-online")
    assert page.h1 == "Pago Online"
    assert "Hola, Rosa Elvira" in page.words
    assert "El pago se registrará a nombre del CMP 012345" in page.words
    assert "webmaster@cmp.org.pe" in page.words
    assert page.one("//main//button").text_content() == "Pago"


@pytest.mark.parametrize(
    ("state", "words"),
    [("pendiente", "Tiene un pedido sin terminar"), ("rechazado", "Tiene un pedido sin terminar"),
     ("en confirmación", "No pague otra vez")],
)  # fmt: skip
def test_an_unfinished_order_is_offered_first(rosa: Visitor, world: FakeGateway, state: str, words: str) -> None:
    world.add_order("o7", state)
    page = rosa.get("/pago-online")
    assert words in page.words
    assert page.all("//main//a[@href='/pago-online/pedidos/o7']")


def test_a_finished_order_is_not_offered(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o7", "pagado")
    assert "sin terminar" not in rosa.get("/pago-online").words


def test_one_kind_is_chosen_pay_3(rosa: Visitor) -> None:
    page = rosa.get("/pago-online/tipo")
    assert [label.text_content().strip() for label in page.all("//main//label")] == ["Cuota Colegiado", "Cuota Semefa"]
    assert "4 cuotas por S/ 85.50" in page.words
    assert messages.NO_DUES in page.words


@pytest.mark.parametrize("form", [{}, {"kind": "OTRO"}])
def test_no_kind_is_told(rosa: Visitor, form: dict[str, str]) -> None:
    page = rosa.post("/pago-online/tipo", form)
    assert page.status == 422
    assert messages.KIND_MISSING in page.words


def test_a_boleta_needs_only_the_email_pay_6(rosa: Visitor) -> None:
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    assert rosa.post("/pago-online/comprobante", BOLETA).h1 == "Elegir las cuotas"


def test_the_registered_email_is_filled_in_but_can_be_changed_pay_11(rosa: Visitor, world: FakeGateway) -> None:
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    assert rosa.get("/pago-online/comprobante").one("//input[@id='email']").value == "rosa.quispe@example.pe"
    rosa.post("/pago-online/comprobante", BOLETA | {"email": " otra@example.org "})
    rosa.pay_summary(rosa.post("/pago-online/cuotas", {"until": "1"}))
    assert orders_sent(world)[0]["voucher"]["email"] == "otra@example.org"  # type: ignore[index]


@pytest.mark.parametrize(
    "email", ["", "rosa", "rosa@", "rosa@example", "a@example.pe, b@example.pe", "a b@example.pe", "<a@example.pe>", "a@b@c.pe",
              "x" * 65 + "@example.pe"],
)  # fmt: skip
def test_a_wrong_email_is_refused_pay_6(rosa: Visitor, email: str) -> None:
    page = rosa.post("/pago-online/comprobante", BOLETA | {"email": email})
    assert page.status == 422
    assert page.one("//input[@id='email']").get("aria-invalid") == "true"


def test_a_factura_needs_ruc_name_and_address_pay_7(rosa: Visitor) -> None:
    page = rosa.post("/pago-online/comprobante", {"voucher_type": "01", "email": "a@example.pe"})
    for message in (messages.RUC_MISSING, messages.LEGAL_NAME_MISSING, messages.ADDRESS_MISSING):
        assert message in page.words


def test_a_boleta_leaves_the_fields_of_the_factura_out(rosa: Visitor, world: FakeGateway) -> None:
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    rosa.post("/pago-online/comprobante", FACTURA | {"voucher_type": "03", "ruc": "1"})
    rosa.pay_summary(rosa.post("/pago-online/cuotas", {"until": "1"}))
    assert "ruc" not in orders_sent(world)[0]["voucher"]  # type: ignore[operator]


@pytest.mark.parametrize("ruc", ["20512333797", "20-512333797", "20 5123 33797", "10101174102"])
def test_a_ruc_with_the_right_digit_is_taken_as_people_type_it(rosa: Visitor, ruc: str) -> None:
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    assert rosa.post("/pago-online/comprobante", FACTURA | {"ruc": ruc}).status == 200


@pytest.mark.parametrize("ruc", ["20512333798", "2051233379", "30512333797", "2051233379A", "٢٠٥١٢٣٣٣٧٩٧"])
def test_a_wrong_ruc_is_refused(rosa: Visitor, ruc: str) -> None:
    assert messages.RUC_WRONG in rosa.post("/pago-online/comprobante", FACTURA | {"ruc": ruc}).words


def dues_page(rosa: Visitor) -> Page:
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    return rosa.post("/pago-online/comprobante", BOLETA)


def test_dues_stand_oldest_first_and_each_choice_tells_its_cost_pay_4(rosa: Visitor) -> None:
    page = dues_page(rosa)
    periods = [cell.text_content() for cell in page.all("//tr[@data-due]/th")]
    assert periods == ["Marzo 2025", "Abril 2025", "Mayo 2025", "Junio 2025"]
    options = [option.text_content() for option in page.all("//select[@id='until']/option")]
    assert options[1:3] == ["Marzo 2025: 1 cuota, S/ 20.00", "Abril 2025: 2 cuotas, S/ 40.00"]
    assert options[4] == "Junio 2025: 4 cuotas, S/ 85.50"


def test_older_debt_is_sent_to_the_council_pay_5(rosa: Visitor, world: FakeGateway) -> None:
    world.older = {"count": 3, "total": "60.00"}
    page = dues_page(rosa)
    assert "Tiene deuda de más de tres años" in page.words
    assert "3 cuotas por S/ 60.00" in page.words
    assert "consejo regional" in page.words


def test_choosing_a_due_takes_all_older_ones_pay_4(rosa: Visitor, world: FakeGateway) -> None:
    dues_page(rosa)
    rosa.pay_summary(rosa.post("/pago-online/cuotas", {"until": "3"}))
    assert orders_sent(world)[0]["due_ids"] == ["1", "2", "3"]


def test_pagar_todo_takes_every_due(rosa: Visitor, world: FakeGateway) -> None:
    dues_page(rosa)
    rosa.pay_summary(rosa.post("/pago-online/cuotas", {"until": "", "all": "1"}))
    assert orders_sent(world)[0]["due_ids"] == ["1", "2", "3", "4"]


def test_no_due_chosen_is_told(rosa: Visitor) -> None:
    dues_page(rosa)
    assert messages.UNTIL_MISSING in rosa.post("/pago-online/cuotas", {"until": ""}).words


def test_a_due_of_somebody_else_is_refused(rosa: Visitor) -> None:
    dues_page(rosa)
    page = rosa.post("/pago-online/cuotas", {"until": "999"})
    assert page.status == 422
    assert messages.UNTIL_WRONG in page.words


def test_dues_held_by_another_order_lead_to_it(rosa: Visitor, world: FakeGateway) -> None:
    world.dues[0]["order_id"] = "o5"
    assert dues_page(rosa).all("//main//a[@href='/pago-online/pedidos/o5']")


def test_nothing_owed_is_good_news(rosa: Visitor) -> None:
    rosa.post("/pago-online/tipo", {"kind": "SEMEFA"})
    page = rosa.post("/pago-online/comprobante", BOLETA)
    assert "No tiene cuotas pendientes de este tipo" in page.words
    assert not page.all("//select")


def test_a_step_cannot_be_skipped(rosa: Visitor) -> None:
    assert rosa.get("/pago-online/resumen").h1 == "Elegir el tipo de cuota"
    assert rosa.get("/pago-online/cuotas").h1 == "Elegir el tipo de cuota"


def test_the_summary_shows_everything_and_lets_it_be_changed_pay_8(rosa: Visitor) -> None:
    page = rosa.choose_two_dues()
    assert page.h1 == "Revisar y pagar"
    for text in ("CMP 012345", "Cuota Colegiado", "2 cuotas, de marzo 2025 a abril 2025", "Boleta", "S/ 40.00",
                 "rosa.quispe@example.pe"):  # fmt: skip
        assert text in page.words
    assert page.one("//main//form//button").text_content() == "PAGA AQUÍ"
    changes = [link.text_content() for link in page.all("//dl//a")]
    assert changes == [
        "Cambiar tipo de cuota",
        "Cambiar cuotas",
        "Cambiar comprobante",
        "Cambiar correo para el comprobante",
    ]


def test_the_summary_of_a_factura_names_the_ruc(rosa: Visitor) -> None:
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    rosa.post("/pago-online/comprobante", FACTURA)
    page = rosa.post("/pago-online/cuotas", {"until": "1"})
    assert "RUC 20512333797 · Clínica Ñandú S.A.C." in page.words


def test_a_change_comes_back_to_the_summary_and_not_through_the_flow(rosa: Visitor) -> None:
    rosa.choose_two_dues()
    page = rosa.post("/pago-online/comprobante", BOLETA | {"email": "nueva@example.pe"})
    assert page.h1 == "Revisar y pagar"
    assert "nueva@example.pe" in page.words


def test_another_kind_asks_for_the_dues_again(rosa: Visitor, world: FakeGateway) -> None:
    world.dues.append(due(9, "202501", "15.00", kind="SEMEFA"))
    rosa.choose_two_dues()
    assert rosa.post("/pago-online/tipo", {"kind": "SEMEFA"}).h1 == "Elegir las cuotas"


def test_the_terms_are_shown_in_both_languages_before_the_tick(rosa: Visitor) -> None:
    page = rosa.choose_two_dues()
    assert "Primera condición." in page.words
    assert page.one("//*[@lang='en']//*[contains(text(), 'First condition.')]") is not None
    assert not page.one("//input[@id='terms']").checked


def test_without_accepting_the_terms_nothing_is_ordered_pay_6(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.pay_summary(rosa.choose_two_dues(), terms="")
    assert page.status == 422
    assert messages.TERMS_MISSING in page.words
    assert orders_sent(world) == []


def test_the_order_carries_the_terms_that_were_shown(rosa: Visitor, world: FakeGateway) -> None:
    rosa.pay_summary(rosa.choose_two_dues())
    assert orders_sent(world)[0]["voucher"] == {
        "type": "03", "email": "rosa.quispe@example.pe", "terms_accepted": True, "terms_version": "2026-01",
    }  # fmt: skip


def test_the_idempotency_key_is_made_with_the_summary(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.choose_two_dues()
    key = page.one("//input[@name='idempotency_key']").value
    assert len(key) == 36
    rosa.pay_summary(page)
    assert world.calls("POST", "payments/v1/orders")[0].headers["Idempotency-Key"] == key


def test_pressing_twice_places_one_order_and_opens_one_attempt(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.choose_two_dues()
    sealed = rosa.client.get_cookie("cmp_session")
    assert sealed is not None
    rosa.pay_summary(page)
    rosa.client.set_cookie("cmp_session", sealed.value)
    assert rosa.pay_summary(page).h1 == "Pagar con tarjeta"
    assert len(world.orders) == 1
    assert len(world.calls("POST", "payments/v1/orders/o1/attempts")) == 1


def test_a_price_that_changed_meanwhile_is_shown_again_and_nothing_is_ordered(
    rosa: Visitor, world: FakeGateway
) -> None:
    page = rosa.choose_two_dues()
    world.dues[0]["amount"] = "22.00"
    again = rosa.pay_summary(page)
    assert messages.SUMMARY_CHANGED in again.words
    assert "S/ 42.00" in again.words
    assert orders_sent(world) == []


def test_a_summary_changed_in_another_tab_is_shown_again(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.choose_two_dues()
    rosa.post("/pago-online/cuotas", {"until": "4"})
    again = rosa.pay_summary(page)
    assert messages.SUMMARY_CHANGED in again.words
    assert orders_sent(world) == []


def test_new_terms_are_shown_before_they_are_accepted(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.choose_two_dues()
    world.terms_version = "2026-02"
    assert messages.SUMMARY_CHANGED in rosa.pay_summary(page).words


def test_a_due_paid_elsewhere_meanwhile_leads_back_to_the_dues(rosa: Visitor, world: FakeGateway) -> None:
    rosa.choose_two_dues()
    world.dues = world.dues[2:]
    page = rosa.get("/pago-online/resumen")
    assert page.h1 == "Elegir las cuotas"
    assert messages.UNTIL_WRONG in page.words


def test_the_missing_period_is_named_when_payments_refuses_pay_4(rosa: Visitor, world: FakeGateway) -> None:
    detail = "Debe pagar primero la cuota más antigua (marzo 2025)."
    world.refuse("POST", "payments/v1/orders", 422, "payments/not-oldest-first", detail, missing_period="202503")
    page = rosa.pay_summary(rosa.choose_two_dues())
    assert page.h1 == "Elegir las cuotas"
    assert detail in page.words


def test_a_due_in_another_order_leads_to_that_order(rosa: Visitor, world: FakeGateway) -> None:
    world.add_order("o5")
    world.refuse("POST", "payments/v1/orders", 409, "payments/due-reserved", "Está en otra orden.", order_id="o5")
    page = rosa.pay_summary(rosa.choose_two_dues())
    assert page.h1 == "Pedido pendiente de pago"
    assert "Está en otra orden." in page.words


def test_what_payments_finds_wrong_in_the_voucher_leads_to_it(rosa: Visitor, world: FakeGateway) -> None:
    errors = [{"pointer": "/voucher/email", "detail": "El correo no existe."}]
    world.refuse("POST", "payments/v1/orders", 422, "invalid", "Hay datos que corregir", errors=errors)
    page = rosa.pay_summary(rosa.choose_two_dues())
    assert page.h1 == "Elegir el comprobante"
    assert "El correo no existe." in page.words


def test_no_answer_to_the_order_keeps_the_key_for_the_next_try(rosa: Visitor, world: FakeGateway) -> None:
    """The order may exist: the same key makes sure that it stays the only one."""
    summary = rosa.choose_two_dues()
    world.refuse("POST", "payments/v1/orders", 503)
    page = rosa.pay_summary(summary)
    assert page.status == 503
    assert messages.ORDER_NOT_PLACED in page.words
    same = "//input[@name='idempotency_key']"
    assert page.one(same).value == summary.one(same).value
    world.answers.clear()
    assert rosa.pay_summary(page).h1 == "Pagar con tarjeta"


def test_a_form_that_cannot_be_opened_leaves_the_order_to_be_paid(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", "payments/v1/orders/o1/attempts", 503, "payments/acquirer-unavailable")
    page = rosa.pay_summary(rosa.choose_two_dues())
    assert page.h1 == "Pedido pendiente de pago"
    assert messages.FORM_NOT_OPENED in page.words


def test_the_button_pago_starts_over(rosa: Visitor) -> None:
    rosa.choose_two_dues()
    assert rosa.post("/pago-online").h1 == "Elegir el tipo de cuota"
    assert rosa.get("/pago-online/resumen").h1 == "Elegir el tipo de cuota"


def test_the_terms_have_a_page_of_their_own(rosa: Visitor) -> None:
    page = rosa.get("/pago-online/condiciones")
    assert page.h1 == "Términos y condiciones del pago"
    assert "Versión 2026-01" in page.words
