"""Payments and refunds that come while nothing can be signed: they wait, and none is lost (issue 5, 2325-2328)."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from chassis.testing import MORNING, ServiceUnderTest
from contracts.einvoice import VoucherIssued
from contracts.payments import PaymentCaptured
from services.einvoice import paid
from services.einvoice.certificates import DEMO_VALIDITY, make_demo_pfx
from services.einvoice.jobs import issue_waiting, note_refunds
from services.einvoice.models import Series, WaitingPayment
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_due, a_factura_payment, a_payment, a_refund
from tests.einvoice.test_measures import metric

WAITING = 'cmp_einvoice_payments_waiting{service="einvoice"}'
A_DAY = timedelta(days=1)


def expired() -> bytes:
    """A certificate whose last day was yesterday."""
    return make_demo_pfx(ruc="20000000001", name="MUESTRA", since=MORNING - A_DAY - DEMO_VALIDITY)


@pytest.fixture
def pfx(tmp_path: Path) -> Path:
    """Where the operator keeps the certificate; the one there has expired."""
    path = tmp_path / "own.pfx"
    path.write_bytes(expired())
    return path


@pytest.fixture
def late(furnish: Callable[..., Office], pfx: Path) -> Office:
    """An office whose certificate expired yesterday."""
    return furnish(certificate_path=str(pfx))


@pytest.fixture
def renew(pfx: Path, demo_pfx: Path) -> Callable[[], None]:
    """The operator puts a valid certificate into the place of the old one."""

    def replace() -> None:
        pfx.write_bytes(demo_pfx.read_bytes())

    return replace


def numbers(service: ServiceUnderTest) -> list[str]:
    """What has been issued, in order."""
    return [event.number for event in service.events(VoucherIssued)]


def test_payments_wait_for_the_certificate_and_get_their_numbers_in_order(
    late: Office, renew: Callable[[], None]
) -> None:
    """No number while nothing can be signed; afterwards one voucher each, without a restart and without a gap."""
    for order in ("order-1", "order-2"):
        late.service.deliver(a_payment(order_id=order), times=2)
        late.service.clock.advance(seconds=1)
    late.service.run(issue_waiting)
    assert (numbers(late.service), metric(late.service, WAITING)) == ([], 2)
    renew()
    late.service.run(issue_waiting)
    late.service.run(issue_waiting)
    assert (numbers(late.service), metric(late.service, WAITING)) == (["B003-00000001", "B003-00000002"], 0)
    assert [event.order_id for event in late.service.events(VoucherIssued)] == ["order-1", "order-2"]


def test_a_payment_outlasts_any_number_of_retries_of_the_inbox(late: Office, renew: Callable[[], None]) -> None:
    """An event that fails eight times is dead; a certificate may take longer than that."""
    late.service.deliver(a_payment(captured_at=MORNING))
    for _ in range(20):
        late.service.clock.advance(hours=12)
        assert late.service.inbox.retry_due() == 0
        late.service.run(issue_waiting)
    renew()
    late.service.run(issue_waiting)
    (issued,) = late.service.events(VoucherIssued)
    assert issued.issue_date == date(2026, 11, 30)


def test_a_payment_told_again_once_there_is_a_certificate_is_issued_once(
    late: Office, renew: Callable[[], None]
) -> None:
    """A replay under another id comes before the job does: the row that waits finds its voucher there."""
    late.service.deliver(a_payment())
    renew()
    late.service.deliver(a_payment())
    late.service.run(issue_waiting)
    assert (numbers(late.service), metric(late.service, WAITING)) == (["B003-00000001"], 0)


def test_one_that_cannot_be_issued_stops_no_other(late: Office, renew: Callable[[], None]) -> None:
    """Without a series it goes on waiting; the one behind it gets its voucher."""
    late.service.deliver(a_payment())
    late.service.deliver(a_factura_payment(order_id="order-2"))
    renew()
    with late.service.transaction() as session:
        for series in session.scalars(select(Series).where(Series.voucher_type == "03")):
            series.active = False
    late.service.run(issue_waiting)
    assert (numbers(late.service), metric(late.service, WAITING)) == (["F003-00000001"], 1)


def test_what_could_never_be_issued_does_not_wait(late: Office) -> None:
    """Lines and total that disagree are a fault of today, whatever the certificate: loudly into the inbox."""
    late.service.deliver(a_payment(lines=(a_due("202601", "1.00"),)), fails=True)
    assert metric(late.service, WAITING) == 0


def test_killed_between_voucher_and_row_neither_is_kept(
    late: Office, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: the next run issues the same number, once."""
    late.service.deliver(a_payment())
    renew()

    def die(*args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(paid, "publish", die)
        with pytest.raises(RuntimeError):
            late.service.run(issue_waiting)
    assert (numbers(late.service), metric(late.service, WAITING)) == ([], 1)
    late.service.run(issue_waiting)
    assert numbers(late.service) == ["B003-00000001"]


def test_a_refund_waits_for_the_certificate_too(late: Office, renew: Callable[[], None], pfx: Path) -> None:
    """Its note is issued when it can be signed; the job that looks after it does not run in circles meanwhile."""
    renew()
    late.service.deliver(a_payment())
    late.send()
    pfx.write_bytes(expired())
    late.service.app.extensions.pop("einvoice.signing_key")
    late.service.deliver(a_refund())
    assert late.service.run(note_refunds) is False
    assert len(numbers(late.service)) == 1
    renew()
    late.service.run(note_refunds)
    assert numbers(late.service)[1:] == ["BC03-00000001"]


def test_the_row_that_waits_holds_the_whole_payment(late: Office) -> None:
    """It is read back as the event that came, so the voucher says the same as if it had been issued at once."""
    payment = a_payment()
    late.service.deliver(payment)
    with late.service.transaction() as session:
        row = session.scalars(select(WaitingPayment)).one()
        assert msgspec.convert(row.event, PaymentCaptured) == payment
