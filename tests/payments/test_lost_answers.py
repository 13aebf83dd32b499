"""Failure cases 1, 2, 3, 5, 6 and 14 of payments.md section 2: answers that are lost, late or repeated."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.payments import (
    OrderPlaced,
    PaymentCaptured,
    PaymentDeclined,
    PaymentFailed,
    PaymentInDoubt,
)
from services.payments import checkout, effects
from services.payments.acquirer import EXTENSION, connect_acquirer
from services.payments.jobs import doubt_stuck_authorizations, settle_unknown_attempts
from services.payments.niubiz import Declined
from services.payments.transitions import settle
from tests.payments.desk import NO_COMMUNICATION, Desk

CHARGED_WITHOUT_A_WORD = ["charge_then_hang", "charge_then_drop", "charge_then_500", "unreadable"]
NOT_CHARGED_WITHOUT_A_WORD = ["hang_then_nothing", "error_500"]


# --- case 1: time-out or 5xx after the authorization was sent --------------------------------------------------


@pytest.mark.parametrize("behaviour", CHARGED_WITHOUT_A_WORD + NOT_CHARGED_WITHOUT_A_WORD)
def test_case_01_no_answer_leaves_the_charge_in_doubt(desk: Desk, behaviour: str) -> None:
    """The page says to wait and not to pay again, and the world is told."""
    order = desk.order(desk.in_doubt(behaviour))
    assert (order["state"], order["public_state"]) == ("PAYING", "en confirmación")
    assert order["attempt"]["state"] == "UNKNOWN"
    assert "No vuelva a pagar" in order["attempt"]["action_text"]
    assert desk.service.published() == [OrderPlaced, PaymentInDoubt]


@pytest.mark.parametrize("behaviour", CHARGED_WITHOUT_A_WORD)
def test_case_01_the_janitor_finds_the_charge_and_settles_it(desk: Desk, behaviour: str) -> None:
    """One charge, one paid order, asked for once."""
    order = desk.in_doubt(behaviour)
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["public_state"] == "pagado"
    assert desk.service.published() == [OrderPlaced, PaymentInDoubt, PaymentCaptured]
    assert (len(desk.acquirer.charges()), desk.authorizations()) == (1, 1)


def test_case_01_the_first_question_comes_after_exactly_ten_seconds(desk: Desk) -> None:
    """Not a second earlier."""
    order = desk.in_doubt()
    desk.wait_and_ask(seconds=9)
    assert desk.order(order)["public_state"] == "en confirmación"
    desk.wait_and_ask(seconds=1)
    assert desk.order(order)["public_state"] == "pagado"


def test_case_01_the_receipt_of_a_late_settlement_tells_the_time_of_the_charge(desk: Desk) -> None:
    """Not the time the janitor found it."""
    order = desk.in_doubt()
    desk.wait_and_ask(minutes=7)
    receipt = desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body
    assert receipt["paid_at_text"] == "20/11/2026 10:00:00"
    assert receipt["card"] == "447411****2240"


def test_case_01_a_doubtful_action_code_is_asked_about_before_it_is_a_decline(desk: Desk) -> None:
    """Code 666: "problemas de comunicación" does not say whether money moved; the query does."""
    order = desk.place(*desk.owe("202608"))
    assert desk.pay(order, NO_COMMUNICATION)["public_state"] == "en confirmación"
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["public_state"] == "rechazado"
    [fact] = desk.service.events(PaymentDeclined)
    assert (fact.action_code, fact.settled_later) == ("666", True)


def test_case_01_questions_follow_the_schedule_until_the_sale_is_given_up(desk: Desk) -> None:
    """Not found at 10 s, 30 s, 1, 2, 5, 15 and 30 minutes: then, and not before, nothing was charged."""
    order = desk.in_doubt("error_500")
    asked_at, began = [], desk.service.clock.now()
    while desk.order(order)["public_state"] == "en confirmación":
        due_at = desk.attempt().next_check_at
        assert due_at is not None
        desk.service.clock.set(due_at - timedelta(seconds=1))
        assert desk.service.run(settle_unknown_attempts) is False
        desk.wait_and_ask(seconds=1)
        asked_at.append(int((desk.service.clock.now() - began).total_seconds()))
    assert asked_at == [10, 30, 60, 120, 300, 900, 1800]
    assert desk.order(order)["attempt"]["state"] == "FAILED"
    [fact] = desk.service.events(PaymentFailed)
    assert fact.settled_later is True


def test_case_01_a_query_that_fails_counts_for_nothing(desk: Desk) -> None:
    """Only "not found" leads to giving up; a charge is never lost because the acquirer is down."""
    order = desk.in_doubt()
    for _ in range(8):
        desk.acquirer.next("query_500", count=2)
        desk.wait_and_ask(hours=1)
    assert desk.order(order)["public_state"] == "en confirmación"
    assert desk.attempt().not_found == 0
    desk.wait_and_ask(hours=1)
    assert desk.order(order)["public_state"] == "pagado"


def test_case_01_at_ten_in_the_evening_every_doubt_is_asked_about(desk: Desk) -> None:
    """The forced sweep: 22:00 in Lima, while a void is still possible."""
    desk.service.clock.set(datetime(2026, 11, 21, 1, 30, tzinfo=UTC))
    order = desk.in_doubt()
    desk.acquirer.next("query_500", count=2)
    desk.wait_and_ask(hours=1)
    assert desk.attempt().next_check_at == datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    desk.wait_and_ask(minutes=30)
    assert desk.order(order)["public_state"] == "pagado"


def test_case_01_nobody_pays_again_while_the_outcome_is_awaited(desk: Desk) -> None:
    """No new form, no cancellation, no second order for the due."""
    due_ids = desk.owe("202608")
    order = desk.in_doubt("charge_then_drop", *due_ids)
    answers = [desk.ask("POST", f"/v1/orders/{order['id']}/{act}") for act in ("attempts", "cancellation")]
    assert {(answer.status, answer.problem) for answer in answers} == {(409, "payments/being-confirmed")}
    assert desk.post_order(desk.request_for(due_ids)).problem == "payments/due-reserved"


def test_case_01_two_janitors_do_not_ask_at_the_same_time(desk: Desk) -> None:
    """The check is leased before the call, so a slow query is not repeated by another process."""
    desk.in_doubt()
    desk.service.clock.advance(seconds=10)
    with desk.service.context():
        from services.payments.jobs import _claim_next_check

        assert [_claim_next_check() is None for _ in range(2)] == [False, True]


# --- case 2: provably not sent ---------------------------------------------------------------------------------


def test_case_02_a_refused_connection_fails_the_attempt_at_once(desk: Desk) -> None:
    """Nothing was charged, and the payer may try again without waiting."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form)
    nowhere = replace(desk.service.settings, niubiz_url="http://127.0.0.1:9")
    desk.service.app.extensions[EXTENSION] = connect_acquirer(nowhere)
    failed = desk.submit(order, form, token).body
    assert (failed["state"], failed["public_state"], failed["attempt"]["state"]) == ("READY", "rechazado", "FAILED")
    assert "No se realizó ningún cobro" in failed["attempt"]["action_text"]
    desk.service.app.extensions[EXTENSION] = connect_acquirer(desk.service.settings)
    assert desk.pay(order)["public_state"] == "pagado"


