"""Choosing dues and accepting the summary: oldest first, three years, one live order per due."""

from typing import Any

from chassis.testing import ServiceUnderTest
from contracts.payments import OrderExpired, OrderPlaced
from services.payments.dues import DueKind
from tests.payments.desk import JULIO, TERMS, Desk


def test_a_gap_is_refused_and_the_missing_month_named(desk: Desk) -> None:
    """PAY-4, case 19."""
    first, _, third = desk.owe("202601", "202603", "202605")
    answer = desk.post_order(desk.request_for([first, third]))
    assert (answer.status, answer.problem) == (422, "payments/not-oldest-first")
    assert answer.body["missing_period"] == "202603"
    assert answer.body["detail"] == "Debe pagar primero la cuota más antigua (marzo 2026)."


def test_skipping_the_oldest_is_refused(desk: Desk) -> None:
    """PAY-4: a prefix, not a run."""
    _, second = desk.owe("202601", "202602")
    assert desk.post_order(desk.request_for([second])).body["missing_period"] == "202601"


def test_the_order_in_which_dues_are_ticked_does_not_matter(desk: Desk) -> None:
    """PAY-4 looks at the set; the lines come out oldest first."""
    first, second = desk.owe("202601", "202602")
    order = desk.place(second, first)
    assert [line["period"] for line in order["lines"]] == ["202601", "202602"]


def test_oldest_first_counts_per_kind(desk: Desk) -> None:
    """PAY-4: an older Semefa due does not stand in the way of a colegiado due."""
    desk.owe("202601", kind=DueKind.SEMEFA)
    [due] = desk.owe("202605")
    assert desk.place(due)["total"] == "60.00"


def test_a_due_of_the_other_kind_cannot_be_slipped_in(desk: Desk) -> None:
    """PAY-3: one kind per order."""
    [colegiado] = desk.owe("202601")
    [semefa] = desk.owe("202601", kind=DueKind.SEMEFA)
    answer = desk.post_order(desk.request_for([colegiado, semefa]))
    assert (answer.status, answer.problem) == (422, "payments/due-not-payable")


def test_another_physicians_due_cannot_be_ordered(desk: Desk) -> None:
    """The answer is the same as for a due that does not exist."""
    [foreign] = desk.owe("202601", cmp_number="023546")
    answers = [desk.post_order(desk.request_for([due_id])) for due_id in (foreign, "999999")]
    assert {(answer.status, answer.problem) for answer in answers} == {(422, "payments/due-not-payable")}


def test_a_paid_due_cannot_be_ordered_again(desk: Desk) -> None:
    """It is no longer owed."""
    due_ids = desk.owe("202601")
    desk.pay(desk.place(*due_ids))
    assert desk.post_order(desk.request_for(due_ids)).problem == "payments/due-not-payable"


def test_a_due_named_twice_is_paid_once(desk: Desk) -> None:
    """A crafted request cannot double a line."""
    [due] = desk.owe("202601")
    assert desk.place(due, due)["total"] == "60.00"


def test_a_month_begun_exactly_36_months_ago_is_payable(desk: Desk) -> None:
    """PAY-5: period start >= today minus 36 months, counted in Lima."""
    desk.service.clock.set(desk.service.clock.now().replace(day=1))
    old, new = desk.owe("202310", "202311")
    pending = desk.pending()
    assert [item["id"] for item in pending["items"]] == [new]
    assert pending["older"] == {"count": 1, "total": "60.00"}
    assert pending["window_start"] == "202311"
    assert desk.post_order(desk.request_for([old])).problem == "payments/due-not-payable"


def test_the_day_after_that_month_is_too_old(desk: Desk) -> None:
    """PAY-5: on the second of the month its start lies before the limit."""
    desk.service.clock.set(desk.service.clock.now().replace(day=2))
    desk.owe("202311", "202312")
    assert [item["period"] for item in desk.pending()["items"]] == ["202312"]


def test_the_window_turns_at_midnight_in_lima(desk: Desk) -> None:
    """Case 20: five in the morning UTC is midnight there."""
    desk.owe("202311", "202312")
    desk.service.clock.set(desk.service.clock.now().replace(month=12, day=1, hour=4, minute=59))
    assert desk.pending()["window_start"] == "202312"
    desk.service.clock.set(desk.service.clock.now().replace(hour=5, minute=0))
    assert desk.pending()["window_start"] == "202312"
    desk.service.clock.set(desk.service.clock.now().replace(day=2, hour=4, minute=59))
    assert desk.pending()["window_start"] == "202312"
    desk.service.clock.set(desk.service.clock.now().replace(hour=5, minute=0))
    assert desk.pending()["window_start"] == "202401"


