"""Giving money back (payments.md 1.4, section 2 case 15, section 5): two people, void or refund, never twice."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.payments import OrderPlaced, PaidLine, PaymentCaptured, PaymentRefunded
from services.payments.acquirer import EXTENSION, connect_acquirer
from services.payments.dues import DueKind
from services.payments.jobs import send_refunds, settle_doubtful_refunds
from services.payments.states import DueState, RefundState
from tests.payments.desk import ANA, BETO, JULIO, Desk
from tests.people import staff

FRIDAY_NIGHT = datetime(2026, 11, 21, 4, 50, tzinfo=UTC)
"""Ten minutes before midnight in Lima."""


def state_of(desk: Desk) -> tuple[str, str, str]:
    """Refund, attempt and order."""
    refund, attempt = desk.last_refund(), desk.attempt()
    return refund.state.value, attempt.state.value, desk.stored_order({"id": attempt.order_id}).state.value


# --- two people ------------------------------------------------------------------------------------------------


def test_who_asks_for_a_refund_cannot_approve_it(desk: Desk) -> None:
    """Two different people, always."""
    asked = desk.ask_refund(desk.paid())
    answer = desk.treasury("POST", f"refunds/{asked['id']}/approval", ANA)
    assert (answer.status, answer.problem) == (409, "payments/same-person")
    assert desk.last_refund().state is RefundState.REQUESTED


def test_nothing_is_sent_before_another_person_approves(desk: Desk) -> None:
    """The job looks at approved refunds only."""
    desk.ask_refund(desk.paid())
    desk.send_refunds(days=3)
    assert state_of(desk) == ("REQUESTED", "PAID", "PAID")
    assert desk.acquirer.charges()[0]["state"] == "Authorized"


def test_a_refund_is_approved_once(desk: Desk) -> None:
    """The second click finds it approved."""
    refund = desk.refund(desk.paid())
    answer = desk.treasury("POST", f"refunds/{refund['id']}/approval", BETO)
    assert (answer.status, answer.problem, answer.body["state"]) == (409, "payments/refund-state", "SCHEDULED")


def test_a_rejected_refund_leaves_everything_as_it_was(desk: Desk) -> None:
    """And another one may be asked for."""
    order = desk.paid()
    asked = desk.ask_refund(order)
    desk.treasury("POST", f"refunds/{asked['id']}/rejection", BETO, reason="no corresponde")
    desk.send_refunds()
    assert state_of(desk) == ("REJECTED", "PAID", "PAID")
    assert desk.ask_refund(order)["state"] == "REQUESTED"


def test_an_approved_refund_can_be_called_back_until_it_is_sent(desk: Desk) -> None:
    """A scheduled one waits for days."""
    first, second = desk.owe("202608", "202609")
    refund = desk.refund(desk.paid(first, second), second)
    assert desk.treasury("POST", f"refunds/{refund['id']}/rejection", reason="ya no lo pide").status == 200
    desk.send_refunds(days=5)
    assert state_of(desk) == ("REJECTED", "PAID", "PAID")


def test_every_step_is_audited_with_its_person_and_reason(desk: Desk) -> None:
    """Who, when, what, why, in rows nobody can change."""
    desk.refund(desk.paid())
    assert [(act.actor_id, act.act, act.reason) for act in desk.acts()] == [
        ("staff-ana", "refund.requested", "pagó dos veces"),
        ("staff-beto", "refund.approved", None),
    ]
    assert desk.acts()[0].after == {"refund": desk.last_refund().id, "amount": "60.00", "dues": 1}


@pytest.mark.parametrize("act", ["approval", "rejection", "retry", "ruling"])
def test_a_refund_of_another_council_does_not_exist(desk: Desk, act: str) -> None:
    """404, not 403."""
    asked = desk.ask_refund(desk.paid())
    tacna = staff("payments:view", "payments:refund", "payments:settle", council="12", subject="staff-tacna")
    body = {"reason": "otro consejo"} | ({"returned": True} if act == "ruling" else {})
    answer = desk.treasury("POST", f"refunds/{asked['id']}/{act}", tacna, **body)
    assert (answer.status, answer.problem) == (404, "payments/refund-not-found")


def test_who_may_only_look_cannot_ask_for_a_refund(desk: Desk) -> None:
    """payments:view is not payments:refund."""
    order = desk.paid()
    viewer = staff("payments:view")
    answer = desk.treasury("POST", f"orders/{order['id']}/refunds", viewer, due_ids=[], reason="porque sí")
    assert answer.status == 403


def test_a_refund_needs_a_reason(desk: Desk) -> None:
    """The payer and the auditor will ask."""
    answer = desk.treasury("POST", f"orders/{desk.paid()['id']}/refunds", due_ids=[], reason="  ")
    assert (answer.status, list(answer.pointers)) == (422, ["/reason"])


# --- void on the same day --------------------------------------------------------------------------------------


def test_a_whole_charge_of_today_is_voided(desk: Desk) -> None:
    """The payer's bank forgets it; the due is owed again."""
    [due] = desk.owe("202608")
    desk.refund(desk.paid(due))
    desk.send_refunds()
    assert state_of(desk) == ("RETURNED", "VOIDED", "REFUNDED")
    assert desk.acquirer.charges()[0]["state"] == "Voided"
    assert (desk.due(due).state, desk.due(due).settled_at) == (DueState.OPEN, None)
    assert desk.pending()["items"][0]["id"] == due


