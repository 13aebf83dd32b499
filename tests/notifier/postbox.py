"""A mail server for tests: takes mail over a real socket, answers what it is told, shows what came."""

import email
import ssl
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass(frozen=True)
class Arrived:
    """One message that the server took or was in the middle of taking."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain-text part."""
        part = cast(EmailMessage, self.message.get_body(("plain",)))
        return str(part.get_content())

    @property
    def html(self) -> str:
        """The HTML part."""
        part = cast(EmailMessage, self.message.get_body(("html",)))
        return str(part.get_content())


@dataclass
class Postbox:
    """The server's behaviour and memory. `answers` are used up one by one per command; then everything is taken."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    drops_after_data: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    rcpt_commands: list[str] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def message_ids(self) -> list[str]:
        """Message-ID of everything that arrived, in order."""
        return [str(mail.message["Message-ID"]) for mail in self.arrived]

    def _answer(self, command: str) -> str | None:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds the hook by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """MAIL FROM."""
        if answer := self._answer("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """RCPT TO."""
        self.rcpt_commands.append(address)
        if answer := self._answer("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The message; the line may drop after it was taken and before the answer."""
        if answer := self._answer("DATA"):
            return answer
        message = cast(EmailMessage, email.message_from_bytes(cast(bytes, envelope.content), policy=policy.default))
        self.arrived.append(Arrived(str(envelope.mail_from), list(envelope.rcpt_tos), message))
        if self.drops_after_data:
            self.drops_after_data -= 1
            server.transport.abort()
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """QUIT."""
        return self._answer("QUIT") or "221 Bye"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Any login is good but the password `wrong`."""
        self.logins.append(data.login)
        return AuthResult(success=data.password != b"wrong", handled=False)


class FreePortController(Controller):
    """Listens on a port that the system picks."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def open_postbox(*, tls: ssl.SSLContext | None = None, **options: Any) -> tuple[Postbox, Controller]:
    """A server on a free port. `tls`: it offers and demands STARTTLS with this certificate."""
    box = Postbox()
    if tls is not None:
        options |= {"tls_context": tls, "require_starttls": True, "authenticator": box.authenticate}
    controller = FreePortController(box, hostname="127.0.0.1", port=0, **options)
    controller.start()
    box.port = controller.port
    return box, controller
