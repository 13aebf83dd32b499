"""Seeded bad days: payments, lost answers, outages and kills in random order; afterwards the books must be right.

Invariants of reliability.md 3.4: I1 one accepted voucher per payment, gapless; I4 sums agree; the same bytes for a number.
"""

import contextlib
import random
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from contracts.einvoice import VoucherAccepted, VoucherIssued
from contracts.payments import PaymentCaptured
from services.einvoice import filing, printing
from services.einvoice.jobs import render_pdf, send_queued_vouchers
from services.einvoice.models import Submission, Voucher
from services.einvoice.sunat import SunatClient
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_due, a_factura_payment, a_payment

PAYMENTS, STEPS = 12, 60

TROUBLE: list[dict[str, Any]] = [
    {"behaviour": "process_then_drop"},
    {"behaviour": "drop_before"},
    {"behaviour": "empty_cdr"},
    {"behaviour": "corrupt_cdr"},
    {"behaviour": "http_500"},
    {"behaviour": "down", "count": 3},
    {"behaviour": "fault", "code": "0130"},
    {"behaviour": "observe", "code": "4252"},
]
POINTS: list[tuple[Any, str]] = [
    (filing, "_claim"),
    (SunatClient, "send_bill"),
    (filing, "store_receipt"),
    (filing, "apply"),
    (printing, "render"),
    (filing, "publish"),
]


class KilledError(BaseException):
    """As SIGKILL, it passes every `except Exception`."""


class BadDay:
    """One day, whose events follow from its seed."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.chance = office, random.Random(seed)
        self.payments = [self.a_payment(number) for number in range(PAYMENTS)]
        self.to_come = list(self.payments)

    def a_payment(self, number: int) -> PaymentCaptured:
        """A boleta or a factura, of one of two councils, for some amount."""
        amount = f"{self.chance.randint(1, 99999) / 100:.2f}"
        kind = self.chance.choice([a_payment, a_factura_payment])
        council = self.chance.choice(["03", "15"])
        tax_code = self.chance.choice(["30", "30", "30", "10", "20"])
        lines = (a_due("202601", amount, tax_code),)
        return kind(order_id=f"order-{number}", council=council, lines=lines, total=Decimal(amount))

    def step(self) -> None:
        """Something happens."""
        happening = self.chance.choice([self.pay, self.pay, self.send, self.send, self.print, self.disturb, self.kill])
        happening()
        self.office.service.clock.advance(seconds=self.chance.choice([1, 20, 300]))

    def pay(self) -> None:
        """A payment is told, perhaps twice."""
        if self.to_come:
            self.office.service.deliver(self.to_come.pop(), times=self.chance.choice([1, 2]))

    def send(self) -> None:
        """The filing job has a turn."""
        self.office.service.run(send_queued_vouchers)

    def print(self) -> None:
        """The rendering job has a turn."""
        self.office.service.run(render_pdf)

    def disturb(self) -> None:
        """SUNAT has a bad moment."""
        self.office.sunat.will(**self.chance.choice(TROUBLE))

    def kill(self) -> None:
        """The jobs process dies at some point of its work."""
        owner, name = self.chance.choice(POINTS)
        real, late = getattr(owner, name), self.chance.random() < 0.5

        def die(*args: Any, **kwargs: Any) -> Any:
            if late:
                real(*args, **kwargs)
            raise KilledError

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, name, die)
            with contextlib.suppress(KilledError):
                self.office.service.run(self.chance.choice([send_queued_vouchers, render_pdf]))

    def end(self) -> None:
        """Everything heals, and the night is long enough for every back-off."""
        while self.to_come:
            self.pay()
        self.office.sunat.will("accept", count=1)
        for _ in range(12):
            for _ in range(PAYMENTS):
                self.office.service.run(send_queued_vouchers)
            self.office.print()
            self.office.service.clock.advance(hours=1)


@pytest.mark.parametrize("seed", range(4))
def test_after_a_bad_day_every_payment_has_one_accepted_voucher(office: Office, seed: int) -> None:
    """I1, I4, and one number = one set of bytes, whatever happened."""
    day = BadDay(office, seed)
    for _ in range(STEPS):
        day.step()
    day.end()

    accepted = office.service.events(VoucherAccepted)
    assert sorted(event.order_id for event in accepted) == sorted(payment.order_id for payment in day.payments)
    assert len(office.service.events(VoucherIssued)) == PAYMENTS
    assert sum(event.total for event in accepted) == sum(payment.total for payment in day.payments)
    assert_numbers_have_no_gaps(office)
    assert_one_number_is_one_document(office)


def assert_numbers_have_no_gaps(office: Office) -> None:
    """Each series counts 1, 2, 3…"""
    with office.service.transaction() as session:
        rows = session.execute(
            select(func.count(), func.min(Voucher.number), func.max(Voucher.number)).group_by(
                Voucher.voucher_type, Voucher.series
            )
        ).all()
    assert all((count, 1, count) == tuple(row) for row in rows for count in [row[0]])


def assert_one_number_is_one_document(office: Office) -> None:
    """SUNAT got one XML and one ZIP per number, the ones on record, and holds each as accepted."""
    with office.service.transaction() as session:
        recorded: dict[str, str] = {
            row[0]: row[1] for row in session.execute(select(Submission.file_name, Submission.xml_sha256))
        }
    known = office.sunat.documents()
    assert len(known) == PAYMENTS
    for document in known:
        assert document["state"] in ("accepted", "observed")
        assert {attempt["sha256"] for attempt in document["attempts"]} == {recorded[document["file_name"]]}
        assert len({attempt["zip_sha256"] for attempt in document["attempts"]}) == 1
