"""Several processes at the same work: nothing is done twice, and one that fails holds up no other."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from chassis.files import FileMissing
from contracts.einvoice import VoucherAccepted
from services.einvoice.jobs import render_pdf, send_queued_vouchers
from services.einvoice.models import Submission, Voucher, VoucherFile, VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_payment

MANY, WORKERS = 8, 4


def together(office: Office, job: Callable[[], bool]) -> None:
    """Several workers give a job many turns at the same time; a turn finds nothing while another holds the rows."""
    barrier = threading.Barrier(WORKERS)

    def work(_: int) -> None:
        barrier.wait()
        for _ in range(MANY):
            office.service.run(job)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with many vouchers waiting."""
    for number in range(MANY):
        office.service.deliver(a_payment(order_id=f"order-{number}"))
    return office


def test_several_senders_send_each_voucher_once(busy: Office) -> None:
    """A claim is a lease: whoever comes second takes another voucher."""
    together(busy, send_queued_vouchers)
    assert [document["times_sent"] for document in busy.sunat.documents()] == [1] * MANY
    with busy.service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == MANY


def test_several_printers_print_each_voucher_once(busy: Office) -> None:
    """Each voucher is rendered by one of them."""
    together(busy, render_pdf)
    with busy.service.transaction() as session:
        assert set(session.scalars(select(Voucher.pdf_attempts))) == {1}


def test_senders_and_printers_tell_each_voucher_once(busy: Office) -> None:
    """CDR and PDF race to be second; exactly one of them tells."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: together(busy, job), [send_queued_vouchers, render_pdf]))
    busy.send()
    busy.print()
    told = [event.voucher_id for event in busy.service.events(VoucherAccepted)]
    assert (len(told), len(set(told))) == (MANY, MANY)


def test_a_voucher_whose_bytes_are_gone_holds_up_no_other(busy: Office) -> None:
    """It is loud, and the rest goes on."""
    with busy.service.transaction() as session:
        session.scalars(select(VoucherFile).where(VoucherFile.kind == "xml")).first().sha256 = "0" * 64  # type: ignore[union-attr]
    failures = 0
    for _ in range(MANY):
        try:
            busy.service.run(send_queued_vouchers)
        except FileMissing:
            failures += 1
    with busy.service.transaction() as session:
        states = session.scalars(select(Voucher.state)).all()
    assert failures == 1
    assert sorted(states) == sorted([VoucherState.SENDING, *[VoucherState.ACCEPTED] * (MANY - 1)])


def test_a_slow_answer_does_not_hold_up_those_sent_beside_it(busy: Office) -> None:
    """Four at a time: three are accepted while one still waits."""
    busy.sunat.will("slow", seconds=0.5)
    busy.service.run(send_queued_vouchers)
    with busy.service.transaction() as session:
        accepted = session.scalar(select(func.count()).where(Voucher.state == VoucherState.ACCEPTED))
    assert accepted == busy.service.settings.sunat_parallel
