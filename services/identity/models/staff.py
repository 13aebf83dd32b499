"""What staff accounts have beside a password: roles, a second factor, and codes for when that is lost."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.base import Base


class Role(Base):
    """A kind of work. What it permits are the grants of `role:<name>`."""

    __tablename__ = "role"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]

    @property
    def holder(self) -> str:
        """As grants name it."""
        return f"role:{self.name}"


class AccountRole(Base):
    """That a member of staff has a role, in the council of the account or everywhere."""

    __tablename__ = "account_role"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(ForeignKey("role.name"), primary_key=True)


class SecondFactor(Base):
    """A TOTP secret (RFC 6238), sealed. It counts once confirmed; the last time step used is never accepted again."""

    __tablename__ = "second_factor"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that stands in for the second factor once; 120 random bits, of which only the digest is kept."""

    __tablename__ = "recovery_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]
