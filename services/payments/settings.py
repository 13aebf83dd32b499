"""What payments can be told from outside; the table in the README lists the same."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from chassis.app import current_service
from chassis.seals import kept_secret
from chassis.settings import ServiceSettings, SettingsError, setting
from services.payments.standing.rule import StandingRule, read_rule


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of payments, each read from `CMP_PAYMENTS_<NAME>`. Values marked (sample) are to be replaced."""

    service: ClassVar[str] = "payments"

    niubiz_url: str = setting("http://127.0.0.1:8201", "base URL of the acquirer's API (default: the simulator)")
    niubiz_checkout_js_url: str = setting(
        "http://127.0.0.1:8201/v2/js/checkout.js", "address of checkout.js, the acquirer's card form"
    )
    niubiz_merchant_id: str = setting("456879852", "merchant code, nine digits (sample: public sandbox, soles)")
    niubiz_user: str = setting("cmp-demo", "user of the acquirer's API (sample)")
    niubiz_password: str = setting("cmp-demo", "password of the acquirer's API (sample)", secret=True)
    niubiz_countable: bool = setting(True, "true: a charge settles by itself the next night; false: only held")
    niubiz_refund_early_codes: str = setting(
        "101", "CODERROR of a refund that comes before the charge is settled, by commas (sample)"
    )
    niubiz_refund_repeated_codes: str = setting(
        "104", "CODERROR of a refund whose reference was taken before, by commas (sample)"
    )
    niubiz_refund_reference_once: bool = setting(
        True, "whether the acquirer refuses a refund reference it has taken; then a refund in doubt may be sent again"
    )
    refund_opens_working_days: int = setting(2, "working days after a charge from which it can be refunded")
    refund_months: int = setting(6, "months after a charge in which it can be refunded")
    merchant_ruc: str = setting("20000000001", "RUC sent with refunds (sample)")
    merchant_country: str = setting("Perú", "country shown on the receipt")
    merchant_name: str = setting("Colegio Médico del Perú", "name on the card form and on the receipt")
    merchant_phone: str = setting("01 641-9847", "phone on the receipt (sample)")
    merchant_address: str = setting("Av. 28 de Julio 776, Miraflores, Lima, Perú", "address on the receipt (sample)")
    merchant_domain: str = setting("www.cmp.org.pe", "domain shown on the receipt")
    merchant_logo_url: str = setting("", "address of the logo shown by the card form and on the receipt; empty = none")
    refund_policy: str = setting(
        "EJEMPLO: para solicitar la devolución de un pago escriba a consultas@example.pe dentro de los 30 días.",
        "refund policy printed on the receipt (sample)",
    )
    terms_url: str = setting(
        "/pago-online/condiciones", "page of the payment conditions linked on the receipt (sample)"
    )
    window_months: int = setting(36, "dues whose month began longer ago than this are not payable here (PAY-5)")
    attempt_minutes: int = setting(25, "life of an open card form; Niubiz ends its session after 30")
    order_minutes: int = setting(60, "life of an unpaid order, and so of its hold on the dues")
    reservation_minutes: int = setting(15, "how long dues stay held at least after a refused card")
    authorization_timeout_s: float = setting(45.0, "seconds to wait for the answer to a charge")
    other_timeout_s: float = setting(15.0, "seconds to wait for any other answer of the acquirer")
    assess_monthly: bool = setting(True, "true: the job assesses each month by the tariffs in force")
    assessment_day: int = setting(1, "day of the month in Lima from which the job assesses it, 1 to 28 (sample)")
    assessed_states: str = setting("ACTIVO", "states of the registry in which dues are assessed (sample)")
    semefa_states: str = setting(
        "ACTIVO,FALLECIDO", "states of a SEMEFA holder in which premiums are assessed: heirs go on paying (sample)"
    )
    first_due_months: int = setting(1, "months after the month of registration in which dues begin (sample)")
    settlement_days: int = setting(4, "days after a charge without a settlement row until it goes to the work list")
    vat_percent: int = setting(18, "IGV inside dues whose tax code is 10, in percent")
    standing_thresholds: str = setting(
        "COLEGIADO=3", "unpaid months from which a physician is not hábil, by kind that counts (sample)"
    )
    standing_grace_day: int = setting(
        15, "day of the following month from which a month still owed counts as unpaid, 1 to 28 (sample)"
    )
    standing_registry_states: str = setting("ACTIVO", "states of the registry in which somebody can be hábil (sample)")
    certificate_days: int = setting(30, "days a constancia is good, the day of issue included (sample)")
    certificate_url: str = setting(
        "http://127.0.0.1:8080/verificar/{code}", "public page a constancia's QR leads to; {code} is replaced"
    )
    certificate_signatory: str = setting("Secretaría del Interior (EJEMPLO)", "who issues a constancia (sample)")
    certificate_notice: str = setting("", "words in a red frame on every constancia; empty = none")
    key_secret: str = setting(
        "", "passphrase that encrypts the keys of constancias; empty = one made in data_dir (SQLite only)", secret=True
    )

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment. A platform on PostgreSQL has several processes, which share one passphrase."""
        settings = super().load(**given)
        if not settings.key_secret and settings.database.startswith("postgresql"):
            raise SettingsError("CMP_PAYMENTS_KEY_SECRET is not set: processes would not share their signing keys")
        return settings

    def __post_init__(self) -> None:
        """Refuse lives that would let a form outlive the acquirer's own session."""
        super().__post_init__()
        if not 1 <= self.attempt_minutes <= 29:
            raise SettingsError("CMP_PAYMENTS_ATTEMPT_MINUTES must be between 1 and 29")
        if self.authorization_timeout_s > 55:
            raise SettingsError("CMP_PAYMENTS_AUTHORIZATION_TIMEOUT_S must be 55 at most")
        if self.certificate_days < 1 or "{code}" not in self.certificate_url:
            raise SettingsError(
                "CMP_PAYMENTS_CERTIFICATE_DAYS must be 1 at least, CMP_PAYMENTS_CERTIFICATE_URL have {code}"
            )
        try:
            self.standing_rule  # noqa: B018 - read once, so that a rule nobody can read stops the start
        except ValueError as error:
            raise SettingsError(f"CMP_PAYMENTS_STANDING_*: {error}") from error

    @property
    def standing_rule(self) -> StandingRule:
        """The rule of good standing."""
        return read_rule(self.standing_thresholds, self.standing_grace_day, self.standing_registry_states)

    def passphrase(self) -> str:
        """The passphrase of the keys that sign constancias."""
        return self.key_secret or kept_secret(self.folder / "key.secret")


def current_settings() -> Settings:
    """The running service's settings."""
    settings: Settings = current_service().settings
    return settings