def test_older_debt_does_not_block_newer_dues(desk: Desk) -> None:
    """PAY-5: what is not payable here cannot be demanded here."""
    _, new = desk.owe("202001", "202601")
    assert desk.place(new)["total"] == "60.00"


def test_the_summary_tells_both_kinds_and_whose_they_are(desk: Desk) -> None:
    """PAY-2: the payment goes to the CMP number of the registration."""
    desk.owe("202001", "202609", "202610")
    desk.owe("202610", kind=DueKind.SEMEFA, cents=8500)
    summary = desk.ask("GET", "/v1/dues/summary").body
    assert (summary["owner_cmp"], summary["owner_name"]) == ("012345", "Rosa Elvira Quispe Ñaupari")
    nothing = {"count": 0, "total": "0.00"}
    assert summary["kinds"] == [
        {
            "kind": "COLEGIADO", "label": "Cuota Colegiado", "count": 2, "total": "120.00",
            "older": {"count": 1, "total": "60.00"},
        },
        {"kind": "SEMEFA", "label": "Cuota Semefa", "count": 1, "total": "85.00", "older": nothing},
    ]  # fmt: skip


def test_the_pending_list_tells_which_dues_an_order_holds(desk: Desk) -> None:
    """So that the portal can offer to go on with it."""
    first, second = desk.owe("202601", "202602")
    order = desk.place(first)
    items = desk.pending()["items"]
    assert {item["id"]: item["order_id"] for item in items} == {first: order["id"], second: None}
    assert items[0] | {"order_id": None} == {
        "id": first, "kind": "COLEGIADO", "period": "202601", "period_text": "enero 2026",
        "description": "Cuota COLEGIADO 202601", "amount": "60.00", "order_id": None,
    }  # fmt: skip


def test_a_due_in_a_live_order_leads_back_to_that_order(desk: Desk) -> None:
    """Case 4: the second tab is told which order to go on with."""
    first, second = desk.owe("202601", "202602")
    order = desk.place(first)
    answer = desk.post_order(desk.request_for([first, second]))
    assert (answer.status, answer.problem) == (409, "payments/due-reserved")
    assert (answer.body["order_id"], answer.body["order_number"]) == (order["id"], order["number"])


def test_an_order_tells_that_it_exists(desk: Desk) -> None:
    """OrderPlaced carries what is owed, not who pays."""
    order = desk.place(*desk.owe("202601"))
    [fact] = desk.service.events(OrderPlaced)
    assert (fact.order_id, fact.order_number, str(fact.total)) == (order["id"], "000000001", "60.00")


def test_the_acceptance_of_the_conditions_is_kept_with_version_time_and_address(desk: Desk) -> None:
    """PAY-6 and issue 4: proof of what was accepted, when and from where."""
    body = desk.request_for(desk.owe("202601"))
    headers = {"Idempotency-Key": "k", "X-Forwarded-For": "203.0.113.9"}
    answer = desk.ask("POST", "/v1/orders", json=body, headers=headers)
    stored = desk.stored_order(answer.body)
    assert (stored.terms_version, stored.terms_accepted_ip) == (TERMS, "203.0.113.9")
    assert stored.terms_accepted_at == desk.service.clock.now()


def test_unaccepted_conditions_block_the_order(desk: Desk) -> None:
    """PAY-6."""
    answer = desk.post_order(desk.request_for(desk.owe("202601"), terms_accepted=False))
    assert answer.status == 422
    assert answer.pointers == {"/voucher/terms_accepted": "Debe aceptar las condiciones de pago."}


def test_conditions_that_changed_meanwhile_must_be_accepted_anew(desk: Desk) -> None:
    """PAY-6: the accepted version is the one in force."""
    desk.service.clock.advance(seconds=1)
    desk.publish_terms("2026-02")
    answer = desk.post_order(desk.request_for(desk.owe("202601")))
    assert (answer.status, answer.problem) == (422, "payments/terms-changed")


def test_a_factura_without_its_data_is_refused_field_by_field(desk: Desk) -> None:
    """PAY-7."""
    answer = desk.post_order(desk.request_for(desk.owe("202601"), type="01"))
    assert answer.status == 422
    assert set(answer.pointers) == {"/voucher/ruc", "/voucher/legal_name", "/voucher/address"}


def test_a_factura_needs_a_ruc_with_a_valid_check_digit(desk: Desk) -> None:
    """PAY-7, product.md 2.8: one digit off."""
    factura = {"type": "01", "ruc": "20512333798", "legal_name": "Clínica", "address": "Av. Uno 100"}
    answer = desk.post_order(desk.request_for(desk.owe("202601"), **factura))
    assert answer.pointers == {"/voucher/ruc": "El RUC debe tener 11 dígitos y ser válido."}


