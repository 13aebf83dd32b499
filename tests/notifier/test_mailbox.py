"""The same conversations with the mailbox simulator that the demo uses, over its real SMTP port and its JSON."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from chassis.testing import ServiceUnderTest
from contracts.notifier import MailFailed, MailSent
from services.notifier.app import create_app
from services.notifier.jobs import send_next_mail
from services.notifier.settings import Settings
from simulators.mailbox.app import Mailbox, create_mailbox
from tests.notifier.facts import PDF, a_voucher_accepted
from tests.notifier.file_host import FileHost


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """The mailbox, on free ports."""
    running = create_mailbox({}).start()
    yield running
    running.stop()


@pytest.fixture
def service(make_service: Callable[..., ServiceUnderTest], mailbox: Mailbox, file_host: FileHost) -> ServiceUnderTest:
    """The notifier that mails to the mailbox."""
    settings = Settings(
        smtp_port=mailbox.smtp_port,
        smtp_timeout_seconds=2.0,
        identity_url=file_host.url,
        service_urls=f"einvoice={file_host.url}",
        retry_seconds="60,300",
    )
    return make_service(create_app, settings)


def messages(mailbox: Mailbox) -> list[dict[str, Any]]:
    answer = requests.get(f"{mailbox.url}/api/messages", timeout=5)
    return list(answer.json()["messages"])


def misbehave(mailbox: Mailbox, behaviour: str) -> None:
    answer = requests.post(f"{mailbox.url}/_control/next", json={"behaviour": behaviour}, timeout=5)
    assert answer.ok


def test_a_voucher_arrives_with_its_pdf_as_it_was_stored(service: ServiceUnderTest, mailbox: Mailbox) -> None:
    service.deliver(a_voucher_accepted(), times=2)
    while service.run(send_next_mail):
        pass
    [message] = messages(mailbox)
    assert message["to"] == ["rosa.pedido@example.pe"]
    assert message["subject"] == "Su boleta de venta electrónica BCN7-00005170"
    attached = requests.get(f"{mailbox.url}/api/messages/{message['id']}/attachments/0", timeout=5)
    assert attached.content == PDF


@pytest.mark.parametrize("behaviour", ["421", "450", "451", "drop_before"])
def test_a_passing_trouble_delays_the_mail(service: ServiceUnderTest, mailbox: Mailbox, behaviour: str) -> None:
    misbehave(mailbox, behaviour)
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    assert messages(mailbox) == []
    service.clock.advance(minutes=1)
    service.run(send_next_mail)
    assert len(messages(mailbox)) == 1
    assert service.published() == [MailSent]


def test_an_unknown_mailbox_ends_the_mail(service: ServiceUnderTest, mailbox: Mailbox) -> None:
    misbehave(mailbox, "550")
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    assert messages(mailbox) == []
    assert service.published() == [MailFailed]


def test_a_lost_answer_repeats_one_message_id(service: ServiceUnderTest, mailbox: Mailbox) -> None:
    """Invariant I2: one distinct Message-ID per voucher, whatever the line does."""
    misbehave(mailbox, "drop_after_data")
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    service.clock.advance(minutes=1)
    service.run(send_next_mail)
    assert len(messages(mailbox)) == 2
    assert len({message["message_id"] for message in messages(mailbox)}) == 1
