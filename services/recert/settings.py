"""What recert can be told from outside; the README lists the same."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from chassis.app import current_service
from chassis.seals import kept_secret
from chassis.settings import ServiceSettings, SettingsError, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of recert, each read from `CMP_RECERT_<NAME>`."""

    service: ClassVar[str] = "recert"

    result_days: int = setting(7, "working days for the result of a request (REC-14)")
    correction_days: int = setting(30, "working days for correcting what was observed (REC-20)")
    diploma_days: int = setting(15, "working days until the diploma waits at the council of pick-up")
    correction_restarts: bool = setting(False, "true: each round of observations has its own days (AMB-9)")
    correction_min_days: int = setting(
        1, "working days that a further round of observations leaves at least, when the first one is about to end"
    )
    reminder_days: str = setting("10,5,1", "working days left at which a physician is reminded of a correction")

    pdf_check_seconds: int = setting(10, "seconds of computing that reading an uploaded PDF may take")
    pdf_check_megabytes: int = setting(512, "megabytes of memory that reading an uploaded PDF may take")
    clamav_address: str = setting("", "antivirus: host:3310 or unix:/path of clamd; empty = files are not scanned")
    clamav_timeout_seconds: float = setting(20.0, "seconds to wait for the antivirus")
    upload_hours: int = setting(24, "hours after which an upload that was not completed is forgotten")

    institution: str = setting("Colegio Médico del Perú", "name on constancias")
    institution_unit: str = setting(
        "Recertificación Médica, SISTCERE",
        "second line on constancias",
    )
    institution_address: str = setting("Av. 28 de Julio 776, Miraflores, Lima, Perú", "address on constancias (sample)")
    constancia_url: str = setting(
        "http://127.0.0.1:8080/verificar/{code}", "public page a constancia's QR leads to; {code} is replaced"
    )
    constancia_signatory: str = setting("Dirección de SISTCERE (EJEMPLO)", "who issues a constancia (sample)")
    constancia_notice: str = setting("", "words in a red frame on every constancia; empty = none")
    notice_states: str = setting(
        "ACTIVO", "states of the registry in which a physician is told that a certification ends, by commas (sample)"
    )
    key_secret: str = setting(
        "", "passphrase that encrypts the keys of constancias; empty = one made in data_dir (SQLite only)", secret=True
    )

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment. A platform on PostgreSQL has several processes, which share one passphrase."""
        settings = super().load(**given)
        if not settings.key_secret and settings.database.startswith("postgresql"):
            raise SettingsError("CMP_RECERT_KEY_SECRET is not set: processes would not share their signing keys")
        return settings

    def __post_init__(self) -> None:
        """Refuse days that make no deadline."""
        super().__post_init__()
        if min(self.result_days, self.correction_days, self.diploma_days, self.correction_min_days) < 1:
            raise SettingsError("CMP_RECERT_*_DAYS must be 1 at least")
        if not all(part.strip().isdigit() for part in self.reminder_days.split(",")):
            raise SettingsError("CMP_RECERT_REMINDER_DAYS must be numbers with commas between them")
        if "{code}" not in self.constancia_url:
            raise SettingsError("CMP_RECERT_CONSTANCIA_URL must have {code}")

    @property
    def reminders(self) -> tuple[int, ...]:
        """Working days left at which a reminder is due, most first."""
        return tuple(sorted({int(days) for days in self.reminder_days.split(",")}, reverse=True))

    def passphrase(self) -> str:
        """The passphrase of the keys that seal constancias."""
        return self.key_secret or kept_secret(self.folder / "key.secret")


def current_settings() -> Settings:
    """The running service's settings."""
    settings: Settings = current_service().settings
    return settings
