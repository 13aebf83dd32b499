"""What the gateway is told from outside: where the services stand and whom it may believe."""

from dataclasses import dataclass
from typing import ClassVar

from chassis.settings import SettingsGroup, setting

UPSTREAMS = ("identity", "einvoice", "payments", "recert", "notifier", "portal")


@dataclass(frozen=True, kw_only=True)
class Settings(SettingsGroup):
    """Read from `CMP_GATEWAY_<NAME>`, else `CMP_<NAME>`. Times in seconds, networks as comma-separated CIDR."""

    service: ClassVar[str] = "gateway"
    prefix: ClassVar[str] = "gateway"

    public_url: str = setting("http://127.0.0.1:8080", "address people type; services hear its scheme and host")
    identity_url: str = setting("http://127.0.0.1:8101", "base URL of identity")
    einvoice_url: str = setting("http://127.0.0.1:8102", "base URL of einvoice")
    payments_url: str = setting("http://127.0.0.1:8103", "base URL of payments")
    recert_url: str = setting("http://127.0.0.1:8104", "base URL of recert")
    notifier_url: str = setting("http://127.0.0.1:8105", "base URL of notifier")
    portal_url: str = setting("http://127.0.0.1:8081", "base URL of the portal")
    jwks_url: str = setting("", "where the token keys are published; empty = identity_url/.well-known/jwks.json")
    token_issuer: str = setting("https://identity.cmp-digital.invalid", "`iss` of access tokens (sample)")
    routing_file: str = setting("", "another routing.toml; empty = the one in the package")
    limits_storage: str = setting(
        "memory://", "rate-limit counters: memory:// (each process its own) or redis://host:6379/0"
    )
    trusted_networks: str = setting("", "networks of proxies (ingress, portal) whose X-Forwarded-For is believed")
    internal_networks: str = setting(
        "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
        "networks that may see /metrics and /readyz?verbose, when no proxy stands between",
    )
    connect_seconds: float = setting(2.0, "longest wait for a connection to a service")
    client_seconds: float = setting(30.0, "longest silence of a client that is sending a body")
    queue_seconds: float = setting(1.0, "longest wait for one of a service's places (max_in_flight) before 503")
    keep_idle_seconds: float = setting(15.0, "connections idle for longer are not used again; below the services' 30 s")
    bind: str = setting("0.0.0.0:8080", "address and port the web process listens on")
    web_workers: int = setting(2, "gunicorn worker processes")
    web_threads: int = setting(48, "threads per gunicorn worker; must exceed the portal's max_in_flight")
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR")

    @property
    def keys_url(self) -> str:
        """The effective address of the JWKS document."""
        return self.jwks_url or f"{self.identity_url.rstrip('/')}/.well-known/jwks.json"

    def url_of(self, upstream: str) -> str:
        """Base URL of an upstream named in routing.toml."""
        return str(getattr(self, f"{upstream}_url")).rstrip("/")
