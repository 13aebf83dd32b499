"""Clients of option 2: vouchers known, first access, two accounts of one person."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.einvoice import VoucherImported, VoucherIssued
from contracts.identity import AccountLinked, AccountUnlinked
from services.identity.models.accounts import Account
from services.identity.models.base import Base

MAIL, DESK, VOUCHER = "mail", "desk", "voucher"
"""How a first access was proven (AMB-4)."""


class KnownVoucher(Base):
    """What einvoice said of an issued voucher: enough to recognise its owner's proof, nothing more (AMB-4)."""

    __tablename__ = "known_voucher"
    __table_args__ = (Index("ix_known_voucher_customer", "customer_document_type", "customer_document_number"),)

    voucher_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    voucher_type: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(20))
    issue_date: Mapped[date]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    customer_document_type: Mapped[str] = mapped_column(String(1))
    customer_document_number: Mapped[str] = mapped_column(String(15))

    @classmethod
    def told(cls, event: VoucherIssued | VoucherImported) -> "KnownVoucher":
        """The local copy of an event."""
        return cls(
            voucher_id=event.voucher_id,
            voucher_type=event.voucher_type,
            number=event.number,
            issue_date=event.issue_date,
            total_cents=int(Decimal(event.total).scaleb(2)),
            currency=event.currency,
            customer_document_type=event.customer_document_type,
            customer_document_number=event.customer_document_number,
        )


class ClientCouncil(Base):
    """A council that served a client: its staff may look after the client's e-mail and first access (VOC-6)."""

    __tablename__ = "client_council"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    council: Mapped[str] = mapped_column(String(2), primary_key=True)


class FirstAccess(Base):
    """One try to come in for the first time, from its start to the new password; unknown numbers get a row as well."""

    __tablename__ = "first_access"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of the secret that the browser which started it holds."""
    document_type: Mapped[str] = mapped_column(String(1))
    document_number: Mapped[str] = mapped_column(String(15))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    noted_at: Mapped[datetime | None] = mapped_column(index=True)
    """When its mail was asked for, or nothing was found to mail; a job does it, so that no answer takes longer."""
    tries: Mapped[int] = mapped_column(default=0)
    proven_by: Mapped[str | None] = mapped_column(String(10))
    proven_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def document(self) -> tuple[str, str]:
        """Type and number that were typed."""
        return self.document_type, self.document_number

    def open(self, moment: datetime, most_tries: int) -> bool:
        """Whether a proof may still be shown."""
        return self.proven_at is None and moment < self.expires_at and self.tries < most_tries

    def prove(self, way: str, moment: datetime) -> None:
        """The case is proven; what may follow is a new password, and nothing else."""
        self.proven_by, self.proven_at = way, moment


class AccountLink(Base):
    """That a physician's account and a RUC account are one person's, proven by the second's password (AMB-2)."""

    __tablename__ = "account_link"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    client_account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    linked_at: Mapped[datetime]
    client: Mapped[Account] = relationship(foreign_keys=[client_account_id], lazy="joined", innerjoin=True)

    @classmethod
    def between(cls, physician: Account, client: Account, moment: datetime) -> tuple["AccountLink", AccountLinked]:
        """Link two accounts, and the event that says so."""
        link = cls(account_id=physician.id, client=client, linked_at=moment)
        return link, AccountLinked(account_id=physician.id, client_account_id=client.id, linked_at=moment)

    def undone(self, moment: datetime) -> AccountUnlinked:
        """The event that says that the link is no more."""
        return AccountUnlinked(account_id=self.account_id, client_account_id=self.client_account_id, unlinked_at=moment)
