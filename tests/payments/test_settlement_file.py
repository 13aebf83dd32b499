"""The acquirer's daily file, line by line: all of it or nothing."""

from datetime import date

import pytest

from chassis.clock import LIMA
from services.payments.settlement.file import MAX_TOLD, UnreadableFile, read_file
from services.payments.settlement.states import RowType
from tests.payments.books import a_file, a_row


def wrong(**changes: str) -> list[str]:
    """What is wrong with a file of one line."""
    with pytest.raises(UnreadableFile) as told:
        read_file(a_file([a_row("100000001", **changes)]))
    return told.value.problems


def test_a_line_becomes_a_movement_in_cents_and_lima_time() -> None:
    """Case 20: the file tells Lima time."""
    (movement,) = read_file(a_file([a_row("000100000001", "120.00", fee="3.60", fee_vat="0.65")]))
    assert (movement.purchase_number, movement.type) == ("100000001", RowType.SALE)
    assert (movement.gross_cents, movement.fee_cents, movement.fee_vat_cents, movement.net_cents) == (
        12000, 360, 65, 11575,
    )  # fmt: skip
    assert movement.sold_at.astimezone(LIMA).isoformat() == "2026-11-20T10:00:00-05:00"
    assert movement.deposit_on == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"purchase_number": "1000000000001"}, "número de pedido"),
        ({"purchase_number": "-1"}, "número de pedido"),
        ({"transaction_id": ""}, "identificador"),
        ({"date": "20/11/2026"}, "línea 2"),
        ({"net": "57.87"}, "el neto"),
        ({"gross": "0.00", "fee": "0.00", "fee_vat": "0.00"}, "signo"),
        ({"type": "REFUND"}, "signo"),
        ({"type": "OTHER"}, "línea 2"),
        ({"currency": "USD"}, "PEN"),
        ({"fee": "1.801", "net": "57.879"}, "línea 2"),
        ({"gross": "NaN", "net": "1"}, "no es válido"),
        ({"deposit_date": "mañana"}, "línea 2"),
    ],
)
def test_a_line_that_does_not_fit_the_layout_spoils_the_file(changes: dict[str, str], reason: str) -> None:
    """Each with its line."""
    (problem,) = wrong(**changes)
    assert problem.startswith("línea 2: ")
    assert reason in problem


def test_another_heading_is_another_layout() -> None:
    """Columns are never guessed."""
    with pytest.raises(UnreadableFile, match="la primera línea debe ser"):
        read_file(b"pedido,monto\n1,2\n")


def test_a_file_in_another_encoding_is_refused() -> None:
    """An old spreadsheet."""
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_file("ñ".encode("latin-1"))


def test_only_the_first_problems_are_told() -> None:
    """A file with more has another layout."""
    with pytest.raises(UnreadableFile) as told:
        read_file(a_file([a_row("x")] * (MAX_TOLD + 5)))
    assert len(told.value.problems) == MAX_TOLD


def test_equal_lines_are_told_apart_by_their_order() -> None:
    """The second one of a file is another movement, the same in another file is the same."""
    twice = read_file(a_file([a_row("100000001"), a_row("100000001")]))
    assert [movement.occurrence for movement in twice] == [0, 1]
    assert twice[0].fingerprint == twice[1].fingerprint


def test_an_empty_file_has_no_movements() -> None:
    """A Sunday."""
    assert read_file(a_file([])) == []
