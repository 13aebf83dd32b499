"""The state machine is a table: these tests hold it beside payments.md section 5."""

import pytest

from services.payments.effects import EFFECTS
from services.payments.models import AttemptEvent
from services.payments.news import News
from services.payments.states import (
    EDGES,
    ENDINGS_WITHOUT_CHARGE,
    MESSAGES,
    AttemptState,
    Happening,
    OrderState,
    public_word,
)
from services.payments.transitions import lock, move
from tests.payments.desk import Desk

FINAL = {
    AttemptState.DECLINED,
    AttemptState.FAILED,
    AttemptState.EXPIRED,
    AttemptState.SUPERSEDED,
    AttemptState.VOIDED,
    AttemptState.REFUNDED,
}


def test_no_other_edge_exists() -> None:
    """payments.md 5 plus the edge of case 10 (a form the acquirer calls expired)."""
    assert {(start.value, edge.attempt.value) for (start, _), edge in EDGES.items()} == {
        ("CREATED", "AUTHORIZING"),
        ("CREATED", "SUPERSEDED"),
        ("CREATED", "EXPIRED"),
        ("AUTHORIZING", "PAID"),
        ("AUTHORIZING", "PAID_NOT_APPLIED"),
        ("AUTHORIZING", "INTEGRITY"),
        ("AUTHORIZING", "DECLINED"),
        ("AUTHORIZING", "EXPIRED"),
        ("AUTHORIZING", "FAILED"),
        ("AUTHORIZING", "UNKNOWN"),
        ("UNKNOWN", "PAID"),
        ("UNKNOWN", "PAID_NOT_APPLIED"),
        ("UNKNOWN", "INTEGRITY"),
        ("UNKNOWN", "DECLINED"),
        ("UNKNOWN", "FAILED"),
        ("INTEGRITY", "PAID"),
        ("INTEGRITY", "PAID_NOT_APPLIED"),
        ("INTEGRITY", "DECLINED"),
        ("INTEGRITY", "FAILED"),
        ("INTEGRITY", "VOIDED"),
        ("INTEGRITY", "REFUNDED"),
        ("PAID_NOT_APPLIED", "PAID"),
        ("PAID_NOT_APPLIED", "VOIDED"),
        ("PAID_NOT_APPLIED", "REFUNDED"),
        ("PAID", "PAID"),
        ("PAID", "VOIDED"),
        ("PAID", "REFUNDED"),
    }


def test_nothing_leaves_a_final_state() -> None:
    """What charged nothing, or was given back, stays so."""
    assert not {start for start, _ in EDGES} & FINAL


def test_money_that_paid_dues_leaves_only_by_going_back() -> None:
    """Case 14: PAID never becomes FAILED, DECLINED or UNKNOWN."""
    after = {(happening, edge.attempt) for (start, happening), edge in EDGES.items() if start is AttemptState.PAID}
    assert after == {
        (Happening.PARTLY_RETURNED, AttemptState.PAID),
        (Happening.VOIDED, AttemptState.VOIDED),
        (Happening.RETURNED, AttemptState.REFUNDED),
    }


def test_money_can_only_have_moved_after_a_claim() -> None:
    """No edge leads from the open form to a charge."""
    charged = {AttemptState.PAID, AttemptState.INTEGRITY, AttemptState.PAID_NOT_APPLIED, AttemptState.UNKNOWN}
    assert not {edge.attempt for (start, _), edge in EDGES.items() if start is AttemptState.CREATED} & charged


def test_an_order_is_paying_exactly_while_an_outcome_is_awaited() -> None:
    """So that READY alone allows a new form, an expiry or a cancellation."""
    awaited = {AttemptState.AUTHORIZING, AttemptState.UNKNOWN, AttemptState.INTEGRITY}
    assert all((edge.order is OrderState.PAYING) is (edge.attempt in awaited) for edge in EDGES.values())


def test_an_order_ends_by_itself_only_from_ready() -> None:
    """The sweeper never frees dues while money may move."""
    assert set(ENDINGS_WITHOUT_CHARGE) == {OrderState.READY}


def test_every_happening_but_the_first_stands_in_the_table() -> None:
    """A happening nobody could ever see would be dead code."""
    assert {happening for _, happening in EDGES} == set(Happening) - {Happening.OPENED}
    assert set(EFFECTS) < set(Happening)


def test_an_illegal_move_changes_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, leaves no line in the history and publishes nothing."""
    order = desk.place(*desk.owe("202608"))
    desk.pay(order)
    before, facts = desk.history(), desk.service.published()
    with desk.service.transaction() as session:
        moved = move(session, *lock(session, desk.attempt().id), News(happening=Happening.DECLINED, actor="test"))
    assert moved is False
    assert (desk.history(), desk.service.published()) == (before, facts)
    assert "no edge from PAID for declined" in caplog.text


@pytest.mark.parametrize(
    ("order", "attempt", "word"),
    [
        (OrderState.READY, None, "pendiente"),
        (OrderState.READY, AttemptState.CREATED, "pendiente"),
        (OrderState.READY, AttemptState.EXPIRED, "pendiente"),
        (OrderState.READY, AttemptState.DECLINED, "rechazado"),
        (OrderState.READY, AttemptState.FAILED, "rechazado"),
        (OrderState.PAYING, AttemptState.UNKNOWN, "en confirmación"),
        (OrderState.PAYING, AttemptState.INTEGRITY, "en confirmación"),
        (OrderState.PAID, AttemptState.PAID, "pagado"),
        (OrderState.EXPIRED, AttemptState.DECLINED, "vencido"),
        (OrderState.CANCELLED, None, "vencido"),
    ],
)
def test_the_payer_sees_one_word(order: OrderState, attempt: AttemptState | None, word: str) -> None:
    """payments.md 5: public words."""
    assert public_word(order, attempt) == word


def test_who_waits_is_told_not_to_pay_again() -> None:
    """Case 1: the sentence of the result page."""
    waiting = (AttemptState.AUTHORIZING, AttemptState.UNKNOWN, AttemptState.INTEGRITY)
    assert all("No vuelva a pagar" in MESSAGES[state] for state in waiting)


def test_the_history_cannot_be_rewritten(desk: Desk) -> None:
    """attempt_event, gateway_message, receipt and conditions are append-only."""
    desk.pay(desk.place(*desk.owe("202608")))
    with pytest.raises(RuntimeError, match="append-only"), desk.service.transaction() as session:
        session.query(AttemptEvent).first().actor = "nobody"  # type: ignore[union-attr]
    with pytest.raises(RuntimeError, match="append-only"), desk.service.transaction() as session:
        session.delete(session.query(AttemptEvent).first())
