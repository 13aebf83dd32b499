"""The SMTP side: accepts everything for everybody unless a switch says otherwise."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from .store import Store
from .switches import AT_DATA, AT_RCPT, REPLIES, Switch, Switches

MAX_MESSAGE_BYTES = 20 * 1024 * 1024
ACCEPTED = "250 2.0.0 Message accepted for delivery"


def end(server: SMTP, at_once: bool) -> None:
    """Close the connection: after what was said, or at once and without a word."""
    transport: Any = server.transport
    if transport is not None:
        _ = transport.abort() if at_once else transport.close()


class Catcher:
    """What aiosmtpd asks about each recipient and each message."""

    def __init__(self, store: Store, switches: Switches, clock: Callable[[], datetime]) -> None:
        self.store, self.switches, self.clock = store, switches, clock

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds the hook by this name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept a recipient, or refuse it by order; 421 ends the connection too (RFC 5321, 3.8)."""
        switch = self.switches.take(AT_RCPT, [address])
        if switch is None:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 Recipient ok"
        if switch.behaviour == "421":
            await server.push(REPLIES["421"])
            end(server, at_once=False)
        return REPLIES[switch.behaviour]

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message and say so, or one without the other."""
        switch = self.switches.take(AT_DATA, envelope.rcpt_tos)
        behaviour = switch.behaviour if switch else ""
        if switch and behaviour == "hang":
            await self._hang(switch, envelope)
        elif behaviour in ("", "drop_after_data"):
            self._keep(envelope)
        if behaviour in ("drop_after_data", "drop_before"):
            end(server, at_once=True)
        return REPLIES.get(behaviour, ACCEPTED)

    async def _hang(self, switch: Switch, envelope: Envelope) -> None:
        """Wait; a client that gives up cancels this, and the mail is then kept only if it was `stored` first."""
        if switch.stored:
            self._keep(envelope)
        await asyncio.sleep(switch.seconds)
        if not switch.stored:
            self._keep(envelope)

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        self.store.add(envelope.mail_from or "", list(envelope.rcpt_tos), raw, self.clock())


def authenticator(user: str, password: str) -> Callable[..., AuthResult]:
    """Accept one account."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        expected = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=isinstance(data, LoginPassword) and data == expected, handled=False)

    return check


def tls_context(now: datetime) -> ssl.SSLContext:
    """A TLS context with a certificate made for this start; a client must be told not to verify it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    certificate = builder.not_valid_after(now + timedelta(days=365)).sign(key, hashes.SHA256())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mailbox.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        context.load_cert_chain(path)
    return context


class FreePortController(Controller):
    """A controller that learns which port 0 became; aiosmtpd's own would knock at port 0 to see whether it runs."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = int(listening.sockets[0].getsockname()[1])
        super()._trigger_server()  # type: ignore[no-untyped-call]


def make_controller(catcher: Catcher, host: str, port: int, starttls: bool, auth: tuple[str, str] | None) -> Controller:
    """The SMTP server in a thread of its own, not yet started."""
    options: dict[str, Any] = {"data_size_limit": MAX_MESSAGE_BYTES, "enable_SMTPUTF8": True, "ident": "Mailbox"}
    if starttls:
        options["tls_context"] = tls_context(datetime.now(UTC))
    if auth:
        options |= {"authenticator": authenticator(*auth), "auth_required": True, "auth_require_tls": starttls}
    return FreePortController(catcher, hostname=host, port=port, ready_timeout=10, **options)
