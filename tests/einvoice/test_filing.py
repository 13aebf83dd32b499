"""Filing with SUNAT: every answer class moves the voucher as sunat.md 2.11 says, over real HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contracts.einvoice import VoucherAccepted, VoucherIssued, VoucherRejected
from services.einvoice.filing import Exchange, ask, claim_vouchers, endpoint, record
from services.einvoice.jobs import send_queued_vouchers
from services.einvoice.models import QueuePause, Submission, SubmissionAnswer, VoucherState
from services.einvoice.sunat import NotFound, SunatClient, Unknown
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment

S = VoucherState
B, F = a_payment(), a_factura_payment(order_id="order-1")
BOTH = pytest.mark.parametrize("payment", [B, F], ids=["boleta", "factura"])


def conversation(office: Office) -> list[tuple[str, str]]:
    """(operation, outcome) of every attempt in order; outcome "-" when no answer was written down."""
    with office.service.transaction() as session:
        rows = session.execute(
            select(Submission.operation, SubmissionAnswer.outcome)
            .outerjoin(SubmissionAnswer, SubmissionAnswer.submission_id == Submission.id)
            .order_by(Submission.sent_at, Submission.id)
        )
        return [(operation, outcome or "-") for operation, outcome in rows]


def bytes_sent(office: Office) -> set[tuple[str, str]]:
    """(XML hash, ZIP hash) of everything SUNAT got."""
    return {(each["sha256"], each["zip_sha256"]) for each in office.sunat.document()["attempts"]}


@BOTH
def test_an_accepted_voucher_keeps_its_receipt(office: Office, payment: Any) -> None:
    """Code 0: final, the number is spent."""
    office.service.deliver(payment)
    office.send()
    voucher = office.voucher()
    assert (voucher.state, voucher.sunat_code, voucher.next_attempt_at) == (S.ACCEPTED, "0", None)
    cdr = voucher.file("cdr")
    assert cdr is not None
    assert cdr.name == f"R-{voucher.file_name}.zip"
    assert office.service.service.files.get(cdr.sha256).startswith(b"PK")


def test_an_observed_voucher_is_accepted_with_what_was_noted(office: Office) -> None:
    """4000 and more: keep the notes."""
    office.sunat.will("observe", code="4252")
    office.service.deliver(B)
    office.send()
    office.print()
    (accepted,) = office.service.events(VoucherAccepted)
    assert office.voucher().state == S.OBSERVED
    assert accepted.observations[0].startswith("4252")


def test_an_observation_may_be_the_response_code_itself(office: Office) -> None:
    """greenter CdrResponse::isAccepted: 4000 and more as ResponseCode."""
    office.sunat.will("observe", code="4252", **{"as": "response_code"})
    office.service.deliver(B)
    office.send()
    voucher = office.voucher()
    assert (voucher.state, voucher.sunat_code) == (S.OBSERVED, "4252")
    assert voucher.observations


@pytest.mark.parametrize("form", ["cdr", "fault"])
def test_a_rejected_voucher_is_final_and_told(office: Office, form: str) -> None:
    """2000-3999: staff must issue another."""
    office.sunat.will("reject", code="2335", **{"as": form})
    office.service.deliver(B)
    office.send(times=3)
    assert office.service.published() == [VoucherIssued, VoucherRejected]
    (rejected,) = office.service.events(VoucherRejected)
    assert (rejected.code, rejected.number, rejected.order_id) == ("2335", "B003-00000001", "order-1")
    assert conversation(office) == [("sendBill", "Rejected")]
    assert (office.voucher().file("cdr") is not None) is (form == "cdr")


def test_an_exception_waits_for_a_person_and_then_sends_the_same_number(office: Office) -> None:
    """100-1999: fix the cause, the same number may be sent again."""
    office.sunat.will("fault", code="1034")
    office.service.deliver(B)
    office.send(times=2)
    assert (office.voucher().state, office.voucher().next_attempt_at) == (S.EXCEPTION, None)
    with office.service.transaction() as session:
        session.merge(office.voucher()).requeue("the cause is gone")
    office.send()
    assert office.voucher().state == S.ACCEPTED
    assert len(bytes_sent(office)) == 1


@pytest.mark.parametrize("code", ["0109", "0130", "0200"])
@BOTH
def test_trouble_at_sunat_is_waited_out(office: Office, payment: Any, code: str) -> None:
    """SUNAT side: back-off, same bytes."""
    office.sunat.will("fault", code=code, count=2)
    office.service.deliver(payment)
    office.send(times=3)
    assert office.voucher().state == S.ACCEPTED
    assert conversation(office) == [("sendBill", "Retry"), ("sendBill", "Retry"), ("sendBill", "Accepted")]


def test_the_wait_doubles_up_to_its_limit(furnish: Callable[..., Office]) -> None:
    """Back-off as rows with next_attempt_at, never a sleep."""
    office = furnish(retry_first_seconds=15, retry_max_seconds=100)
    office.sunat.will("down", count=-1)
    office.service.deliver(B)
    waits = []
    for _ in range(5):
        office.service.run(send_queued_vouchers)
        due = office.voucher().next_attempt_at
        assert due is not None
        waits.append((due - office.service.clock.now()).total_seconds())
        assert not office.service.run(send_queued_vouchers)
        office.service.clock.set(due)
    assert waits == [15, 30, 60, 100, 100]


LOST = ["process_then_drop", "empty_cdr", "corrupt_cdr"]


@pytest.mark.parametrize("behaviour", LOST)
def test_a_lost_answer_about_a_factura_is_asked_for(office: Office, behaviour: str) -> None:
    """sunat.md 2.11: series F -> getStatusCdr."""
    office.sunat.will(behaviour)
    office.service.deliver(F)
    office.send(times=2)
    voucher = office.voucher()
    assert (voucher.state, voucher.sunat_code) == (S.ACCEPTED, "0")
    assert conversation(office) == [("sendBill", "Unknown"), ("getStatusCdr", "Accepted")]
    assert office.sunat.document()["times_sent"] == 1


@pytest.mark.parametrize("behaviour", LOST)
def test_a_lost_answer_about_a_boleta_is_proved_by_the_same_bytes(office: Office, behaviour: str) -> None:
    """sunat.md 2.11: series B -> resend; 1033 proves arrival, and the answer that says so stands in for the receipt."""
    office.sunat.will(behaviour)
    office.service.deliver(B)
    office.send(times=2)
    voucher = office.voucher()
    assert (voucher.state, voucher.sunat_code) == (S.ACCEPTED, "1033")
    assert conversation(office) == [("sendBill", "Unknown"), ("sendBill", "AlreadyRegistered")]
    assert len(bytes_sent(office)) == 1
    evidence = voucher.file("cdr")
    assert evidence is not None
    assert (evidence.name, evidence.media_type) == (f"R-{voucher.file_name}-1033.xml", "application/xml")


@BOTH
def test_a_request_that_never_arrived_is_sent_again(office: Office, payment: Any) -> None:
    """Dropped before SUNAT saw it: not found, then the same bytes."""
    office.sunat.will("drop_before")
    office.service.deliver(payment)
    office.send(times=3)
    assert (office.voucher().state, office.voucher().sunat_code) == (S.ACCEPTED, "0")
    assert len(bytes_sent(office)) == 1


def test_a_factura_is_sent_again_only_after_sunat_has_said_that_it_has_none(office: Office) -> None:
    """Query first (sunat.md 2.11)."""
    office.sunat.will("drop_before")
    office.service.deliver(F)
    office.send(times=3)
    assert conversation(office) == [("sendBill", "Unknown"), ("getStatusCdr", "NotFound"), ("sendBill", "Accepted")]


@BOTH
def test_a_lost_rejection_is_found_out(office: Office, payment: Any) -> None:
    """The answer was lost, but it was a rejection: 1032, or the receipt that says so."""
    office.sunat.settle_for(rejection_as="cdr")
    office.sunat.will("reject", code="2335")
    office.service.deliver(payment)
    with office.service.context():
        (claim,) = claim_vouchers()
        exchange = ask(claim, SunatClient(endpoint(office.service.settings)))
        record(claim, Exchange(answer=Unknown(text="lost"), zip_sha256=exchange.zip_sha256, elapsed_ms=1))
    office.send(times=3)
    office.service.clock.advance(minutes=40)
    office.send()
    assert office.voucher().state == S.REJECTED
    assert office.service.published() == [VoucherIssued, VoucherRejected]


@BOTH
def test_a_number_that_somebody_else_used_waits_for_a_person(office: Office, payment: Any) -> None:
    """1033 at the very first try: not our document, so nothing is accepted by it."""
    office.sunat.will("fault", code="1033")
    office.service.deliver(payment)
    office.send(times=3)
    voucher = office.voucher()
    assert (voucher.state, voucher.sunat_code, voucher.file("cdr")) == (S.EXCEPTION, "1033", None)


def test_where_there_is_no_query_service_a_factura_is_resent(furnish: Callable[..., Office]) -> None:
    """Beta has no billConsultService."""
    office = furnish(sunat_consult_url="")
    office.sunat.will("process_then_drop")
    office.service.deliver(F)
    office.send(times=2)
    assert conversation(office) == [("sendBill", "Unknown"), ("sendBill", "AlreadyRegistered")]
    assert office.voucher().state == S.ACCEPTED


def test_a_registered_factura_is_asked_for(office: Office) -> None:
    """1033 after trouble on SUNAT's side: query, do not renumber."""
    office.sunat.will("process_then_drop")
    office.service.deliver(F)
    office.send()
    with office.service.context():
        (claim,) = claim_vouchers()
        record(claim, Exchange(answer=NotFound(code="0011", text="todavía no"), zip_sha256="", elapsed_ms=1))
    office.service.clock.advance(seconds=1)
    office.send(times=2)
    assert conversation(office)[2:] == [("sendBill", "AlreadyRegistered"), ("getStatusCdr", "Accepted")]


