"""The tables of recert, one module per subject."""

from services.recert.models.base import Base
from services.recert.models.calendar import NATIONAL, CalendarDay, DayKind
from services.recert.models.contacts import Contact, Council
from services.recert.models.content import ContentBlock, ContentFile, ContentPiece, ContentVersion
from services.recert.models.deadlines import Deadline, DeadlineKind, DeadlineMove
from services.recert.models.dossiers import Dossier, DossierItem, DossierKind, DossierStep, DossierVersion
from services.recert.models.drafts import Draft, DraftItem, Upload, UploadPiece
from services.recert.models.evaluation import Evaluator, InterestDeclaration, ItemRuling, Observation, ObservationReason
from services.recert.models.numbers import NumberSeries, Series, next_number
from services.recert.models.outcome import (
    AskedResult,
    Constancia,
    ConstanciaKey,
    ConstanciaQuestion,
    ConstanciaState,
    DiplomaHandover,
    DiplomaState,
    EndingNotice,
    Notice,
    Recertification,
)
from services.recert.models.physicians import ENROLMENT, SPECIALITY, Certification, Physician, RegisteredSpeciality
from services.recert.models.register import PublicPhysician, PublicSpeciality, PublicWord
from services.recert.models.rubric import Rubric, RubricActivity
from services.recert.models.staff_acts import StaffAct

__all__ = [
    "ENROLMENT",
    "NATIONAL",
    "SPECIALITY",
    "AskedResult",
    "Base",
    "CalendarDay",
    "Certification",
    "Constancia",
    "ConstanciaKey",
    "ConstanciaQuestion",
    "ConstanciaState",
    "Contact",
    "ContentBlock",
    "ContentFile",
    "ContentPiece",
    "ContentVersion",
    "Council",
    "DayKind",
    "Deadline",
    "DeadlineKind",
    "DeadlineMove",
    "DiplomaHandover",
    "DiplomaState",
    "Dossier",
    "DossierItem",
    "DossierKind",
    "DossierStep",
    "DossierVersion",
    "Draft",
    "DraftItem",
    "EndingNotice",
    "Evaluator",
    "InterestDeclaration",
    "ItemRuling",
    "Notice",
    "NumberSeries",
    "Observation",
    "ObservationReason",
    "Physician",
    "PublicPhysician",
    "PublicSpeciality",
    "PublicWord",
    "Recertification",
    "RegisteredSpeciality",
    "Rubric",
    "RubricActivity",
    "Series",
    "StaffAct",
    "Upload",
    "UploadPiece",
    "next_number",
]
