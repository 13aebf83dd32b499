"""What each cause does to the books: posted in the caller's transaction, once per cause, or not at all."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import LIMA, now
from services.payments.dues import DueKind
from services.payments.ledger.accounts import INCOME, Account, Cause
from services.payments.models.attempts import Attempt
from services.payments.models.dues import Due
from services.payments.models.elsewhere import Channel, OutsidePayment, OutsideState
from services.payments.models.ledger import LedgerEntry, LedgerTransaction
from services.payments.models.orders import Order
from services.payments.models.refunds import Refund
from services.payments.models.settlement import SettlementRow
from services.payments.settlement.states import Match, Resolution

VAT_INSIDE = "10"
"""SUNAT catalogue 07: gravado; the price holds IGV."""

Legs = Mapping[Account, int]
"""Cents by account: a debit is positive, a credit negative."""

log = logging.getLogger(__name__)


class Line(Protocol):
    """One due inside an order or a refund, as far as the books look: cents and SUNAT's tax code."""

    amount_cents: int
    tax_code: str


class Refunded(Protocol):
    """A refund as far as the books look: `method` is VOID (same Lima day) or REFUND (taken from later settlements)."""

    @property
    def id(self) -> object:
        """What makes it one of its kind."""

    @property
    def method(self) -> str | None:
        """VOID or REFUND; None while nobody was told."""

    @property
    def amount_cents(self) -> int:
        """How much goes back."""


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One transaction to be written: its cause, its legs, and the Lima day it belongs to."""

    kind: Cause
    row_id: object
    legs: Legs
    day: date
    text: str
    order_id: str | None = None

    @property
    def cause(self) -> str:
        """What is unique in the books."""
        return f"{self.kind}:{self.row_id}"

    def booked(self) -> LedgerTransaction:
        """The transaction, debits first; without entries when nothing moves."""
        sides = sorted(((key, cents) for key, cents in self.legs.items() if cents), key=lambda side: side[1] < 0)
        entries = [
            LedgerEntry(
                position=position, account=account, day=self.day,
                debit_cents=max(cents, 0), credit_cents=max(-cents, 0),
            )
            for position, (account, cents) in enumerate(sides, 1)
        ]  # fmt: skip
        return LedgerTransaction(
            cause=self.cause, kind=self.kind, day=self.day, text=self.text[:200], order_id=self.order_id,
            posted_at=now(), entries=entries,
        )  # fmt: skip


def post(
    session: Session, kind: Cause, row_id: object, legs: Legs, *, day: date, text: str, order_id: str | None = None
) -> bool:
    """Write one balanced transaction for `<kind>:<row_id>`; False when that cause stands in the books already.

    Raises Unbalanced when debits and credits differ. Two that race meet at the unique cause.
    """
    wanted = Posting(kind=kind, row_id=row_id, legs=legs, day=day, text=text, order_id=order_id)
    return post_all(session, [wanted]) == 1


def post_all(session: Session, postings: Sequence[Posting]) -> int:
    """Write many transactions with a handful of statements, as `post` does one; returns how many were new."""
    causes = [posting.cause for posting in postings]
    known = set(session.scalars(select(LedgerTransaction.cause).where(LedgerTransaction.cause.in_(causes))))
    for cause in known:
        log.warning("ledger: %s is posted already", cause)
    booked = [posting.booked() for posting in postings if posting.cause not in known]
    fresh = [transaction for transaction in booked if transaction.entries]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def post_capture(session: Session, order: Order, attempt: Attempt) -> bool:
    """An approved charge settles dues: the acquirer owes us, the dues are income. One that was owed back is no more."""
    owed_back = _unapplied_cents(session, attempt.id)
    legs = _credited(order.kind, order.lines)
    legs |= {Account.REFUNDS: owed_back, Account.ACQUIRER: order.total_cents - owed_back}
    text = f"Cobro {attempt.number_text}, orden {order.number_text}"
    day = _day(None if owed_back else attempt.charged_at)
    return post(session, Cause.CAPTURE, attempt.id, legs, day=day, text=text, order_id=order.id)


def post_unapplied(session: Session, order: Order, attempt: Attempt) -> bool:
    """An approved charge that fits no open due (case 8): the acquirer owes it to us, and we owe it to the payer."""
    charged = attempt.authorized_cents or attempt.amount_cents
    text = f"Cobro por devolver {attempt.number_text}, orden {order.number_text}"
    legs = {Account.ACQUIRER: charged, Account.REFUNDS: -charged}
    return post(session, Cause.UNAPPLIED, attempt.id, legs, day=_day(attempt.charged_at), text=text, order_id=order.id)


def post_refund(session: Session, refund: Refunded, order: Order, attempt: Attempt, lines: Iterable[Line] = ()) -> bool:
    """The acquirer took the return of money. A void leaves what it owes us; a refund is owed until it is settled.

    `lines` are the dues given back. Without any, the charge never was income (case 8, case 12) and was owed back.
    """
    legs = {account: -cents for account, cents in _credited(order.kind, lines).items()}
    if not legs:
        if not _unapplied_cents(session, attempt.id):
            post_unapplied(session, order, attempt)
        legs = {Account.REFUNDS: refund.amount_cents}
    goes = Account.ACQUIRER if refund.method == "VOID" else Account.REFUNDS
    legs[goes] = legs.get(goes, 0) - refund.amount_cents
    text = f"Devolución {refund.id}, orden {order.number_text}"
    return post(session, Cause.REFUND, refund.id, legs, day=_day(None), text=text, order_id=order.id)


def _unapplied_cents(session: Session, attempt_id: int) -> int:
    """What we owe back of an attempt because it fitted no due; 0 when nothing, or when it has been used since."""
    posted = (
        select(LedgerEntry.credit_cents)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerTransaction.cause == f"{Cause.UNAPPLIED}:{attempt_id}", LedgerEntry.account == Account.REFUNDS)
    )
    return session.scalar(posted) or 0


def post_elsewhere(session: Session, paid: Iterable[tuple[OutsidePayment, Due]]) -> int:
    """Money came in at the bank or the counter: income when it settled its due, else owed back."""
    return post_all(session, [_paid_elsewhere(payment, due) for payment, due in paid])


def _paid_elsewhere(payment: OutsidePayment, due: Due) -> Posting:
    where = Account.BANK if payment.channel is Channel.BANCO else Account.CASH
    if payment.state is OutsideState.APPLIED:
        against = income_of(due.kind, payment.amount_cents, due.tax_code)
    else:
        against = {Account.REFUNDS: -payment.amount_cents}
    text = f"Pago en {payment.channel.lower()} {payment.reference}, cuota {due.id}"
    legs = {where: payment.amount_cents, **against}
    return Posting(kind=Cause.ELSEWHERE, row_id=payment.id, legs=legs, day=payment.paid_on, text=text)


def post_reopening(session: Session, payment: OutsidePayment, due: Due) -> bool:
    """A payment made elsewhere was none: what it did to the books is undone, today."""
    return _reverse(session, f"{Cause.ELSEWHERE}:{payment.id}", payment.id, f"Reapertura de la cuota {due.id}")


def post_settlement(session: Session, row: SettlementRow, refund: Refund | None) -> bool:
    """The acquirer paid out: the net is in the bank, its fees are expense, and what it was for is settled.

    What does not fit goes to an account of its own until somebody says what it is: the bank is right in any case.
    """
    if row.deposit_on is None:
        return False
    against = _settled_account(row, refund) if row.match is Match.MATCHED else _waiting_account(row)
    legs = _sum(
        (Account.BANK, row.net_cents), (Account.FEES, row.fee_cents), (Account.FEES_VAT, row.fee_vat_cents),
        (against, -row.gross_cents),
    )  # fmt: skip
    text = f"Liquidación {row.type.lower()} {row.purchase_number}"
    return post(session, Cause.SETTLEMENT, row.id, legs, day=row.deposit_on, text=text)


def post_resolution(session: Session, row: SettlementRow, attempt: Attempt | None, refund: Refund | None) -> bool:
    """A row of the work list is settled: its money leaves the waiting account for where it belongs.

    With an attempt or a refund it settles that, and a difference in amount is written off.
    """
    if row.deposit_on is None:
        return False
    waiting = (_waiting_account(row), row.gross_cents)
    if attempt is not None:
        expected = -refund.amount_cents if refund is not None else attempt.charged_cents
        settled = (_settled_account(row, refund), -expected)
        legs = _sum(waiting, settled, (Account.DIFFERENCES, expected - row.gross_cents))
    else:
        goes = Account.REFUNDS if row.resolution is Resolution.OWE else Account.DIFFERENCES
        legs = _sum(waiting, (goes, -row.gross_cents))
    text = f"Resolución de liquidación {row.purchase_number}"
    return post(session, Cause.RESOLUTION, row.id, legs, day=_day(None), text=text)


def _settled_account(row: SettlementRow, refund: Refund | None) -> Account:
    """A sale and its void are between the acquirer and us; a refund is what we owed the payer."""
    paid_back = refund is not None and refund.method != "VOID"
    return Account.REFUNDS if paid_back else Account.ACQUIRER


def _waiting_account(row: SettlementRow) -> Account:
    return Account.DISPUTED if row.match is Match.DISPUTED else Account.UNIDENTIFIED


def _sum(*legs: tuple[Account, int]) -> dict[Account, int]:
    found: dict[Account, int] = {}
    for account, cents in legs:
        found[account] = found.get(account, 0) + cents
    return found


def _reverse(session: Session, cause: str, row_id: object, text: str) -> bool:
    booked = session.scalars(select(LedgerTransaction).where(LedgerTransaction.cause == cause)).one_or_none()
    if booked is None:
        return False
    legs = {entry.account: entry.credit_cents - entry.debit_cents for entry in booked.entries}
    return post(session, Cause.REOPENING, row_id, legs, day=_day(None), text=text)


def income_of(kind: DueKind, amount_cents: int, tax_code: str) -> dict[Account, int]:
    """How one due that was paid is credited: to the income of its kind, and to IGV when its price holds it."""
    percent = current_service().settings.vat_percent
    vat = round(amount_cents * percent / (100 + percent)) if tax_code == VAT_INSIDE else 0
    return {INCOME[kind]: -(amount_cents - vat), Account.VAT: -vat}


def _credited(kind: DueKind, lines: Iterable[Line]) -> dict[Account, int]:
    found: dict[Account, int] = {}
    for line in lines:
        for account, cents in income_of(kind, line.amount_cents, line.tax_code).items():
            found[account] = found.get(account, 0) + cents
    return found


def _day(moment: datetime | None) -> date:
    return (moment or now()).astimezone(LIMA).date()