def test_a_query_that_brings_no_receipt_yet_is_asked_again(office: Office) -> None:
    """Trouble of the query service is no reason to send again."""
    office.sunat.will("process_then_drop")
    office.service.deliver(F)
    office.send()
    office.sunat.will("down", count=2)
    office.send(times=3)
    assert [operation for operation, _ in conversation(office)] == ["sendBill", *["getStatusCdr"] * 3]
    assert office.voucher().state == S.ACCEPTED


@pytest.mark.parametrize("code", ["0102", "0111", "0154"])
def test_refused_credentials_stop_the_whole_queue(office: Office, code: str) -> None:
    """sunat.md 2.11: stop the queue, alert; more tries could lock the SOL user."""
    office.sunat.will("fault", code=code)
    office.service.deliver(B)
    office.send()
    office.service.deliver(a_payment(order_id="order-3"))
    office.send(times=3)
    assert conversation(office) == [("sendBill", "CredentialsRefused")]
    with office.service.transaction() as session:
        (pause,) = session.scalars(select(QueuePause))
        assert (pause.code, pause.cleared_at) == (code, None)
    assert office.voucher().state == S.QUEUED


def test_several_refusals_at_once_are_one_pause(furnish: Callable[..., Office]) -> None:
    """At most one pause is in force."""
    office = furnish(sunat_password="wrong", sunat_parallel=3)
    for number in range(3):
        office.service.deliver(a_payment(order_id=f"order-{number}"))
    office.send()
    with office.service.transaction() as session:
        assert len(session.scalars(select(QueuePause)).all()) == 1