def test_case_02_a_form_that_cannot_be_opened_charges_nothing(desk: Desk) -> None:
    """503 with Retry-After; the attempt ends, the order stays."""
    order = desk.place(*desk.owe("202608"))
    desk.acquirer.next("error_500", on="session", count=2)
    answer = desk.ask("POST", f"/v1/orders/{order['id']}/attempts")
    assert (answer.status, answer.problem, answer.headers["Retry-After"]) == (
        503,
        "payments/acquirer-unavailable",
        "30",
    )
    assert desk.order(order)["attempt"]["state"] == "EXPIRED"
    assert desk.pay(order)["public_state"] == "pagado"


def test_case_02_one_failed_session_is_tried_again_by_itself(desk: Desk) -> None:
    """A session charges nothing, so it may be asked for twice."""
    order = desk.place(*desk.owe("202608"))
    desk.acquirer.next("error_500", on="session")
    assert desk.open_form(order)["purchase_number"] == "100000001"


# --- case 3: double click ----------------------------------------------------------------------------------------


def test_case_03_a_repeated_post_shows_the_stored_result(desk: Desk) -> None:
    """The second click finds the order paid; nothing is asked of the acquirer again."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form)
    answers = [desk.submit(order, form, token) for _ in range(3)]
    assert [answer.body["public_state"] for answer in answers] == ["pagado"] * 3
    assert (len(desk.acquirer.charges()), desk.authorizations()) == (1, 1)
    assert desk.service.published() == [OrderPlaced, PaymentCaptured]


# --- case 5: crash between authorization and commit ----------------------------------------------------------------


def crash_after_the_charge(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An order whose process died between the acquirer's yes and our commit."""

    def die(*_: Any, **__: Any) -> None:
        raise SystemExit

    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(checkout, "settle", die)
        desk.submit(order, form, token)
    return order


