"""Treasury looks and decides: search, work lists, charges in doubt asked about or ruled, charges without a use."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contracts.payments import (
    ChargeReturned,
    OrderPlaced,
    PaymentCaptured,
    PaymentFailed,
    PaymentInDoubt,
    PaymentMismatched,
    PaymentNotApplied,
)
from services.payments.dues import DueKind
from services.payments.states import AttemptState, DueState
from tests.payments.desk import ANA, BETO, JULIO, Desk
from tests.people import staff

TACNA = staff("payments:view", "payments:settle", "payments:refund", council="12", subject="staff-tacna")
SEEN = {"evidence": "portal de Niubiz, 20/11/2026", "reason": "el procesador lo muestra"}
CHARGED = SEEN | {
    "outcome": "CHARGED",
    "transaction_id": "993211570048581",
    "authorization_code": "091800",
    "charged_at": "2026-11-20T15:00:00+00:00",
}
NOT_CHARGED = SEEN | {"outcome": "NOT_CHARGED"}


def found(desk: Desk, who: Any = ANA, **query: str) -> list[str]:
    """The numbers of the orders a search gives."""
    words = "&".join(f"{name}={value}" for name, value in query.items())
    answer = desk.treasury("GET", f"orders?{words}", who)
    assert answer.status == 200, answer.body
    return [row["number"] for row in answer.body["items"]]


# --- search ------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_orders(desk: Desk) -> Desk:
    """Rosa of Lima has paid on Friday, Julio of council 15 has ordered on Saturday."""
    desk.welcome(cmp_number="023546", document_number="40000002", council="15")
    desk.paid()
    desk.service.clock.advance(days=1)
    desk.place(*desk.owe("202608", cmp_number="023546"), who=JULIO)
    return desk


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, ["000000002", "000000001"]),
        ({"number": "1"}, ["000000001"]),
        ({"number": "000000002"}, ["000000002"]),
        ({"purchase_number": "100000001"}, ["000000001"]),
        ({"owner_cmp": "023546"}, ["000000002"]),
        ({"card": "2240"}, ["000000001"]),
        ({"card": "447411****2240"}, ["000000001"]),
        ({"card": "447412****2240"}, []),
        ({"state": "PAID"}, ["000000001"]),
        ({"kind": "SEMEFA"}, []),
        ({"start": "2026-11-21"}, ["000000002"]),
        ({"end": "2026-11-20"}, ["000000001"]),
        ({"start": "2026-11-20", "end": "2026-11-21"}, ["000000002", "000000001"]),
        ({"owner_cmp": "012345", "state": "READY"}, []),
        ({"number": "", "card": " "}, ["000000002", "000000001"]),
    ],
)
def test_orders_are_found_by_every_word(two_orders: Desk, query: dict[str, str], numbers: list[str]) -> None:
    """Number, purchase number, CMP, masked card, state, kind, day in Lima; all must fit; blanks ask for nothing."""
    assert found(two_orders, **query) == numbers


def test_a_search_gives_pages(two_orders: Desk) -> None:
    """`next` of one page is `after` of the following."""
    first = two_orders.treasury("GET", "orders?limit=1").body
    second = two_orders.treasury("GET", f"orders?limit=1&after={first['next']}").body
    assert [page["items"][0]["number"] for page in (first, second)] == ["000000002", "000000001"]
    assert second["next"] is None


def test_staff_of_a_council_find_only_its_orders(two_orders: Desk) -> None:
    """Another council's order is not found, neither by search nor by address."""
    lima = staff("payments:view", council="03")
    assert found(two_orders, lima) == ["000000001"]
    other = two_orders.treasury("GET", "orders?number=2").body["items"][0]
    answer = two_orders.treasury("GET", f"orders/{other['id']}", lima)
    assert (answer.status, answer.problem) == (404, "payments/order-not-found")


@pytest.mark.parametrize(
    "query", ["card=12", "owner_cmp=1", "state=X", "start=ayer", "start=2026-02-02&end=2026-02-01"]
)
def test_a_search_nobody_could_mean_is_refused_with_the_place(desk: Desk, query: str) -> None:
    """422 with the field, so that the form can show it."""
    answer = desk.treasury("GET", f"orders?{query}")
    assert answer.status == 422
    assert answer.pointers


def test_physicians_have_no_desk(desk: Desk) -> None:
    """payments:pay opens none of treasury's routes."""
    order = desk.paid()
    paths = ("orders", f"orders/{order['id']}", "work-lists", "attempts?list=unknown", "refunds")
    assert {desk.ask("GET", f"/v1/staff/{path}").status for path in paths} == {403}