def test_refused_credentials_do_not_forget_a_lost_answer(office: Office) -> None:
    """A factura in doubt is still asked for when the queue goes on."""
    office.sunat.will("process_then_drop")
    office.service.deliver(F)
    office.send()
    office.sunat.will("fault", code="0111", operation="getStatusCdr")
    office.send()
    assert office.voucher().state == S.UNKNOWN


def test_no_more_is_sent_in_a_minute_than_allowed(furnish: Callable[..., Office]) -> None:
    """Throttle by configuration."""
    office = furnish(sunat_per_minute=3, sunat_parallel=2)
    for number in range(5):
        office.service.deliver(a_payment(order_id=f"order-{number}"))
    for _ in range(3):
        office.service.run(send_queued_vouchers)
    assert len(conversation(office)) == 3
    office.service.clock.advance(seconds=61)
    office.service.run(send_queued_vouchers)
    assert len(conversation(office)) == 5


def test_several_are_sent_at_the_same_time_oldest_first(furnish: Callable[..., Office]) -> None:
    """SUNAT takes its time with each; others need not wait."""
    office = furnish(sunat_parallel=2)
    for number in range(3):
        office.service.deliver(a_payment(order_id=f"order-{number}"))
        office.service.clock.advance(seconds=1)
    assert office.service.run(send_queued_vouchers) is True
    states = [office.voucher(f"order-{number}").state for number in range(3)]
    assert states == [S.ACCEPTED, S.ACCEPTED, S.QUEUED]


