"""Failure cases 4, 7 to 13, 19 and 20 of payments.md section 2: other tabs, other prices, other numbers.

The twenty cases, each driven through the real HTTP adapter against the simulated acquirer, and where their tests
stand (`test_case_<number>_…`; `test_every_case_has_its_test` below counts them):

| Case | What goes wrong | Tests |
|---|---|---|
| 01 | time-out or 5xx after the authorization was sent | test_lost_answers |
| 02 | connection refused, provably not sent | test_lost_answers |
| 03 | double click, repeated POST | test_lost_answers, test_races |
| 04 | two tabs, two orders with the same due | here, test_races |
| 05 | crash between authorization and commit | test_lost_answers |
| 06 | saving the success fails | test_lost_answers |
| 07 | the price of a due changes between summary and pay | here |
| 08 | a due is paid elsewhere meanwhile | here, test_treasury_desk |
| 09 | the security token expired | here |
| 10 | the form's session or token expired | here |
| 11 | the result is replayed, or comes with another order's token | here |
| 12 | the amount is tampered with | here |
| 13 | the purchase number is a duplicate | here |
| 14 | a late failure would overwrite a success | test_lost_answers |
| 15 | refund after the voucher | test_cases_after_the_charge, test_refunds |
| 16 | event lost, mail sent twice | test_cases_after_the_charge (mail: tests/notifier) |
| 17 | the voucher fails | test_cases_after_the_charge |
| 18 | approved at the acquirer, unknown to us, seen in settlement | test_cases_after_the_charge |
| 19 | oldest first is evaded by a crafted request | here, test_placing_orders |
| 20 | clock and time zone | here, test_refunds |
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.payments import (
    OrderExpired,
    OrderPlaced,
    PaymentInDoubt,
    PaymentMismatched,
    PaymentNotApplied,
)
from services.payments import checkout
from services.payments.models import Reservation
from services.payments.states import AttemptState, DueState
from tests.payments.desk import APPROVED, NO_FUNDS, Desk


def test_every_case_has_its_test() -> None:
    """None of the twenty is forgotten."""
    files = Path(__file__).parent.glob("test_*.py")
    named = {number for file in files for number in re.findall(r"def test_case_(\d\d)_", file.read_text("utf-8"))}
    assert named == {f"{number:02d}" for number in range(1, 21)}


# --- case 4: two tabs ----------------------------------------------------------------------------------------------


def test_case_04_of_two_forms_of_one_order_only_the_newest_may_charge(desk: Desk) -> None:
    """The older tab is told that its form is no longer good."""
    order = desk.place(*desk.owe("202608"))
    old, new = desk.open_form(order), desk.open_form(order)
    late = desk.submit(order, old, desk.fill(old)).body
    assert (late["attempt"]["purchase_number"], late["public_state"]) == (new["purchase_number"], "pendiente")
    assert [attempt.state for attempt in desk.attempts()] == [AttemptState.SUPERSEDED, AttemptState.CREATED]
    assert desk.submit(order, new, desk.fill(new)).body["public_state"] == "pagado"
    assert len(desk.acquirer.charges()) == 1


# --- case 7: the price changes between summary and pay ---------------------------------------------------------------


def test_case_07_a_changed_price_is_not_charged(desk: Desk) -> None:
    """Neither the old nor the new amount: the payer must see and accept a new summary."""
    [due] = desk.owe("202608")
    order = desk.place(due)
    form = desk.open_form(order)
    desk.change_due(due, amount_cents=6500)
    after = desk.submit(order, form, desk.fill(form)).body
    assert (after["state"], after["attempt"]["state"]) == ("CANCELLED", "SUPERSEDED")
    assert desk.acquirer.charges() == []
    assert desk.service.published() == [OrderPlaced, OrderExpired]
    assert desk.pay(desk.place(due))["total"] == "65.00"


def test_case_07_a_changed_tax_treatment_counts_as_a_change_too(desk: Desk) -> None:
    """The voucher would differ from the summary."""
    [due] = desk.owe("202608")
    order = desk.place(due)
    form = desk.open_form(order)
    desk.change_due(due, tax_code="10")
    assert desk.submit(order, form, desk.fill(form)).body["attempt"]["state"] == "SUPERSEDED"


# --- case 8: a due is paid elsewhere meanwhile -----------------------------------------------------------------------


def test_case_08_a_due_paid_before_the_claim_is_not_charged(desk: Desk) -> None:
    """Found under lock, just in time."""
    first, second = desk.owe("202608", "202609")
    order = desk.place(first, second)
    form = desk.open_form(order)
    desk.pay_elsewhere(first)
    assert desk.submit(order, form, desk.fill(form)).body["attempt"]["state"] == "SUPERSEDED"
    assert desk.acquirer.charges() == []


def test_case_08_a_due_paid_during_the_doubt_makes_a_charge_without_a_use(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """PAID_NOT_APPLIED: no voucher, an alarm, the other due is free again."""
    first, second = desk.owe("202608", "202609")
    order = desk.in_doubt("charge_then_drop", first, second)
    desk.pay_elsewhere(first)
    desk.wait_and_ask(seconds=10)
    after = desk.order(order)
    assert (after["state"], after["public_state"]) == ("PAID_NOT_APPLIED", "en confirmación")
    assert "Le devolveremos el dinero" in after["attempt"]["action_text"]
    assert desk.service.published() == [OrderPlaced, PaymentInDoubt, PaymentNotApplied]
    assert "dues are no longer open" in caplog.text
    assert [item["order_id"] for item in desk.pending()["items"]] == [None]


def test_case_08_a_due_paid_while_the_acquirer_answers_is_noticed_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between claim and answer, without any doubt."""
    [due] = desk.owe("202608")
    order = desk.place(due)
    form = desk.open_form(order)
    token = desk.fill(form)
    original = checkout.settle

    def late(*arguments: Any, **more: Any) -> None:
        desk.pay_elsewhere(due)
        original(*arguments, **more)

    monkeypatch.setattr(checkout, "settle", late)
    assert desk.submit(order, form, token).body["attempt"]["state"] == "PAID_NOT_APPLIED"


