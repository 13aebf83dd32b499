"""What the voucher desk keeps: rejected vouchers that were dealt with, and which account is whose."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.einvoice.models.tables import Base


class SettledRejection(Base):
    """A rejected voucher that leaves the queue: another took its place, or staff said why none is needed."""

    __tablename__ = "settled_rejection"

    voucher_id: Mapped[str] = mapped_column(ForeignKey("voucher.id"), primary_key=True)
    replacement_id: Mapped[str | None] = mapped_column(ForeignKey("voucher.id"))
    settled_at: Mapped[datetime]


class CustomerAccount(Base):
    """Which account of identity stands for an identity document: a small local copy, without any address."""

    __tablename__ = "customer_account"
    __table_args__ = (Index("ix_customer_account_document", "document_type", "document_number"),)

    account_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    document_type: Mapped[str] = mapped_column(String(1))
    document_number: Mapped[str] = mapped_column(String(15))
    is_physician: Mapped[bool]
    """A physician gets the PDF alone, a client XML and CDR too (VOC-5)."""
    has_email: Mapped[bool]
    sequence: Mapped[int]


def replaced_by(session: Session, voucher_id: str) -> str | None:
    """The id of the voucher that took the place of a rejected one."""
    settled = session.get(SettledRejection, voucher_id)
    return settled.replacement_id if settled else None
