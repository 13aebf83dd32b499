"""Mails that carry a secret: identity keeps the wish, the notifier fetches the secret when it is about to send."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.outbox import BigId
from contracts.identity import AccountMailDue
from services.identity.models.base import Base


class MailRequest(Base):
    """One mail with a link or a code that is due. `subject` is whom it is for: an account, a registration, a change."""

    __tablename__ = "mail_request"
    __table_args__ = (Index("ix_mail_request_subject", "purpose", "subject"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    purpose: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    superseded_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    minted_at: Mapped[datetime | None]
    times_minted: Mapped[int] = mapped_column(default=0)

    def due(self) -> AccountMailDue:
        """What the notifier is told; never the secret."""
        return AccountMailDue(
            mail_request_id=self.id, purpose=self.purpose, account_id=self.account_id, email=self.email
        )

    def stands(self, moment: datetime) -> bool:
        """Whether the mail is still wanted: not replaced by a newer one, not used, not too old."""
        return self.superseded_at is None and self.used_at is None and moment < self.expires_at

    def mint(self, moment: datetime) -> None:
        """A secret was made for it once more."""
        self.minted_at, self.times_minted = moment, self.times_minted + 1


class MailWish(Base):
    """That somebody asked for a mail on a page anybody can open. A job looks whether there is anybody to write to, so
    that the answer is the same, and as fast, for those who exist and those who do not."""

    __tablename__ = "mail_wish"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[datetime]
