"""What people keep current about themselves: how to reach them, their photo, and what it was before."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.outbox import BigId
from services.identity.models.base import Base

PENDING, CONFIRMED, CANCELLED, REPLACED = "pending", "confirmed", "cancelled", "replaced"

Difference = dict[str, tuple[str | None, str | None]]
"""What changed: before and after, by field."""


class ContactDetails(Base):
    """How an account is reached besides its e-mail, which stands on the account because people log in with it."""

    __tablename__ = "contact_details"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(30))
    mobile: Mapped[str | None] = mapped_column(String(30))
    address: Mapped[str | None] = mapped_column(String(200))
    updated_at: Mapped[datetime]

    def take(self, given: dict[str, str | None], moment: datetime) -> Difference:
        """Store what differs from what is known, and tell it."""
        changed = {name: (getattr(self, name), value) for name, value in given.items() if getattr(self, name) != value}
        for name, (_, value) in changed.items():
            setattr(self, name, value)
        self.updated_at = moment
        return changed


class ContactEntry(Base):
    """One change of one field: who, when, before, after. Rows are only added."""

    __tablename__ = "contact_entry"
    __table_args__ = (Index("ix_contact_entry_owner", "account_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(300))
    field: Mapped[str] = mapped_column(String(10))
    before: Mapped[str | None] = mapped_column(String(254))
    after: Mapped[str | None] = mapped_column(String(254))

    @property
    def by_owner(self) -> bool:
        """Whether the owner made the change, not staff."""
        return self.actor_id == self.account_id


class Photo(Base):
    """The photo of an account: the claim check of the stored image, which was drawn anew from what was uploaded."""

    __tablename__ = "photo"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    uploaded_at: Mapped[datetime]


class EmailChange(Base):
    """A new address that counts once its owner has opened the link sent to it. One at a time is pending.

    `withheld` means that the address belongs to another account: no link is made, and nobody is told by the answer.
    """

    __tablename__ = "email_change"
    __table_args__ = (Index("ix_email_change_owner", "account_id", "requested_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    withheld: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default=PENDING)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    times_sent: Mapped[int] = mapped_column(default=1)
    settled_at: Mapped[datetime | None]

    def alive(self, moment: datetime) -> bool:
        """Whether the link sent for it may still be used."""
        return self.state == PENDING and moment < self.expires_at

    def send_again(self, moment: datetime) -> None:
        """Another mail leaves for it."""
        self.sent_at, self.times_sent = moment, self.times_sent + 1

    def settle(self, state: str, moment: datetime) -> None:
        """End it: confirmed, cancelled by its owner, or replaced by a newer one."""
        self.state, self.settled_at = state, moment