# --- case 9: the security token expired ------------------------------------------------------------------------------


def test_case_09_a_401_renews_the_token_once_and_repeats_once(desk: Desk) -> None:
    """The call that got 401 charged nothing."""
    order = desk.place(*desk.owe("202608"))
    desk.acquirer.next("unauthorized")
    assert desk.pay(order)["public_state"] == "pagado"
    assert len(desk.acquirer.charges()) == 1


def test_case_09_a_second_401_fails_the_attempt(desk: Desk) -> None:
    """Our credentials are wrong; nothing was charged and nobody waits."""
    order = desk.place(*desk.owe("202608"))
    desk.acquirer.next("unauthorized", count=2)
    assert desk.pay(order)["attempt"]["state"] == "FAILED"
    assert desk.acquirer.charges() == []


def test_case_09_an_old_token_is_renewed_before_it_expires(desk: Desk) -> None:
    """An hour later nothing gets a 401."""
    desk.pay(desk.place(*desk.owe("202608")))
    desk.service.clock.advance(minutes=61)
    desk.pay(desk.place(*desk.owe("202609")))
    assert 401 not in [line.http_status for line in desk.conversation()]


# --- case 10: the form's session or token expired --------------------------------------------------------------------


def test_case_10_a_token_the_acquirer_calls_too_old_ends_the_form_not_the_order(desk: Desk) -> None:
    """Code 682: a new form gets a new number; the dues stay held."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form)
    desk.service.clock.advance(minutes=16)
    after = desk.submit(order, form, token).body
    assert (after["state"], after["public_state"], after["attempt"]["state"]) == ("READY", "pendiente", "EXPIRED")
    assert desk.pay(order)["attempt"]["purchase_number"] == "100000002"


def test_case_10_the_timeout_page_ends_the_form(desk: Desk) -> None:
    """data-timeouturl leads here."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    path = f"/v1/orders/{order['id']}/attempts/{form['purchase_number']}/expiration"
    assert desk.ask("POST", path).body["attempt"]["state"] == "EXPIRED"
    assert desk.ask("POST", path).body["state"] == "READY"


