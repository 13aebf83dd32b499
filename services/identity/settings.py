"""What identity can be told from outside; the table in the README lists the same."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from chassis.app import current_service
from chassis.settings import ServiceSettings, SettingsError, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of identity, each read from `CMP_IDENTITY_<NAME>`."""

    service: ClassVar[str] = "identity"

    key_secret: str = setting(
        "", "passphrase that encrypts signing keys at rest; empty = one made in data_dir (SQLite only)", secret=True
    )
    key_rotation_days: int = setting(90, "days after which the job rotates the signing key; 0 = only by command")
    service_secrets: str = setting(
        "", "secrets of services known at start: einvoice=…,notifier=… (kept as hashes)", secret=True
    )
    token_audiences: str = setting(
        "identity,payments,einvoice,recert,notifier", "services a person's access token is good for"
    )
    access_token_seconds: int = setting(600, "life of an access token; 600 at most (ASVS 9.2)")
    session_hours: int = setting(12, "hours after which a session ends, whatever happens")
    session_idle_minutes: int = setting(60, "minutes without a refresh after which a session ends")
    remembered_days: int = setting(30, "days a session lasts when 'Recuérdeme' was ticked")
    refresh_leeway_seconds: int = setting(
        0, "seconds in which a refresh token may be shown again and gets the same successor; 0 = never"
    )
    one_time_minutes: int = setting(10, "life of a one-time link or code (ASVS 6.5.5)")
    confirm_minutes: int = setting(1440, "life of the link that confirms the address of a registration")
    registration_days: int = setting(7, "days after which a registration that nobody confirmed expires")
    mail_request_hours: int = setting(24, "hours after which a mail with a link that could not leave is dropped")
    portal_url: str = setting(
        "http://127.0.0.1:8080", "address of the portal, for links in mails; never taken from a request"
    )
    mail_throttle_tries: int = setting(3, "mails with a link for one person from one address before the first lock")
    mail_throttle_account_tries: int = setting(10, "mails with a link for one person before a lock")
    mail_throttle_address_tries: int = setting(20, "requests for mails from one address before a lock")
    mail_throttle_recovery_seconds: int = setting(1200, "seconds that give one such request back")
    staff_invitation_minutes: int = setting(1440, "life of the link with which invited staff open their account")
    challenge_minutes: int = setting(10, "minutes staff have between the password and the code of the second factor")
    password_time_cost: int = setting(2, "argon2id passes (ASVS 11.4.2)")
    password_memory_kib: int = setting(19 * 1024, "argon2id memory in KiB")
    password_parallelism: int = setting(1, "argon2id lanes")
    password_concurrency: int = setting(4, "passwords checked at the same time in one process")
    password_wait_seconds: float = setting(10.0, "how long a login may wait for its turn before it is told 503")
    throttle_tries: int = setting(5, "wrong passwords for one user from one address before the first lock")
    throttle_recovery_seconds: int = setting(3600, "seconds without a wrong password that give one such try back")
    throttle_address_tries: int = setting(50, "wrong passwords from one address, whoever the user, before a lock")
    throttle_address_recovery_seconds: int = setting(60, "seconds that give an address one try back")
    throttle_account_tries: int = setting(100, "wrong passwords for one user before strange addresses are locked")
    throttle_account_recovery_seconds: int = setting(600, "seconds that give strange addresses one try back")
    throttle_lock_seconds: int = setting(60, "length of the first lock; each further one is twice as long")
    throttle_lock_max_seconds: int = setting(900, "longest lock")
    first_access_minutes: int = setting(60, "life of a first access from its start to its proof")
    first_access_proofs: int = setting(5, "codes or vouchers that may be tried in one first access")
    first_access_tries: int = setting(5, "first accesses of one document from one address before the first lock")
    first_access_voucher_tries: int = setting(5, "vouchers tried for one document from one address before a lock")
    first_access_lock_seconds: int = setting(900, "length of the first such lock; each further one is twice as long")
    first_access_lock_max_seconds: int = setting(86400, "longest such lock")
    desk_code_hours: int = setting(72, "life of a code that the council's desk hands to a client")
    known_address_days: int = setting(90, "days an address counts as the owner's after a login from it")
    physician_states: str = setting(
        "ACTIVO,INACTIVO,SUSPENDIDO,FALLECIDO",
        "states the registry accepts; only ACTIVO is confirmed, the others are samples",
    )
    email_confirm_minutes: int = setting(60, "life of the link that confirms a new e-mail of an account")
    email_change_hours: int = setting(24, "hours a new e-mail waits to be confirmed; the link can be asked for again")
    email_mail_pause_seconds: int = setting(60, "seconds between two mails that confirm a new e-mail of one account")
    email_mails_a_day: int = setting(6, "most mails that confirm a new e-mail, for one account in 24 hours")
    fresh_login_minutes: int = setting(
        10, "an account without a password may change its e-mail this long after a login (ASVS 7.5.1)"
    )
    photo_max_bytes: int = setting(2 * 1024 * 1024, "largest photo file in bytes (sample: no source tells CMP's own)")
    photo_min_pixels: int = setting(240, "shorter side of a photo at least, in pixels (sample)")
    photo_max_pixels: int = setting(4000, "longer side of a photo at most, in pixels (sample)")
    sinadef_states: str = setting("ACTIVO", "states of the register that may apply for access to SINADEF")
    library_states: str = setting("ACTIVO", "states of the register to which Biblioteca Virtual is open")
    library_good_standing: bool = setting(False, "whether Biblioteca Virtual is open to the hábil only")
    library_file: str = setting("", "CSV with titulo,url,descripcion of Biblioteca Virtual; empty = marked samples")
    login_link_url: str = setting(
        "http://127.0.0.1:8080/ingresar/{token}", "address of a one-time login link; {token} is replaced"
    )

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment. A platform on PostgreSQL has several processes, which share one passphrase."""
        settings = super().load(**given)
        if not settings.key_secret and settings.database.startswith("postgresql"):
            raise SettingsError("CMP_IDENTITY_KEY_SECRET is not set: processes would not share their signing keys")
        return settings

    def __post_init__(self) -> None:
        """Refuse settings that would weaken what the tests prove."""
        super().__post_init__()
        if not 0 < self.access_token_seconds <= 600:
            raise SettingsError("CMP_IDENTITY_ACCESS_TOKEN_SECONDS must be between 1 and 600")

    @property
    def audiences(self) -> list[str]:
        """Services a person's access token is good for."""
        return _names(self.token_audiences)

    @property
    def states(self) -> list[str]:
        """States a physician may have in the registry."""
        return _names(self.physician_states)

    @property
    def known_services(self) -> dict[str, str]:
        """Secrets of services by name, as given at start."""
        return dict(pair.split("=", 1) for pair in _names(self.service_secrets) if "=" in pair)

    def key_passphrase(self) -> str:
        """The passphrase of the signing keys; made once and kept readable by its owner only when none is set."""
        return self.key_secret or _secret_file(self.folder / "key.secret")


def current_settings() -> Settings:
    """The running service's settings."""
    settings: Settings = current_service().settings
    return settings


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _secret_file(path: Path) -> str:
    """Read a secret, or make it. The link appears with its content, so two processes that start together agree."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), "ascii")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text("ascii")
