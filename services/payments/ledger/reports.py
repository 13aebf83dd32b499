"""What the books say: balances by account, movements by day, transactions with their entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from services.payments.ledger.accounts import Account
from services.payments.models import LedgerAccount, LedgerEntry, LedgerTransaction


@dataclass(frozen=True)
class Balance:
    """One account over some days, in cents; opening and closing are debit minus credit."""

    account: LedgerAccount
    opening_cents: int
    debit_cents: int
    credit_cents: int

    @property
    def closing_cents(self) -> int:
        """What the account stands at when the last day ends."""
        return self.opening_cents + self.debit_cents - self.credit_cents


@dataclass(frozen=True)
class DayMovement:
    """One account on one day, in cents."""

    day: date
    account: LedgerAccount
    debit_cents: int
    credit_cents: int


@dataclass(frozen=True)
class BookedLine:
    """One entry with its transaction, as the export writes it."""

    transaction: LedgerTransaction
    entry: LedgerEntry
    account: LedgerAccount


def chart(session: Session) -> dict[Account, LedgerAccount]:
    """Every account by what it is for, in the order of the codes."""
    rows = session.scalars(select(LedgerAccount).order_by(LedgerAccount.code))
    return {row.key: row for row in rows}


def trial_balance(session: Session, since: date, until: date) -> list[Balance]:
    """Every account over the days from one to another, both included. Debits equal credits, whatever the days."""
    before, within = LedgerEntry.day < since, LedgerEntry.day.between(since, until)
    sums = (
        select(
            LedgerEntry.account,
            _sum(case((before, LedgerEntry.debit_cents - LedgerEntry.credit_cents), else_=0)),
            _sum(case((within, LedgerEntry.debit_cents), else_=0)),
            _sum(case((within, LedgerEntry.credit_cents), else_=0)),
        )
        .where(LedgerEntry.day <= until)
        .group_by(LedgerEntry.account)
    )
    found = {row[0]: tuple(map(int, row[1:])) for row in session.execute(sums)}
    return [Balance(account, *found.get(key, (0, 0, 0))) for key, account in chart(session).items()]


def movements_by_day(session: Session, since: date, until: date) -> list[DayMovement]:
    """What moved, by day and account; days and accounts without movement are left out."""
    accounts = chart(session)
    sums = (
        select(LedgerEntry.day, LedgerEntry.account, _sum(LedgerEntry.debit_cents), _sum(LedgerEntry.credit_cents))
        .where(LedgerEntry.day.between(since, until))
        .group_by(LedgerEntry.day, LedgerEntry.account)
    )
    found = session.execute(sums)
    rows = [DayMovement(day, accounts[key], int(debit), int(credit)) for day, key, debit, credit in found]
    return sorted(rows, key=lambda row: (row.day, row.account.code))


def booked_lines(session: Session, since: date, until: date) -> Iterator[BookedLine]:
    """Every entry of some days in the order of the books, without holding them all in memory."""
    accounts = chart(session)
    wanted = (
        select(LedgerTransaction, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(LedgerTransaction.day.between(since, until))
        .order_by(LedgerTransaction.day, LedgerTransaction.id, LedgerEntry.position)
        .execution_options(yield_per=500)
    )
    for transaction, entry in session.execute(wanted):
        yield BookedLine(transaction, entry, accounts[entry.account])


def transactions(since: date, until: date, *, order_id: str | None = None) -> Select[LedgerTransaction]:
    """Transactions of some days, or those of one order whatever their days; newest first."""
    wanted = select(LedgerTransaction).order_by(LedgerTransaction.id.desc())
    if order_id is not None:
        return wanted.where(LedgerTransaction.order_id == order_id)
    return wanted.where(LedgerTransaction.day.between(since, until))


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)
