"""What the portal needs to know; read from `CMP_PORTAL_*`, else `CMP_*`."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from chassis.settings import SettingsError, SettingsGroup, setting


@dataclass(frozen=True, kw_only=True)
class Settings(SettingsGroup):
    """Addresses, session rules and the contact block of the site."""

    prefix: ClassVar[str] = "portal"

    gateway_url: str = setting("http://127.0.0.1:8080", "base URL of the gateway, for the portal's own calls")
    public_url: str = setting("http://127.0.0.1:8080", "address people type; https turns on Secure cookies and HSTS")
    secret_key: str = setting(
        "", "seals session cookies; several, separated by commas: the first seals, all open", secret=True
    )
    idle_minutes: int = setting(30, "minutes without a page after which a session ends (longer than the card form)")
    absolute_hours: int = setting(12, "hours after which a session ends in any case")
    remember_days: int = setting(14, "days a session lives when 'Recuérdeme' was ticked")
    refresh_early_seconds: int = setting(120, "renew the access token this long before it ends")
    gateway_timeout_seconds: float = setting(15.0, "seconds to wait for an answer of the gateway")
    payment_timeout_seconds: float = setting(70.0, "seconds to wait for the acquirer's answer to a charge")
    acquirer_origins: str = setting(
        "http://127.0.0.1:8201", "origins of the card form, separated by spaces; only these may run on the card page"
    )
    verify_seconds: int = setting(10, "seconds between refreshes of a page that waits for the bank")
    page_size: int = setting(20, "rows of a list on one page")
    trusted_proxies: int = setting(1, "how many proxies in front may set X-Forwarded-For")
    merchant_name: str = setting("Colegio Médico del Perú", "name of the institution on every page")
    contact_email: str = setting("consultas@cmp.org.pe", "address shown in the contact block")
    contact_phone: str = setting("01 641-9847", "telephone shown in the contact block")
    contact_hours: str = setting("lunes a viernes, de 8:30 a 17:30", "office hours shown in the contact block")
    contact_address: str = setting(
        "Av. 28 de Julio 776, Miraflores, Lima, Perú", "business address (Niubiz demands it)"
    )
    correction_email: str = setting("webmaster@cmp.org.pe", "where a wrong CMP number is reported (ACC-6)")
    recertification_email: str = setting(
        "recertificacion@cmp.org.pe", "where a physician asks about a recertification that was not granted (REC-19)"
    )
    constancia_email: str = setting(
        "creditaje@cmp.org.pe", "where a Constancia de Recertificación is asked for by mail (REC-15)"
    )
    bind: str = setting("0.0.0.0:8000", "address and port the web process listens on")
    web_workers: int = setting(1, "gunicorn worker processes; one, because token renewals are serialised per process")
    web_threads: int = setting(16, "threads of the web process")
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR")

    def __post_init__(self) -> None:
        """Refuse to serve the public without a key of its own."""
        super().__post_init__()
        if self.https and not self.secret_key:
            raise SettingsError(f"{self.variables('secret_key')[0]} is not set, and public_url is https")

    @property
    def https(self) -> bool:
        """Whether people reach the site over TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def cookie_name(self) -> str:
        """`__Host-` binds the cookie to this host over TLS; plain local http cannot have it (ASVS 3.3.1)."""
        return "__Host-cmp" if self.https else "cmp_session"

    @property
    def card_form_origins(self) -> list[str]:
        """The acquirer's origins, without paths."""
        return self.acquirer_origins.split()
