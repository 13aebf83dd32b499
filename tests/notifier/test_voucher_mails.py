"""Vouchers by mail: MAIL-3, MAIL-4, PAY-11, VOU-10, VOC-5, VOC-7."""

import html
import re

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.notifier import MailFailed, MailSent
from services.notifier.jobs import send_next_mail
from services.notifier.models import Mail
from tests.notifier.facts import CDR, PDF, XML, a_contact, a_file, a_mail_request, a_voucher_accepted
from tests.notifier.file_host import FileHost
from tests.notifier.postbox import Postbox


def mails_of(service: ServiceUnderTest) -> list[Mail]:
    with service.transaction() as session:
        return list(session.scalars(select(Mail).order_by(Mail.created_at, Mail.id)))


def test_an_accepted_voucher_goes_with_its_pdf_to_the_address_typed_with_the_order(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    """PAY-11: the profile's address is not used even when it is known."""
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(a_voucher_accepted(delivery_email="rosa.pedido@example.pe"))
    assert service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.pedido@example.pe"]
    assert arrived.message["To"] == "rosa.pedido@example.pe"
    assert [part.get_content() for part in arrived.message.iter_attachments()] == [PDF]
    assert service.published() == [MailSent]


def test_the_mail_says_what_was_bought_in_the_spelling_of_peru(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.message["Subject"] == "Su boleta de venta electrónica BCN7-00005170"
    for part in (arrived.text, html.unescape(arrived.html)):
        assert "5 de setiembre de 2026" in part
        assert re.search(r"S/\s1,240\.00", part)
        assert "QUISPE ÑAUPARI ROSA ELVIRA" in part
        assert "2026-000123" in part


def test_an_event_delivered_twice_makes_one_mail(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted(), times=2)
    assert service.run(send_next_mail)
    assert not service.run(send_next_mail)
    assert len(postbox.arrived) == 1


def test_a_voucher_told_by_two_events_makes_one_mail(service: ServiceUnderTest, postbox: Postbox) -> None:
    """The cause is the acceptance of the voucher, not the event that tells it."""
    service.deliver(a_voucher_accepted(), id="event-1")
    service.run(send_next_mail)
    service.deliver(a_voucher_accepted(), id="event-2", sequence=2)
    assert not service.run(send_next_mail)
    assert len(postbox.arrived) == 1


def test_a_voucher_without_an_address_is_recorded_and_told(service: ServiceUnderTest, postbox: Postbox) -> None:
    """VOC-7: absence is recorded, not silent."""
    service.deliver(a_voucher_accepted(delivery_email=None))
    assert not service.run(send_next_mail)
    [mail] = mails_of(service)
    assert (mail.state, mail.reason) == ("failed", "no_address_given")
    [told] = service.events(MailFailed)
    assert told.mail_id == mail.id
    assert told.reason == "no_address_given"


def test_a_requested_voucher_goes_only_to_the_registered_address_with_all_its_files(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    """VOU-10 and VOC-5."""
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(a_mail_request())
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.registrada@example.pe"]
    assert [part.get_content() for part in arrived.message.iter_attachments()] == [PDF, XML, CDR]
    assert "CLÍNICA ÑUSTA S.A.C." in arrived.html


def test_each_request_for_the_same_voucher_is_a_mail_of_its_own(service: ServiceUnderTest, postbox: Postbox) -> None:
    """VOU-11: resend after the address was registered."""
    service.deliver(a_contact())
    service.deliver(a_mail_request(), id="event-1")
    service.deliver(a_mail_request(), id="event-2", sequence=2)
    while service.run(send_next_mail):
        pass
    assert len(set(postbox.message_ids)) == 2


def test_a_request_without_a_registered_address_fails_with_its_reason(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(a_mail_request())
    assert not service.run(send_next_mail)
    [mail] = mails_of(service)
    assert (mail.state, mail.reason) == ("failed", "no_registered_address")
    assert service.published() == [MailFailed]


@pytest.mark.parametrize("address", ["rosa@example.pe, otro@example.org", "rosa@example.pe\r\nBcc: otro@example.org"])
def test_an_unusable_address_fails_at_once_and_nothing_is_sent(
    service: ServiceUnderTest, postbox: Postbox, address: str
) -> None:
    service.deliver(a_voucher_accepted(delivery_email=address))
    assert not service.run(send_next_mail)
    assert mails_of(service)[0].reason == "unusable_address"
    assert postbox.rcpt_commands == []


def test_a_line_break_in_a_name_stays_a_space_in_the_letter(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted(customer_name="QUISPE\r\nBcc: otro@example.org"))
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.message["Bcc"] is None
    assert postbox.rcpt_commands == ["rosa.pedido@example.pe"]
    assert "Estimado(a) QUISPE Bcc: otro@example.org:" in arrived.text


def test_markup_in_a_name_is_shown_not_obeyed(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted(customer_name="<img src=https://example.org/x> & Cía"))
    service.run(send_next_mail)
    assert "<img" not in postbox.arrived[0].html
    assert "<img src=https://example.org/x> & Cía" in postbox.arrived[0].text


def test_a_line_break_in_a_voucher_number_never_reaches_a_header(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted(number="B\r\nBcc: otro@example.org"))
    service.run(send_next_mail)
    assert [arrived.message["Bcc"] for arrived in postbox.arrived] == [None]
    assert len(postbox.rcpt_commands) == 1


def test_a_line_break_in_an_attachment_name_is_refused(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted(pdf=a_file(name="a.pdf\r\nX-Bad: 1")))
    service.run(send_next_mail)
    assert postbox.arrived == []
    [mail] = mails_of(service)
    assert (mail.state, mail.reason) == ("failed", "unsendable")


def test_an_attachment_name_keeps_its_accents(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted(pdf=a_file(name="Boleta Ñaupari señora.pdf")))
    service.run(send_next_mail)
    [part] = postbox.arrived[0].message.iter_attachments()
    assert part.get_filename() == "Boleta Ñaupari señora.pdf"


def test_links_are_absolute_and_point_to_the_portal_only(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    links = re.findall(r'(?:href|src)="([^"]+)"', arrived.html)
    assert {link.split(":")[0] for link in links} == {"https", "mailto"}
    assert all(link.startswith(("https://digital.example.pe/", "mailto:")) for link in links)
    assert set(re.findall(r"https?://\S+", arrived.text)) == {"https://digital.example.pe/comprobantes/documentos"}


@pytest.mark.parametrize("harm", ["other bytes", "cut off", "missing", "service down"])
def test_a_mail_waits_until_its_attachment_is_the_right_one(
    service: ServiceUnderTest, postbox: Postbox, file_host: FileHost, harm: str
) -> None:
    file_host.spoiled = {"other bytes": PDF[:-1] + b"x", "cut off": PDF[:10]}.get(harm)
    file_host.broken = {"missing": 404, "service down": 500}.get(harm)
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    assert postbox.rcpt_commands == []
    assert mails_of(service)[0].state == "pending"
    file_host.spoiled = file_host.broken = None
    service.clock.advance(minutes=1)
    service.run(send_next_mail)
    assert [part.get_content() for part in postbox.arrived[0].message.iter_attachments()] == [PDF]


def test_attachments_too_big_for_mail_servers_fail_at_once(
    service: ServiceUnderTest, postbox: Postbox, file_host: FileHost
) -> None:
    big = a_file()
    limit = service.settings.max_attachments_bytes
    service.deliver(a_voucher_accepted(pdf=type(big)(**{**big.__dict__, "size": limit + 1})))
    service.run(send_next_mail)
    assert mails_of(service)[0].reason == "unsendable"
    assert file_host.asked == []


@pytest.mark.parametrize("digest", ["../../v1/me", "", "A" * 64])
def test_a_claim_check_without_a_digest_asks_nobody(
    service: ServiceUnderTest, file_host: FileHost, digest: str
) -> None:
    bad = a_file()
    service.deliver(a_voucher_accepted(pdf=type(bad)(**{**bad.__dict__, "sha256": digest})))
    service.run(send_next_mail)
    assert file_host.asked == []
    assert mails_of(service)[0].state == "pending"
