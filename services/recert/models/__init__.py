"""The tables of recert, one module per subject."""

from services.recert.models.base import Base
from services.recert.models.dossiers import Dossier, DossierItem, DossierKind, DossierStep, DossierVersion
from services.recert.models.numbers import NumberSeries, Series, next_number
from services.recert.models.physicians import ENROLMENT, SPECIALITY, Certification, Physician, RegisteredSpeciality
from services.recert.models.staff_acts import StaffAct

__all__ = [
    "ENROLMENT",
    "SPECIALITY",
    "Base",
    "Certification",
    "Dossier",
    "DossierItem",
    "DossierKind",
    "DossierStep",
    "DossierVersion",
    "NumberSeries",
    "Physician",
    "RegisteredSpeciality",
    "Series",
    "StaffAct",
    "next_number",
]
