"""Logs and records tell what happened to which voucher, never to whom (law 29733, ASVS 16.2.5)."""

import json
import logging

import pytest
from sqlalchemy import select

from chassis.outbox import OutboxRow
from services.einvoice.models import SubmissionAnswer
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_payment

PRIVATE = ["40000001", "QUISPE", "Quispe", "rosa.pedido", "moddatos"]


@pytest.mark.parametrize("trouble", ["", "process_then_drop", "fault", "reject"])
def test_nothing_private_is_logged_on_the_way(office: Office, caplog: pytest.LogCaptureFixture, trouble: str) -> None:
    """Names, document numbers, addresses and passwords stay out of the log, also when things go wrong."""
    caplog.set_level(logging.DEBUG)
    if trouble:
        office.sunat.will(trouble)
    office.service.deliver(a_payment())
    office.send(times=2)
    office.print()
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("services"))
    assert [word for word in PRIVATE if word in logged] == []


def test_a_failed_payment_is_logged_without_its_owner(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """The inbox names the event, not the person."""
    office.service.deliver(a_payment(voucher_type="01"), fails=True)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "2800" in logged
    assert [word for word in PRIVATE if word in logged] == []


def test_the_journey_of_a_voucher_can_be_followed_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """One line per exchange, by file name."""
    caplog.set_level(logging.INFO)
    office.service.deliver(a_payment())
    office.send()
    lines = [record.getMessage() for record in caplog.records if record.name == "services.einvoice.filing"]
    assert lines == ["voucher 20000000001-03-B003-00000001: sendBill -> Accepted"]


def test_credentials_are_in_no_record(office: Office) -> None:
    """What is kept of the conversation are hashes and SUNAT's words."""
    office.sunat.will("fault", code="0102")
    office.service.deliver(a_payment())
    office.send()
    with office.service.transaction() as session:
        answers = session.scalars(select(SubmissionAnswer)).all()
        kept = json.dumps([{key: str(value) for key, value in vars(answer).items()} for answer in answers])
    assert "moddatos" not in kept


def test_events_carry_no_secret(office: Office) -> None:
    """Facts, never secrets (architecture 4)."""
    office.service.deliver(a_payment())
    office.send()
    office.print()
    with office.service.transaction() as session:
        bodies = "\n".join(session.scalars(select(OutboxRow.body)))
    assert [word for word in ("moddatos", "MODDATOS", "pfx") if word in bodies] == []