def test_a_refund_tells_einvoice_all_it_needs_for_the_credit_note(desk: Desk) -> None:
    """Case 15: lines as they were paid, amount, whether it is all."""
    first, second = desk.owe("202608", "202609")
    order = desk.paid(first, second)
    refund = desk.refund(order)
    desk.send_refunds()
    assert desk.service.published() == [OrderPlaced, PaymentCaptured, PaymentRefunded]
    [captured], [fact] = desk.service.events(PaymentCaptured), desk.service.events(PaymentRefunded)
    assert fact.lines == captured.lines
    assert isinstance(fact.lines[0], PaidLine)
    assert (fact.refund_id, fact.order_id, fact.reason) == (refund["id"], order["id"], "pagó dos veces")
    assert (fact.amount, fact.currency, fact.full, fact.council) == (Decimal("120.00"), "PEN", True, "03")
    assert fact.refunded_at == desk.service.clock.now()


def test_a_charge_found_by_a_query_is_reversed_by_number_and_date(desk: Desk) -> None:
    """A query tells no signature, so the void's path is not open; the reversal's is."""
    order = desk.in_doubt("charge_then_drop")
    desk.wait_and_ask(seconds=10)
    assert desk.attempt().signature is None
    desk.refund(order)
    desk.send_refunds()
    assert state_of(desk) == ("RETURNED", "VOIDED", "REFUNDED")
    assert any("/reverse/" in line.endpoint for line in desk.conversation())


def test_the_signature_that_voids_a_charge_is_not_kept_in_the_conversation(desk: Desk) -> None:
    """It is a right, not a fact."""
    desk.refund(desk.paid())
    desk.send_refunds()
    signature = desk.attempt().signature
    assert signature
    assert not any(signature in line.endpoint + str(line.body) for line in desk.conversation())


def test_until_midnight_in_lima_it_is_still_today(desk: Desk) -> None:
    """Case 20: the day is Lima's, not UTC's; charged at 10:00, voided at 23:50."""
    desk.refund(desk.paid())
    desk.service.clock.set(FRIDAY_NIGHT)
    desk.send_refunds()
    assert state_of(desk)[:2] == ("RETURNED", "VOIDED")


def test_a_void_that_comes_after_the_batch_was_closed_becomes_a_scheduled_refund(desk: Desk) -> None:
    """476: "in a deposit"; the money goes back later, once."""
    desk.refund(desk.paid())
    desk.acquirer.next("decline", on="void", code="476")
    desk.send_refunds()
    assert state_of(desk) == ("SCHEDULED", "PAID", "PAID")
    desk.send_refunds(days=4)
    assert state_of(desk) == ("RETURNED", "REFUNDED", "REFUNDED")
    assert desk.acquirer.charges()[0]["refundedAmount"] == "60.00"


# --- refund in its window --------------------------------------------------------------------------------------


def test_yesterdays_charge_waits_48_business_hours_as_a_scheduled_return(desk: Desk) -> None:
    """Charged on Friday at ten: from Tuesday at ten, and not a second earlier."""
    order = desk.paid()
    desk.service.clock.advance(days=1)
    refund = desk.refund(order)
    assert (refund["public_state"], refund["next_attempt_at"]) == ("devolución programada", "2026-11-24T15:00:00+00:00")
    desk.service.clock.set(datetime(2026, 11, 24, 14, 59, 59, tzinfo=UTC))
    desk.send_refunds()
    assert state_of(desk)[0] == "SCHEDULED"
    desk.send_refunds(seconds=1)
    assert state_of(desk) == ("RETURNED", "REFUNDED", "REFUNDED")
    assert desk.last_refund().devolution_code