def test_an_order_shows_its_attempts_with_history_and_scrubbed_conversation(desk: Desk) -> None:
    """What treasury needs to answer the telephone; no token, no signature."""
    shown = desk.treasury("GET", f"orders/{desk.paid()['id']}").body
    [attempt] = shown["attempts"]
    assert [edge["happening"] for edge in attempt["events"]] == ["opened", "claimed", "approved"]
    assert [(line["direction"], line["http_status"]) for line in attempt["messages"]] == [
        ("out", None), ("in", 200), ("out", None), ("in", 200),
    ]  # fmt: skip
    assert attempt["card"] == "447411****2240"
    assert "tokenId" not in str(attempt["messages"])
    assert (shown["has_receipt"], shown["refunds"], shown["acts"], shown["council"]) == (True, [], [], "03")


def test_an_order_shows_what_staff_did_about_it(desk: Desk) -> None:
    """Refunds and acts stand beside the attempts."""
    order = desk.paid()
    desk.refund(order)
    desk.send_refunds()
    shown = desk.treasury("GET", f"orders/{order['id']}").body
    assert [act["act"] for act in shown["acts"]] == ["refund.requested", "refund.approved"]
    assert [refund["state"] for refund in shown["refunds"]] == ["RETURNED"]
    assert len(shown["returned_due_ids"]) == 1


def test_the_acts_of_staff_cannot_be_rewritten_even_by_sql(desk: Desk) -> None:
    """Both databases refuse, whoever asks."""
    desk.ask_refund(desk.paid())
    for statement in ("UPDATE staff_act SET reason = 'otra'", "DELETE FROM staff_act", "DELETE FROM attempt_event"):
        with pytest.raises(DBAPIError, match="append-only"), desk.service.transaction() as session:
            session.execute(text(statement))


# --- charges in doubt --------------------------------------------------------------------------------------------


def test_the_work_lists_count_what_waits_for_a_person(desk: Desk) -> None:
    """By list, within the council."""
    desk.in_doubt()
    desk.ask_refund(desk.paid(*desk.owe("202610", kind=DueKind.SEMEFA), kind="SEMEFA"))
    counts = desk.treasury("GET", "work-lists").body
    assert (counts["unknown"], counts["integrity"], counts["not-applied"]) == (1, 0, 0)
    assert (counts["refunds-requested"], counts["refunds-unknown"]) == (1, 0)
    assert set(desk.treasury("GET", "work-lists", TACNA).body.values()) == {0}


def test_a_work_list_tells_the_order_and_since_when(desk: Desk) -> None:
    """Oldest first."""
    order = desk.in_doubt()
    [row] = desk.treasury("GET", "attempts?list=unknown").body["items"]
    assert (row["order_id"], row["owner_cmp"], row["state"]) == (order["id"], "012345", "UNKNOWN")
    assert row["doubt_since"] == "2026-11-20T15:00:00+00:00"
    assert desk.treasury("GET", "attempts?list=unknown", TACNA).body["items"] == []


def test_staff_may_ask_the_acquirer_now(desk: Desk) -> None:
    """payments:settle: the same question as the janitor's, the same transition, with the person's name."""
    order = desk.in_doubt()
    answer = desk.treasury("POST", f"attempts/{desk.attempt().id}/query")
    assert (answer.status, answer.body["state"]) == (200, "PAID")
    assert desk.order(order)["public_state"] == "pagado"
    assert [(act.actor_id, act.act) for act in desk.acts()] == [("staff-ana", "attempt.asked")]
    assert answer.body["events"][-1]["actor"] == "staff-ana"


def test_asking_about_a_charge_that_is_settled_is_refused(desk: Desk) -> None:
    """There is nothing to ask."""
    desk.paid()
    answer = desk.treasury("POST", f"attempts/{desk.attempt().id}/query")
    assert (answer.status, answer.problem, answer.body["state"]) == (409, "payments/nothing-to-settle", "PAID")


def test_asking_about_a_charge_of_another_council_is_refused(desk: Desk) -> None:
    """404."""
    desk.in_doubt()
    assert desk.treasury("POST", f"attempts/{desk.attempt().id}/query", TACNA).problem == "payments/attempt-not-found"


def test_an_alarm_ends_when_the_acquirer_says_the_charge_does_not_stand(desk: Desk) -> None:
    """Somebody voided it in the acquirer's portal: nothing is charged, the payer may try again."""
    order = desk.place(*desk.owe("202608"))
    desk.acquirer.next("amount_differs")
    desk.pay(order)
    void_in_the_portal(desk)
    assert desk.treasury("POST", f"attempts/{desk.attempt().id}/query").body["state"] == "DECLINED"
    assert desk.pay(order)["public_state"] == "pagado"


