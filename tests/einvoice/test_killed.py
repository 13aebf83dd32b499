"""Killed at each step and restarted: the same number, the same bytes, one voucher, one event (issue 5, fault F1)."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.einvoice import VoucherAccepted, VoucherIssued, VoucherVoided
from services.einvoice import filing, notes, printing, summarizing, summary_filing
from services.einvoice.jobs import (
    compose_summaries,
    file_summaries,
    note_refunds,
    render_pdf,
    send_queued_vouchers,
)
from services.einvoice.models import SummaryState, VoucherState
from services.einvoice.sunat import SunatClient
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment, a_refund


class KilledError(BaseException):
    """As SIGKILL, it passes every `except Exception`."""


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Die when this is about to happen."""

    def die(*args: Any, **kwargs: Any) -> Any:
        raise KilledError

    monkeypatch.setattr(owner, name, die)


def after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Die when this has just happened."""
    real = getattr(owner, name)

    def die(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise KilledError

    monkeypatch.setattr(owner, name, die)


FILING: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before the claim is committed": lambda patch: after(patch, filing, "_claim"),
    "after the claim, before the call": lambda patch: before(patch, SunatClient, "send_bill"),
    "after the call, before the answer is read": lambda patch: after(patch, SunatClient, "send_bill"),
    "before the receipt is stored": lambda patch: before(patch, filing, "store_receipt"),
    "after the receipt is stored, before the outcome": lambda patch: after(patch, filing, "store_receipt"),
    "in the middle of the outcome": lambda patch: after(patch, filing, "apply"),
    "before the event is written": lambda patch: before(patch, filing, "publish"),
}

PRINTING: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before rendering": lambda patch: before(patch, printing, "render"),
    "after rendering, before storing": lambda patch: after(patch, printing, "render"),
    "before the event is written": lambda patch: before(patch, printing, "publish"),
}


def die_once(office: Office, job: Callable[[], bool], kill: Callable[[pytest.MonkeyPatch], None]) -> bool:
    """Run a job that is killed at a point; True when the point was reached."""
    with pytest.MonkeyPatch.context() as patch:
        kill(patch)
        try:
            office.service.run(job)
        except KilledError:
            return True
    return False


def come_back(office: Office) -> None:
    """Restart, and wait long enough for every lease and back-off to end."""
    for _ in range(4):
        office.service.clock.advance(hours=1)
        office.service.run(send_queued_vouchers)
        office.print()


def assert_one_accepted_voucher(office: Office) -> None:
    """I1: exactly one accepted voucher, sent with the bytes it was signed with."""
    voucher = office.voucher()
    xml = voucher.file("xml")
    assert xml is not None
    assert voucher.state == VoucherState.ACCEPTED
    assert office.service.published() == [VoucherIssued, VoucherAccepted]
    issued, accepted = office.service.events()
    assert issued.number == accepted.number
    known = office.sunat.document()
    assert known["state"] == "accepted"
    assert {attempt["sha256"] for attempt in known["attempts"]} == {xml.sha256}
    assert len({attempt["zip_sha256"] for attempt in known["attempts"]}) == 1


@pytest.mark.parametrize("point", FILING)
@pytest.mark.parametrize("payment", [a_payment(), a_factura_payment(order_id="order-1")], ids=["boleta", "factura"])
def test_killed_while_filing_the_voucher_is_accepted_once_with_the_same_bytes(
    office: Office, payment: Any, point: str
) -> None:
    """A crash between two transactions looks exactly like a lost answer."""
    office.service.deliver(payment)
    office.print()
    assert die_once(office, send_queued_vouchers, FILING[point])
    come_back(office)
    assert_one_accepted_voucher(office)


@pytest.mark.parametrize("point", PRINTING)
def test_killed_while_printing_the_voucher_is_told_once(office: Office, point: str) -> None:
    """The PDF is stored once, and the event follows it."""
    office.service.deliver(a_payment())
    office.service.run(send_queued_vouchers)
    assert die_once(office, render_pdf, PRINTING[point])
    come_back(office)
    assert_one_accepted_voucher(office)


def test_killed_at_every_step_in_turn_the_voucher_is_accepted_once(office: Office) -> None:
    """The worst day: each start is cut short at another point."""
    office.service.deliver(a_payment())
    for kill in FILING.values():
        die_once(office, send_queued_vouchers, kill)
        office.service.clock.advance(hours=1)
    for kill in PRINTING.values():
        die_once(office, render_pdf, kill)
        office.service.clock.advance(hours=1)
    come_back(office)
    assert_one_accepted_voucher(office)


NOTING: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before the note is numbered": lambda patch: before(patch, notes, "issue"),
    "after the note is signed and stored": lambda patch: after(patch, notes, "issue"),
    "before the event is written": lambda patch: before(patch, notes, "publish"),
}


@pytest.mark.parametrize("point", NOTING)
@pytest.mark.parametrize("payment", [a_payment(), a_factura_payment(order_id="order-1")], ids=["boleta", "factura"])
def test_killed_while_a_refund_is_noted_there_is_one_note_with_the_first_number(
    office: Office, payment: Any, point: str
) -> None:
    """Number, note and event come and go together."""
    office.service.deliver(payment)
    office.service.deliver(a_refund())
    office.service.run(send_queued_vouchers)
    assert die_once(office, note_refunds, NOTING[point])
    office.service.run(note_refunds)
    come_back(office)
    note = office.note()
    assert (note.number, note.state) == (1, VoucherState.ACCEPTED)
    assert [event.number for event in office.service.events(VoucherIssued)][1:] == [note.printed_number]


@pytest.mark.parametrize("point", FILING)
@pytest.mark.parametrize("payment", [a_payment(), a_factura_payment(order_id="order-1")], ids=["boleta", "factura"])
def test_killed_while_a_note_is_filed_it_is_sent_with_the_same_bytes(office: Office, payment: Any, point: str) -> None:
    """As with vouchers."""
    office.service.deliver(payment)
    office.service.run(send_queued_vouchers)
    office.print()
    office.service.deliver(a_refund())
    office.print()
    assert die_once(office, send_queued_vouchers, FILING[point])
    come_back(office)
    note = office.note()
    assert note.state == VoucherState.ACCEPTED
    (known,) = [each for each in office.sunat.documents() if each["file_name"] == note.file_name]
    assert {attempt["sha256"] for attempt in known["attempts"]} == {note.file("xml").sha256}  # type: ignore[union-attr]
    assert [event.number for event in office.service.events(VoucherAccepted)].count(note.printed_number) == 1


COMPOSING: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "after the number is taken": lambda patch: after(patch, summarizing, "reserve_summary_number"),
    "after signing": lambda patch: after(patch, summarizing, "sign"),
    "after the batch is signed and stored": lambda patch: after(patch, summarizing, "_number_and_sign"),
}

TELLING: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "after the claim, before the call": lambda patch: before(patch, SunatClient, "send_summary"),
    "after the call, before the ticket is kept": lambda patch: after(patch, SunatClient, "send_summary"),
    "before the answer is stored": lambda patch: before(patch, summary_filing, "keep_receipt"),
    "in the middle of the outcome": lambda patch: after(patch, summary_filing, "settle_entries"),
    "before the events are written": lambda patch: before(patch, summary_filing, "publish"),
}

ASKING: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before the ticket is asked about": lambda patch: before(patch, SunatClient, "get_status"),
    "after SUNAT has told": lambda patch: after(patch, SunatClient, "get_status"),
    "after the receipt is stored": lambda patch: after(patch, summary_filing, "keep_receipt"),
    "in the middle of the outcome": lambda patch: after(patch, summary_filing, "settle_entries"),
    "before the events are written": lambda patch: before(patch, summary_filing, "publish"),
}

KINDS = pytest.mark.parametrize(
    "payment", [a_payment(), a_factura_payment(order_id="order-1")], ids=["RC of a boleta", "RA of a factura"]
)


def a_void_requested(office: Office, payment: Any) -> None:
    """An accepted voucher that staff want void."""
    office.service.deliver(payment)
    office.service.run(send_queued_vouchers)
    office.print()
    office.void(office.voucher())


def assert_void_once_with_the_same_bytes(office: Office) -> None:
    """One voided voucher, one event; every number of an RC or RA was sent with one set of bytes."""
    office.tell(times=8)
    assert office.voucher().state == VoucherState.VOIDED
    assert len(office.service.events(VoucherVoided)) == 1
    stored = {summary.file_name: summary.xml_file.sha256 for summary in office.summaries()}
    sent = [each for each in office.sunat.documents() if each["kind"] in ("RC", "RA")]
    assert sent
    for each in sent:
        assert {attempt["sha256"] for attempt in each["attempts"]} == {stored[each["file_name"]]}
        assert len({attempt["zip_sha256"] for attempt in each["attempts"]}) == 1


@KINDS
@pytest.mark.parametrize("point", COMPOSING)
def test_killed_while_a_summary_is_put_together_its_number_is_given_again(
    office: Office, payment: Any, point: str
) -> None:
    """Nothing had left the house."""
    a_void_requested(office, payment)
    assert die_once(office, compose_summaries, COMPOSING[point])
    assert office.summaries() == []
    assert_void_once_with_the_same_bytes(office)
    assert [summary.number for summary in office.summaries()] == [1]


@KINDS
@pytest.mark.parametrize("point", TELLING)
def test_killed_while_a_summary_is_sent_the_voucher_is_void_once(office: Office, payment: Any, point: str) -> None:
    """The ticket may be lost; the same bytes go again, and the voucher is told anew in the end."""
    a_void_requested(office, payment)
    office.service.run(compose_summaries)
    assert die_once(office, file_summaries, TELLING[point])
    office.service.clock.advance(hours=1)
    assert_void_once_with_the_same_bytes(office)


@KINDS
@pytest.mark.parametrize("point", ASKING)
def test_killed_while_a_ticket_is_asked_about_nothing_is_sent_again(office: Office, payment: Any, point: str) -> None:
    """Asking changes nothing at SUNAT's."""
    a_void_requested(office, payment)
    office.sunat.settle_for(ticket_polls=0)
    office.service.run(compose_summaries)
    office.service.run(file_summaries)
    assert office.summaries()[0].state == SummaryState.IN_PROCESS
    assert die_once(office, file_summaries, ASKING[point])
    office.service.clock.advance(hours=1)
    assert_void_once_with_the_same_bytes(office)
    (sent,) = [each for each in office.sunat.documents() if each["kind"] in ("RC", "RA")]
    assert sent["times_sent"] == 1
