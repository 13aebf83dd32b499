"""Who the physicians are: the register as the college keeps it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.identity import CouncilChanged, PhysicianChanged, PhysicianRegistered, Speciality
from services.identity.models.base import Base
from services.identity.models.catalogues import searchable


@dataclass(frozen=True, kw_only=True)
class RegistryEntry:
    """What the register says of one physician, checked and in its stored form."""

    cmp_number: str
    document_type: str
    document_number: str
    given_names: str
    paternal_surname: str
    maternal_surname: str
    council: str
    registered_on: date
    state: str
    specialities: tuple[Speciality, ...] = ()

    @property
    def search_text(self) -> str:
        """The names as they are searched for."""
        return searchable(f"{self.given_names} {self.paternal_surname} {self.maternal_surname}")


class Council(Base):
    """A regional council. Staff edit them: numbers that no source confirmed are marked (product 2.2)."""

    __tablename__ = "council"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    roman: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    region: Mapped[str] = mapped_column(String(60))
    confirmed: Mapped[bool]
    announced_at: Mapped[datetime | None]

    @property
    def label(self) -> str:
        """As SISTCERE prints it: `CR III LIMA`."""
        return f"CR {self.roman} {self.name.upper()}"

    def change(self, moment: datetime, *, roman: str, name: str, region: str, confirmed: bool) -> CouncilChanged | None:
        """Take over what staff say and return the event, or None when it is as it was."""
        wanted = {"roman": roman, "name": name, "region": region, "confirmed": confirmed}
        if wanted == self.facts():
            return None
        self.roman, self.name, self.region, self.confirmed = roman, name, region, confirmed
        return self.announce(moment)

    def announce(self, moment: datetime) -> CouncilChanged:
        """Tell others what the council is called now."""
        self.announced_at = moment
        return CouncilChanged(code=self.code, roman=self.roman, name=self.name, region=self.region, label=self.label)

    def facts(self) -> dict[str, Any]:
        """What staff edit, for the audit."""
        return {name: getattr(self, name) for name in ("roman", "name", "region", "confirmed")}


class Physician(Base):
    """A member of the college. The CMP number is for life; everything else may be corrected."""

    __tablename__ = "physician"
    __table_args__ = (UniqueConstraint("document_type", "document_number"),)

    cmp_number: Mapped[str] = mapped_column(String(6), primary_key=True)
    document_type: Mapped[str] = mapped_column(String(1))
    document_number: Mapped[str] = mapped_column(String(15))
    given_names: Mapped[str] = mapped_column(String(120))
    paternal_surname: Mapped[str] = mapped_column(String(80))
    maternal_surname: Mapped[str] = mapped_column(String(80))
    council: Mapped[str] = mapped_column(ForeignKey("council.code"))
    registered_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20))
    search_text: Mapped[str] = mapped_column(String(330), server_default="")
    """Names without accents and capitals: staff find people by them however they type (product 2.4)."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    specialities: Mapped[list["SpecialityRegistration"]] = relationship(
        cascade="all, delete-orphan", order_by="SpecialityRegistration.rne"
    )

    @classmethod
    def enter(cls, entry: RegistryEntry, moment: datetime) -> tuple["Physician", PhysicianRegistered]:
        """A new member of the register, and the event that says so."""
        physician = cls(cmp_number=entry.cmp_number, created_at=moment)
        physician._take(entry, moment)
        return physician, cls.registered(entry)

    @staticmethod
    def registered(entry: RegistryEntry) -> PhysicianRegistered:
        """The event that says that somebody entered the register."""
        return PhysicianRegistered(**_facts(entry))

    def update(self, entry: RegistryEntry, moment: datetime) -> PhysicianChanged | None:
        """Take over what changed and return the event, or None when nothing did."""
        if entry == self.entry():
            return None
        self._take(entry, moment)
        return PhysicianChanged(**_facts(entry))

    def entry(self) -> RegistryEntry:
        """What the register says of this physician now."""
        return RegistryEntry(
            **{name: getattr(self, name) for name in _FIELDS},
            specialities=tuple(item.speciality() for item in self.specialities),
        )

    @property
    def name(self) -> str:
        """Given names, then surnames."""
        return f"{self.given_names} {self.paternal_surname} {self.maternal_surname}".strip()

    def _take(self, entry: RegistryEntry, moment: datetime) -> None:
        for name in _FIELDS:
            setattr(self, name, getattr(entry, name))
        self.search_text = entry.search_text
        known = {item.rne: item for item in self.specialities}
        kept = [(known.get(item.rne) or SpecialityRegistration(rne=item.rne)).take(item) for item in entry.specialities]
        self.specialities = kept
        self.updated_at = moment


class SpecialityRegistration(Base):
    """An entry of the national register of specialists; `rne` is six digits (product 2.3)."""

    __tablename__ = "speciality_registration"

    cmp_number: Mapped[str] = mapped_column(ForeignKey("physician.cmp_number"), primary_key=True)
    rne: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    registered_on: Mapped[date]

    def take(self, speciality: Speciality) -> "SpecialityRegistration":
        """Store name and date as the register says them now."""
        self.name, self.registered_on = speciality.name, speciality.registered_on
        return self

    def speciality(self) -> Speciality:
        """The entry as events carry it."""
        return Speciality(name=self.name, rne=self.rne, registered_on=self.registered_on)


_FIELDS = (
    "cmp_number",
    "document_type",
    "document_number",
    "given_names",
    "paternal_surname",
    "maternal_surname",
    "council",
    "registered_on",
    "state",
)


def _facts(entry: RegistryEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in (*_FIELDS, "specialities")}
