"""The mailbox catches what is sent by SMTP, shows it safely, and fails on command."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from simulators.mailbox.app import Mailbox, create_mailbox

NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 inventado"
TO = "doctora@example.test"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = create_mailbox({"clock": lambda: NOON}).start()
    yield box
    box.stop()


def mail(subject: str = "Su boleta", to: str = TO, html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Colegio <avisos@example.test>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<boleta-1@example.test>"
    message.set_content("Adjuntamos su boleta.\n")
    if html:
        message.add_alternative(html, subtype="html")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="boleta ñ.pdf")
    return message


def send(box: Mailbox, message: EmailMessage, **options: Any) -> dict[str, Any]:
    with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=10) as client:
        return client.send_message(message, **options)


def order(box: Mailbox, **switch: Any) -> None:
    assert box.app.test_client().post("/_control/next", json=switch).status_code == 200


def caught(box: Mailbox, query: str = "") -> list[dict[str, Any]]:
    return box.app.test_client().get(f"/api/messages{query}").get_json()["messages"]


def test_a_mail_sent_by_smtp_can_be_read_as_json(mailbox: Mailbox) -> None:
    send(mailbox, mail())
    (message,) = caught(mailbox)
    assert message["message_id"] == "<boleta-1@example.test>"
    assert message["from"] == "Colegio <avisos@example.test>"
    assert message["to"] == [TO]
    assert message["subject"] == "Su boleta"
    assert message["date"] == NOON.isoformat()
    assert message["text"].strip() == "Adjuntamos su boleta."


def test_an_attachment_is_listed_with_its_sha256_and_can_be_downloaded(mailbox: Mailbox) -> None:
    send(mailbox, mail())
    (message,) = caught(mailbox)
    digest = hashlib.sha256(PDF).hexdigest()
    listed = {"name": "boleta ñ.pdf", "media_type": "application/pdf", "size": len(PDF), "sha256": digest}
    assert message["attachments"] == [listed]
    answer = mailbox.app.test_client().get(f"/api/messages/{message['id']}/attachments/0")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_an_attachment_that_is_not_there_is_a_404(mailbox: Mailbox) -> None:
    send(mailbox, mail())
    assert mailbox.app.test_client().get("/api/messages/1/attachments/1").status_code == 404


def test_to_is_the_envelope_so_a_hidden_recipient_shows(mailbox: Mailbox) -> None:
    send(mailbox, mail(), to_addrs=[TO, "oculto@example.test"])
    assert caught(mailbox)[0]["to"] == [TO, "oculto@example.test"]


def test_the_list_can_be_narrowed_to_one_recipient(mailbox: Mailbox) -> None:
    send(mailbox, mail())
    send(mailbox, mail("Otro", to="otro@example.test"))
    assert [message["subject"] for message in caught(mailbox, f"?to={TO.upper()}")] == ["Su boleta"]


def test_delete_empties_the_mailbox_and_ids_are_not_used_again(mailbox: Mailbox) -> None:
    send(mailbox, mail())
    assert mailbox.app.test_client().delete("/api/messages").get_json() == {"deleted": 1}
    send(mailbox, mail())
    assert [message["id"] for message in caught(mailbox)] == ["2"]


def test_the_page_says_that_nothing_has_come_yet(mailbox: Mailbox) -> None:
    assert "Aún no ha llegado ningún correo" in mailbox.app.test_client().get("/").text


def test_the_page_lists_subject_recipient_and_time_in_lima(mailbox: Mailbox) -> None:
    send(mailbox, mail("<b>Aviso</b>"))
    page = mailbox.app.test_client().get("/").text
    assert "&lt;b&gt;Aviso&lt;/b&gt;" in page
    assert TO in page
    assert "21/11/2026 12:00:00" in page


def test_html_is_shown_only_in_a_sandbox_that_may_load_nothing(mailbox: Mailbox) -> None:
    send(mailbox, mail(html="<script>alert(1)</script><p>Hola</p>"))
    client = mailbox.app.test_client()
    page, frame = client.get("/messages/1"), client.get("/messages/1/html")
    assert "<iframe sandbox " in page.text
    assert "alert(1)" not in page.text
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert "script-src" not in policy


def test_a_picture_of_the_mail_is_embedded_in_the_frame(mailbox: Mailbox) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.test", TO, "Logo"
    message.set_content("Hola")
    message.add_alternative('<img src="cid:logo@x" alt="">', subtype="html")
    message.get_payload()[1].add_related(b"PNG", "image", "png", cid="<logo@x>")
    send(mailbox, message)
    assert 'src="data:image/png;base64,UE5H"' in mailbox.app.test_client().get("/messages/1/html").text


@pytest.mark.parametrize("code", ["450", "550"])
def test_a_recipient_is_refused_on_command_and_the_next_try_gets_through(mailbox: Mailbox, code: str) -> None:
    order(mailbox, behaviour=code)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mailbox, mail())
    assert refused.value.recipients[TO][0] == int(code)
    send(mailbox, mail())
    assert len(caught(mailbox)) == 1


def test_421_refuses_and_ends_the_connection(mailbox: Mailbox) -> None:
    order(mailbox, behaviour="421")
    with pytest.raises((smtplib.SMTPRecipientsRefused, smtplib.SMTPServerDisconnected)) as refused:
        send(mailbox, mail())
    assert "421" in str(refused.value) or isinstance(refused.value, smtplib.SMTPServerDisconnected)
    assert caught(mailbox) == []


def test_451_after_data_keeps_nothing(mailbox: Mailbox) -> None:
    order(mailbox, behaviour="451")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mailbox, mail())
    assert refused.value.smtp_code == 451
    assert caught(mailbox) == []


def test_drop_after_data_keeps_the_mail_although_the_sender_hears_nothing(mailbox: Mailbox) -> None:
    order(mailbox, behaviour="drop_after_data")
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mailbox, mail())
    assert len(caught(mailbox)) == 1


def test_drop_before_keeps_nothing(mailbox: Mailbox) -> None:
    order(mailbox, behaviour="drop_before")
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mailbox, mail())
    assert caught(mailbox) == []


def test_a_sender_that_gives_up_on_a_hanging_server_leaves_no_mail(mailbox: Mailbox) -> None:
    order(mailbox, behaviour="hang", seconds=60)
    client = smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=0.3)
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        client.send_message(mail())
    client.close()
    assert caught(mailbox) == []


def test_a_switch_may_be_meant_for_one_recipient_only(mailbox: Mailbox) -> None:
    order(mailbox, behaviour="550", to="otro@example.test")
    assert send(mailbox, mail(to=f"{TO}, otro@example.test")).keys() == {"otro@example.test"}


def test_reset_forgets_the_switches(mailbox: Mailbox) -> None:
    order(mailbox, behaviour="550", count=-1)
    mailbox.app.test_client().post("/_control/reset")
    send(mailbox, mail())
    assert len(caught(mailbox)) == 1


def test_an_unknown_behaviour_is_refused_with_the_list(mailbox: Mailbox) -> None:
    answer = mailbox.app.test_client().post("/_control/next", json={"behaviour": "explode"})
    assert answer.status_code == 400
    assert "drop_after_data" in answer.get_json()["error"]


def test_only_the_latest_mails_are_kept() -> None:
    box = create_mailbox({"kept": 2})
    for number in range(3):
        box.store.add("a@example.test", [TO], f"Subject: {number}\r\n\r\nx".encode(), NOON)
    assert [message["subject"] for message in caught(box)] == ["2", "1"]


def test_mails_in_a_folder_outlive_a_restart(tmp_path: Any) -> None:
    first = create_mailbox({"folder": tmp_path})
    first.store.add("a@example.test", [TO], bytes(mail()), NOON)
    second = create_mailbox({"folder": tmp_path})
    assert caught(second) == caught(first)
    second.store.clear()
    assert list(tmp_path.iterdir()) == []


def test_starttls_and_a_login_can_be_asked_for() -> None:
    box = create_mailbox({"starttls": True, "auth_user": "cmp", "auth_password": "secreto"}).start()
    try:
        with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=10) as client:
            client.starttls(context=ssl._create_unverified_context())
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("cmp", "otro")
            client.login("cmp", "secreto")
            client.send_message(mail())
        assert len(caught(box)) == 1
    finally:
        box.stop()


def test_a_message_above_twenty_megabytes_is_refused_with_552(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        client.ehlo()
        assert client.mail("a@example.test", [f"size={21 * 1024 * 1024}"])[0] == 552


def test_ports_are_told_after_start_and_the_page_answers_there(mailbox: Mailbox) -> None:
    import urllib.request

    assert mailbox.smtp_port > 0
    with urllib.request.urlopen(f"{mailbox.url}/api/messages", timeout=10) as answer:
        assert answer.status == 200


def test_a_misspelt_configuration_key_is_refused() -> None:
    with pytest.raises(ValueError, match="smpt_port"):
        create_mailbox({"smpt_port": 25})
