"""The physicians as identity last told them, and until when each is certified by enrolment and specialities."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.identity import PhysicianChanged, PhysicianRegistered, Speciality
from contracts.recert import CertificationGranted
from services.recert.models.base import Base
from services.recert.validity import valid_until

ENROLMENT, SPECIALITY = "ENROLMENT", "SPECIALITY"


class Physician(Base):
    """Local copy of a physician. It holds nothing the public may not see: no document, no e-mail."""

    __tablename__ = "physician"

    cmp_number: Mapped[str] = mapped_column(String(6), primary_key=True)
    given_names: Mapped[str] = mapped_column(String(120))
    paternal_surname: Mapped[str] = mapped_column(String(80))
    maternal_surname: Mapped[str] = mapped_column(String(80))
    council: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(20))
    registered_on: Mapped[date]
    sequence: Mapped[int] = mapped_column(BigInteger)
    specialities: Mapped[list["RegisteredSpeciality"]] = relationship(
        cascade="all, delete-orphan", order_by="RegisteredSpeciality.rne"
    )
    certifications: Mapped[list["Certification"]] = relationship(cascade="all, delete-orphan")

    def learn(self, event: PhysicianRegistered | PhysicianChanged, sequence: int) -> None:
        """Take over the whole state that an event carries."""
        self.given_names = event.given_names
        self.paternal_surname, self.maternal_surname = event.paternal_surname, event.maternal_surname
        self.council, self.state, self.registered_on = event.council, event.state, event.registered_on
        self.sequence = sequence
        known = {item.rne: item for item in self.specialities}
        self.specialities = [
            (known.get(item.rne) or RegisteredSpeciality(rne=item.rne)).learn(item) for item in event.specialities
        ]

    def certify(self, moment: datetime) -> list[CertificationGranted]:
        """Grant what enrolment and specialities certify by themselves; the events of what is new or was corrected."""
        bases: list[tuple[str, str, str | None, date]] = [(ENROLMENT, "", None, self.registered_on)]
        bases += [(SPECIALITY, item.rne, item.name, item.registered_on) for item in self.specialities]
        told = [self._certify(basis, rne, name, day, moment) for basis, rne, name, day in bases]
        return [event for event in told if event is not None]

    def certified_until(self, basis: str, rne: str = "") -> date | None:
        """Last day of a certification, or None when there is none on that basis."""
        found = self._certification(basis, rne)
        return found.valid_until if found else None

    def _certification(self, basis: str, rne: str) -> "Certification | None":
        return next((item for item in self.certifications if (item.basis, item.rne) == (basis, rne)), None)

    def _certify(
        self, basis: str, rne: str, name: str | None, day: date, moment: datetime
    ) -> CertificationGranted | None:
        certification = self._certification(basis, rne)
        if certification is None:
            certification = Certification(basis=basis, rne=rne)
            self.certifications.append(certification)
        elif certification.valid_from == day:
            return None
        return certification.grant(self.cmp_number, name, day, moment)


class RegisteredSpeciality(Base):
    """Local copy of an entry in the national register of specialists."""

    __tablename__ = "registered_speciality"

    cmp_number: Mapped[str] = mapped_column(ForeignKey("physician.cmp_number"), primary_key=True)
    rne: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    registered_on: Mapped[date]

    def learn(self, speciality: Speciality) -> "RegisteredSpeciality":
        """Take over name and date."""
        self.name, self.registered_on = speciality.name, speciality.registered_on
        return self


class Certification(Base):
    """Until when a physician is certified on one basis. `rne` is empty for the enrolment."""

    __tablename__ = "certification"
    __table_args__ = (
        UniqueConstraint("cmp_number", "basis", "rne"),
        CheckConstraint("basis IN ('ENROLMENT', 'SPECIALITY')", name="basis"),
        Index("ix_certification_valid_until", "valid_until"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    cmp_number: Mapped[str] = mapped_column(ForeignKey("physician.cmp_number"))
    basis: Mapped[str] = mapped_column(String(12))
    rne: Mapped[str] = mapped_column(String(6), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    granted_at: Mapped[datetime]

    def grant(self, cmp_number: str, speciality: str | None, day: date, moment: datetime) -> CertificationGranted:
        """Certify for five years from a day on, and tell."""
        self.valid_from, self.valid_until, self.granted_at = day, valid_until(day), moment
        return CertificationGranted(
            cmp_number=cmp_number,
            basis=self.basis,
            speciality=speciality,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )
