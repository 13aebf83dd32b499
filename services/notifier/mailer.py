"""The mail server: builds one message for one address and hands it over by SMTP (RFC 5321), with closed answers."""

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

MAX_ADDRESS = 254
"""Longest address that fits in a MAIL or RCPT command (RFC 5321 4.5.3.1.3)."""

MAX_MAILBOX = 64
"""Longest part before the @ (RFC 5321 4.5.3.1.1)."""

MAILBOX = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
"""A dot-atom (RFC 5322 3.2.3)."""

HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}")
"""A host name of at least two labels (RFC 1123)."""

CONTROL = re.compile("[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]")
"""What could end a header line and begin another."""

OUR_SET_UP = frozenset({503, 530, 535, 538})
"""Permanent codes about our login or TLS (RFC 4954, RFC 3207), not about the recipient: an operator cures them."""


class UnusableAddress(ValueError):
    """The text is not exactly one plain e-mail address."""


class UnsendableMessage(ValueError):
    """A header would carry a line break or a control character; such a message never leaves."""


@dataclass(frozen=True)
class Taken:
    """The server answered 250 to the whole message: from here it is responsible."""

    code: int
    answer: str


@dataclass(frozen=True)
class Refused:
    """The server will never take this message for this recipient (5yz)."""

    code: int
    answer: str


@dataclass(frozen=True)
class Deferred:
    """Not now: 4yz, no connection, or our login is not set up. Trying later may help."""

    code: int | None
    answer: str


@dataclass(frozen=True)
class Unknown:
    """The message was on its way and the answer never came. The only cure is the same Message-ID again."""

    answer: str


Answer = Taken | Refused | Deferred | Unknown


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """How to reach the mail server. `tls` is none, starttls or implicit; `timeout` is seconds per answer."""

    host: str
    port: int
    tls: str
    timeout: float
    user: str = ""
    password: str = ""
    ca_file: str = ""


@dataclass(frozen=True)
class Attachment:
    """Bytes to attach, already checked against their claim check."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """Everything the recipient will see."""

    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    recipient: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()


def single_address(text: str) -> str:
    """The one address in `text`, its domain in ASCII form (RFC 5890).

    Only the plain form that people have, `name@host.tld`: no display name, list, group, comment or quoted mailbox.
    `EmailMessage` would let `a@x, b@x` through as two recipients. Raises UnusableAddress.
    """
    mailbox, at, domain = text.strip(" ").rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnusableAddress("the domain is not a host name") from error
    if not at or not MAILBOX.fullmatch(mailbox) or not HOST.fullmatch(host):
        raise UnusableAddress("not exactly one plain address")
    if len(mailbox) > MAX_MAILBOX or len(mailbox) + 1 + len(host) > MAX_ADDRESS:
        raise UnusableAddress("longer than a mail server takes")
    return f"{mailbox}@{host}"


def build(message: Message, *, at: datetime) -> EmailMessage:
    """The MIME message: text first, HTML as its alternative, attachments after them (RFC 2046, RFC 2231 names).

    Marked as sent by a machine (RFC 3834), so that out-of-office robots keep silent.
    Raises UnsendableMessage for a header with a control character, UnusableAddress for a bad address.
    """
    mime = EmailMessage(policy=policy.SMTP)
    for line in (message.subject, message.sender_name, *(file.name for file in message.attachments)):
        if CONTROL.search(line):
            raise UnsendableMessage("control character in a header")
    mime["From"] = Address(display_name=message.sender_name, addr_spec=single_address(message.sender))
    mime["To"] = Address(addr_spec=single_address(message.recipient))
    if message.reply_to:
        mime["Reply-To"] = Address(addr_spec=single_address(message.reply_to))
    mime["Subject"] = message.subject
    mime["Date"] = format_datetime(at)
    mime["Message-ID"] = message.message_id
    mime["Auto-Submitted"] = "auto-generated"
    mime["Content-Language"] = "es-PE"
    mime.set_content(message.text, cte="quoted-printable")
    mime.add_alternative(message.html, subtype="html", cte="quoted-printable")
    for file in message.attachments:
        main, _, sub = file.media_type.partition("/")
        mime.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return mime


def hand_over(server: MailServer, mime: EmailMessage, *, sender: str, recipient: str) -> Answer:
    """Hold one SMTP conversation with exactly one RCPT. Never raises for anything the server or the network does."""
    try:
        with _connected(server) as smtp:
            return _converse(smtp, mime, sender=sender, recipient=recipient)
    except smtplib.SMTPResponseException as error:
        return Deferred(error.smtp_code, _words(error.smtp_error))
    except (smtplib.SMTPException, OSError) as error:
        return Deferred(None, f"{type(error).__name__}: {error}")


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection with TLS and login done. How it is left never changes the outcome: the 250 counts, not the 221."""
    smtp = _connect(server)
    try:
        if server.tls == "starttls":
            smtp.starttls(context=_tls(server))
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.tls == "implicit":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=_tls(server))
    return smtplib.SMTP(server.host, server.port, timeout=server.timeout)


def _tls(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file or None)


def _converse(smtp: smtplib.SMTP, mime: EmailMessage, *, sender: str, recipient: str) -> Answer:
    """MAIL, RCPT, DATA. A permanent no to MAIL is about us and may be cured; to RCPT or DATA it is final."""
    code, words = smtp.mail(sender)
    if code != 250:
        return Deferred(code, _words(words))
    code, words = smtp.rcpt(recipient)
    if code not in (250, 251):
        return _no(code, words)
    try:
        code, words = smtp.data(mime.as_bytes())
    except smtplib.SMTPDataError as error:
        return _no(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return Unknown(f"no answer after DATA: {type(error).__name__}")
    return Taken(code, _words(words)) if code == 250 else _no(code, words)


def _no(code: int, words: bytes | str) -> Refused | Deferred:
    """A negative answer to RCPT or DATA."""
    if code >= 500 and code not in OUR_SET_UP:
        return Refused(code, _words(words))
    return Deferred(code, _words(words))


def _words(words: bytes | str) -> str:
    """The server's text, safe to store."""
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:1000]
