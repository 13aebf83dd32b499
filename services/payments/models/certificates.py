"""Constancias de habilidad, the keys that sign them, and who asked whether they are good."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import today
from chassis.events import FileRef
from chassis.seals import SealKeyRow, print_code
from contracts.payments import (
    HabilidadCertificateIssued,
    HabilidadCertificateMailRequested,
    HabilidadCertificateRevoked,
)
from services.payments.models.base import AppendOnly, Base, BigId, word

PDF_TYPE = "application/pdf"


class CertificateState(StrEnum):
    """Where a constancia stands on a day; the words are those of its public page."""

    VIGENTE = "VIGENTE"
    VENCIDA = "VENCIDA"
    REVOCADA = "REVOCADA"


class VerificationResult(StrEnum):
    """What somebody who asked about a constancia was told."""

    VIGENTE = "VIGENTE"
    VENCIDA = "VENCIDA"
    REVOCADA = "REVOCADA"
    ALTERED = "ALTERED"
    """The signature does not fit: the document was changed or never was ours."""


class Certificate(Base):
    """One constancia, with what it said of its owner on the day it was issued. Empty PDF fields: not drawn yet."""

    __tablename__ = "habilidad_certificate"
    __table_args__ = (
        Index("ix_habilidad_certificate_cmp_number", "cmp_number", "number"),
        Index("ix_habilidad_certificate_pdf_sha256", "pdf_sha256"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """Printed beside the QR. Not to be guessed, so that nobody reads the register by counting."""
    account: Mapped[str] = mapped_column(String(64))
    cmp_number: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(300))
    council: Mapped[str] = mapped_column(String(2))
    issued_at: Mapped[datetime]
    valid_until: Mapped[date]
    """Last day in Lima on which it is VIGENTE."""
    signed: Mapped[str] = mapped_column(Text)
    """The compact JWS (ES256) that the QR carries."""
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    pdf_size: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(64))
    revocation_reason: Mapped[str | None] = mapped_column(String(300))

    @property
    def number_text(self) -> str:
        """The number as people read it."""
        return f"CH-{self.number:08d}"

    @property
    def code_text(self) -> str:
        """The code as it is printed, in groups of four."""
        return print_code(self.code)

    @property
    def state(self) -> CertificateState:
        """Where it stands today."""
        if self.revoked_at is not None:
            return CertificateState.REVOCADA
        return CertificateState.VENCIDA if today() > self.valid_until else CertificateState.VIGENTE

    @property
    def is_drawn(self) -> bool:
        """Whether its PDF is stored."""
        return self.pdf_sha256 is not None

    @property
    def pdf(self) -> FileRef:
        """The claim check of its PDF, once it is drawn."""
        return FileRef(
            service="payments", sha256=self.pdf_sha256 or "", size=self.pdf_size or 0, media_type=PDF_TYPE,
            name=f"constancia-de-habilidad-{self.number_text}.pdf",
        )  # fmt: skip

    def keep_pdf(self, pdf: FileRef) -> HabilidadCertificateIssued:
        """Note the stored PDF and return the fact that the constancia exists."""
        self.pdf_sha256, self.pdf_size = pdf.sha256, pdf.size
        return HabilidadCertificateIssued(
            certificate_id=self.id,
            number=self.number_text,
            cmp_number=self.cmp_number,
            issued_at=self.issued_at,
            valid_until=self.valid_until,
        )

    def revoke(self, *, by: str, reason: str, at: datetime) -> HabilidadCertificateRevoked | None:
        """Take it back for good; None when it was taken back before."""
        if self.revoked_at is not None:
            return None
        self.revoked_at, self.revoked_by, self.revocation_reason = at, by, reason
        return HabilidadCertificateRevoked(
            certificate_id=self.id,
            number=self.number_text,
            cmp_number=self.cmp_number,
            reason=reason,
            revoked_at=at,
        )

    def mail_requested(self) -> HabilidadCertificateMailRequested:
        """The fact that its owner wants it by mail."""
        return HabilidadCertificateMailRequested(
            certificate_id=self.id,
            number=self.number_text,
            valid_until=self.valid_until,
            account_id=self.account,
            name=self.name,
            pdf=self.pdf,
        )


class CertificateKey(SealKeyRow, Base):
    """An ES256 key that signs constancias. Its public half is published for as long as the service lives."""

    __tablename__ = "certificate_key"


class CertificateVerification(AppendOnly, Base):
    """Somebody asked about a constancia: when, what the answer was, and from where, as roughly as can be."""

    __tablename__ = "certificate_verification"
    __table_args__ = (Index("ix_certificate_verification_certificate_id", "certificate_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("habilidad_certificate.id"))
    at: Mapped[datetime]
    result: Mapped[VerificationResult] = mapped_column(word(VerificationResult))
    origin: Mapped[str] = mapped_column(String(40))
    """How it was asked and the first half of the network: `QR, red 190.12`. Never a whole address."""
