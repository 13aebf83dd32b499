"""Settings: one frozen dataclass per process, filled from the environment or from `*_FILE` secrets."""

import dataclasses
import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Self, get_type_hints

from environs import EnvError, FileAwareEnv

PLACEHOLDER = "change-me"


class SettingsError(Exception):
    """A setting is missing, unreadable or still a placeholder. The message names the variable."""


def setting(default: Any = dataclasses.MISSING, help: str = "", *, secret: bool = False) -> Any:
    """Declare a setting: its default (none = must be given), one line of help, and whether it is a secret."""
    return dataclasses.field(default=default, metadata={"help": help, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class SettingsGroup:
    """Settings read from `CMP_<PREFIX>_<NAME>`, else `CMP_<NAME>`, else the default; `_FILE` names a file to read."""

    prefix: ClassVar[str]

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment; keyword arguments win. Raises SettingsError."""
        env = FileAwareEnv(strip_whitespace=True)
        hints = get_type_hints(cls)
        values = dict(given)
        for field in dataclasses.fields(cls):
            if field.name not in values:
                value = _read(env, cls.variables(field.name), hints[field.name])
                if value is not None:
                    values[field.name] = value
                elif field.default is dataclasses.MISSING:
                    raise SettingsError(f"{cls.variables(field.name)[0]} is not set: {field.metadata['help']}")
        return cls(**values)

    @classmethod
    def variables(cls, name: str) -> tuple[str, str]:
        """The environment variables a field is read from, most particular first."""
        return f"CMP_{cls.prefix}_{name}".upper(), f"CMP_{name}".upper()

    def __post_init__(self) -> None:
        """Refuse to start with a secret that nobody has changed."""
        for field in dataclasses.fields(self):
            if field.metadata.get("secret") and getattr(self, field.name) == PLACEHOLDER:
                raise SettingsError(f"{self.variables(field.name)[0]} still is '{PLACEHOLDER}'")

    def describe(self) -> list[tuple[str, str, str]]:
        """(variable, effective value with secrets masked, help) of every setting."""
        return [
            (
                self.variables(field.name)[0],
                "********"
                if field.metadata.get("secret") and getattr(self, field.name)
                else str(getattr(self, field.name)),
                field.metadata.get("help", ""),
            )
            for field in dataclasses.fields(self)
        ]


def _read(env: FileAwareEnv, names: tuple[str, str], kind: Any) -> Any:
    """The first variable that is set, converted to the annotated type."""
    reader: Any = {bool: env.bool, int: env.int, float: env.float, Decimal: env.decimal}.get(kind, env.str)
    for name in names:
        if name in os.environ or f"{name}_FILE" in os.environ:
            try:
                return reader(name)
            except EnvError as error:
                raise SettingsError(f"{name}: {error}") from error
    return None


@dataclass(frozen=True, kw_only=True)
class ServiceSettings(SettingsGroup):
    """What every service needs to know. A service adds its own fields and sets `service`."""

    service: ClassVar[str]
    prefix: ClassVar[str] = ""

    database_url: str = setting("", "SQLAlchemy URL of the service's own database; empty = SQLite in data_dir")
    broker_url: str = setting("memory://", "amqp://… of RabbitMQ, or memory:// when all services share one process")
    data_dir: str = setting("var", "folder for SQLite databases, stored files and generated keys")
    files_url: str = setting("", "object store: empty = data_dir/<service>/files, or s3://bucket/prefix")
    identity_url: str = setting("http://127.0.0.1:8101", "base URL of identity (JWKS, service tokens)")
    service_urls: str = setting("", "base URLs of other services: einvoice=http://…,identity=http://…")
    token_issuer: str = setting("https://identity.cmp-digital.invalid", "`iss` of access tokens (sample)")
    client_secret: str = setting("", "secret this service shows identity to get a service token", secret=True)
    bind: str = setting("0.0.0.0:8000", "address and port the web process listens on")
    web_workers: int = setting(2, "gunicorn worker processes")
    web_threads: int = setting(4, "threads per gunicorn worker")
    metrics_port: int = setting(0, "port on which worker and jobs serve /metrics; 0 = none")
    heartbeat_file: str = setting("", "file that worker and jobs touch while they are alive; empty = none")
    trusted_proxies: int = setting(1, "how many proxies in front may set X-Forwarded-For")
    keep_days: int = setting(400, "days that sent outbox and handled inbox rows are kept")
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A service's settings are prefixed with its name."""
        super().__init_subclass__(**kwargs)
        if "service" in cls.__dict__:
            cls.prefix = cls.service

    @property
    def database(self) -> str:
        """The effective database URL."""
        return self.database_url or f"sqlite:///{self.folder / 'data.db'}"

    @property
    def folder(self) -> Path:
        """The service's own folder under data_dir."""
        return Path(self.data_dir).resolve() / self.service

    def url_of(self, service: str) -> str:
        """Base URL of another service. Raises SettingsError when service_urls does not name it."""
        urls = dict(pair.split("=", 1) for pair in self.service_urls.split(",") if "=" in pair)
        if service == "identity":
            return urls.get(service, self.identity_url)
        if service not in urls:
            raise SettingsError(f"CMP_SERVICE_URLS does not name {service}")
        return urls[service]