def test_case_10_the_timeout_page_does_not_touch_a_charge_in_hand(desk: Desk) -> None:
    """A crafted or late call changes nothing."""
    order = desk.in_doubt()
    path = f"/v1/orders/{order['id']}/attempts/100000001/expiration"
    assert desk.ask("POST", path).body["attempt"]["state"] == "UNKNOWN"


def test_case_10_a_form_that_comes_back_after_its_time_is_not_charged(desk: Desk) -> None:
    """At exactly 25 minutes it is too late, a second before it is not."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    desk.service.clock.advance(minutes=25)
    assert desk.submit(order, form, desk.fill(form)).body["attempt"]["state"] == "EXPIRED"
    again = desk.open_form(order)
    desk.service.clock.advance(minutes=24, seconds=59)
    assert desk.submit(order, again, desk.fill(again)).body["public_state"] == "pagado"


# --- case 11: the result is replayed, or posted with another order's token --------------------------------------------


def test_case_11_a_token_pays_one_order_only(desk: Desk) -> None:
    """Posted to another order it is refused there, and that order can still be paid."""
    first = desk.place(*desk.owe("202608"))
    form = desk.open_form(first)
    token = desk.fill(form)
    desk.submit(first, form, token)
    second = desk.place(*desk.owe("202609"))
    other = desk.open_form(second)
    answer = desk.submit(second, other, token)
    assert (answer.status, answer.problem) == (409, "payments/token-used")
    assert len(desk.acquirer.charges()) == 1
    assert desk.pay(second)["public_state"] == "pagado"


def test_case_11_a_declined_result_is_shown_again_not_tried_again(desk: Desk) -> None:
    """Replays show the stored result."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form, NO_FUNDS)
    answers = [desk.submit(order, form, token).body["attempt"]["action_code"] for _ in range(2)]
    assert answers == ["116", "116"]
    assert desk.authorizations() == 1


def test_case_11_only_cards_are_charged(desk: Desk) -> None:
    """A PagoEfectivo code is no transaction token."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    answer = desk.submit(order, form, "2560471", channel="pagoefectivo")
    assert (answer.status, answer.problem) == (422, "payments/unsupported-channel")
    assert desk.attempt().state is AttemptState.CREATED


# --- case 12: the amount is tampered with ------------------------------------------------------------------------------


def test_case_12_no_amount_is_taken_from_the_request(desk: Desk) -> None:
    """An amount or a number in the returned form is refused; only our row counts."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    assert desk.submit(order, form, desk.fill(form), amount="0.01").status == 422
    assert desk.submit(order, form, desk.fill(form), purchase_number="100000099").status == 422
    assert desk.acquirer.charges() == []


