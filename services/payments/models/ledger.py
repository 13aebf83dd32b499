"""The books of payments: a chart of accounts that is data, and entries that are written once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from contracts.payments import LedgerAccountRenamed
from services.payments.ledger.accounts import Account, Cause, Nature
from services.payments.models.base import AppendOnly, Base, BigId, word


class Unbalanced(RuntimeError):
    """Debits and credits of a transaction differ: nothing of it may be written."""


class LedgerAccount(Base):
    """One account of the chart. What it is for is fixed, its code and name are the accountant's."""

    __tablename__ = "ledger_account"

    key: Mapped[Account] = mapped_column(word(Account), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    nature: Mapped[Nature] = mapped_column(word(Nature))
    sample: Mapped[bool] = mapped_column(default=True)
    """True while code and name are our samples and not CMP's own."""

    def rename(self, code: str, name: str) -> LedgerAccountRenamed:
        """Take the accountant's code and name."""
        self.code, self.name, self.sample = code, name, False
        return LedgerAccountRenamed(account=self.key, account_code=code, account_name=name)


class LedgerTransaction(AppendOnly, Base):
    """One cause on the books. `cause` names the row behind it and is unique, so that nothing is posted twice."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (Index("ix_ledger_transaction_day", "day", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cause: Mapped[str] = mapped_column(String(80), unique=True)
    """`<cause>:<id of the row behind it>`."""
    kind: Mapped[Cause] = mapped_column(word(Cause))
    day: Mapped[date]
    """The Lima day it belongs to."""
    text: Mapped[str] = mapped_column(String(200))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("payment_order.id"), index=True)
    posted_at: Mapped[datetime]

    entries: Mapped[list["LedgerEntry"]] = relationship(order_by="LedgerEntry.position", lazy="selectin")


class LedgerEntry(AppendOnly, Base):
    """One line of a transaction: a debit or a credit of one account, in cents of soles."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(
            "debit_cents >= 0 AND credit_cents >= 0 AND (debit_cents = 0) <> (credit_cents = 0)", name="one_side"
        ),
        Index("ix_ledger_entry_day_account", "day", "account"),
    )

    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[Account] = mapped_column(ForeignKey("ledger_account.key"))
    debit_cents: Mapped[int] = mapped_column(BigInteger)
    credit_cents: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date]
    """The transaction's day again, so that a trial balance reads one index."""


@event.listens_for(LedgerTransaction, "before_insert")
def _check_balance(mapper: Mapper[Any], connection: Any, row: LedgerTransaction) -> None:
    """Refuse what does not sum to zero, on both databases; PostgreSQL checks again when the transaction commits."""
    if not row.entries or sum(entry.debit_cents - entry.credit_cents for entry in row.entries) != 0:
        raise Unbalanced(f"{row.cause}: debits and credits differ")
