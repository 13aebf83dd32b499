"""Mails about accounts: a link is fetched when the mail leaves and stays nowhere (MAIL-1, MAIL-2, ASVS 6.5.2)."""

import io
import logging
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from chassis.logs import configure_logs
from chassis.testing import ServiceUnderTest
from contracts.identity import AccountMailDue, AccountNoticeDue, NoticeFacts
from contracts.notifier import MailDropped, MailFailed, MailSent
from services.notifier.jobs import send_next_mail
from services.notifier.mail_secrets import LINK_PLACE
from services.notifier.models import Mail, MailAttempt
from tests.notifier.file_host import FileHost
from tests.notifier.postbox import Postbox
from tests.people import staff

DUE = AccountMailDue(
    mail_request_id="request-1", purpose="recover_password", account_id="account-1", email="rosa@example.pe"
)


def a_notice(purpose: str = "password_changed", **facts: object) -> AccountNoticeDue:
    moment = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    return AccountNoticeDue(
        notice_id="notice-1",
        purpose=purpose,
        account_id="account-1",
        email="rosa@example.pe",
        facts=NoticeFacts(given_names="Rosa", happened_at=moment, **facts),  # type: ignore[arg-type]
    )


def the_mail(service: ServiceUnderTest) -> Mail:
    with service.transaction() as session:
        return session.scalars(select(Mail)).one()


def test_a_mail_with_a_link_reaches_the_address_identity_named(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(DUE)
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.message["To"] == "rosa@example.pe"
    assert "/contrasena/nueva/un-secreto-de-256-bits-1" in arrived.text
    assert 'href="https://digital.example.pe/contrasena/nueva/un-secreto-de-256-bits-1"' in arrived.html
    assert LINK_PLACE not in arrived.text + arrived.html


def test_the_letter_says_how_long_the_link_works_and_whom_it_is_for(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(DUE)
    service.run(send_next_mail)
    said = " ".join(postbox.arrived[0].text.split())
    assert "Estimado(a) Rosa Elvira" in said
    assert "vence en 10 minutos" in said


def test_the_kept_mail_has_a_placeholder_where_the_link_was(service: ServiceUnderTest) -> None:
    service.deliver(DUE)
    service.run(send_next_mail)
    mail = the_mail(service)
    assert mail.state == "sent"
    assert LINK_PLACE in (mail.text or "") and LINK_PLACE in (mail.html or "")


def test_no_table_no_event_no_log_line_and_no_answer_holds_the_link(
    service: ServiceUnderTest, file_host: FileHost, postbox: Postbox
) -> None:
    """Lines of the mail server that the test itself runs do not count."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    configure_logs("notifier", "DEBUG", stream)
    try:
        postbox.answers["DATA"] = ["450 4.2.1 greylisted"]
        service.deliver(DUE)
        service.run(send_next_mail)
        service.clock.advance(minutes=2)
        service.run(send_next_mail)
        page = service.client(staff("notifier:read")).get(f"/v1/deliveries/{the_mail(service).id}").text
    finally:
        root.handlers[:], root.level = before[0], before[1]
    with service.transaction() as session:
        tables = [*service.service.metadata.tables, "outbox", "inbox"]
        rows = str([session.execute(text(f"SELECT * FROM {name}")).fetchall() for name in tables])
    assert len(file_host.minted) == 2
    logged = "".join(line for line in stream.getvalue().splitlines() if '"logger": "mail' not in line)
    for place in (rows, page, logged):
        assert not [secret for secret in file_host.minted if secret in place]


def test_the_address_does_not_appear_in_the_log_of_a_failure(service: ServiceUnderTest, file_host: FileHost) -> None:
    file_host.broken = 404
    service.deliver(DUE)
    service.run(send_next_mail)
    [told] = service.events(MailFailed)
    assert told.reason == "unsendable"


def test_another_try_brings_a_new_link_in_a_new_message(
    service: ServiceUnderTest, file_host: FileHost, postbox: Postbox
) -> None:
    """A mailbox that keeps only the first of two equal Message-IDs would keep the link that no longer works."""
    postbox.answers["DATA"] = ["450 4.2.1 greylisted"]
    service.deliver(DUE)
    service.run(send_next_mail)
    service.clock.advance(minutes=2)
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert file_host.minted[1] in arrived.text
    assert arrived.message["Message-ID"] == the_mail(service).message_id.replace("@", ".2@")


def test_a_mail_that_is_no_longer_wanted_is_dropped_and_not_failed(
    service: ServiceUnderTest, file_host: FileHost, postbox: Postbox
) -> None:
    file_host.broken = 410
    service.deliver(DUE)
    service.run(send_next_mail)
    assert the_mail(service).state == "dropped"
    assert postbox.arrived == []
    assert service.published() == [MailDropped]


def test_a_dropped_mail_leaves_its_try_behind(service: ServiceUnderTest, file_host: FileHost) -> None:
    file_host.broken = 410
    service.deliver(DUE)
    service.run(send_next_mail)
    with service.transaction() as session:
        assert session.scalars(select(MailAttempt.outcome)).all() == ["dropped"]


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_while_identity_cannot_be_asked_the_mail_waits(
    service: ServiceUnderTest, file_host: FileHost, postbox: Postbox, status: int
) -> None:
    file_host.broken = status
    service.deliver(DUE)
    service.run(send_next_mail)
    waiting = the_mail(service)
    file_host.broken = None
    service.clock.advance(minutes=2)
    service.run(send_next_mail)
    assert (waiting.state, the_mail(service).state, len(postbox.arrived)) == ("pending", "sent", 1)


def test_a_purpose_without_a_letter_is_a_failed_mail_that_is_told(service: ServiceUnderTest) -> None:
    service.deliver(AccountMailDue(mail_request_id="r", purpose="nothing", account_id=None, email="rosa@example.pe"))
    service.run(send_next_mail)
    assert service.published() == [MailFailed]


def test_one_request_is_one_mail_however_often_it_is_told(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(DUE, times=2)
    service.deliver(DUE)
    while service.run(send_next_mail):
        pass
    assert len(postbox.arrived) == 1


def test_a_mail_with_a_link_does_not_follow_a_change_of_the_registered_address(service: ServiceUnderTest) -> None:
    service.deliver(DUE)
    assert the_mail(service).account_id is None


@pytest.mark.parametrize(
    ("purpose", "said"),
    [
        ("password_changed", "20 de noviembre de 2026, 10:00"),
        ("link_used", "se entró a su cuenta con un enlace"),
        ("registration_accepted", "su cuenta está abierta"),
        ("registration_held", "un día hábil en promedio"),
        ("already_registered", "no necesita registrarse otra vez"),
    ],
)
def test_a_notice_says_what_happened(service: ServiceUnderTest, postbox: Postbox, purpose: str, said: str) -> None:
    service.deliver(a_notice(purpose))
    service.run(send_next_mail)
    assert said in " ".join(postbox.arrived[0].text.split())
    assert service.published() == [MailSent]


def test_a_rejected_registration_is_told_with_its_reasons_and_the_note_of_staff(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(
        a_notice("registration_rejected", reasons=("names_differ", "not_active"), note="Falta un apellido.")
    )
    service.run(send_next_mail)
    said = " ".join(postbox.arrived[0].text.split())
    assert "- Los nombres o apellidos no son los que figuran" in said
    assert "- Su colegiatura no figura como activa" in said
    assert "Falta un apellido." in said
