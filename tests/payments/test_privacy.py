"""SAQ A posture: no card number, no token, no secret in any table or log (payments.md 3)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from services.payments.jobs import print_receipts
from services.payments.niubiz.scrub import REMOVED, scrubbed, without_card_numbers
from tests.payments.desk import APPROVED, NO_FUNDS, Desk
from tests.payments.script import sample


def test_only_named_fields_of_a_reply_are_kept() -> None:
    """An allow-list: whatever Niubiz adds tomorrow is not stored."""
    body = sample("approved")
    body["dataMap"] |= {"CARD_TOKEN": "x", "VAULT_BLOCK": "y", "SIGNATURE": "z", "NEW": "w"}
    body["tomorrow"] = {"PAN": "1"}
    kept = scrubbed(body)
    assert set(kept) == {"header", "order", "dataMap"}
    assert "tokenId" not in kept["order"]  # type: ignore[operator]
    assert not {"CARD_TOKEN", "VAULT_BLOCK", "SIGNATURE", "NEW"} & set(kept["dataMap"])  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "number", [APPROVED, "4474 1183 5563 2240", "4474-1183-5563-2240", "4222222222222", "6304000000000000000"]
)
def test_a_card_number_is_removed_from_an_allowed_field(number: str) -> None:
    """13 to 19 digits that pass Luhn, with or without blanks."""
    kept = scrubbed({"errorMessage": f"tarjeta {number} rechazada"})
    assert kept == {"errorMessage": f"tarjeta {REMOVED} rechazada"}


@pytest.mark.parametrize("harmless", ["447411******2240", "991180900182", "4474118355632241", "100000001"])
def test_masks_and_other_numbers_stay(harmless: str) -> None:
    """A mask, a short number, a number that fails Luhn."""
    assert without_card_numbers(harmless) == harmless


@given(st.text(alphabet="0123456789 -a", max_size=60))
def test_no_text_lets_a_standalone_card_number_through(text: str) -> None:
    """Whatever stands around it."""
    assert APPROVED not in without_card_numbers(f"{text}a{APPROVED}a{text}")


def test_a_body_that_is_no_object_is_not_kept() -> None:
    """It could hold anything."""
    assert scrubbed(None) == {"unreadable": True}
    assert scrubbed([APPROVED]) == {"unreadable": True}


CARD_BEGINNINGS = "3456"
"""ISO/IEC 7812: American Express and Diners 3, Visa 4, Mastercard 5, Discover and Maestro 6."""


@dataclass
class Journey:
    """Everything a physician and treasury can do, and what was written meanwhile."""

    desk: Desk
    secrets: list[str]
    log: str

    def values(self) -> Iterator[tuple[str, str]]:
        """Every value of every row of every table as text, with `table.column`; events stand in the outbox."""
        with self.desk.service.transaction() as session:
            for table in inspect(session.get_bind()).get_table_names():
                result = session.execute(text(f'SELECT * FROM "{table}"'))
                names = list(result.keys())
                for row in result:
                    for name, value in zip(names, row, strict=True):
                        if not isinstance(value, bytes):
                            yield f"{table}.{name}", json.dumps(value, default=str, ensure_ascii=False)
                        else:
                            yield f"{table}.{name}", value.decode("utf-8", "replace")


@pytest.fixture
def journey(desk: Desk, caplog: pytest.LogCaptureFixture) -> Journey:
    """Declined, paid, in doubt, of a wrong amount, not applied, voided, refunded, looked at, printed, told."""
    secrets: list[str] = []
    with caplog.at_level("DEBUG"):
        order = desk.place(*desk.owe("202601"))
        for card in (NO_FUNDS, APPROVED):
            form = desk.open_form(order)
            secrets += [desk.fill(form, card), form["session_key"]]
            desk.submit(order, form, secrets[-2])
        desk.treasury("GET", f"orders/{order['id']}")
        desk.refund(order)
        desk.send_refunds()
        desk.in_doubt("charge_then_drop", order["lines"][0]["due_id"], *desk.owe("202602"))
        desk.wait_and_ask(seconds=10)
        [due] = desk.owe("202603")
        desk.refund(desk.paid(due))
        desk.send_refunds(days=5)
        desk.acquirer.next("amount_differs")
        desk.pay(desk.place(due))
        while desk.service.run(print_receipts):
            pass
    return Journey(desk, secrets, caplog.text)


def test_no_secret_of_the_acquirer_is_written_anywhere(journey: Journey) -> None:
    """No transaction token, session key, password or login in any table, event or log line."""
    written = "\n".join(value for _, value in journey.values()) + journey.log
    found = [secret for secret in [*journey.secrets, "cmp-demo"] if secret in written]
    assert found == []


def test_no_card_number_is_written_anywhere(journey: Journey) -> None:
    """Every table, event and log line is scanned for 13 to 19 digits that begin like a card and pass Luhn."""
    places = [*journey.values(), *(("log", line) for line in journey.log.splitlines())]
    known = our_numbers(journey.desk)
    cards = [
        (place, run)
        for place, value in places
        for run in re.findall(r"(?<!\d)\d{13,19}(?!\d)", re.sub(r"(?<=\d)[ -](?=\d)", "", value))
        if run[0] in CARD_BEGINNINGS and run not in known and without_card_numbers(run) == REMOVED
    ]
    assert cards == []
    assert len(places) > 500


def our_numbers(desk: Desk) -> set[str]:
    """Numbers the acquirer gave us for its transactions, taken from its own page and not from our tables."""
    charges = desk.acquirer.charges(approved_only=False)
    return {charge[name] for charge in charges for name in ("transactionId", "traceNumber", "purchaseNumber")}


def test_the_acquirers_own_numbers_do_not_begin_like_a_card(journey: Journey) -> None:
    """So that the scan above hides nothing: its transaction ids begin with 9 (payments.md 1.2)."""
    numbers = {number for number in our_numbers(journey.desk) if len(number) >= 13}
    assert numbers
    assert {number[0] for number in numbers} == {"9"}


def test_the_scan_would_find_a_card_number(journey: Journey) -> None:
    """A scan that finds nothing anywhere proves nothing."""
    with journey.desk.service.transaction() as session:
        session.execute(text("UPDATE payment_order SET owner_name = :name"), {"name": f"Rosa {APPROVED}"})
    assert any(APPROVED in value for _, value in journey.values())
    assert without_card_numbers(APPROVED) == REMOVED


def test_what_is_kept_of_a_card_is_its_first_six_and_last_four(journey: Journey) -> None:
    """PCI DSS 3.4.1: nowhere more, in no table. Eight digits, so that no hash holds them by chance."""
    pieces = (APPROVED[:8], APPROVED[-8:], APPROVED[4:12])
    places = [place for place, value in journey.values() if any(piece in value for piece in pieces)]
    assert places == []
