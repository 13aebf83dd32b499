"""What a dossier leads to: recertifications with their diplomas, constancias, and the notices before they end."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from chassis.clock import today
from chassis.events import FileRef
from chassis.evidence import AppendOnly
from chassis.outbox import BigId
from chassis.seals import SealKeyRow, print_code
from contracts.recert import (
    ConstanciaIssued,
    ConstanciaMailRequested,
    DiplomaHandedOver,
    DiplomaReady,
    PhysicianRecertified,
    RecertificationRevoked,
)
from services.recert.councils import roman
from services.recert.models.base import Base, word
from services.recert.models.contacts import Council
from services.recert.models.deadlines import Deadline, DeadlineKind
from services.recert.models.dossiers import PDF_TYPE, Dossier


class ConstanciaState(StrEnum):
    """Where a constancia stands on a day; the words are those of its public page."""

    VIGENTE = "VIGENTE"
    VENCIDA = "VENCIDA"
    REVOCADA = "REVOCADA"


class DiplomaState(StrEnum):
    """Where a diploma is."""

    EN_PREPARACION = "EN_PREPARACION"
    LISTO = "LISTO"
    """At the chosen council, to be collected."""
    ENTREGADO = "ENTREGADO"


class AskedResult(StrEnum):
    """What somebody who asked about a constancia was told."""

    VIGENTE = "VIGENTE"
    VENCIDA = "VENCIDA"
    REVOCADA = "REVOCADA"
    ALTERED = "ALTERED"
    """The signature does not fit: the document was changed or never was ours."""


class Notice(StrEnum):
    """The rungs of the ladder before a certification ends."""

    SIX_MONTHS = "SIX_MONTHS"
    FOUR_MONTHS = "FOUR_MONTHS"
    THIRTY_DAYS = "THIRTY_DAYS"


class Recertification(Base):
    """One physician recertified on one basis by one dossier (REC-16, REC-17), and where its diploma is."""

    __tablename__ = "recertification"
    __table_args__ = (
        Index("ix_recertification_basis", "cmp_number", "basis", "rne", "valid_until"),
        Index("ix_recertification_valid_until", "valid_until"),
        Index("ix_recertification_pickup", "pickup_council", "diploma", "diploma_number"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), unique=True)
    cmp_number: Mapped[str] = mapped_column(String(6))
    account_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    council: Mapped[str] = mapped_column(String(2))
    """The physician's own."""
    basis: Mapped[str] = mapped_column(String(12))
    """`ENROLMENT` or `SPECIALITY`, as in `Certification`."""
    rne: Mapped[str] = mapped_column(String(6), default="")
    speciality: Mapped[str | None] = mapped_column(String(80))
    kind_text: Mapped[str] = mapped_column(String(120))
    """"Tipo de recertificación" of the list."""
    dictamen_on: Mapped[date]
    valid_until: Mapped[date]
    granted_at: Mapped[datetime]
    diploma_number: Mapped[int] = mapped_column(BigInteger, unique=True)
    diploma: Mapped[DiplomaState] = mapped_column(word(DiplomaState), default=DiplomaState.EN_PREPARACION)
    pickup_council: Mapped[str] = mapped_column(String(2))
    ready_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(64))
    revocation_reason: Mapped[str | None] = mapped_column(String(300))

    promise: Mapped[Deadline | None] = relationship(
        viewonly=True,
        primaryjoin=lambda: and_(
            foreign(Deadline.dossier_id) == Recertification.dossier_id,
            Deadline.kind == DeadlineKind.DIPLOMA,
            Deadline.stopped_at.is_(None),
        ),
    )
    """The deadline of the diploma while it runs."""
    pickup: Mapped[Council | None] = relationship(
        viewonly=True, lazy="selectin", primaryjoin=lambda: foreign(Recertification.pickup_council) == Council.code
    )
    dossier: Mapped[Dossier] = relationship(lazy="selectin")
    constancia: Mapped["Constancia"] = relationship(cascade="all", lazy="selectin")
    handover: Mapped["DiplomaHandover | None"] = relationship(cascade="all", lazy="selectin")

    @property
    def due_on(self) -> date | None:
        """The last day on which the diploma must be ready; None once it is."""
        return self.promise.due_on if self.promise else None

    @property
    def year(self) -> int:
        """ "Año" of the list: the year of the dictamen (REC-17)."""
        return self.dictamen_on.year

    @property
    def pickup_label(self) -> str:
        """`CR III LIMA`, as the list says it; without the name where identity has not told it yet."""
        return self.pickup.label if self.pickup else f"CR {roman(self.pickup_council)}"

    @property
    def state(self) -> ConstanciaState:
        """Where it stands today; its constancia stands there, too."""
        if self.revoked_at is not None:
            return ConstanciaState.REVOCADA
        return ConstanciaState.VENCIDA if today() > self.valid_until else ConstanciaState.VIGENTE

    @property
    def state_text(self) -> str:
        """ "Estado" of the list (REC-16)."""
        return "REVOCADO" if self.revoked_at is not None else "APROBADO Y REVISADO"

    def granted(self) -> PhysicianRecertified:
        """The fact that the physician is recertified."""
        return PhysicianRecertified(
            recertification_id=self.id,
            dossier_id=self.dossier_id,
            cmp_number=self.cmp_number,
            basis=self.basis,
            rne=self.rne,
            speciality=self.speciality,
            diploma_number=self.diploma_number,
            valid_from=self.dictamen_on,
            valid_until=self.valid_until,
        )

    def keep_constancia(self, signed: str, pdf: FileRef) -> ConstanciaIssued:
        """Note the seal and the stored PDF of the constancia, and return the fact that it exists."""
        self.constancia.keep(signed, pdf)
        return ConstanciaIssued(**self._letter())

    def constancia_wanted(self) -> ConstanciaMailRequested:
        """The fact that its owner wants the constancia by mail again (REC-15)."""
        return ConstanciaMailRequested(**self._letter())

    def make_ready(self, at: datetime) -> DiplomaReady | None:
        """Note that the diploma may be collected; None when that was noted before, or it is not to be."""
        if self.diploma is not DiplomaState.EN_PREPARACION or self.revoked_at is not None:
            return None
        self.diploma, self.ready_at = DiplomaState.LISTO, at
        return DiplomaReady(
            recertification_id=self.id,
            diploma_number=self.diploma_number,
            kind_text=self.kind_text,
            council=self.pickup_council,
            council_label=self.pickup_label,
            account_id=self.account_id,
            name=self.name,
            ready_at=at,
        )

    def hand_over(self, record: "DiplomaHandover") -> DiplomaHandedOver | None:
        """Keep the record of the diploma handed over; None when it was handed over before, or must not be."""
        if self.diploma is DiplomaState.ENTREGADO or self.revoked_at is not None:
            return None
        self.diploma, self.handover = DiplomaState.ENTREGADO, record
        return DiplomaHandedOver(
            recertification_id=self.id,
            diploma_number=self.diploma_number,
            council=self.pickup_council,
            handed_on=record.handed_on,
            by_proxy=record.by_proxy,
        )

    def revoke(self, *, by: str, reason: str, at: datetime, still: date | None) -> RecertificationRevoked | None:
        """Take it back for good; None when it was taken back before. `still` is what an earlier one certifies."""
        if self.revoked_at is not None:
            return None
        self.revoked_at, self.revoked_by, self.revocation_reason = at, by, reason
        self.constancia.next_attempt_at = None
        return RecertificationRevoked(
            recertification_id=self.id,
            cmp_number=self.cmp_number,
            basis=self.basis,
            rne=self.rne,
            speciality=self.speciality,
            recertified_until=still,
            account_id=self.account_id,
            name=self.name,
            number=self.constancia.number_text,
            reason=reason,
            revoked_at=at,
        )

    def _letter(self) -> dict[str, Any]:
        """What a mail with the constancia needs."""
        return {
            "recertification_id": self.id,
            "number": self.constancia.number_text,
            "kind_text": self.kind_text,
            "valid_until": self.valid_until,
            "account_id": self.account_id,
            "name": self.name,
            "pdf": self.constancia.pdf,
        }


