"""What runs out is said before it has: days to file and to void, tickets, the certificate (issue 5)."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.einvoice import VoucherIssued
from services.einvoice.certificates import make_demo_pfx
from services.einvoice.jobs import watch_deadlines
from services.einvoice.models import Series, SubmissionAnswer
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment, a_refund
from tests.einvoice.test_measures import metric


def words(service: ServiceUnderTest, caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """(level, message) of one round."""
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="services.einvoice.watching"):
        service.run(watch_deadlines)
    return [(record.levelname, record.getMessage()) for record in caplog.records if "watching" in record.name]


def test_a_round_with_nothing_to_say_says_nothing(service: ServiceUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    """No news is good news."""
    service.deliver(a_payment())
    assert words(service, caplog) == []


def test_a_voucher_near_its_last_day_is_named(service: ServiceUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    """Warned a day before, an error afterwards: it is no voucher any more (2108)."""
    service.deliver(a_factura_payment())
    service.clock.advance(days=2)
    assert words(service, caplog) == [("WARNING", "voucher F003-00000001: 1 days left to file it")]
    service.clock.advance(days=2)
    ((level, said),) = words(service, caplog)
    assert (level, "too late" in said) == ("ERROR", True)


def test_a_ticket_that_nobody_answers_is_named(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Stale after a day; its age is measured all the time."""
    office.service.deliver(a_payment())
    office.send()
    office.sunat.will("in_process", count=-1)
    office.void(office.voucher())
    office.tell(times=1)
    assert metric(office.service, 'cmp_einvoice_oldest_ticket_seconds{service="einvoice"}') == 2400
    office.service.clock.advance(hours=24)
    ((level, said),) = words(office.service, caplog)
    assert (level, "RC-20261120-1" in said) == ("ERROR", True)


def test_the_days_left_to_tell_of_a_void_are_measured(office: Office) -> None:
    """Seven, and fewer every day."""
    name = 'cmp_einvoice_void_days_left{service="einvoice"}'
    office.service.deliver(a_payment())
    office.send()
    assert metric(office.service, name) == 7
    office.void(office.voucher())
    office.service.clock.advance(days=3)
    assert metric(office.service, name) == 4


def test_open_summaries_and_waiting_refunds_are_counted(office: Office) -> None:
    """What an operator looks at when something stands still."""
    office.service.deliver(a_payment())
    office.service.deliver(a_refund())
    assert metric(office.service, 'cmp_einvoice_refunds_waiting{service="einvoice"}') == 1
    assert metric(office.service, 'cmp_einvoice_summaries_open{service="einvoice",state="in_process"}') == 0


@pytest.fixture
def with_certificate(settle: Callable[..., ServiceUnderTest], tmp_path: Path) -> Callable[[int], ServiceUnderTest]:
    """A service whose certificate has so many days left at the test's time."""

    def build(days: int) -> ServiceUnderTest:
        path = tmp_path / "own.pfx"
        ends = datetime(2026, 11, 20, 16, 0, tzinfo=UTC) + timedelta(days=days)
        path.write_bytes(make_demo_pfx(ruc="20000000001", name="MUESTRA", since=ends - timedelta(days=1095)))
        return settle(certificate_path=str(path), sunat_url="http://127.0.0.1:9/none")

    return build


def test_a_certificate_near_its_end_is_warned_of_thirty_days_before(
    with_certificate: Callable[[int], ServiceUnderTest], caplog: pytest.LogCaptureFixture
) -> None:
    """In the log, and as a measure."""
    service = with_certificate(29)
    assert words(service, caplog) == [("WARNING", "the signing certificate expires in 29 days")]
    assert metric(service, 'cmp_einvoice_certificate_days_left{service="einvoice"}') == 29


def test_with_an_expired_certificate_nothing_is_signed_and_no_number_is_spent(
    with_certificate: Callable[[int], ServiceUnderTest], caplog: pytest.LogCaptureFixture
) -> None:
    """2325-2328: the payment waits, and the log says why."""
    service = with_certificate(-1)
    service.deliver(a_payment())
    assert service.events(VoucherIssued) == []
    with service.transaction() as session:
        assert set(session.scalars(select(Series.last_number))) == {0}
    ((level, said),) = words(service, caplog)
    assert (level, "expired" in said) == ("ERROR", True)


def test_what_sunat_answered_is_kept_word_for_word(office: Office) -> None:
    """Hashes on the row, bytes in the store: receipt, or the answer that brought none."""
    office.sunat.will("fault", code="0130")
    office.service.deliver(a_payment())
    office.send(times=2)
    with office.service.transaction() as session:
        refused, accepted = session.scalars(select(SubmissionAnswer).order_by(SubmissionAnswer.answered_at)).all()
        stored = office.service.service.files
        assert refused.body_sha256
        assert b"0130" in stored.get(refused.body_sha256)
        assert (refused.cdr_sha256, accepted.body_sha256) == (None, None)
        assert accepted.cdr_sha256
        assert stored.get(accepted.cdr_sha256).startswith(b"PK")