def test_one_that_was_to_be_voided_but_slept_over_midnight_is_refunded(desk: Desk) -> None:
    """Approved at 23:50, the job ran after midnight."""
    order = desk.paid()
    desk.service.clock.set(FRIDAY_NIGHT)
    desk.refund(order)
    desk.send_refunds(minutes=15)
    assert state_of(desk) == ("SCHEDULED", "PAID", "PAID")
    desk.send_refunds(days=4)
    assert state_of(desk)[1] == "REFUNDED"


def test_an_acquirer_that_says_too_early_is_asked_again_the_next_morning(desk: Desk) -> None:
    """Holidays are not in our count; the acquirer knows them."""
    order = desk.paid()
    desk.service.clock.advance(days=5)
    desk.refund(order)
    desk.acquirer.next("decline", on="refund", code="101")
    desk.send_refunds()
    assert (state_of(desk)[0], desk.last_refund().answer) == ("SCHEDULED", "aún no se puede devolver: código 101")
    desk.send_refunds(days=1)
    assert state_of(desk)[0] == "RETURNED"


def test_after_six_months_a_person_must_look(desk: Desk) -> None:
    """The acquirer would refuse; the money goes back by transfer, and evidence ends it."""
    order = desk.paid()
    desk.service.clock.set(datetime(2027, 5, 20, 15, 0, 1, tzinfo=UTC))
    refund = desk.refund(order)
    desk.send_refunds()
    assert (state_of(desk)[0], desk.last_refund().answer) == ("REFUSED", "venció el plazo del procesador")
    evidence = {"returned": True, "reason": "transferencia 778, BCP"}
    assert desk.treasury("POST", f"refunds/{refund['id']}/ruling", ANA, **evidence).problem == "payments/same-person"
    assert desk.treasury("POST", f"refunds/{refund['id']}/ruling", BETO, **evidence).body["state"] == "RETURNED"
    assert state_of(desk) == ("RETURNED", "REFUNDED", "REFUNDED")
    assert len(desk.service.events(PaymentRefunded)) == 1


def test_a_refused_refund_can_be_told_again(desk: Desk) -> None:
    """REFUSED is a work list, not an end."""
    order = desk.paid()
    desk.service.clock.advance(days=5)
    refund = desk.refund(order)
    desk.acquirer.next("decline", on="refund", code="999")
    desk.send_refunds()
    assert state_of(desk) == ("REFUSED", "PAID", "PAID")
    desk.treasury("POST", f"refunds/{refund['id']}/retry", reason="el banco ya lo permite")
    desk.send_refunds()
    assert state_of(desk)[0] == "RETURNED"


def test_an_acquirer_that_cannot_be_reached_is_told_later(desk: Desk) -> None:
    """Nothing was sent, so nothing is in doubt."""
    desk.refund(desk.paid())
    nowhere = replace(desk.service.settings, niubiz_url="http://127.0.0.1:9")
    desk.service.app.extensions[EXTENSION] = connect_acquirer(nowhere)
    desk.send_refunds()
    assert (state_of(desk)[0], desk.last_refund().tries) == ("SCHEDULED", 1)
    desk.service.app.extensions[EXTENSION] = connect_acquirer(desk.service.settings)
    desk.send_refunds(minutes=5)
    assert state_of(desk) == ("RETURNED", "VOIDED", "REFUNDED")


# --- whole dues, latest first ----------------------------------------------------------------------------------


def test_a_part_of_an_order_is_whole_dues_and_the_rest_stays_paid(desk: Desk) -> None:
    """PARTLY_REFUNDED: the payer still sees "pagado"."""
    first, second, third = desk.owe("202608", "202609", "202610")
    order = desk.paid(first, second, third)
    desk.refund(order, third, second)
    desk.send_refunds(days=5)
    assert state_of(desk) == ("RETURNED", "PAID", "PARTLY_REFUNDED")
    assert [desk.due(due).state for due in (first, second, third)] == [DueState.PAID, DueState.OPEN, DueState.OPEN]
    [fact] = desk.service.events(PaymentRefunded)
    assert ([line.period for line in fact.lines], fact.amount, fact.full) == (
        ["202609", "202610"],
        Decimal("120.00"),
        False,
    )
    assert (fact.card_last4, fact.email) == ("2240", "pago@example.org")
    assert desk.order(order)["public_state"] == "pagado"