def test_a_legal_name_of_blanks_is_no_name(desk: Desk) -> None:
    """PAY-7: blanks around are cut before anything is judged."""
    factura = {"type": "01", "ruc": " 20512333797 ", "legal_name": "   ", "address": "Av. Uno 100"}
    answer = desk.post_order(desk.request_for(desk.owe("202601"), **factura))
    assert answer.pointers == {"/voucher/legal_name": "Ingrese la razón social."}


def test_a_boleta_ignores_what_only_a_factura_needs(desk: Desk) -> None:
    """PAY-6: the boleta is the physician's, whatever else was sent."""
    order = desk.place(*desk.owe("202601"), ruc="20512333797", legal_name="Otra", address="Av. Uno 100")
    assert order["voucher"] == {
        "type": "03", "email": "pago@example.org", "document_type": "1", "document_number": "40000001",
        "name": "QUISPE ÑAUPARI ROSA ELVIRA", "address": None,
    }  # fmt: skip


def test_a_field_nobody_asked_for_is_refused(desk: Desk) -> None:
    """Case 12: amount and owner are never taken from the request."""
    answer = desk.post_order(desk.request_for(desk.owe("202601")) | {"total": "0.01"})
    assert (answer.status, list(answer.pointers)) == (422, ["/total"])


def test_a_physician_identity_has_not_told_about_cannot_order_yet(desk: Desk) -> None:
    """No voucher could be made out; the answer says to try again."""
    answer = desk.post_order(desk.request_for(desk.owe("202601", cmp_number="023546")), JULIO)
    assert (answer.status, answer.problem) == (409, "payments/payer-unknown")


def test_without_published_conditions_nobody_can_order(make_desk: Any) -> None:
    """PAY-6 could not be kept."""
    desk: Desk = make_desk()
    desk.welcome()
    assert desk.post_order(desk.request_for(desk.owe("202601"))).problem == "payments/no-terms"
    assert desk.ask("GET", "/v1/terms").status == 503


def test_a_cancelled_order_frees_its_dues(desk: Desk) -> None:
    """The payer wants to choose other dues."""
    first, second = desk.owe("202601", "202602")
    order = desk.place(first)
    cancelled = desk.ask("POST", f"/v1/orders/{order['id']}/cancellation").body
    assert (cancelled["state"], cancelled["public_state"]) == ("CANCELLED", "vencido")
    assert desk.place(first, second)["total"] == "120.00"
    assert desk.service.published() == [OrderPlaced, OrderExpired, OrderPlaced]


def test_cancelling_twice_tells_it_once(desk: Desk) -> None:
    """A repeated click finds the order cancelled."""
    order = desk.place(*desk.owe("202601"))
    answers = [desk.ask("POST", f"/v1/orders/{order['id']}/cancellation").status for _ in range(2)]
    assert answers == [200, 200]
    assert desk.service.published() == [OrderPlaced, OrderExpired]


def test_a_form_left_open_on_a_cancelled_order_charges_nothing(desk: Desk) -> None:
    """The other tab comes back too late."""
    order = desk.place(*desk.owe("202601"))
    form = desk.open_form(order)
    token = desk.fill(form)
    desk.ask("POST", f"/v1/orders/{order['id']}/cancellation")
    answer = desk.submit(order, form, token)
    assert (answer.body["state"], answer.body["attempt"]["state"]) == ("CANCELLED", "EXPIRED")
    assert desk.acquirer.charges() == []


def test_a_paid_order_cannot_be_cancelled(desk: Desk) -> None:
    """Money moved."""
    order = desk.place(*desk.owe("202601"))
    desk.pay(order)
    answer = desk.ask("POST", f"/v1/orders/{order['id']}/cancellation")
    assert (answer.status, answer.problem) == (409, "payments/order-closed")


def test_a_paid_order_opens_no_form(desk: Desk) -> None:
    """It cannot be paid twice."""
    order = desk.place(*desk.owe("202601"))
    desk.pay(order)
    assert desk.ask("POST", f"/v1/orders/{order['id']}/attempts").problem == "payments/order-closed"


def test_order_numbers_rise_without_gaps_left_by_refusals(desk: Desk) -> None:
    """A refused summary takes no number."""
    first, second = desk.owe("202601", "202602")
    desk.post_order(desk.request_for([second]))
    assert desk.place(first)["number"] == "000000001"


def test_the_service_answers_before_it_knows_anybody(service: ServiceUnderTest) -> None:
    """Health and documents are public."""
    client = service.client()
    assert [client.get(path).status_code for path in ("/livez", "/readyz", "/openapi.json")] == [200, 200, 200]