def test_case_12_a_charge_of_another_amount_is_an_alarm_not_a_payment(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """INTEGRITY: PAY-10 shows the acquirer's own amount, because it differs."""
    [due] = desk.owe("202608")
    order = desk.place(due)
    desk.acquirer.next("amount_differs")
    after = desk.pay(order)
    assert (after["public_state"], after["attempt"]["state"]) == ("en confirmación", "INTEGRITY")
    assert after["attempt"]["gateway_amount"] == "61.00"
    assert desk.due(due).state is DueState.OPEN
    assert desk.service.published() == [OrderPlaced, PaymentMismatched]
    assert "amount 61.00 instead of 60.00" in caplog.text


def test_case_12_a_mismatch_found_by_the_janitor_is_the_same_alarm(desk: Desk) -> None:
    """The query compares as the reply does."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    charge_behind_our_back(desk, form, amount="61.00")
    desk.acquirer.next("error_500")
    desk.submit(order, form, desk.fill(form))
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["attempt"]["state"] == "INTEGRITY"


def test_case_12_nothing_more_is_charged_after_a_mismatch(desk: Desk) -> None:
    """Staff decides; the dues stay held."""
    due_ids = desk.owe("202608")
    order = desk.place(*due_ids)
    desk.acquirer.next("amount_differs")
    desk.pay(order)
    assert desk.ask("POST", f"/v1/orders/{order['id']}/attempts").problem == "payments/being-confirmed"
    with desk.service.transaction() as session:
        assert session.query(Reservation).filter_by(active=True).count() == 1


# --- case 13: the purchase number is a duplicate -------------------------------------------------------------------------


def charge_behind_our_back(desk: Desk, form: Any, amount: str = "60.00") -> None:
    """A sale under a purchase number of ours that our own request did not make."""
    with desk.service.context():
        from services.payments.acquirer import acquirer, sale_request

        asked = replace(sale_request(desk.attempt()), amount=Decimal(amount))
        token = desk.acquirer.token(APPROVED, amount=amount, purchaseNumber=form["purchase_number"])
        acquirer().authorize(asked, token_id=token, journal=lambda exchange: None)


def test_case_13_a_duplicate_that_holds_our_sale_is_adopted(desk: Desk) -> None:
    """Code 300 for a sale made just now: it is ours, the answer to it was lost."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    charge_behind_our_back(desk, form)
    assert desk.submit(order, form, desk.fill(form)).body["attempt"]["action_code"] == "300"
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["public_state"] == "pagado"
    assert len(desk.acquirer.charges()) == 1


def test_case_13_a_duplicate_that_holds_an_older_sale_fails_and_the_next_number_pays(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The number is somebody else's: not our money, an alarm, and a new number."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    charge_behind_our_back(desk, form)
    desk.service.clock.advance(minutes=6)
    desk.submit(order, form, desk.fill(form))
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["attempt"]["state"] == "FAILED"
    assert "venta anterior" in caplog.text
    assert desk.pay(order)["public_state"] == "pagado"


def test_case_13_without_a_duplicate_code_an_old_date_does_not_disown_a_sale(desk: Desk) -> None:
    """The acquirer's clock may be wrong: a charge is never thrown away for that."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    charge_behind_our_back(desk, form)
    desk.service.clock.advance(minutes=6)
    desk.acquirer.next("error_500")
    desk.submit(order, form, desk.fill(form))
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["public_state"] == "pagado"


# --- case 19: oldest first is evaded ----------------------------------------------------------------------------------------


def test_case_19_an_older_due_that_appears_after_the_summary_stops_the_charge(desk: Desk) -> None:
    """The rule is checked again at the claim (the crafted request itself: see test_placing_orders)."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    desk.owe("202607")
    assert desk.submit(order, form, desk.fill(form)).body["attempt"]["state"] == "SUPERSEDED"
    assert desk.acquirer.charges() == []


def test_case_19_a_newer_due_that_appears_changes_nothing(desk: Desk) -> None:
    """The next month's due may be assessed while somebody pays."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    desk.owe("202609")
    assert desk.submit(order, form, desk.fill(form)).body["public_state"] == "pagado"


# --- case 20: clock and time zone -------------------------------------------------------------------------------------------


def test_case_20_half_past_eleven_at_night_in_lima_is_that_day(desk: Desk) -> None:
    """Stored in UTC, read from Lima local time, shown in Lima local time."""
    desk.service.clock.set(datetime(2026, 11, 21, 4, 30, 5, tzinfo=UTC))
    order = desk.place(*desk.owe("202608"))
    desk.pay(order)
    assert desk.attempt().charged_at == datetime(2026, 11, 21, 4, 30, 5, tzinfo=UTC)
    assert desk.ask("GET", f"/v1/orders/{order['id']}/receipt").body["paid_at_text"] == "20/11/2026 23:30:05"
