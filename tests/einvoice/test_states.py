"""The state machine of a voucher: the allowed edges, and no other (sunat.md 2.16)."""

from datetime import UTC, datetime

import pytest

from chassis.events import FileRef
from services.einvoice.errors import IllegalTransition
from services.einvoice.models import EDGES, FINAL, OPEN, UNJUDGED, Voucher, VoucherState
from services.einvoice.models.states import FILTERS, LABELS
from tests.einvoice.facts import a_boleta

S = VoucherState
A_FILE = FileRef(service="einvoice", sha256="0" * 64, size=1, media_type="application/zip", name="R-x.zip")
SOON = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)

EXPECTED = {
    (S.DRAFT, S.NUMBERED),
    (S.NUMBERED, S.SIGNED),
    (S.SIGNED, S.QUEUED),
    (S.QUEUED, S.SENDING),
    (S.QUEUED, S.ACCEPTED),
    (S.QUEUED, S.OBSERVED),
    (S.QUEUED, S.REJECTED),
    (S.SENDING, S.QUEUED),
    (S.SENDING, S.UNKNOWN),
    (S.SENDING, S.EXCEPTION),
    (S.SENDING, S.ACCEPTED),
    (S.SENDING, S.OBSERVED),
    (S.SENDING, S.REJECTED),
    (S.UNKNOWN, S.SENDING),
    (S.UNKNOWN, S.ACCEPTED),
    (S.UNKNOWN, S.OBSERVED),
    (S.UNKNOWN, S.REJECTED),
    (S.EXCEPTION, S.QUEUED),
    (S.EXCEPTION, S.ACCEPTED),
    (S.EXCEPTION, S.OBSERVED),
    (S.EXCEPTION, S.REJECTED),
    (S.ACCEPTED, S.VOID_REQUESTED),
    (S.OBSERVED, S.VOID_REQUESTED),
    (S.VOID_REQUESTED, S.VOIDED),
    (S.VOID_REQUESTED, S.VOID_REJECTED),
    (S.VOID_REJECTED, S.VOID_REQUESTED),
}


def a_voucher(state: VoucherState) -> Voucher:
    """A voucher that was put into a state."""
    voucher = Voucher.numbered(a_boleta(), council="03", search_name="")
    voucher.state, voucher.attempts, voucher.in_doubt = state, 0, False
    return voucher


@pytest.mark.parametrize("source", list(S))
def test_exactly_the_edges_of_the_table_are_allowed(source: VoucherState) -> None:
    """sunat.md 2.16, edge by edge."""
    assert {(source, target) for target in EDGES[source]} == {edge for edge in EXPECTED if edge[0] == source}


STEPS = {
    "sign": (lambda v: v.sign(A_FILE, "digest"), {S.NUMBERED}),
    "enqueue": (lambda v: v.enqueue(), {S.SIGNED}),
    "accept": (
        lambda v: v.accept(A_FILE, code="0", text="", observations=()),
        {S.QUEUED, S.SENDING, S.UNKNOWN, S.EXCEPTION},
    ),
    "reject": (
        lambda v: v.reject(code="2335", text="", cdr=None),
        {S.QUEUED, S.SENDING, S.UNKNOWN, S.EXCEPTION},
    ),
    "stop": (lambda v: v.stop(code="1001", text=""), {S.SENDING}),
    "lose_answer": (lambda v: v.lose_answer("", retry_at=SOON), {S.SENDING}),
    "put_off": (lambda v: v.put_off(code="", text="", retry_at=SOON), {S.SENDING}),
    "requeue": (lambda v: v.requeue("cured"), {S.EXCEPTION}),
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("step", STEPS)
def test_a_voucher_does_what_its_state_allows_and_nothing_else(step: str, state: VoucherState) -> None:
    """A step from a wrong state raises and changes nothing."""
    act, allowed = STEPS[step]
    voucher = a_voucher(state)
    if state in allowed:
        act(voucher)
        assert voucher.state != state
    else:
        with pytest.raises(IllegalTransition):
            act(voucher)
        assert voucher.state == state


def test_every_state_is_either_unjudged_final_or_not_yet_queued() -> None:
    """No state that nobody looks after."""
    early = {S.DRAFT, S.NUMBERED, S.SIGNED}
    assert UNJUDGED | FINAL | early == set(S)
    assert not UNJUDGED & FINAL
    assert OPEN < UNJUDGED


def test_every_state_has_a_spanish_name_and_a_filter() -> None:
    """AMB-12: Aceptado, Observado, Rechazado, Anulado."""
    assert set(LABELS) == set(S)
    assert FILTERS["any"] == set(S)
    assert FILTERS["observed"] < FILTERS["accepted"]


def test_a_rejected_or_voided_voucher_moves_no_more() -> None:
    """The number is spent."""
    assert EDGES[S.REJECTED] == EDGES[S.VOIDED] == frozenset()