def test_the_rest_can_go_back_later(desk: Desk) -> None:
    """Two refunds of one order, together the whole charge, each due once."""
    first, second = desk.owe("202608", "202609")
    order = desk.paid(first, second)
    desk.refund(order, second)
    desk.send_refunds(days=5)
    desk.refund(order)
    desk.send_refunds()
    assert state_of(desk) == ("RETURNED", "REFUNDED", "REFUNDED")
    assert [refund.amount_cents for refund in desk.refunds()] == [6000, 6000]
    assert desk.acquirer.charges()[0]["refundedAmount"] == "120.00"


def test_a_due_does_not_go_back_twice(desk: Desk) -> None:
    """It is no longer the order's."""
    first, second = desk.owe("202608", "202609")
    order = desk.paid(first, second)
    desk.refund(order, second)
    desk.send_refunds(days=5)
    answer = desk.treasury("POST", f"orders/{order['id']}/refunds", due_ids=[second], reason="otra vez")
    assert (answer.status, answer.problem) == (422, "payments/due-not-in-order")


def test_an_order_that_is_all_given_back_has_nothing_left(desk: Desk) -> None:
    """The attempt holds no money any more."""
    order = desk.paid()
    desk.refund(order)
    desk.send_refunds()
    answer = desk.treasury("POST", f"orders/{order['id']}/refunds", due_ids=[], reason="otra vez")
    assert (answer.status, answer.problem) == (409, "payments/nothing-to-return")


def test_an_older_due_cannot_go_back_while_a_newer_one_stays_paid(desk: Desk) -> None:
    """Case 15: otherwise a gap would open behind what is paid."""
    first, second = desk.owe("202608", "202609")
    order = desk.paid(first, second)
    answer = desk.treasury("POST", f"orders/{order['id']}/refunds", due_ids=[first], reason="la primera")
    assert (answer.status, answer.problem, answer.body["newer_period"]) == (422, "payments/not-latest-first", "202609")


def test_a_newer_due_of_another_order_counts_too(desk: Desk) -> None:
    """The rule looks at the physician, not at the order."""
    first, second = desk.owe("202608", "202609")
    older = desk.paid(first)
    desk.paid(second)
    answer = desk.treasury("POST", f"orders/{older['id']}/refunds", due_ids=[], reason="la primera")
    assert answer.problem == "payments/not-latest-first"


def test_the_other_kind_of_due_does_not_count(desk: Desk) -> None:
    """Colegiado and SEMEFA are two lists."""
    [due] = desk.owe("202608")
    order = desk.paid(due)
    desk.paid(*desk.owe("202609", kind=DueKind.SEMEFA), kind="SEMEFA")
    assert desk.ask_refund(order)["state"] == "REQUESTED"


def test_a_newer_due_paid_before_the_approval_stops_it(desk: Desk) -> None:
    """Days may lie between the two people."""
    first, second = desk.owe("202608", "202609")
    asked = desk.ask_refund(desk.paid(first))
    desk.paid(second)
    answer = desk.treasury("POST", f"refunds/{asked['id']}/approval", BETO)
    assert answer.problem == "payments/not-latest-first"


def test_a_newer_due_paid_while_the_refund_waited_needs_a_person(desk: Desk) -> None:
    """Nothing is sent; the due stays paid."""
    first, second = desk.owe("202608", "202609")
    order = desk.paid(first)
    desk.service.clock.advance(days=1)
    desk.refund(order)
    desk.paid(second)
    desk.send_refunds(days=5)
    assert (state_of(desk)[0], desk.due(first).state) == ("REFUSED", DueState.PAID)
    assert desk.last_refund().answer == "la cuota de setiembre 2026 se pagó después"
    assert desk.acquirer.charges()[-1]["refundedAmount"] == "0"


def test_a_refund_waits_for_a_newer_due_that_is_being_paid(desk: Desk) -> None:
    """The order may be paid in the next minutes, or expire."""
    first, second = desk.owe("202608", "202609")
    desk.refund(desk.paid(first))
    newer = desk.place(second)
    desk.send_refunds()
    assert state_of(desk)[0] == "SCHEDULED"
    desk.ask("POST", f"/v1/orders/{newer['id']}/cancellation")
    desk.send_refunds(minutes=5)
    assert desk.last_refund().state is RefundState.RETURNED


