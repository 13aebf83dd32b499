"""How physicians are reached and what the councils are called, as identity last told."""

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contracts.identity import ContactChanged
from services.recert.models.base import Base


class Contact(Base):
    """Local copy of an account's contact; a request is blocked while e-mail or telephone are missing (REC-4)."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_cmp_number", "cmp_number"),)

    account_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    cmp_number: Mapped[str | None] = mapped_column(String(6))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40))
    mobile: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(300))
    sequence: Mapped[int] = mapped_column(BigInteger)

    def learn(self, event: ContactChanged, sequence: int) -> None:
        """Take over the whole state that an event carries."""
        self.cmp_number, self.email, self.sequence = event.cmp_number, event.email, sequence
        self.phone, self.mobile, self.address = event.phone or "", event.mobile or "", event.address or ""

    @property
    def missing(self) -> list[str]:
        """What stands in the way of a request: `email`, `phone` (a mobile will do as well)."""
        found = {"email": self.email, "phone": self.phone or self.mobile}
        return [name for name, value in found.items() if not value]


class Council(Base):
    """Local copy of what a council is called: `CR III LIMA`."""

    __tablename__ = "council"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    sequence: Mapped[int] = mapped_column(BigInteger)
