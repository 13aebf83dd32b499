"""From a captured payment to a numbered, signed, stored and queued voucher."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.testing import ServiceUnderTest
from contracts.einvoice import VoucherIssued
from contracts.payments import Recipient
from services.einvoice import issuing
from services.einvoice.models import Series, Voucher, VoucherState
from tests.einvoice.facts import a_due, a_factura_payment, a_payment


def the_voucher(service: ServiceUnderTest) -> Voucher:
    """The only voucher there is."""
    with service.transaction() as session:
        voucher = session.scalars(select(Voucher)).one()
        _ = voucher.lines, voucher.files, voucher.transitions
        return voucher


def xml_of(service: ServiceUnderTest, voucher: Voucher) -> bytes:
    """Its stored bytes."""
    reference = voucher.file("xml")
    assert reference is not None
    return service.service.files.get(reference.sha256)


def test_a_captured_payment_gets_one_voucher_and_one_event(service: ServiceUnderTest) -> None:
    """Issue 2: from PaymentCaptured."""
    service.deliver(a_payment())
    (issued,) = service.events()
    assert isinstance(issued, VoucherIssued)
    assert (issued.number, issued.voucher_type, issued.total) == ("B003-00000001", "03", Decimal("60.00"))
    assert (issued.order_id, issued.issue_date) == ("order-1", date(2026, 11, 20))


def test_the_same_event_delivered_twice_gives_one_voucher(service: ServiceUnderTest) -> None:
    """Fault F8."""
    service.deliver(a_payment(), times=2)
    assert service.published() == [VoucherIssued]


def test_the_same_payment_told_by_another_event_gives_one_voucher(service: ServiceUnderTest) -> None:
    """A replay under a new id is no new payment."""
    service.deliver(a_payment())
    service.deliver(a_payment())
    assert service.published() == [VoucherIssued]


def test_the_voucher_says_what_was_paid(service: ServiceUnderTest) -> None:
    """One line per due, in its order, inafecto as the due's tax code says."""
    service.deliver(a_payment(lines=(a_due("202601", "30.00"), a_due("202602", "30.00"))))
    root = etree.fromstring(xml_of(service, the_voucher(service)))
    assert [found.text for found in root.iterfind(".//{*}Item/{*}Description")] == [
        "Cuota colegiado 202601",
        "Cuota colegiado 202602",
    ]
    assert root.findtext("{*}LegalMonetaryTotal/{*}PayableAmount") == "60.00"


def test_the_name_is_written_in_capitals_on_one_line(service: ServiceUnderTest) -> None:
    """VOU-8."""
    service.deliver(a_payment())
    assert the_voucher(service).customer_name == "QUISPE ÑAUPARI, ROSA ELVIRA"


def test_a_factura_goes_to_the_ruc_that_was_given(service: ServiceUnderTest) -> None:
    """PAY-7."""
    service.deliver(a_factura_payment())
    voucher = the_voucher(service)
    assert (voucher.printed_number, voucher.customer_document_type) == ("F003-00000001", "6")
    assert voucher.customer_address == "Jr. Uno 1, Lima"


def test_the_address_typed_with_the_order_is_kept_for_delivery(service: ServiceUnderTest) -> None:
    """PAY-11."""
    service.deliver(a_payment())
    assert the_voucher(service).delivery_email == "rosa.pedido@example.pe"


def test_the_stored_document_is_the_one_that_was_signed(service: ServiceUnderTest) -> None:
    """What the row says can be rebuilt into the document."""
    service.deliver(a_payment())
    with service.transaction() as session:
        voucher = session.scalars(select(Voucher)).one()
        document = voucher.document()
    assert (document.file_name, document.total_cents) == (voucher.file_name, 6000)
    assert [line.description for line in document.lines] == ["Cuota colegiado 202601", "Cuota colegiado 202602"]


def test_a_new_voucher_is_queued_with_one_step_on_record(service: ServiceUnderTest) -> None:
    """sunat.md 2.16."""
    service.deliver(a_payment())
    voucher = the_voucher(service)
    assert voucher.state == VoucherState.QUEUED
    assert [(step.from_state, step.to_state) for step in voucher.transitions] == [("signed", "queued")]


NIGHT = datetime(2026, 11, 20, 4, 59, tzinfo=UTC)
"""23:59 of 19 November in Lima."""


@pytest.mark.parametrize(
    ("captured_at", "issue_date"),
    [
        (NIGHT, date(2026, 11, 19)),
        (NIGHT + timedelta(minutes=1), date(2026, 11, 20)),
        (datetime(2026, 11, 19, 15, 0, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 19, 14, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 25, 0, 0, tzinfo=UTC), date(2026, 11, 20)),
    ],
)
def test_the_issue_date_is_the_day_of_payment_in_lima_unless_the_news_came_too_late(
    service: ServiceUnderTest, captured_at: datetime, issue_date: date
) -> None:
    """sunat.md 2.13: days count from issue; news older than a day get today's date, and none is dated ahead (2329)."""
    service.deliver(a_payment(captured_at=captured_at))
    assert the_voucher(service).issue_date == issue_date


NOBODY = Recipient(document_type="6", document_number="20123456780", name="RUC INVÁLIDO S.A.")

REFUSED: list[dict[str, Any]] = [
    {"total": Decimal("61.00")},
    {"recipient": NOBODY},
    {"voucher_type": "01"},
    {"lines": (), "total": Decimal("0.00")},
    {"lines": (a_due("202601", "60.00", tax_code="99"),)},
    {"lines": (a_due("202601", "60.001"),), "total": Decimal("60.001")},
]


@pytest.mark.parametrize("change", REFUSED)
def test_a_payment_whose_voucher_would_be_rejected_spends_no_number(
    service: ServiceUnderTest, change: dict[str, Any]
) -> None:
    """2800, 2017, 3280: it waits in the inbox for a person, loudly."""
    service.deliver(a_payment(**change), fails=True)
    assert service.published() == []
    with service.transaction() as session:
        assert session.scalars(select(Series.last_number).where(Series.last_number > 0)).all() == []


STEPS = ["reserve_number", "build", "sign", "signing_key", "_store"]


@pytest.fixture
def fails_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[], None]]:
    """Make a step of issuing raise as if the process died there; returns the cure."""

    def spoil(step: str) -> Callable[[], None]:
        real = getattr(issuing, step)

        def die(*args: Any, **kwargs: Any) -> Any:
            real(*args, **kwargs)
            raise RuntimeError("killed")

        monkeypatch.setattr(issuing, step, die)
        return lambda: monkeypatch.setattr(issuing, step, real)

    return spoil


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_issuing_the_voucher_is_issued_once_with_the_next_number(
    service: ServiceUnderTest, fails_at: Callable[[str], Callable[[], None]], step: str
) -> None:
    """Issue 5: killed at each step and restarted; nothing had left the house."""
    cure = fails_at(step)
    service.deliver(a_payment(), id="event-1", fails=True)
    assert service.published() == []
    cure()
    service.clock.advance(minutes=5)
    service.inbox.retry_due()
    (issued,) = service.events(VoucherIssued)
    assert issued.number == "B003-00000001"


def test_killed_before_the_commit_the_same_bytes_are_made_again(
    service: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature is deterministic and the date is the payment's."""
    kept: list[str] = []
    real = Session.flush

    def die(self: Session, *args: Any) -> None:
        real(self, *args)
        found = [row for row in self.identity_map.values() if isinstance(row, Voucher)]
        if found:
            kept.append(found[0].digest)
            if len(kept) == 1:
                raise RuntimeError("killed")

    monkeypatch.setattr(Session, "flush", die)
    service.deliver(a_payment(), id="event-1", fails=True)
    service.clock.advance(minutes=5)
    service.inbox.retry_due()
    assert len(set(kept)) == 1
    assert the_voucher(service).digest == kept[0]
