"""Twenty at once: one claim wins, one order holds a due, one number is nobody else's."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contracts.payments import OrderPlaced, PaymentCaptured, PaymentRefunded
from services.payments.jobs import send_refunds, settle_unknown_attempts
from services.payments.states import RefundState
from tests.payments.desk import ANA, BETO, Desk

CROWD = 20


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Let twenty threads do the same thing at the same moment."""
    start = threading.Barrier(CROWD)

    def wait_and_act(number: int) -> Any:
        start.wait(60)
        return act(number)

    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(wait_and_act, range(CROWD)))


def test_twenty_clicks_on_pay_charge_once(desk: Desk) -> None:
    """Case 3: one claim wins; the losers see the order as it stands."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form)
    answers = at_once(lambda number: desk.submit(order, form, token))
    assert {answer.status for answer in answers} == {200}
    assert {answer.body["public_state"] for answer in answers} <= {"pagado", "en confirmación"}
    assert len(desk.acquirer.charges()) == 1
    assert desk.service.published() == [OrderPlaced, PaymentCaptured]


def test_twenty_orders_for_the_same_due_make_one(desk: Desk) -> None:
    """Case 4: the others are led to it."""
    body = desk.request_for(desk.owe("202608", "202609"))
    answers = at_once(lambda number: desk.post_order(body, key=f"tab-{number}"))
    assert sorted(answer.status for answer in answers) == [201] + [409] * (CROWD - 1)
    placed = next(answer.body["id"] for answer in answers if answer.status == 201)
    assert {answer.body["order_id"] for answer in answers if answer.status == 409} == {placed}


def test_twenty_requests_with_one_key_make_one_order(desk: Desk) -> None:
    """Idempotency-Key: the same answer, or "in progress"."""
    body = desk.request_for(desk.owe("202608"))
    answers = at_once(lambda number: desk.post_order(body, key="one"))
    assert {answer.status for answer in answers} <= {201, 409}
    assert len({answer.body["id"] for answer in answers if answer.status == 201}) == 1
    assert {answer.problem for answer in answers if answer.status == 409} <= {"idempotency-key-in-use"}
    assert desk.service.published() == [OrderPlaced]


def test_twenty_forms_get_twenty_numbers_and_one_stays_good(desk: Desk) -> None:
    """Numbers are never given to two."""
    order = desk.place(*desk.owe("202608"))
    forms = at_once(lambda number: desk.open_form(order))
    assert len({form["purchase_number"] for form in forms}) == CROWD
    assert [attempt.state for attempt in desk.attempts()].count("CREATED") == 1  # type: ignore[arg-type]


def test_twenty_janitors_settle_a_charge_once(desk: Desk) -> None:
    """One asks, the others skip the locked row."""
    desk.acquirer.next("charge_then_drop")
    desk.pay(desk.place(*desk.owe("202608")))
    desk.service.clock.advance(seconds=10)
    asked = at_once(lambda number: desk.service.run(settle_unknown_attempts))
    assert asked.count(True) == 1
    assert desk.service.published().count(PaymentCaptured) == 1


def test_twenty_approvals_of_one_refund_approve_it_once(desk: Desk) -> None:
    """Two people, one decision; the acquirer is told once."""
    asked = desk.ask_refund(desk.paid())
    answers = at_once(lambda number: desk.treasury("POST", f"refunds/{asked['id']}/approval", BETO))
    assert sorted(answer.status for answer in answers) == [200] + [409] * (CROWD - 1)


def test_twenty_jobs_send_a_refund_once(desk: Desk) -> None:
    """Row first: who finds it SENT has nothing to send."""
    desk.refund(desk.paid())
    at_once(lambda number: desk.service.run(send_refunds))
    sent = [line for line in desk.conversation() if "/void/" in line.endpoint and line.direction == "out"]
    assert len(sent) == 1
    assert len(desk.service.events(PaymentRefunded)) == 1


def test_twenty_requests_for_a_refund_leave_one(desk: Desk) -> None:
    """The partial unique index lets an order have one live refund."""
    order = desk.paid()
    body = {"due_ids": [], "reason": "pagó dos veces"}
    answers = at_once(lambda number: desk.treasury("POST", f"orders/{order['id']}/refunds", ANA, **body))
    assert sorted(answer.status for answer in answers) == [201] + [409] * (CROWD - 1)


def test_an_order_and_a_refund_of_older_dues_do_not_pass_each_other(desk: Desk) -> None:
    """Whoever comes second sees the other: no newer due is held while an older one goes back."""
    first, second = desk.owe("202608", "202609")
    desk.refund(desk.paid(first))

    def act(number: int) -> Any:
        if number % 2:
            return desk.service.run(send_refunds)
        return desk.post_order(desk.request_for([second]), key=f"tab-{number}").status

    at_once(act)
    held = bool(desk.pending()["items"][-1]["order_id"])
    returned = desk.last_refund().state is RefundState.RETURNED
    assert held is not returned or not held


def test_twenty_physicians_pay_at_the_same_time(desk: Desk) -> None:
    """No deadlock, no mixed-up number, each paid once."""
    dues = {number: desk.owe("202608", cmp_number=f"{number + 1:06d}") for number in range(CROWD)}
    for number in range(CROWD):
        desk.welcome(cmp_number=f"{number + 1:06d}", document_number=f"400001{number:02d}")

    def pay(number: int) -> Any:
        from tests.people import physician

        who = physician(f"{number + 1:06d}")
        return desk.pay(desk.place(*dues[number], who=who), who=who)

    paid = at_once(pay)
    assert {order["public_state"] for order in paid} == {"pagado"}
    assert len({order["number"] for order in paid}) == len(desk.acquirer.charges()) == CROWD