def test_nothing_to_send_means_nothing_more_to_do(office: Office) -> None:
    """The job sleeps until its next turn."""
    assert office.service.run(send_queued_vouchers) is False


@BOTH
def test_what_is_being_sent_is_left_alone_until_the_lease_ends(office: Office, payment: Any) -> None:
    """Another worker may still be waiting for SUNAT."""
    office.service.deliver(payment)
    lease = office.service.settings.lease
    with office.service.context():
        assert len(claim_vouchers()) == 1
        office.service.clock.advance(seconds=lease.total_seconds() - 1)
        assert claim_vouchers() == []
        office.service.clock.advance(seconds=1)
        (again,) = claim_vouchers()
    assert again.operation == ("getStatusCdr" if payment is F else "sendBill")


def test_a_stalled_attempt_cannot_undo_a_later_one(office: Office) -> None:
    """Fault F4: a paused ex-owner of a lease must not overwrite."""
    office.service.deliver(B)
    with office.service.context():
        (stalled,) = claim_vouchers()
        office.service.clock.advance(hours=1)
        (later,) = claim_vouchers()
        record(stalled, Exchange(answer=Unknown(text="too late"), zip_sha256="", elapsed_ms=1))
        assert office.voucher().submission_id == later.submission_id
        assert office.voucher().state == S.SENDING


def test_a_receipt_counts_also_when_it_comes_late(office: Office) -> None:
    """A receipt is true whenever it comes; the attempt under way then changes nothing."""
    office.service.deliver(B)
    client = SunatClient(endpoint(office.service.settings))
    with office.service.context():
        (stalled,) = claim_vouchers()
        receipt = ask(stalled, client)
        office.service.clock.advance(hours=1)
        (later,) = claim_vouchers()
        record(stalled, receipt)
        assert office.voucher().state == S.ACCEPTED
        record(later, ask(later, client))
    voucher = office.voucher()
    assert (voucher.state, voucher.sunat_code) == (S.ACCEPTED, "0")
    assert len(office.service.events(VoucherIssued)) == 1


def test_every_attempt_is_on_record_with_what_was_sent_and_answered(office: Office) -> None:
    """Issue 5: append-only rows."""
    office.sunat.will("fault", code="0130")
    office.service.deliver(B)
    office.send(times=2)
    voucher = office.voucher()
    xml, cdr = voucher.file("xml"), voucher.file("cdr")
    assert xml is not None
    assert cdr is not None
    with office.service.transaction() as session:
        submissions = session.scalars(select(Submission).order_by(Submission.sent_at)).all()
        answers = [session.get_one(SubmissionAnswer, submission.id) for submission in submissions]
    assert {(each.file_name, each.xml_sha256) for each in submissions} == {(voucher.file_name, xml.sha256)}
    assert [(each.code, each.cdr_sha256) for each in answers] == [("0130", None), ("0", cdr.sha256)]
    assert len({each.zip_sha256 for each in answers}) == 1
    assert submissions[1].sent_at - submissions[0].sent_at == timedelta(minutes=40)


def test_each_step_of_a_voucher_is_on_record(office: Office) -> None:
    """sunat.md 2.16: append-only transitions with their reason."""
    office.sunat.will("process_then_drop")
    office.service.deliver(F)
    office.send(times=2)
    steps = [(step.from_state, step.to_state) for step in office.voucher().transitions]
    assert steps == [
        ("signed", "queued"),
        ("queued", "sending"),
        ("sending", "unknown"),
        ("unknown", "sending"),
        ("sending", "accepted"),
    ]