class Constancia(Base):
    """The Constancia de Recertificación. Its row comes with the recertification; seal and PDF come from a job."""

    __tablename__ = "constancia"

    recertification_id: Mapped[str] = mapped_column(ForeignKey("recertification.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """Printed beside the QR. Not to be guessed, so that nobody reads the register by counting."""
    signed: Mapped[str | None] = mapped_column(Text)
    """The compact JWS (ES256) that the QR carries; empty until drawn."""
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    pdf_size: Mapped[int | None]
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is to be drawn; empty once it is."""

    @property
    def number_text(self) -> str:
        """The number as people read it."""
        return f"CR-{self.number:08d}"

    @property
    def code_text(self) -> str:
        """The code as it is printed."""
        return print_code(self.code)

    @property
    def is_drawn(self) -> bool:
        """Whether its PDF is stored."""
        return self.pdf_sha256 is not None

    @property
    def file_name(self) -> str:
        """What its PDF is called."""
        return f"constancia-de-recertificacion-{self.number_text}.pdf"

    @property
    def pdf(self) -> FileRef:
        """The claim check of its PDF, once it is drawn."""
        return FileRef(
            service="recert", sha256=self.pdf_sha256 or "", size=self.pdf_size or 0, media_type=PDF_TYPE,
            name=self.file_name,
        )  # fmt: skip

    def keep(self, signed: str, pdf: FileRef) -> None:
        """Note the seal and the stored PDF."""
        self.signed, self.pdf_sha256, self.pdf_size, self.next_attempt_at = signed, pdf.sha256, pdf.size, None


class ConstanciaKey(SealKeyRow, Base):
    """An ES256 key that seals constancias. Its public half is published for as long as the service lives."""

    __tablename__ = "constancia_key"


class ConstanciaQuestion(AppendOnly, Base):
    """Somebody asked about a constancia: when, what the answer was, and from where, as roughly as can be."""

    __tablename__ = "constancia_question"
    __table_args__ = (Index("ix_constancia_question_recertification_id", "recertification_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recertification_id: Mapped[str] = mapped_column(ForeignKey("recertification.id"))
    at: Mapped[datetime]
    result: Mapped[AskedResult] = mapped_column(word(AskedResult))
    origin: Mapped[str] = mapped_column(String(40))
    """How it was asked and the first half of the network: `QR, red 190.12`. Never a whole address."""


class DiplomaHandover(AppendOnly, Base):
    """The record of a diploma handed over: to whom, by which document, in person or by carta poder simple."""

    __tablename__ = "diploma_handover"

    recertification_id: Mapped[str] = mapped_column(ForeignKey("recertification.id"), primary_key=True)
    handed_on: Mapped[date]
    collector: Mapped[str] = mapped_column(String(200))
    """Who came for it."""
    document_type: Mapped[str] = mapped_column(String(1))
    """The document that was shown, by SUNAT's catalogue 06; its number is not kept."""
    by_proxy: Mapped[bool]
    """Whether somebody else came, with a carta poder simple."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_by_name: Mapped[str] = mapped_column(String(300))


class EndingNotice(AppendOnly, Base):
    """A rung of the ladder that was told: once for a certification's end, however often the job runs."""

    __tablename__ = "ending_notice"
    __table_args__ = (
        UniqueConstraint("cmp_number", "basis", "rne", "valid_until", "notice"),
        CheckConstraint("basis IN ('ENROLMENT', 'SPECIALITY')", name="basis"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cmp_number: Mapped[str] = mapped_column(String(6))
    basis: Mapped[str] = mapped_column(String(12))
    rne: Mapped[str] = mapped_column(String(6))
    valid_until: Mapped[date]
    notice: Mapped[Notice] = mapped_column(word(Notice))
    told_at: Mapped[datetime]