def test_case_05_a_crash_after_the_charge_looks_like_a_doubt_and_ends_paid(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row stood before the call; after 60 s it is doubtful, ten seconds later it is settled."""
    order = crash_after_the_charge(desk, monkeypatch)
    assert desk.order(order)["attempt"]["state"] == "AUTHORIZING"
    desk.service.clock.advance(seconds=59)
    assert desk.service.run(doubt_stuck_authorizations) is False
    desk.service.clock.advance(seconds=1)
    assert desk.service.run(doubt_stuck_authorizations) is True
    assert desk.order(order)["attempt"]["state"] == "UNKNOWN"
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["public_state"] == "pagado"
    assert (len(desk.acquirer.charges()), desk.authorizations()) == (1, 1)


def test_case_05_nobody_pays_again_after_a_crash(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """AUTHORIZING blocks as UNKNOWN does."""
    order = crash_after_the_charge(desk, monkeypatch)
    assert desk.ask("POST", f"/v1/orders/{order['id']}/attempts").problem == "payments/being-confirmed"


def test_case_05_an_answer_that_comes_after_the_doubt_still_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process was slow, not dead: whoever comes first settles, the other changes nothing."""
    order = crash_after_the_charge(desk, monkeypatch)
    desk.service.clock.advance(seconds=60)
    desk.service.run(doubt_stuck_authorizations)
    attempt = desk.attempt()
    with desk.service.context():
        from services.payments.acquirer import acquirer, journal_of, sale_request

        answer = acquirer().find_sale(sale_request(attempt), journal=journal_of(attempt.id))
        settle(attempt.id, answer, actor="slow process")
        settle(attempt.id, answer, actor="janitor")
    assert desk.order(order)["public_state"] == "pagado"
    assert desk.service.published().count(PaymentCaptured) == 1


# --- case 6: saving the success fails --------------------------------------------------------------------------------


def test_case_06_when_the_success_cannot_be_saved_the_reply_is_kept_and_the_charge_found_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scrubbed reply is stored first; nothing is voided blindly; the janitor ends it."""

    def fail(*_: Any) -> None:
        raise RuntimeError("disk full")

    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form)
    with monkeypatch.context() as patch:
        patch.setattr(effects, "draw_receipt", fail)
        assert desk.submit(order, form, token).status == 500
    reply = desk.conversation()[-1]
    assert (reply.direction, reply.http_status, reply.body["order"]["actionCode"]) == ("in", 200, "000")
    desk.service.clock.advance(seconds=60)
    desk.service.run(doubt_stuck_authorizations)
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["public_state"] == "pagado"
    assert len(desk.acquirer.charges()) == 1


# --- case 14: a late failure must not overwrite a success -----------------------------------------------------------------


def test_case_14_a_late_decline_does_not_undo_a_payment(desk: Desk) -> None:
    """Edges lead only from AUTHORIZING and UNKNOWN."""
    order = desk.place(*desk.owe("202608"))
    desk.pay(order)
    with desk.service.context():
        settle(desk.attempt().id, Declined(action_code="116", description="tarde"), actor="late")
    assert desk.order(order)["public_state"] == "pagado"
    assert desk.attempt().action_code == "000"
    assert desk.service.published() == [OrderPlaced, PaymentCaptured]


def test_case_14_a_late_approval_does_not_pay_twice(desk: Desk) -> None:
    """The janitor and the return POST may both bring the good news."""
    desk.in_doubt()
    desk.service.clock.advance(seconds=10)
    for _ in range(2):
        desk.service.run(settle_unknown_attempts)
    assert desk.service.published().count(PaymentCaptured) == 1