def test_newer_dues_cannot_be_ordered_while_older_ones_go_back(desk: Desk) -> None:
    """A gap must not open between the call and its answer."""
    first, second = desk.owe("202608", "202609")
    desk.refund(desk.paid(first))
    desk.acquirer.next("charge_then_drop", on="void")
    desk.send_refunds()
    answer = desk.post_order(desk.request_for([second]))
    assert (answer.status, answer.problem) == (409, "payments/return-under-way")
    desk.ask_about_refunds(seconds=10)
    assert desk.place(first, second)["total"] == "120.00"


def test_a_due_that_was_given_back_can_be_paid_again(desk: Desk) -> None:
    """By a new order, with a voucher of its own."""
    [due] = desk.owe("202608")
    desk.refund(desk.paid(due))
    desk.send_refunds()
    assert desk.pay(desk.place(due))["state"] == "PAID"
    assert len(desk.service.events(PaymentCaptured)) == 2


# --- doubt -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", ["charge_then_drop", "charge_then_500", "unreadable"])
def test_a_void_without_an_answer_is_settled_by_asking_about_the_sale(desk: Desk, behaviour: str) -> None:
    """It happened; it is not sent a second time."""
    desk.refund(desk.paid())
    desk.acquirer.next(behaviour, on="void")
    desk.send_refunds()
    assert state_of(desk) == ("UNKNOWN", "PAID", "PAID")
    desk.ask_about_refunds(seconds=10)
    assert state_of(desk) == ("RETURNED", "VOIDED", "REFUNDED")
    assert sum(1 for line in desk.conversation() if "/void/" in line.endpoint and line.direction == "out") == 1
    assert len(desk.service.events(PaymentRefunded)) == 1


def test_a_void_that_never_arrived_is_sent_again(desk: Desk) -> None:
    """The query still finds the charge authorized: that is certain."""
    desk.refund(desk.paid())
    desk.acquirer.next("error_500", on="void")
    desk.send_refunds()
    desk.ask_about_refunds(seconds=10)
    assert (state_of(desk)[0], desk.last_refund().answer) == ("SCHEDULED", "no se pudo enviar: el cobro sigue en pie")
    desk.send_refunds(minutes=5)
    assert state_of(desk) == ("RETURNED", "VOIDED", "REFUNDED")


@pytest.mark.parametrize("behaviour", ["charge_then_drop", "charge_then_500", "unreadable", "error_500"])
def test_a_refund_without_an_answer_goes_back_once_however_often_it_is_asked(desk: Desk, behaviour: str) -> None:
    """The same reference again: taken once, or recognised."""
    order = desk.paid()
    desk.service.clock.advance(days=5)
    desk.refund(order)
    desk.acquirer.next(behaviour, on="refund")
    desk.send_refunds()
    assert state_of(desk)[0] == "UNKNOWN"
    desk.ask_about_refunds(seconds=10)
    assert state_of(desk) == ("RETURNED", "REFUNDED", "REFUNDED")
    assert desk.acquirer.charges()[0]["refundedAmount"] == "60.00"


def test_where_a_reference_does_not_count_once_a_refund_in_doubt_waits_for_evidence(make_desk: Any) -> None:
    """Never twice: only the settlement or a person can tell."""
    desk: Desk = make_desk(niubiz_refund_reference_once=False)
    desk.welcome()
    desk.publish_terms()
    order = desk.paid()
    desk.service.clock.advance(days=5)
    refund = desk.refund(order)
    desk.acquirer.next("charge_then_drop", on="refund")
    desk.send_refunds()
    for _ in range(5):
        desk.ask_about_refunds(hours=1)
    assert state_of(desk)[0] == "UNKNOWN"
    assert sum(1 for line in desk.conversation() if "/refund/" in line.endpoint and line.direction == "out") == 1
    ruled = {"returned": True, "reason": "el portal de Niubiz la muestra"}
    desk.treasury("POST", f"refunds/{refund['id']}/ruling", BETO, **ruled)
    assert state_of(desk) == ("RETURNED", "REFUNDED", "REFUNDED")


