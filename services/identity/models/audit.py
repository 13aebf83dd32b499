"""Who did what: entries that are written once and never changed, which both databases enforce with triggers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.outbox import BigId
from services.identity.models.base import Base


class AuditEntry(Base):
    """One act of staff, an operator or the system. The name and roles are those at the time of the act."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "id"),
        Index("ix_audit_entry_actor_id", "actor_id", "id"),
        Index("ix_audit_entry_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(300))
    actor_roles: Mapped[str] = mapped_column(String(200))
    actor_council: Mapped[str | None] = mapped_column(String(2))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    council: Mapped[str | None] = mapped_column(String(2))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(500))
