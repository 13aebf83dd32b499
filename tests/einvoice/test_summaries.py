"""Daily summaries: boletas told by RC, one number once, no more lines than SUNAT takes, one day each (sunat.md 2.12)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from lxml import etree
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.settings import SettingsError
from contracts.einvoice import VoucherAccepted, VoucherIssued, VoucherRejected
from services.einvoice import cli
from services.einvoice.documents.summaries import RA, RC, VOID
from services.einvoice.jobs import compose_summaries, send_queued_vouchers
from services.einvoice.models import EntryState, Summary, SummaryEntry, SummaryState, VoucherState
from services.einvoice.models.summaries import SUMMARY_EDGES, reserve_summary_number
from services.einvoice.settings import Settings
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment, a_refund

S, T = VoucherState, SummaryState


@pytest.fixture
def by_summary(furnish: Callable[..., Office]) -> Office:
    """An office that tells SUNAT of boletas by summary."""
    return furnish(boletas_by="summary", summary_wait_minutes=10)


def lines_of(office: Office, summary: Summary) -> list[etree._Element]:
    """The lines of a stored RC."""
    xml = office.service.service.files.get(summary.xml_file.sha256)
    return etree.fromstring(xml).findall("{*}SummaryDocumentsLine")


def test_boletas_wait_for_each_other_and_are_accepted_together(by_summary: Office) -> None:
    """Condition 1; the RC's receipt is the receipt of each."""
    for number in range(3):
        by_summary.service.deliver(a_payment(order_id=f"order-{number}"))
    by_summary.send()
    assert by_summary.sunat.documents() == []
    by_summary.tell()
    (summary,) = by_summary.summaries()
    assert [line.findtext("{*}Status/{*}ConditionCode") for line in lines_of(by_summary, summary)] == ["1", "1", "1"]
    vouchers = [by_summary.voucher(f"order-{number}") for number in range(3)]
    assert {voucher.state for voucher in vouchers} == {S.ACCEPTED}
    assert {voucher.file("cdr").name for voucher in vouchers} == {"R-20000000001-RC-20261120-1.zip"}  # type: ignore[union-attr]
    by_summary.print()
    assert len(by_summary.service.events(VoucherAccepted)) == 3


def test_until_its_time_has_come_a_boleta_waits(by_summary: Office) -> None:
    """So that others can go along."""
    by_summary.service.deliver(a_payment())
    assert by_summary.service.run(compose_summaries) is False
    by_summary.service.clock.advance(minutes=10)
    assert by_summary.service.run(compose_summaries) is True


def test_facturas_still_go_one_by_one(by_summary: Office) -> None:
    """An RC is for boletas and their notes."""
    by_summary.service.deliver(a_factura_payment(order_id="order-1"))
    by_summary.send()
    assert by_summary.voucher().state == S.ACCEPTED
    assert by_summary.summaries() == []


def test_a_note_on_a_boleta_goes_by_summary_with_what_it_amends(by_summary: Office) -> None:
    """2583: mandatory unless it voids."""
    by_summary.service.deliver(a_payment())
    by_summary.service.clock.advance(minutes=10)
    by_summary.tell()
    by_summary.service.deliver(a_refund())
    by_summary.service.clock.advance(minutes=10)
    by_summary.tell()
    (line,) = lines_of(by_summary, by_summary.summaries()[-1])
    assert line.findtext("{*}BillingReference/{*}InvoiceDocumentReference/{*}ID") == "B003-00000001"
    assert by_summary.note().state == S.ACCEPTED


def test_a_boleta_that_was_refused_by_summary_is_rejected(by_summary: Office) -> None:
    """Alone in its summary, so the answer is about it."""
    by_summary.service.deliver(a_payment())
    by_summary.service.clock.advance(minutes=10)
    by_summary.sunat.will("reject", code="2513", operation="sendSummary")
    by_summary.tell()
    assert by_summary.voucher().state == S.REJECTED
    assert by_summary.service.published() == [VoucherIssued, VoucherRejected]


def test_a_lost_ticket_of_an_added_boleta_is_proved_by_the_second_summary(by_summary: Office) -> None:
    """2282: informed already, and it was us."""
    by_summary.service.deliver(a_payment())
    by_summary.service.clock.advance(minutes=10)
    by_summary.sunat.will("process_then_drop", operation="sendSummary")
    by_summary.tell(times=6)
    assert (by_summary.voucher().state, by_summary.voucher().sunat_code) == (S.ACCEPTED, "2282")


def test_a_boleta_that_is_too_late_for_send_bill_goes_by_summary(office: Office) -> None:
    """1079: only in a summary."""
    office.service.deliver(a_payment())
    office.service.clock.advance(days=8)
    office.send(times=2)
    assert office.voucher().state == S.QUEUED
    office.service.clock.advance(minutes=60)
    office.tell()
    assert office.voucher().state == S.ACCEPTED
    assert [summary.kind for summary in office.summaries()] == ["RC"]


