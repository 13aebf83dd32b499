"""The SMTP conversation, on a real socket."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from services.notifier.mailer import (
    Attachment,
    Deferred,
    MailServer,
    Message,
    Refused,
    Taken,
    Unknown,
    UnsendableMessage,
    UnusableAddress,
    build,
    hand_over,
    single_address,
)
from tests.notifier.postbox import Postbox

AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def a_message(**changes: object) -> Message:
    values: dict[str, object] = {
        "message_id": "<abc@cmp.example.pe>",
        "sender": "no-responder@cmp.example.pe",
        "sender_name": "CMP Digital",
        "reply_to": "consultas@cmp.example.pe",
        "recipient": "rosa.quispe@example.pe",
        "subject": "Su boleta de venta electrónica",
        "text": "Buenos días:\n.una línea que empieza con punto\n",
        "html": "<p>Buenos días:</p>",
    }
    return Message(**values | changes)  # type: ignore[arg-type]


def server_of(postbox: Postbox, **changes: object) -> MailServer:
    values: dict[str, object] = {"host": "127.0.0.1", "port": postbox.port, "tls": "none", "timeout": 5.0}
    return MailServer(**values | changes)  # type: ignore[arg-type]


def send(postbox: Postbox, message: Message | None = None, **server: object) -> object:
    message = message or a_message()
    mime = build(message, at=AT)
    return hand_over(server_of(postbox, **server), mime, sender=message.sender, recipient=message.recipient)


@pytest.mark.parametrize("text", ["rosa.quispe@example.pe", "o'higgins+cmp@example.pe", "ROSA@EXAMPLE.PE"])
def test_one_plain_address_is_usable(text: str) -> None:
    assert single_address(text) == text


def test_spaces_around_an_address_do_not_matter() -> None:
    assert single_address(" rosa@example.pe ") == "rosa@example.pe"


def test_a_domain_with_accents_is_sent_in_its_ascii_form() -> None:
    assert single_address("rosa@clínica.example.pe") == "rosa@xn--clnica-4va.example.pe"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rosa",
        "rosa@",
        "@example.pe",
        "rosa@example.pe, otro@example.org",
        "rosa@example.pe; otro@example.org",
        "rosa@example.pe otro@example.org",
        "Rosa <rosa@example.pe>",
        "rosa@example.pe (comentario)",
        "grupo: rosa@example.pe;",
        "rosa@example.pe\r\nBcc: otro@example.org",
        "rosa@example.pe\nBcc: otro@example.org",
        "rosa\x00@example.pe",
        "rosa@exa mple.pe",
        "rosa@localhost",
        "rosa@[127.0.0.1]",
        "rosa..quispe@example.pe",
        ".rosa@example.pe",
        '"rosa quispe"@example.pe',
        "muñoz@example.pe",
        "<rosa@example.pe>",
        "rosa@example.pe>",
        "rosa@example.pe\n",
        "rosa@-example.pe",
        "a" * 65 + "@example.pe",
        "rosa@" + "a.pe." * 50 + "example.pe",
        "rosa@" + "a" * 64 + ".pe",
    ],
)
def test_anything_but_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(UnusableAddress):
        single_address(text)


def test_a_message_is_taken_with_exactly_one_recipient_command(postbox: Postbox) -> None:
    assert isinstance(send(postbox), Taken)
    assert postbox.rcpt_commands == ["rosa.quispe@example.pe"]
    assert postbox.arrived[0].recipients == ["rosa.quispe@example.pe"]
    assert postbox.arrived[0].sender == "no-responder@cmp.example.pe"


def test_both_parts_arrive_with_accents_and_leading_dots_unharmed(postbox: Postbox) -> None:
    send(postbox)
    arrived = postbox.arrived[0]
    assert arrived.message["Subject"] == "Su boleta de venta electrónica"
    assert arrived.text.splitlines() == ["Buenos días:", ".una línea que empieza con punto"]
    assert arrived.html.strip() == "<p>Buenos días:</p>"
    assert arrived.message["Auto-Submitted"] == "auto-generated"


def test_an_attachment_keeps_its_bytes_and_its_name_with_accents(postbox: Postbox) -> None:
    content = bytes(range(256)) * 40
    send(postbox, a_message(attachments=[Attachment("Boleta señora Ñaupari.pdf", "application/pdf", content)]))
    [part] = postbox.arrived[0].message.iter_attachments()
    assert isinstance(part, EmailMessage)
    assert part.get_filename() == "Boleta señora Ñaupari.pdf"
    assert part.get_content_type() == "application/pdf"
    assert part.get_content() == content


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Su boleta\r\nBcc: otro@example.org"},
        {"sender_name": "CMP\nBcc: otro@example.org"},
        {"attachments": [Attachment("a.pdf\r\nX-Bad: 1", "application/pdf", b"%PDF")]},
        {"attachments": [Attachment("a\x00.pdf", "application/pdf", b"%PDF")]},
    ],
)
def test_a_line_break_in_a_header_is_refused_and_nothing_leaves(changes: dict[str, object]) -> None:
    with pytest.raises(UnsendableMessage):
        build(a_message(**changes), at=AT)


def test_two_addresses_in_the_recipient_are_refused() -> None:
    with pytest.raises(UnusableAddress):
        build(a_message(recipient="rosa@example.pe, otro@example.org"), at=AT)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "552 5.2.2 mailbox full", "554 5.7.1 rejected"])
def test_a_permanent_no_to_the_recipient_or_the_message_is_final(postbox: Postbox, command: str, answer: str) -> None:
    postbox.answers[command] = [answer]
    assert send(postbox) == Refused(int(answer[:3]), answer[4:])
    assert postbox.arrived == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "450 4.2.1 greylisted", "452 4.3.1 out of storage"])
def test_a_transient_no_is_deferred_wherever_it_comes(postbox: Postbox, command: str, answer: str) -> None:
    postbox.answers[command] = [answer]
    assert send(postbox) == Deferred(int(answer[:3]), answer[4:])


@pytest.mark.parametrize("answer", ["550 5.7.1 sender not allowed", "530 5.7.0 authentication required"])
def test_a_permanent_no_to_the_sender_is_our_set_up_and_is_deferred(postbox: Postbox, answer: str) -> None:
    postbox.answers["MAIL"] = [answer]
    assert send(postbox) == Deferred(int(answer[:3]), answer[4:])


def test_a_missing_login_told_at_the_recipient_command_is_deferred(postbox: Postbox) -> None:
    postbox.answers["RCPT"] = ["530 5.7.0 authentication required"]
    assert isinstance(send(postbox), Deferred)


def test_a_line_that_drops_after_the_message_leaves_the_outcome_unknown(postbox: Postbox) -> None:
    postbox.drops_after_data = 1
    assert isinstance(send(postbox), Unknown)
    assert len(postbox.arrived) == 1


def test_a_rude_goodbye_does_not_undo_a_taken_message(postbox: Postbox) -> None:
    postbox.answers["QUIT"] = ["500 what"]
    assert isinstance(send(postbox), Taken)


def test_no_server_at_all_is_deferred() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = MailServer(host="127.0.0.1", port=unused.getsockname()[1], tls="none", timeout=2.0)
        answer = hand_over(server, build(a_message(), at=AT), sender="a@example.pe", recipient="b@example.pe")
    assert isinstance(answer, Deferred)
    assert answer.code is None


def test_a_server_that_never_greets_is_deferred_after_the_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer(host="127.0.0.1", port=silent.getsockname()[1], tls="none", timeout=0.2)
        answer = hand_over(server, build(a_message(), at=AT), sender="a@example.pe", recipient="b@example.pe")
    assert isinstance(answer, Deferred)


def test_starttls_with_a_trusted_certificate_logs_in_and_sends(
    open_box: Callable[..., Postbox], certificate: tuple[Path, ssl.SSLContext]
) -> None:
    box = open_box(tls=certificate[1])
    answer = send(box, tls="starttls", ca_file=str(certificate[0]), user="cmp", password="right", host="localhost")
    assert isinstance(answer, Taken)
    assert box.logins == [b"cmp"]


def test_tls_from_the_first_byte_sends(
    open_box: Callable[..., Postbox], certificate: tuple[Path, ssl.SSLContext]
) -> None:
    box = open_box(ssl_context=certificate[1])
    assert isinstance(send(box, tls="implicit", ca_file=str(certificate[0]), host="localhost"), Taken)


def test_a_certificate_nobody_vouches_for_is_not_spoken_to(
    open_box: Callable[..., Postbox], certificate: tuple[Path, ssl.SSLContext]
) -> None:
    box = open_box(tls=certificate[1])
    assert isinstance(send(box, tls="starttls", host="localhost"), Deferred)
    assert box.arrived == []


def test_a_server_without_tls_gets_no_mail_when_tls_is_wanted(postbox: Postbox) -> None:
    assert isinstance(send(postbox, tls="starttls"), Deferred)
    assert isinstance(send(postbox, tls="implicit"), Deferred)
    assert postbox.arrived == []


def test_a_wrong_password_is_deferred_because_an_operator_can_mend_it(
    open_box: Callable[..., Postbox], certificate: tuple[Path, ssl.SSLContext]
) -> None:
    box = open_box(tls=certificate[1])
    answer = send(box, tls="starttls", ca_file=str(certificate[0]), user="cmp", password="wrong", host="localhost")
    assert isinstance(answer, Deferred)
    assert answer.code == 535
