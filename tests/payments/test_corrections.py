"""What treasury does to a due: with a reason, audited, told, and never under a charge that is being made."""

from typing import Any

import pytest

from contracts.payments import DueCorrected, DuePaidElsewhere, OutsidePaymentNotApplied, OutsidePaymentResolved
from tests.payments.books import OF_LIMA, OF_PUNO, ONLOOKER, TREASURER, WHY, balances, causes
from tests.payments.desk import Answer, Desk

PAID = {"channel": "BANCO", "reference": "OP-1", "amount": "60.00", "paid_on": "2026-11-19", **WHY}


def correct(desk: Desk, due: str, what: str, who: Any = TREASURER, **body: Any) -> Answer:
    """Do something to a due."""
    return desk.ask("POST", f"/v1/staff/dues/{due}/{what}", who, json=WHY | body)


def pay_at_the_bank(desk: Desk, due: str, who: Any = TREASURER, **changes: Any) -> Answer:
    """Enter a payment made elsewhere."""
    return desk.ask("POST", f"/v1/staff/dues/{due}/outside-payments", who, json=PAID | changes)


def test_an_annulled_due_is_not_owed(desk: Desk) -> None:
    """Before, after and reason stay; the event tells it."""
    [due] = desk.owe("202608")
    assert correct(desk, due, "annulment").body["state"] == "ANNULLED"
    assert desk.pending()["items"] == []
    (act,) = desk.acts()
    assert (act.act, act.subject, act.council, act.actor_id) == ("due.annulled", f"due:{due}", "03", "staff-1")
    assert (act.before, act.after) == ({"state": "OPEN", "amount": "60.00"}, {"state": "ANNULLED", "amount": "60.00"})
    (fact,) = desk.service.events(DueCorrected)
    assert (fact.change, fact.due_state) == ("annulled", "ANNULLED")


def test_an_annulled_due_can_be_reopened(desk: Desk) -> None:
    """A mistake is mended."""
    [due] = desk.owe("202608")
    correct(desk, due, "annulment")
    assert correct(desk, due, "reopening").body["state"] == "OPEN"
    assert [fact.change for fact in desk.service.events(DueCorrected)] == ["annulled", "reopened"]
    assert len(desk.pending()["items"]) == 1


def test_an_amount_is_corrected_and_an_old_summary_charges_nothing(desk: Desk) -> None:
    """Case 7."""
    [due] = desk.owe("202608")
    order = desk.place(due)
    form = desk.open_form(order)
    assert correct(desk, due, "amount", amount="55.50").body["amount"] == "55.50"
    assert desk.submit(order, form, desk.fill(form)).body["state"] == "CANCELLED"
    assert desk.acquirer.charges() == []


def test_the_same_amount_is_no_correction(desk: Desk) -> None:
    """Nothing to audit."""
    assert correct(desk, desk.owe("202608")[0], "amount", amount="60.00").status == 409


@pytest.mark.parametrize("what", ["annulment", "amount"])
def test_a_due_being_charged_is_left_alone(desk: Desk, what: str) -> None:
    """Until the outcome is known."""
    [due] = desk.owe("202608")
    desk.in_doubt("charge_then_drop", due)
    answer = correct(desk, due, what, **({"amount": "1.00"} if what == "amount" else {}))
    assert (answer.problem, answer.body["order_number"]) == ("payments/due-being-charged", "000000001")


@pytest.mark.parametrize("what", ["annulment", "amount", "reopening"])
def test_a_due_paid_by_card_is_changed_by_a_refund_only(desk: Desk, what: str) -> None:
    """Money is given back there."""
    [due] = desk.owe("202608")
    desk.paid(due)
    assert correct(desk, due, what, **({"amount": "1.00"} if what == "amount" else {})).status == 409
    assert desk.due(due).state == "PAID"


def test_a_due_paid_at_the_bank_is_settled_without_a_voucher(desk: Desk) -> None:
    """Booked as income; einvoice hears nothing of a captured payment."""
    [due] = desk.owe("202608")
    answer = pay_at_the_bank(desk, due)
    assert (answer.status, answer.body["state"]) == (201, "PAID")
    assert answer.body["outside_payments"][0]["state"] == "APPLIED"
    assert desk.service.published() == [DuePaidElsewhere]
    assert balances(desk) == {"BANK": 6000, "DUES_COLEGIADO": -6000}


def test_an_order_that_holds_it_charges_nothing(desk: Desk) -> None:
    """Case 8, found before the charge."""
    [due] = desk.owe("202608")
    order = desk.place(due)
    form = desk.open_form(order)
    pay_at_the_bank(desk, due, channel="CAJA")
    assert desk.submit(order, form, desk.fill(form)).body["state"] == "CANCELLED"
    assert (desk.acquirer.charges(), balances(desk)["CASH"]) == ([], 6000)


