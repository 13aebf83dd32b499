"""How a movement fits: which attempt or refund of ours it is, and what is wrong when it is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from services.payments.models import Attempt, Order, Refund, SettlementRow
from services.payments.settlement.states import Match, Resolution, RowType
from services.payments.states import AttemptState, RefundMethod, RefundState

CHUNK = 500
CHARGED = (AttemptState.PAID, AttemptState.PAID_NOT_APPLIED, AttemptState.VOIDED, AttemptState.REFUNDED)
"""We hold the money of these as taken by the acquirer, whatever became of it since."""
SENT = (RefundState.RETURNED, RefundState.SENT, RefundState.UNKNOWN, RefundState.REFUSED)
"""The acquirer has been told of these; its file may show them before it answers."""

COUNTS_AS_MATCHED: ColumnElement[bool] = or_(
    SettlementRow.match == Match.MATCHED, SettlementRow.resolution.in_((Resolution.MATCH, Resolution.CAME_LATER))
)


class Said(Protocol):
    """A movement of a file, or a row that was kept of one."""

    @property
    def type(self) -> RowType:
        """What moved."""

    @property
    def gross_cents(self) -> int:
        """How much, with the acquirer's sign."""

    @property
    def occurrence(self) -> int:
        """How many equal lines stood before it in its file."""


@dataclass(frozen=True)
class Verdict:
    """How it fits, why not (Spanish, for the work list), and what it is about."""

    match: Match
    note: str = ""
    attempt: Attempt | None = None
    refund: Refund | None = None


def attempts_of(session: Session, numbers: Iterable[str]) -> dict[str, Attempt]:
    """Our attempts by purchase number, without leading zeros."""
    wanted = sorted({int(number) for number in numbers})
    found: dict[str, Attempt] = {}
    for start in range(0, len(wanted), CHUNK):
        some = select(Attempt).where(Attempt.purchase_number.in_(wanted[start : start + CHUNK]))
        found |= {str(attempt.purchase_number): attempt for attempt in session.scalars(some)}
    return found


def council_of(session: Session, attempt: Attempt | None) -> str | None:
    """The council whose money it is."""
    return session.scalar(select(Order.council).where(Order.id == attempt.order_id)) if attempt else None


def judge(session: Session, said: Said, attempt: Attempt | None) -> Verdict:
    """How a movement fits what we know now."""
    if attempt is None:
        return Verdict(Match.UNKNOWN_PURCHASE, "Ningún pedido nuestro tiene este número.")
    if said.occurrence:
        return Verdict(Match.DUPLICATE, "El archivo trae dos veces el mismo movimiento.", attempt)
    if said.type is RowType.CHARGEBACK:
        return Verdict(Match.DISPUTED, "El banco del titular reclamó este cobro.", attempt)
    if said.type is RowType.SALE:
        return _judge_sale(session, said, attempt)
    return _judge_return(session, said, attempt)


def _judge_sale(session: Session, said: Said, attempt: Attempt) -> Verdict:
    shown = exists().where(
        SettlementRow.attempt_id == attempt.id, SettlementRow.type == RowType.SALE, COUNTS_AS_MATCHED,
        SettlementRow.match != Match.MISSING_IN_FILE,
    )  # fmt: skip
    if session.scalar(select(shown)):
        return Verdict(Match.DUPLICATE, "Este cobro ya se liquidó una vez.", attempt)
    if attempt.state not in CHARGED:
        return Verdict(Match.NOT_RECORDED, f"Para nosotros este cobro no se hizo (estado {attempt.state}).", attempt)
    if said.gross_cents != attempt.charged_cents:
        return Verdict(Match.AMOUNT_DIFFERS, "El monto no es el que cobramos.", attempt)
    return Verdict(Match.MATCHED, attempt=attempt)


def _judge_return(session: Session, said: Said, attempt: Attempt) -> Verdict:
    """A refund or a void: one of ours that was sent, of the same amount, and not seen before."""
    known = select(Refund).where(Refund.attempt_id == attempt.id).order_by(Refund.requested_at, Refund.id)
    refunds = list(session.scalars(known))
    sent = [refund for refund in refunds if refund.state in SENT and _fits(refund, said)]
    equal = [refund for refund in sent if refund.amount_cents == -said.gross_cents]
    if equal:
        return Verdict(Match.MATCHED, attempt=attempt, refund=equal[0])
    if sent:
        return Verdict(Match.AMOUNT_DIFFERS, "El monto no es el de la devolución.", attempt, sent[0])
    if any(refund.state is RefundState.SETTLED for refund in refunds):
        return Verdict(Match.DUPLICATE, "Esta devolución ya se liquidó una vez.", attempt)
    return Verdict(Match.NOT_RECORDED, "No hay una devolución nuestra de este cobro.", attempt)


def _fits(refund: Refund, said: Said) -> bool:
    return refund.method is None or refund.method is RefundMethod[said.type.value]
