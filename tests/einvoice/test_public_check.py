"""Issue "Public check": anybody with type, series, number, date and total sees whether a voucher is genuine."""

from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.einvoice.models import Voucher, VoucherState
from tests.einvoice.shelf import Shelf

FACTS = {"type": "03", "number": "B003-00000001", "issue_date": "2026-11-20", "total": "30.00"}


@pytest.fixture
def database_kind() -> str:
    """One query by a unique key: the same on both."""
    return "sqlite"


def ask(shelf: Shelf, **changes: Any) -> TestResponse:
    """Without a session."""
    return shelf.post("public/vouchers/check", None, **FACTS | changes)


def test_it_answers_without_naming_anybody(shelf: Shelf) -> None:
    shelf.put()
    answer = ask(shelf)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "type": "03",
        "type_label": "Boleta de venta electrónica",
        "number": "B003-00000001",
        "issue_date": "2026-11-20",
        "total": "30.00",
        "currency": "PEN",
        "state": "accepted",
        "state_label": "Aceptado",
        "checked_at": shelf.service.clock.now().isoformat(),
    }


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (VoucherState.OBSERVED, "Observado"),
        (VoucherState.REJECTED, "Rechazado"),
        (VoucherState.VOIDED, "Anulado"),
        (VoucherState.VOID_REQUESTED, "Aceptado"),
        (VoucherState.VOID_REJECTED, "Aceptado"),
        (VoucherState.QUEUED, "En proceso"),
        (VoucherState.EXCEPTION, "En proceso"),
    ],
)
def test_it_tells_the_state_in_one_word(shelf: Shelf, state: VoucherState, label: str) -> None:
    """AMB-12."""
    shelf.put(state)
    assert ask(shelf).get_json()["state_label"] == label


@pytest.mark.parametrize(
    "wrong",
    [{"type": "01"}, {"number": "B003-2"}, {"number": "B004-1"}, {"issue_date": "2026-11-19"}, {"total": "30.01"}],
)
def test_unknown_and_wrong_are_one_answer(shelf: Shelf, wrong: dict[str, str]) -> None:
    """Nothing leaks: the whole body is the same, whichever fact differs."""
    shelf.put()
    answer, unknown = ask(shelf, **wrong), ask(shelf, number="BZZZ-99999999")
    assert answer.status_code == unknown.status_code == 404
    ignored = {"traceId", "instance"}
    told = [{key: value for key, value in each.get_json().items() if key not in ignored} for each in (answer, unknown)]
    assert told[0] == told[1]


@pytest.mark.parametrize("number", ["b003-1", "B003 1", "B003-00000001", " B00300000001 "])
def test_a_number_may_be_written_as_people_do(shelf: Shelf, number: str) -> None:
    shelf.put()
    assert ask(shelf, number=number).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"type": "09"}, {"number": "B003"}, {"issue_date": "ayer"}, {"total": "mucho"}, {"total": "-1"}]
)
def test_what_cannot_be_is_refused(shelf: Shelf, wrong: dict[str, str]) -> None:
    assert ask(shelf, **wrong).status_code == 422


def test_a_voucher_from_before_june_2019_is_not_told(shelf: Shelf) -> None:
    """VOU-5."""
    voucher_id = shelf.put()
    with shelf.service.transaction() as session:
        session.get_one(Voucher, voucher_id).issue_date = date(2019, 5, 31)
    assert ask(shelf, issue_date="2019-05-31").status_code == 404
