"""What an operator can set about mail: the server, the sender, the addresses that stand in the letters."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from chassis.settings import ServiceSettings, SettingsError, setting
from services.notifier.mailer import UnusableAddress, single_address

TLS_MODES = ("none", "starttls", "implicit")


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of the notifier. The defaults suit the mailbox simulator; the addresses are samples."""

    service: ClassVar[str] = "notifier"

    smtp_host: str = setting("127.0.0.1", "mail server that takes our mail")
    smtp_port: int = setting(8225, "port of the mail server (25, 465 or 587 outside the demo)")
    smtp_user: str = setting("", "user name at the mail server; empty = no login")
    smtp_password: str = setting("", "password at the mail server", secret=True)
    smtp_tls: str = setting("none", "none, starttls, or implicit (TLS from the first byte)")
    smtp_ca_file: str = setting(
        "", "PEM file of the authority that signed the mail server's certificate; empty = system's"
    )
    smtp_timeout_seconds: float = setting(20.0, "how long to wait for each answer of the mail server")
    mail_from: str = setting("no-responder@cmp-digital.example.pe", "address mails come from (sample)")
    mail_from_name: str = setting("CMP Digital", "name shown beside the address mails come from")
    mail_reply_to: str = setting(
        "consultas@cmp-digital.example.pe", "address that answers go to (sample); empty = none"
    )
    mail_domain: str = setting("cmp-digital.example.pe", "right-hand side of every Message-ID; never change it lightly")
    portal_url: str = setting(
        "http://127.0.0.1:8080", "address of the portal, for links in mails; never taken from a request"
    )
    institution_name: str = setting("Colegio Médico del Perú", "signature under every mail")
    institution_address: str = setting("Av. 28 de Julio 776, Miraflores, Lima", "postal address under every mail")
    recertification_email: str = setting(
        "recertificacion@cmp.org.pe", "whom physicians ask about the result of a recertification (REC-19)"
    )
    retry_seconds: str = setting(
        "60,300,900,3600,14400,43200,86400", "seconds to wait after each try that did not succeed"
    )
    lease_seconds: int = setting(300, "after this long a try that left no outcome counts as interrupted")
    max_attachments_bytes: int = setting(10 * 1024 * 1024, "largest sum of attachments of one mail, in bytes")

    def __post_init__(self) -> None:
        """Refuse settings that could never send a mail, or would show the password to the network."""
        super().__post_init__()
        if self.smtp_tls not in TLS_MODES:
            raise SettingsError(f"CMP_NOTIFIER_SMTP_TLS must be one of {', '.join(TLS_MODES)}")
        if self.smtp_password and self.smtp_tls == "none":
            raise SettingsError("CMP_NOTIFIER_SMTP_PASSWORD needs CMP_NOTIFIER_SMTP_TLS starttls or implicit")
        if not self.portal_url.startswith(("https://", "http://")):
            raise SettingsError("CMP_NOTIFIER_PORTAL_URL must begin with https:// or http://")
        self._check_addresses()
        self._check_pauses()

    def _check_addresses(self) -> None:
        for variable, address in (
            ("MAIL_FROM", self.mail_from),
            ("MAIL_REPLY_TO", self.mail_reply_to or self.mail_from),
            ("RECERTIFICATION_EMAIL", self.recertification_email),
            ("MAIL_DOMAIN", f"id@{self.mail_domain}"),
        ):
            try:
                single_address(address)
            except UnusableAddress as error:
                raise SettingsError(f"CMP_NOTIFIER_{variable}: {error}") from error

    def _check_pauses(self) -> None:
        try:
            _ = self.pauses
        except ValueError as error:
            raise SettingsError("CMP_NOTIFIER_RETRY_SECONDS must be whole seconds separated by commas") from error

    @property
    def pauses(self) -> tuple[timedelta, ...]:
        """The wait after the first, second, … unsuccessful try; when they are used up the mail has failed."""
        return tuple(timedelta(seconds=int(part)) for part in self.retry_seconds.split(",") if part.strip())

    @property
    def lease(self) -> timedelta:
        """How long one try may take before another job may take the mail over."""
        return timedelta(seconds=self.lease_seconds)
