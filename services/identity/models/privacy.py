"""What law 29733 asks to be kept about a person's data: consents with the text agreed to, and who looked."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.outbox import BigId
from contracts.identity import ConsentGiven, ConsentWithdrawn
from services.identity.models.base import Base

PERSONAL_DATA, NEWS = "personal-data", "news"
"""Treating data to give the services, which every account agrees to; news of the college, which is free to choose."""


class ConsentText(Base):
    """One version of what people are asked to agree to. A newer one is another row; none is ever changed."""

    __tablename__ = "consent_text"

    purpose: Mapped[str] = mapped_column(String(30), primary_key=True)
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    needed: Mapped[bool]
    """Without it there is no account; it ends with the account, not by a click."""
    in_force_from: Mapped[datetime]


class Consent(Base):
    """That a person agreed to a version of a text: when, from where, and when it was taken back."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_account_id", "account_id", "purpose"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(30))
    version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    given_from: Mapped[str] = mapped_column(String(45))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_from: Mapped[str | None] = mapped_column(String(45))

    def given(self) -> ConsentGiven:
        """The event that says that it was given."""
        return ConsentGiven(
            account_id=self.account_id, purpose=self.purpose, version=self.version, given_at=self.given_at
        )

    def withdraw(self, moment: datetime, address: str) -> ConsentWithdrawn:
        """Take it back; it counts from this moment."""
        self.withdrawn_at, self.withdrawn_from = moment, address
        return ConsentWithdrawn(
            account_id=self.account_id, purpose=self.purpose, version=self.version, withdrawn_at=moment
        )


class DataAccess(Base):
    """That staff looked at a person's data. The person may read it: roles and council, not who in person."""

    __tablename__ = "data_access"
    __table_args__ = (
        Index("ix_data_access_account_id", "account_id", "id"),
        Index("ix_data_access_cmp_number", "cmp_number", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    cmp_number: Mapped[str | None] = mapped_column(String(6))
    looked_at: Mapped[datetime] = mapped_column(index=True)
    staff_account_id: Mapped[str] = mapped_column(String(80))
    staff_roles: Mapped[str] = mapped_column(String(200))
    staff_council: Mapped[str | None] = mapped_column(String(2))
    why: Mapped[str] = mapped_column(String(200))
