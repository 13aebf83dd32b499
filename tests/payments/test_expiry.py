"""What ends by itself: forms after 25 minutes, orders after an hour, and never while money may move."""

import pytest

from contracts.payments import OrderExpired, OrderPlaced
from services.payments.jobs import expire_forms, expire_orders, settle_unknown_attempts
from services.payments.models import Order
from services.payments.states import AttemptState, OrderState
from tests.payments.desk import NO_FUNDS, Desk


def test_a_form_ends_after_exactly_25_minutes(desk: Desk) -> None:
    """Niubiz's own session ends after 30."""
    desk.open_form(desk.place(*desk.owe("202608")))
    desk.service.clock.advance(minutes=25, seconds=-1)
    assert desk.service.run(expire_forms) is False
    desk.service.clock.advance(seconds=1)
    assert desk.service.run(expire_forms) is True
    assert desk.attempt().state is AttemptState.EXPIRED


def test_an_order_outlives_its_form(desk: Desk) -> None:
    """Case 10: it keeps its dues until its own end."""
    order = desk.place(*desk.owe("202608"))
    desk.open_form(order)
    desk.service.clock.advance(minutes=25)
    desk.service.run(expire_forms)
    assert (desk.order(order)["state"], desk.order(order)["public_state"]) == ("READY", "pendiente")


def test_an_unpaid_order_gives_its_dues_back_after_an_hour(desk: Desk) -> None:
    """And tells it once."""
    due_ids = desk.owe("202608")
    order = desk.place(*due_ids)
    desk.service.clock.advance(minutes=60, seconds=-1)
    assert desk.service.run(expire_orders) is False
    desk.service.clock.advance(seconds=1)
    assert desk.service.run(expire_orders) is True
    assert desk.service.run(expire_orders) is False
    assert desk.order(order)["public_state"] == "vencido"
    assert desk.service.published() == [OrderPlaced, OrderExpired]
    assert desk.place(*due_ids)["state"] == "READY"


def test_an_expired_order_opens_no_form_even_before_the_job_ran(desk: Desk) -> None:
    """The time counts, not the job."""
    order = desk.place(*desk.owe("202608"))
    desk.service.clock.advance(minutes=60)
    assert desk.ask("POST", f"/v1/orders/{order['id']}/attempts").problem == "payments/order-closed"


def test_an_order_waits_for_its_open_form(desk: Desk) -> None:
    """Opened in the 59th minute, it may be paid in the 80th."""
    order = desk.place(*desk.owe("202608"))
    desk.service.clock.advance(minutes=59)
    form = desk.open_form(order)
    desk.service.clock.advance(minutes=21)
    assert desk.service.run(expire_orders) is False
    assert desk.submit(order, form, desk.fill(form)).body["public_state"] == "pagado"


def test_a_decline_keeps_the_dues_for_15_more_minutes(desk: Desk) -> None:
    """PAY-12: time for another card, even at the end of the order's hour."""
    order = desk.place(*desk.owe("202608"))
    desk.service.clock.advance(minutes=58)
    desk.pay(order, NO_FUNDS)
    desk.service.clock.advance(minutes=15, seconds=-1)
    assert desk.service.run(expire_orders) is False
    desk.service.clock.advance(seconds=1)
    assert desk.service.run(expire_orders) is True


def test_a_decline_does_not_shorten_an_orders_life(desk: Desk) -> None:
    """An early refusal leaves the rest of the hour."""
    order = desk.place(*desk.owe("202608"))
    desk.pay(order, NO_FUNDS)
    desk.service.clock.advance(minutes=59)
    assert desk.service.run(expire_orders) is False


@pytest.mark.parametrize("behaviour", ["charge_then_drop", "amount_differs"])
def test_an_order_never_expires_while_money_may_have_moved(desk: Desk, behaviour: str) -> None:
    """UNKNOWN and INTEGRITY hold the dues for days if need be."""
    due_ids = desk.owe("202608")
    order = desk.place(*due_ids)
    desk.acquirer.next(behaviour)
    desk.pay(order)
    desk.service.clock.advance(days=3)
    assert (desk.service.run(expire_orders), desk.service.run(expire_forms)) == (False, False)
    assert desk.post_order(desk.request_for(due_ids)).problem == "payments/due-reserved"


def test_a_doubt_that_ends_in_a_decline_gives_time_for_another_try(desk: Desk) -> None:
    """The order's hour was over long ago; the payer still gets 15 minutes."""
    order = desk.place(*desk.owe("202608"))
    desk.acquirer.next("error_500")
    desk.pay(order)
    for _ in range(5):
        desk.acquirer.next("query_not_found")
        desk.service.clock.advance(hours=2)
        desk.service.run(settle_unknown_attempts)
    assert desk.order(order)["attempt"]["state"] == "FAILED"
    assert desk.service.run(expire_orders) is False
    assert desk.pay(order)["public_state"] == "pagado"


def test_the_age_of_the_oldest_doubt_is_measured(desk: Desk) -> None:
    """For the alert PaymentUnknown."""
    desk.acquirer.next("charge_then_drop")
    desk.pay(desk.place(*desk.owe("202608")))
    desk.service.clock.advance(seconds=9)
    desk.service.run(settle_unknown_attempts)
    text = desk.service.service.metrics.render().decode()
    assert 'cmp_payments_unknown_oldest_seconds{service="payments"} 9.0' in text
    assert 'cmp_payments_unknown{service="payments"} 1.0' in text
    assert 'cmp_payments_total{outcome="doubted",service="payments"} 1.0' in text


def test_the_age_is_zero_when_nothing_is_in_doubt(desk: Desk) -> None:
    """The alert must end by itself."""
    desk.service.run(settle_unknown_attempts)
    assert (
        'cmp_payments_unknown_oldest_seconds{service="payments"} 0.0' in desk.service.service.metrics.render().decode()
    )


def test_an_order_that_has_ended_is_not_revived_by_its_last_form(desk: Desk) -> None:
    """Whatever order the jobs run in."""
    order = desk.place(*desk.owe("202608"))
    desk.open_form(order)
    with desk.service.transaction() as session:
        session.get_one(Order, order["id"]).state = OrderState.EXPIRED
    desk.service.clock.advance(minutes=25)
    desk.service.run(expire_forms)
    assert (desk.attempt().state, desk.stored_order(order).state) == (AttemptState.EXPIRED, OrderState.EXPIRED)


def test_a_form_of_an_ended_order_charges_nothing(desk: Desk) -> None:
    """The dues may be somebody else's by now."""
    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    with desk.service.transaction() as session:
        session.get_one(Order, order["id"]).state = OrderState.EXPIRED
    assert desk.submit(order, form, desk.fill(form)).body["public_state"] == "vencido"
    assert desk.acquirer.charges() == []