def void_in_the_portal(desk: Desk) -> None:
    """The acquirer's own page, behind our back."""
    with desk.service.context():
        from services.payments.acquirer import acquirer, sale_request

        attempt = desk.attempt()
        assert attempt.charged_at
        acquirer().void(
            sale_request(attempt), signature=attempt.signature, charged_at=attempt.charged_at, reason="portal",
            journal=lambda exchange: None,
        )  # fmt: skip


def test_a_ruling_changes_nothing_before_another_person_confirms_it(desk: Desk) -> None:
    """Two people where money is at stake."""
    desk.in_doubt("error_500")
    ruling = desk.treasury("POST", f"attempts/{desk.attempt().id}/rulings", ANA, **CHARGED)
    assert (ruling.status, ruling.body["state"]) == (201, "PROPOSED")
    own = desk.treasury("POST", f"rulings/{ruling.body['id']}/confirmation", ANA)
    assert (own.status, own.problem) == (409, "payments/same-person")
    assert desk.attempt().state is AttemptState.UNKNOWN


def test_a_confirmed_ruling_that_it_was_charged_pays_the_order(desk: Desk) -> None:
    """The acquirer does not find it, its portal and the bank do: dues settled, receipt drawn, event told."""
    order = desk.in_doubt("error_500")
    ruling = desk.treasury("POST", f"attempts/{desk.attempt().id}/rulings", ANA, **CHARGED).body
    assert desk.treasury("POST", f"rulings/{ruling['id']}/confirmation", BETO).body["state"] == "APPLIED"
    assert desk.order(order)["public_state"] == "pagado"
    attempt = desk.attempt()
    assert (attempt.transaction_id, attempt.authorization_code) == ("993211570048581", "091800")
    assert desk.service.published() == [OrderPlaced, PaymentInDoubt, PaymentCaptured]
    assert [act.act for act in desk.acts()] == ["ruling.proposed", "ruling.confirmed"]


def test_a_confirmed_ruling_that_it_was_not_charged_lets_the_payer_try_again(desk: Desk) -> None:
    """FAILED, told, and the order open."""
    order = desk.in_doubt("error_500")
    ruling = desk.treasury("POST", f"attempts/{desk.attempt().id}/rulings", ANA, **NOT_CHARGED).body
    desk.treasury("POST", f"rulings/{ruling['id']}/confirmation", BETO)
    assert desk.attempt().state is AttemptState.FAILED
    assert desk.service.published() == [OrderPlaced, PaymentInDoubt, PaymentFailed]
    assert desk.pay(order)["public_state"] == "pagado"


def test_a_ruling_that_money_was_charged_needs_the_transaction(desk: Desk) -> None:
    """Otherwise it could never be given back."""
    desk.in_doubt("error_500")
    without = CHARGED | {"transaction_id": None}
    answer = desk.treasury("POST", f"attempts/{desk.attempt().id}/rulings", **without)
    assert (answer.status, answer.problem) == (422, "payments/evidence-missing")


def test_one_ruling_waits_at_a_time_and_can_be_dismissed(desk: Desk) -> None:
    """The charge stays in doubt."""
    desk.in_doubt("error_500")
    path = f"attempts/{desk.attempt().id}/rulings"
    first = desk.treasury("POST", path, **NOT_CHARGED).body
    assert desk.treasury("POST", path, BETO, **CHARGED).problem == "payments/ruling-open"
    assert desk.treasury("POST", f"rulings/{first['id']}/dismissal", reason="me equivoqué").body["state"] == "DISMISSED"
    assert desk.treasury("POST", f"rulings/{first['id']}/confirmation", BETO).problem == "payments/ruling-not-found"
    assert desk.treasury("POST", path, BETO, **CHARGED).status == 201


def test_a_ruling_comes_too_late_when_the_acquirer_has_answered(desk: Desk) -> None:
    """The janitor found the charge between proposal and confirmation."""
    desk.in_doubt()
    ruling = desk.treasury("POST", f"attempts/{desk.attempt().id}/rulings", ANA, **NOT_CHARGED).body
    desk.wait_and_ask(seconds=10)
    assert desk.treasury("POST", f"rulings/{ruling['id']}/confirmation", BETO).problem == "payments/nothing-to-settle"
    assert desk.attempt().state is AttemptState.PAID


