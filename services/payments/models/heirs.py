"""Heirs [derechohabientes]: who may pay the SEMEFA dues of a deceased holder, with the voucher in the own name."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.base import Base, BigId

IN_FORCE = "revoked_at IS NULL"


class Heir(Base):
    """An authorisation that treasury entered on paper evidence. It is revoked, never deleted: orders name it."""

    __tablename__ = "heir"
    __table_args__ = (
        Index(
            "uq_heir_in_force", "holder_cmp", "document_type", "document_number", unique=True,
            postgresql_where=text(IN_FORCE), sqlite_where=text(IN_FORCE),
        ),
        Index("ix_heir_document", "document_number", "document_type"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    holder_cmp: Mapped[str] = mapped_column(String(6))
    """Whose SEMEFA dues may be paid."""
    document_type: Mapped[str] = mapped_column(String(1))
    """SUNAT catalogue 06; the account with this document is the heir's."""
    document_number: Mapped[str] = mapped_column(String(15))
    name: Mapped[str] = mapped_column(String(300))
    """As the voucher carries it: surnames first, capitals."""
    relationship: Mapped[str] = mapped_column(String(60))
    evidence: Mapped[str] = mapped_column(String(300))
    """The papers that were seen: succession, letter of the fund."""
    entered_by: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @property
    def voucher_name(self) -> str:
        """The name as the voucher carries it."""
        return self.name