def test_a_summary_holds_no_more_lines_than_configured_and_one_day_only(furnish: Callable[..., Office]) -> None:
    """0158; ReferenceDate is one date."""
    office = furnish(boletas_by="summary", summary_wait_minutes=0, summary_max_lines=2)
    for number in range(3):
        office.service.deliver(a_payment(order_id=f"order-{number}"))
    office.service.clock.advance(days=1)
    moment = office.service.clock.now()
    office.service.deliver(a_payment(order_id="order-9", captured_at=moment))
    office.tell()
    made = [(str(summary.reference_date), len(lines_of(office, summary))) for summary in office.summaries()]
    assert made == [("2026-11-20", 2), ("2026-11-20", 1), ("2026-11-21", 1)]
    assert [summary.printed_number for summary in office.summaries()] == [f"RC-20261121-{n}" for n in (1, 2, 3)]


def test_every_line_states_igv_with_its_rate_even_at_zero(by_summary: Office) -> None:
    """2278, 2992 since February 2026."""
    by_summary.service.deliver(a_payment())
    by_summary.service.clock.advance(minutes=10)
    by_summary.tell(times=1)
    (line,) = lines_of(by_summary, by_summary.summaries()[0])
    told = [element.text for element in line.iterfind("{*}TaxTotal//*") if not len(element)]
    assert told == ["0.00", "0.00", "18.00", "1000", "IGV", "VAT"]
    assert [element.text for element in line.iterfind("{*}BillingPayment/*")] == ["60.00", "03"]


def test_twenty_workers_number_the_summaries_of_a_day_without_gap_or_double(office: Office) -> None:
    """RC-yyyymmdd-n and RA-yyyymmdd-n count apart."""
    day = office.service.clock.now().date()

    def work(turn: int) -> tuple[str, int]:
        kind = RC if turn % 2 else RA
        with office.service.transaction() as session:
            return kind, reserve_summary_number(session, kind, day)

    with ThreadPoolExecutor(10) as pool:
        given = sorted(pool.map(work, range(20)))
    assert given == [*((RA, n) for n in range(1, 11)), *((RC, n) for n in range(1, 11))]


def test_a_number_of_a_summary_that_was_not_stored_is_given_again(office: Office) -> None:
    """Gapless, as with vouchers."""
    day = office.service.clock.now().date()
    with pytest.raises(RuntimeError), office.service.transaction() as session:
        reserve_summary_number(session, RC, day)
        raise RuntimeError
    with office.service.transaction() as session:
        assert reserve_summary_number(session, RC, day) == 1


def test_a_voucher_has_one_thing_to_tell_at_a_time(office: Office) -> None:
    """The database refuses a second open entry."""
    office.service.deliver(a_payment())
    office.send()
    office.void(office.voucher())
    with pytest.raises(IntegrityError), office.service.transaction() as session:
        voucher = office.voucher()
        session.add(SummaryEntry.of(voucher.id, RC, VOID, voucher.issue_date))


def test_a_number_that_somebody_else_used_is_left_to_them(office: Office) -> None:
    """2223 at the very first sending, after a restored backup for instance: the next number, alone."""
    office.service.deliver(a_payment())
    office.send()
    office.sunat.will("fault", code="2223", operation="sendSummary")
    office.void(office.voucher())
    office.tell(times=4)
    assert [(summary.printed_number, summary.state) for summary in office.summaries()] == [
        ("RC-20261120-1", T.LOST),
        ("RC-20261120-2", T.ACCEPTED),
    ]
    assert office.voucher().state == S.VOIDED


def test_a_summary_that_was_not_processed_waits_for_a_person(office: Office) -> None:
    """100-1999: the cause must be cured; the entry stays told."""
    office.service.deliver(a_payment())
    office.send()
    office.sunat.will("fault", code="0306", operation="sendSummary")
    office.void(office.voucher())
    office.tell()
    (summary,) = office.summaries()
    assert (summary.state, summary.sunat_code, summary.next_attempt_at) == (T.EXCEPTION, "0306", None)
    with office.service.context():
        assert CliRunner().invoke(cli.commands, ["resend", "RC-20261120-1"]).exit_code == 0
        assert CliRunner().invoke(cli.commands, ["resend", "RC-20261120-1"]).exit_code != 0
    office.tell()
    assert office.voucher().state == S.VOIDED


def test_no_open_summary_means_nothing_to_do(office: Office) -> None:
    """The jobs sleep until their next turn."""
    office.service.deliver(a_payment())
    office.service.run(send_queued_vouchers)
    assert office.service.run(compose_summaries) is False
    with office.service.transaction() as session:
        assert session.scalars(select(SummaryEntry.id).where(SummaryEntry.state == EntryState.WAITING)).all() == []


@pytest.mark.parametrize("state", list(T))
def test_what_is_settled_moves_no_more(state: SummaryState) -> None:
    """Accepted, rejected and lost are final; every other state has a way out."""
    final = {T.ACCEPTED, T.REJECTED, T.LOST}
    assert bool(SUMMARY_EDGES[state]) is (state not in final)


def test_a_way_of_telling_that_does_not_exist_stops_the_start() -> None:
    """Better no start than boletas that nobody tells."""
    with pytest.raises(SettingsError, match="BOLETAS_BY"):
        Settings(boletas_by="carrier pigeon")