def test_a_charge_of_a_wrong_amount_can_be_given_back_whole(desk: Desk) -> None:
    """Case 12: INTEGRITY, voided for what the acquirer took; no voucher existed, so no credit note is due."""
    [due] = desk.owe("202608")
    order = desk.place(due)
    desk.acquirer.next("amount_differs")
    desk.pay(order)
    assert desk.refund(order)["amount"] == "61.00"
    desk.send_refunds()
    assert (desk.attempt().state, desk.order(order)["public_state"]) == (AttemptState.VOIDED, "devuelto")
    assert desk.service.published() == [OrderPlaced, PaymentMismatched, ChargeReturned]
    assert desk.pay(desk.place(due))["state"] == "PAID"


def test_a_charge_of_a_wrong_amount_can_be_accepted_by_two_people(desk: Desk) -> None:
    """The receipt shows the acquirer's own amount beside ours (PAY-10)."""
    order = desk.place(*desk.owe("202608"))
    desk.acquirer.next("amount_differs")
    desk.pay(order)
    ruling = desk.treasury("POST", f"attempts/{desk.attempt().id}/rulings", ANA, **CHARGED).body
    desk.treasury("POST", f"rulings/{ruling['id']}/confirmation", BETO)
    receipt = desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body
    assert (receipt["amount"], receipt["gateway_amount"], receipt["card"]) == ("60.00", "61.00", "447411****2240")


# --- charges without a use (case 8) --------------------------------------------------------------------------------


def test_a_charge_without_a_use_tells_it_and_stands_on_its_list(desk: Desk) -> None:
    """Its own event, its own work list."""
    order = desk.not_applied()
    assert [row["order_id"] for row in desk.treasury("GET", "attempts?list=not-applied").body["items"]] == [order["id"]]
    [fact] = desk.service.events(PaymentNotApplied)
    assert (fact.amount, fact.council, fact.email) == (Decimal("60.00"), "03", "pago@example.org")


def test_a_charge_without_a_use_can_be_given_back(desk: Desk) -> None:
    """Voided the same day; ChargeReturned, no credit note; the due paid elsewhere stays paid."""
    order = desk.not_applied()
    desk.refund(order)
    desk.send_refunds()
    assert (desk.attempt().state, desk.order(order)["public_state"]) == (AttemptState.VOIDED, "devuelto")
    assert desk.service.published() == [OrderPlaced, PaymentInDoubt, PaymentNotApplied, ChargeReturned]
    assert desk.due(order["lines"][0]["due_id"]).state is DueState.PAID


def test_a_charge_without_a_use_can_pay_other_dues_of_its_sum(desk: Desk) -> None:
    """Oldest first, exactly the amount; then it is a payment like any other."""
    order = desk.not_applied()
    [other] = desk.owe("202609")
    answer = desk.treasury("POST", f"orders/{order['id']}/application", due_ids=[other], reason="lo pidió por carta")
    assert (answer.status, answer.body["state"]) == (200, "PAID")
    assert [line["period"] for line in answer.body["lines"]] == ["202609"]
    [fact] = desk.service.events(PaymentCaptured)
    assert ([line.period for line in fact.lines], fact.total) == (["202609"], Decimal("60.00"))
    assert desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body["description"] == "Cuota Colegiado: setiembre 2026"
    assert desk.acts()[-1].before == {"periods": ["202608"], "total": "60.00"}


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [([0, 1], "payments/does-not-fit"), ([1], "payments/not-oldest-first"), ([2], "payments/due-not-payable")],
)
def test_a_charge_without_a_use_fits_only_what_the_payer_could_have_bought(
    desk: Desk, chosen: list[int], problem: str
) -> None:
    """Not more than was charged, no gap, nobody else's."""
    order = desk.not_applied()
    dues = [*desk.owe("202609", "202610"), *desk.owe("202609", cmp_number="023546")]
    body = {"due_ids": [dues[index] for index in chosen], "reason": "lo pidió por carta"}
    assert desk.treasury("POST", f"orders/{order['id']}/application", **body).problem == problem


def test_a_paid_order_cannot_be_applied_to_other_dues(desk: Desk) -> None:
    """Its money has its use."""
    order = desk.paid()
    [other] = desk.owe("202609")
    answer = desk.treasury("POST", f"orders/{order['id']}/application", due_ids=[other], reason="por error")
    assert (answer.status, answer.problem) == (409, "payments/nothing-to-return")


def test_a_charge_that_is_going_back_cannot_be_applied(desk: Desk) -> None:
    """One or the other."""
    order = desk.not_applied()
    [other] = desk.owe("202609")
    desk.ask_refund(order)
    answer = desk.treasury("POST", f"orders/{order['id']}/application", due_ids=[other], reason="cambió de idea")
    assert answer.problem == "payments/refund-open"