def test_a_charge_under_way_comes_back_as_paid_not_applied(desk: Desk) -> None:
    """Case 8, found after the charge: the card's money is owed back."""
    [due] = desk.owe("202608")
    order = desk.in_doubt("charge_then_drop", due)
    pay_at_the_bank(desk, due)
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["state"] == "PAID_NOT_APPLIED"
    assert balances(desk) == {"BANK": 6000, "ACQUIRER": 6000, "DUES_COLEGIADO": -6000, "REFUNDS": -6000}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount": "59.99"}, "payments/outside-amount-differs"),
        ({"reference": "OP-1"}, "payments/outside-payment-known"),
    ],
)
def test_a_payment_that_does_not_fit_is_refused(desk: Desk, changes: dict[str, str], problem: str) -> None:
    """Whole dues only, and each document once."""
    [due] = desk.owe("202608")
    if "reference" in changes:
        pay_at_the_bank(desk, due)
    assert pay_at_the_bank(desk, due, **changes).problem == problem


@pytest.mark.parametrize("field", ["reference", "reason"])
def test_a_card_number_is_refused_wherever_staff_may_type_one(desk: Desk, field: str) -> None:
    """payments.md 3: none in any table."""
    answer = pay_at_the_bank(desk, desk.owe("202608")[0], **{field: "tarjeta 4474 1183 5563 2240"})
    assert answer.pointers == {f"/{field}": "No escriba números de tarjeta."}


def test_money_for_a_due_paid_by_card_waits_for_a_person(desk: Desk) -> None:
    """It is kept and owed back; somebody says what became of it."""
    [due] = desk.owe("202608")
    desk.paid(due)
    assert pay_at_the_bank(desk, due).body["outside_payments"][0]["state"] == "NOT_APPLIED"
    (waiting,) = desk.ask("GET", "/v1/staff/outside-payments", TREASURER).body["items"]
    path = f"/v1/staff/outside-payments/{waiting['id']}/resolution"
    assert desk.ask("POST", path, OF_PUNO, json=WHY).status == 404
    assert [desk.ask("POST", path, TREASURER, json=WHY).status for _ in range(2)] == [200, 404]
    assert desk.ask("GET", "/v1/staff/outside-payments", TREASURER).body["items"] == []
    assert desk.service.published()[-2:] == [OutsidePaymentNotApplied, OutsidePaymentResolved]
    assert balances(desk)["REFUNDS"] == -6000


def test_a_payment_elsewhere_that_was_none_is_undone(desk: Desk) -> None:
    """The books are mended by another entry, and the due is owed again."""
    [due] = desk.owe("202608")
    pay_at_the_bank(desk, due)
    assert correct(desk, due, "reopening").body["outside_payments"][0]["state"] == "UNDONE"
    assert (balances(desk), causes(desk)) == ({}, ["elsewhere", "reopening"])
    assert pay_at_the_bank(desk, due, reference="OP-2").body["state"] == "PAID"


def test_another_councils_dues_are_not_found(desk: Desk) -> None:
    """Neither seen nor changed; the own council's are."""
    [due] = desk.owe("202608")
    assert desk.ask("GET", f"/v1/staff/dues/{due}", OF_PUNO).status == 404
    assert correct(desk, due, "annulment", OF_PUNO).status == 404
    assert pay_at_the_bank(desk, due, OF_PUNO).status == 404
    assert desk.ask("GET", "/v1/staff/dues?cmp=12345", OF_PUNO).body["items"] == []
    assert correct(desk, due, "annulment", OF_LIMA).status == 200


@pytest.mark.parametrize("what", ["annulment", "amount", "reopening", "outside-payments"])
def test_who_only_looks_changes_nothing(desk: Desk, what: str) -> None:
    """payments:view is not payments:dues; without a reason nobody does."""
    [due] = desk.owe("202608")
    assert correct(desk, due, what, ONLOOKER).status == 403
    assert correct(desk, due, what, reason="").status == 422


def test_treasury_sees_the_dues_of_a_physician_page_by_page(desk: Desk) -> None:
    """Whatever their state, newest month first; filters by kind and state."""
    dues = desk.owe("202606", "202607", "202608")
    correct(desk, dues[1], "annulment")
    path = "/v1/staff/dues?cmp=12345&limit=2"
    first = desk.ask("GET", path, ONLOOKER).body
    second = desk.ask("GET", f"{path}&after={first['next']}", ONLOOKER).body
    assert [item["period"] for item in first["items"] + second["items"]] == ["202608", "202607", "202606"]
    assert second["next"] is None
    annulled = desk.ask("GET", f"{path}&state=ANNULLED&kind=COLEGIADO", ONLOOKER).body["items"]
    assert [item["id"] for item in annulled] == [dues[1]]


def test_a_due_shows_all_that_was_done_to_it(desk: Desk) -> None:
    """Orders, payments elsewhere, acts."""
    [due] = desk.owe("202608")
    order = desk.paid(due)
    pay_at_the_bank(desk, due)
    body = desk.ask("GET", f"/v1/staff/dues/{due}", ONLOOKER).body
    assert body["orders"] == [{"id": order["id"], "number": order["number"], "state": "PAID"}]
    assert [act["act"] for act in body["acts"]] == ["due.overpaid_elsewhere"]
