"""Failure cases 15 to 18 of payments.md section 2: what can go wrong when the money has been taken."""

import pytest
from sqlalchemy import func, select

from chassis.outbox import OutboxRow
from chassis.testing import ServiceUnderTest
from contracts.payments import OrderPlaced, PaymentCaptured, PaymentRefunded
from services.payments import effects
from services.payments.jobs import doubt_stuck_authorizations
from services.payments.models import ReceiptSnapshot, SettlementRow
from services.payments.settlement.importing import import_file
from services.payments.states import AttemptState, DueState
from tests.payments.desk import Desk


def test_case_15_a_refund_after_the_voucher_reopens_the_due_and_tells_einvoice(desk: Desk) -> None:
    """Asked for, approved by another, done at the acquirer, told: in this order, each once."""
    first, second = desk.owe("202608", "202609")
    order = desk.paid(first, second)
    refused = desk.treasury("POST", f"orders/{order['id']}/refunds", due_ids=[first], reason="la más antigua")
    assert refused.problem == "payments/not-latest-first"
    desk.refund(order, second)
    desk.send_refunds(days=5)
    assert [desk.due(due).state for due in (first, second)] == [DueState.PAID, DueState.OPEN]
    assert desk.service.published() == [OrderPlaced, PaymentCaptured, PaymentRefunded]


def test_case_16_the_event_is_in_the_outbox_exactly_when_the_order_is_paid(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: if the rest of it fails, neither is there; when it succeeds, both are, once."""

    def fail(*_: object) -> None:
        raise RuntimeError("no disk")

    order = desk.place(*desk.owe("202608"))
    form = desk.open_form(order)
    token = desk.fill(form)
    with monkeypatch.context() as patch:
        patch.setattr(effects, "print_later", fail)
        desk.submit(order, form, token)
    assert (desk.order(order)["state"], desk.service.published()) == ("PAYING", [OrderPlaced])
    desk.service.clock.advance(seconds=60)
    desk.service.run(doubt_stuck_authorizations)
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["state"] == "PAID"
    assert desk.service.published().count(PaymentCaptured) == 1
    assert unsent(desk.service) > 0


def unsent(service: ServiceUnderTest) -> int:
    """How many events wait for the relay; they wait until the broker has confirmed them."""
    with service.db.reading() as session:
        return session.scalar(select(func.count()).where(OutboxRow.published_at.is_(None))) or 0


def test_case_17_a_payment_stays_paid_whatever_becomes_of_its_voucher(desk: Desk) -> None:
    """Payments listens to nothing that einvoice says: SUNAT being down cannot undo a payment or its receipt."""
    order = desk.paid()
    heard = desk.service.service.subscriptions.handlers
    assert not [topic for topic in heard if topic.startswith("einvoice.")]
    assert desk.order(order)["public_state"] == "pagado"
    with desk.service.transaction() as session:
        assert session.get(ReceiptSnapshot, order["id"]) is not None


def test_case_18_a_charge_we_gave_up_shows_in_the_settlement_and_waits_for_a_person(desk: Desk) -> None:
    """The acquirer hid the sale for five queries and half an hour; its file does not."""
    order = desk.in_doubt("charge_then_drop")
    for _ in range(5):
        desk.acquirer.next("query_not_found")
        desk.wait_and_ask(hours=1)
    assert desk.attempt().state is AttemptState.FAILED
    row = settle(desk)
    assert (row.match.value, row.attempt_id, row.gross_cents) == ("NOT_RECORDED", desk.attempt().id, 6000)
    assert row.resolved_at is None
    assert desk.order(order)["public_state"] == "rechazado"


def test_case_18_a_doubt_that_ends_later_leaves_the_work_list_by_itself(desk: Desk) -> None:
    """The file came before the janitor's answer."""
    desk.in_doubt("charge_then_drop")
    assert settle(desk).match.value == "NOT_RECORDED"
    desk.wait_and_ask(seconds=10)
    assert settle(desk).resolution == "CAME_LATER"


def settle(desk: Desk) -> SettlementRow:
    """Take in the acquirer's own file of the days so far; the first row as it then stands."""
    file = desk.acquirer.control.get("/_control/settlement.csv").get_data() + b"\n" * len(desk.conversation())
    with desk.service.transaction() as session:
        import_file(session, file, "liquidacion.csv")
    with desk.service.transaction() as session:
        return session.scalars(select(SettlementRow).order_by(SettlementRow.id)).one()
