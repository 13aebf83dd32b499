"""Dossiers: what a physician asked for, every version that was sent, and each step of its life."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.events import FileRef
from chassis.evidence import AppendOnly
from chassis.outbox import BigId
from services.recert.errors import IllegalStep
from services.recert.models.base import Base, word
from services.recert.states import EDGES, STATE_WORDS, DossierAct, DossierState

OPEN = "state IN ('EMITIDO', 'EN_EVALUACION', 'OBSERVADO', 'APROBADO')"
PDF_TYPE = "application/pdf"


class DossierKind(StrEnum):
    """What the physician wants to be recertified as (REC-10)."""

    MEDICO_CIRUJANO = "MEDICO_CIRUJANO"
    ESPECIALIDAD = "ESPECIALIDAD"


class Dossier(Base):
    """One request for recertification. The partial unique index lets a physician have one of a kind open at a time."""

    __tablename__ = "dossier"
    __table_args__ = (
        Index(
            "uq_dossier_open", "cmp_number", "rne", unique=True, postgresql_where=text(OPEN), sqlite_where=text(OPEN),
        ),
        Index("ix_dossier_council_state", "council", "state", "number"),
        Index("ix_dossier_cmp_number", "cmp_number", "number"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(BigId, unique=True)
    """The "Nro" of the list."""
    cmp_number: Mapped[str] = mapped_column(String(6))
    account_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    """As the register spelled the physician when the dossier was sent."""
    kind: Mapped[DossierKind] = mapped_column(word(DossierKind))
    rne: Mapped[str] = mapped_column(String(6), default="")
    """Of the speciality; empty for a Médico Cirujano."""
    speciality: Mapped[str | None] = mapped_column(String(80))
    council: Mapped[str] = mapped_column(String(2))
    """The physician's own council, which evaluates (AMB-10)."""
    pickup_council: Mapped[str] = mapped_column(String(2))
    phone: Mapped[str] = mapped_column(String(40))
    mobile: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(300))
    rubric_version: Mapped[int]
    """The rubric it is scored by for ever: a new one never rescores it."""
    state: Mapped[DossierState] = mapped_column(word(DossierState), default=DossierState.EMITIDO)
    submitted_at: Mapped[datetime]
    evaluator_id: Mapped[str | None] = mapped_column(String(64))
    """Who evaluates it now; stays after the approval, so that the reviser is somebody else (ST-2)."""
    evaluator_name: Mapped[str | None] = mapped_column(String(300))
    approved_at: Mapped[datetime | None]
    reviser_id: Mapped[str | None] = mapped_column(String(64))
    reviser_name: Mapped[str | None] = mapped_column(String(300))
    dictamen_on: Mapped[date | None]
    """The day in Lima of the final ruling."""
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    versions: Mapped[list["DossierVersion"]] = relationship(order_by="DossierVersion.number", cascade="all")

    @property
    def number_text(self) -> str:
        """The number as people read it."""
        return f"{self.number:06d}"

    @property
    def kind_text(self) -> str:
        """`Médico Cirujano`, or `Especialidad: PSIQUIATRÍA` as the list says it (REC-13)."""
        return f"Especialidad: {(self.speciality or '').upper()}" if self.rne else "Médico Cirujano"

    @property
    def state_text(self) -> str:
        """The state as people read it."""
        return STATE_WORDS[self.state]

    @property
    def current(self) -> "DossierVersion":
        """The version that counts."""
        return self.versions[-1]

    def step(self, act: DossierAct, *, by: str, at: datetime, note: str | None = None) -> "DossierStep":
        """Go along an edge of the state machine and return the row to be added. Raises IllegalStep (409)."""
        target = EDGES.get((self.state, act))
        if target is None:
            raise IllegalStep(f"El expediente está {self.state_text.lower()}: ya no admite esta acción.")
        row = DossierStep(dossier_id=self.id, act=act, before=self.state, after=target, by=by, at=at, note=note)
        self.state = target
        return row


class DossierVersion(AppendOnly, Base):
    """What the physician sent once: the PDF, the words and the items. A correction is a new version, the old stays."""

    __tablename__ = "dossier_version"
    __table_args__ = (UniqueConstraint("dossier_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    number: Mapped[int]
    """1 for the request, one more for each correction."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(40))
    pages: Mapped[int]
    description: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime]

    items: Mapped[list["DossierItem"]] = relationship(order_by="DossierItem.position", cascade="all")

    @property
    def file(self) -> FileRef:
        """The claim check of the PDF."""
        return FileRef(service="recert", sha256=self.sha256, size=self.size, media_type=PDF_TYPE, name=self.file_name)


class DossierItem(AppendOnly, Base):
    """One activity the physician claims points for, pinned to pages of the version's PDF."""

    __tablename__ = "dossier_item"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("dossier_version.id"))
    position: Mapped[int]
    activity: Mapped[str] = mapped_column(String(40))
    """Code of the rubric's activity, in the dossier's rubric version."""
    title: Mapped[str] = mapped_column(String(200))
    done_on: Mapped[date]
    quantity: Mapped[int]
    """In hundredths of the activity's unit: 150 is one and a half."""
    page_from: Mapped[int]
    page_to: Mapped[int]
    claimed_points: Mapped[int]
    """In hundredths, as the rubric gave them on the day it was sent: 1950 is 19.5."""


class DossierStep(AppendOnly, Base):
    """One step of a dossier's life: who, when, from where to where."""

    __tablename__ = "dossier_step"
    __table_args__ = (Index("ix_dossier_step_dossier_id", "dossier_id", "id"), Index("ix_dossier_step_at", "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    act: Mapped[DossierAct] = mapped_column(word(DossierAct))
    before: Mapped[DossierState] = mapped_column(word(DossierState))
    after: Mapped[DossierState] = mapped_column(word(DossierState))
    by: Mapped[str] = mapped_column(String(64))
    """Account of the person, or `system`."""
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(500))
