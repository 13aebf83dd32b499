"""What an operator can set: who issues, with which certificate, and how we speak to SUNAT."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import current_app

from chassis.settings import ServiceSettings, SettingsError, setting
from services.einvoice.documents import BOLETA, FACTURA, Issuer, ruc_is_valid

BY_SEND_BILL, BY_SUMMARY = "sendBill", "summary"


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of einvoice. The defaults are a sample issuer and the tax authority's simulator."""

    service: ClassVar[str] = "einvoice"

    issuer_ruc: str = setting("20000000001", "RUC of the issuer (SAMPLE: SUNAT's public test number, not the CMP's)")
    issuer_legal_name: str = setting("COLEGIO MÉDICO DEL PERÚ (MUESTRA)", "registered name of the issuer (sample)")
    issuer_trade_name: str = setting("Colegio Médico del Perú", "trade name of the issuer; empty = none")
    issuer_ubigeo: str = setting("150122", "six-digit district code of the issuer's address (catalogue 13)")
    issuer_department: str = setting("LIMA", "department of the issuer's address, at most 30 characters")
    issuer_province: str = setting("LIMA", "province of the issuer's address, at most 30 characters")
    issuer_district: str = setting("MIRAFLORES", "district of the issuer's address, at most 30 characters")
    issuer_urbanization: str = setting("", "urbanización of the issuer's address, at most 25 characters; empty = none")
    issuer_address: str = setting("AV. 28 DE JULIO 776", "street address of the issuer, 3 to 200 characters")
    issuer_establishment: str = setting("0000", "SUNAT's four-digit establishment code; 0000 = main office")
    certificate_path: str = setting("", "PKCS#12 file to sign with; empty = a demonstration certificate in data_dir")
    certificate_password: str = setting("", "password of the PKCS#12 file", secret=True)
    consult_url: str = setting("https://www.cmp.org.pe", "address printed on vouchers where they can be consulted")

    sunat_url: str = setting(
        "http://127.0.0.1:8202/ol-ti-itcpfegem/billService",
        "billService of SUNAT or an OSE (default: the simulator)",
    )
    sunat_consult_url: str = setting(
        "http://127.0.0.1:8202/ol-it-wsconscpegem/billConsultService",
        "billConsultService; empty = none (beta)",
    )
    sunat_consult_series: str = setting("F", "first letters of the series that billConsultService answers about")
    sunat_user: str = setting("MODDATOS", "SOL user without the RUC (default: SUNAT's public test user)")
    sunat_password: str = setting("moddatos", "password of the SOL user", secret=True)
    sunat_connect_timeout: float = setting(10.0, "seconds to wait for a connection")
    sunat_read_timeout: float = setting(120.0, "seconds to wait for SUNAT's answer")
    sunat_parallel: int = setting(4, "vouchers sent at the same time")
    sunat_per_minute: int = setting(0, "requests to SUNAT per minute at most; 0 = no limit")
    retry_first_seconds: int = setting(15, "wait before the second try; it doubles with every further one")
    retry_max_seconds: int = setting(1800, "longest wait between two tries")
    lease_margin_seconds: int = setting(60, "how much longer than the time-outs a try without outcome is left alone")
    factura_deadline_days: int = setting(3, "calendar days after issue to send a factura or its notes (RS 003-2023)")
    boleta_deadline_days: int = setting(7, "calendar days after issue to send a boleta or its notes")
    void_deadline_days: int = setting(7, "calendar days after issue to void a voucher by RA or RC; then only by note")
    deadline_warning_days: int = setting(1, "days left below which an unfiled voucher or void is logged as a warning")
    boletas_by: str = setting("sendBill", "how SUNAT is told of boletas and their notes: sendBill or summary (RC)")
    summary_wait_minutes: int = setting(60, "with boletas_by=summary, how long a boleta waits for others")
    summary_max_lines: int = setting(500, "lines of one RC or RA at most (0158)")
    poll_first_seconds: int = setting(5, "wait before a ticket is asked about again; it doubles with every time")
    poll_max_seconds: int = setting(600, "longest wait between two questions about a ticket")
    ticket_stale_hours: int = setting(24, "age of a ticket without an answer that is logged as an error")
    ticket_lost_polls: int = setting(5, "how often SUNAT may not know a ticket before its lines are told anew")
    certificate_warning_days: int = setting(30, "days before the certificate expires from which it is logged")
    export_at_once: int = setting(1000, "rows of a list that are exported at once; a longer one is written by a job")
    export_max_rows: int = setting(1_000_000, "rows that one export holds at most")
    export_keep_hours: int = setting(72, "hours that the file of a long export can be fetched")
    history_certificates_path: str = setting(
        "", "PEM file of the certificates, or of the authorities that issued them, that imported vouchers may bear"
    )
    receipt_signers: str = setting("20131312955", "RUC of those who sign receipts [CDR]: SUNAT's, and of each OSE used")
    capture_date_hours: int = setting(24, "a payment told later than this gets today's issue date, not its own")

    def __post_init__(self) -> None:
        """Refuse a RUC that cannot be one. Raises SettingsError."""
        super().__post_init__()
        if not ruc_is_valid(self.issuer_ruc):
            raise SettingsError("CMP_EINVOICE_ISSUER_RUC is not a valid RUC")
        if self.boletas_by not in (BY_SEND_BILL, BY_SUMMARY):
            raise SettingsError("CMP_EINVOICE_BOLETAS_BY is sendBill or summary")

    @property
    def issuer(self) -> Issuer:
        """Who issues, as vouchers say it."""
        return Issuer(
            ruc=self.issuer_ruc,
            legal_name=self.issuer_legal_name,
            trade_name=self.issuer_trade_name,
            ubigeo=self.issuer_ubigeo,
            department=self.issuer_department,
            province=self.issuer_province,
            district=self.issuer_district,
            address=self.issuer_address,
            urbanization=self.issuer_urbanization,
            establishment=self.issuer_establishment,
        )

    @property
    def is_demonstration(self) -> bool:
        """Whether vouchers are signed with the self-made certificate, so that they have no value."""
        return not self.certificate_path

    @property
    def lease(self) -> timedelta:
        """How long a try may take before another one may begin."""
        return timedelta(seconds=self.sunat_connect_timeout + self.sunat_read_timeout + self.lease_margin_seconds)

    def deadline_days(self, voucher_type: str, series: str) -> int:
        """Days to send a voucher after its issue; notes follow the voucher they amend, told by the first letter."""
        follows_factura = voucher_type == FACTURA or (voucher_type != BOLETA and series.startswith("F"))
        return self.factura_deadline_days if follows_factura else self.boleta_deadline_days

    def retry_after(self, attempts: int) -> timedelta:
        """Wait before the next try, doubling from the first to the longest."""
        doubled = self.retry_first_seconds * 2 ** min(max(attempts - 1, 0), 20)
        return timedelta(seconds=min(doubled, self.retry_max_seconds))

    def poll_after(self, polls: int) -> timedelta:
        """Wait before a ticket is asked about again, doubling from the first to the longest."""
        return timedelta(seconds=min(self.poll_first_seconds * 2 ** min(polls, 20), self.poll_max_seconds))


def current_settings() -> Settings:
    """The settings of the running service."""
    settings: Settings = current_app.extensions["cmp"].settings
    return settings