def test_a_process_that_dies_after_sending_leaves_a_doubt_not_a_second_void(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row first, call second: SENT for 90 seconds without an outcome is a doubt."""
    from services.payments.refunds import sending

    def die(*_: Any, **__: Any) -> None:
        raise SystemExit

    desk.refund(desk.paid())
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(sending, "settle_refund", die)
        desk.send_refunds()
    assert state_of(desk)[0] == "SENT"
    assert desk.service.run(send_refunds) is False
    desk.ask_about_refunds(seconds=90)
    desk.ask_about_refunds(minutes=2)
    assert state_of(desk) == ("RETURNED", "VOIDED", "REFUNDED")
    assert len(desk.service.events(PaymentRefunded)) == 1


def test_a_late_answer_changes_nothing_that_is_settled(desk: Desk) -> None:
    """Case 14, for money that goes the other way."""
    from services.payments.niubiz import GaveBack, Refused
    from services.payments.refunds.sending import settle_refund

    desk.refund(desk.paid())
    desk.send_refunds()
    with desk.service.context():
        settle_refund(desk.last_refund().id, Refused("tarde"), actor="late")
        settle_refund(desk.last_refund().id, GaveBack(), actor="late")
    assert state_of(desk) == ("RETURNED", "VOIDED", "REFUNDED")
    assert len(desk.service.events(PaymentRefunded)) == 1


def test_the_settlement_ends_a_refund_and_a_doubt_as_well(desk: Desk) -> None:
    """REFUNDING until seen in settlement (payments.md 5)."""
    from services.payments.refunds import see_settled

    order = desk.paid()
    desk.service.clock.advance(days=5)
    desk.refund(order)
    desk.acquirer.next("charge_then_drop", on="refund")
    desk.send_refunds()
    with desk.service.transaction() as session:
        assert see_settled(session, desk.last_refund().id, desk.service.clock.now()) is True
    with desk.service.transaction() as session:
        assert see_settled(session, desk.last_refund().id, desk.service.clock.now()) is False
    assert state_of(desk) == ("SETTLED", "REFUNDED", "REFUNDED")
    assert len(desk.service.events(PaymentRefunded)) == 1


# --- what the payer sees ---------------------------------------------------------------------------------------


def test_the_payer_sees_an_approved_refund_but_not_one_that_is_only_asked_for(desk: Desk) -> None:
    """What staff consider is theirs."""
    order = desk.paid()
    asked = desk.ask_refund(order)
    assert desk.order(order)["refund"] is None
    desk.treasury("POST", f"refunds/{asked['id']}/approval", BETO)
    assert desk.order(order)["refund"]["public_state"] == "devolución programada"
    desk.send_refunds()
    shown = desk.order(order)
    assert (shown["public_state"], shown["refund"]["public_state"], shown["refund"]["periods"]) == (
        "devuelto",
        "devuelto",
        ["202608"],
    )


def test_the_receipt_of_a_refunded_order_stays_what_it_was(desk: Desk) -> None:
    """The payment happened; a snapshot never changes."""
    order = desk.paid()
    before = desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body
    desk.refund(order)
    desk.send_refunds()
    assert desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body == before


def test_an_unpaid_order_has_nothing_to_give_back(desk: Desk) -> None:
    """Neither before nor after a decline."""
    order = desk.place(*desk.owe("202608"))
    answer = desk.treasury("POST", f"orders/{order['id']}/refunds", due_ids=[], reason="no llegó a pagar")
    assert (answer.status, answer.problem) == (409, "payments/nothing-to-return")


def test_refunds_are_listed_newest_first_by_state_and_council(desk: Desk) -> None:
    """Treasury's list."""
    desk.welcome(cmp_number="023546", document_number="40000002", council="15")
    mine = desk.ask_refund(desk.paid())
    desk.service.clock.advance(minutes=1)
    theirs = desk.refund(desk.paid(*desk.owe("202608", cmp_number="023546"), who=JULIO))
    listed = desk.treasury("GET", "refunds").body["items"]
    assert [row["id"] for row in listed] == [theirs["id"], mine["id"]]
    assert [row["id"] for row in desk.treasury("GET", "refunds?state=REQUESTED").body["items"]] == [mine["id"]]
    lima = staff("payments:view", council="03")
    assert [row["council"] for row in desk.treasury("GET", "refunds", lima).body["items"]] == ["03"]
    first = desk.treasury("GET", "refunds?limit=1").body
    assert [row["id"] for row in desk.treasury("GET", f"refunds?limit=1&after={first['next']}").body["items"]] == [
        mine["id"]
    ]


def test_the_jobs_have_nothing_to_do_without_refunds(desk: Desk) -> None:
    """They say so."""
    assert (desk.service.run(send_refunds), desk.service.run(settle_doubtful_refunds)) == (False, False)
