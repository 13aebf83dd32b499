"""Dues paid at the bank or the counter: settled here without a voucher, booked, and never twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import LIMA, now
from chassis.outbox import publish
from contracts.payments import DuePaidElsewhere
from services.payments import staff_acts
from services.payments.dues.errors import OutsideAmountDiffers, OutsidePaymentKnown, OutsidePaymentNotFound
from services.payments.ledger.posting import post_elsewhere
from services.payments.models import Channel, Due, OutsidePayment, OutsideState
from services.payments.money import decimal
from services.payments.standing.reckoning import reassess
from services.payments.states import DueState


@dataclass(frozen=True, kw_only=True)
class PaidElsewhere:
    """What the bank or the counter says: operation or receipt number, cents, the Lima day it was paid."""

    channel: Channel
    reference: str
    amount_cents: int
    paid_on: date


PaymentKey = tuple[int, Channel, str]
"""Due, channel and reference: what makes a payment made elsewhere one of its kind."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A payment as its due took it, before it is written down."""

    payment: OutsidePayment
    due: Due
    council: str | None
    """The one that the act concerns."""
    fact: DuePaidElsewhere | None
    """None when the due had been settled before."""


def mark_paid_elsewhere(
    session: Session, due: Due, paid: PaidElsewhere, *, reason: str | None = None, council: str | None = None
) -> OutsidePayment:
    """Settle a locked due by money that came in elsewhere.

    A card payment of it that is under way finds it settled and charges nothing (case 7, case 8); one that has been
    sent already comes back as PAID_NOT_APPLIED and is returned. A due that is not open keeps its state: the money is
    kept as NOT_APPLIED and told, for a person. Raises OutsidePaymentKnown, OutsideAmountDiffers.
    """
    if (due.id, paid.channel, paid.reference) in known_payments(session, [due.id]):
        raise OutsidePaymentKnown
    taken = take_payment(due, paid, council)
    write_down(session, [taken], reason=reason)
    return taken.payment


def known_payments(session: Session, due_ids: Iterable[int]) -> set[PaymentKey]:
    """What makes each payment of these dues that was entered before one of its kind."""
    columns = (OutsidePayment.due_id, OutsidePayment.channel, OutsidePayment.reference)
    found = session.execute(select(*columns).where(OutsidePayment.due_id.in_(due_ids)))
    return {(due_id, channel, reference) for due_id, channel, reference in found}


def take_payment(due: Due, paid: PaidElsewhere, council: str | None) -> Taken:
    """Let money settle a locked due, or find it settled; `write_down` keeps it. Raises OutsideAmountDiffers."""
    applies = due.state is DueState.OPEN
    if applies and paid.amount_cents != due.amount_cents:
        raise OutsideAmountDiffers
    state = OutsideState.APPLIED if applies else OutsideState.NOT_APPLIED
    payment = OutsidePayment(due_id=due.id, **vars(paid), entered_at=now(), state=state)
    fact = due.pay_elsewhere(paid.channel, paid.paid_on, _moment(paid.paid_on)) if applies else None
    return Taken(payment=payment, due=due, council=council, fact=fact)


def write_down(session: Session, taken: Sequence[Taken], *, reason: str | None = None) -> None:
    """Keep payments that were taken, tell them, book them, look at standing, audit: few statements for many."""
    session.add_all(each.payment for each in taken)
    session.flush()
    publish(session, *(each.fact or each.payment.not_applied(each.due) for each in taken))
    post_elsewhere(session, ((each.payment, each.due) for each in taken))
    reassess(session, *{each.due.owner_cmp for each in taken})
    for each in taken:
        act = "due.paid_elsewhere" if each.fact else "due.overpaid_elsewhere"
        _record(session, act, each.due, each.payment, reason, each.council)


def payment_that_settled(session: Session, due: Due) -> OutsidePayment | None:
    """The payment made elsewhere by which a due stands as paid; None when it was paid by card or not at all."""
    applied = select(OutsidePayment).where(
        OutsidePayment.due_id == due.id, OutsidePayment.state == OutsideState.APPLIED
    )
    return session.scalars(applied.with_for_update()).one_or_none() if due.state is DueState.PAID else None


def resolve_outside_payment(session: Session, payment: OutsidePayment, *, reason: str, council: str | None) -> None:
    """Note what became of money that found its due settled. Raises OutsidePaymentNotFound when it waits no more."""
    if payment.state is not OutsideState.NOT_APPLIED:
        raise OutsidePaymentNotFound
    payment.state = OutsideState.RESOLVED
    due = session.get_one(Due, payment.due_id)
    publish(session, payment.resolved(due, now()))
    _record(session, "due.overpayment_resolved", due, payment, reason, council)


def _record(
    session: Session, act: str, due: Due, payment: OutsidePayment, reason: str | None, council: str | None
) -> None:
    after = {
        "channel": payment.channel,
        "reference": payment.reference,
        "amount": str(decimal(payment.amount_cents)),
        "paid_on": payment.paid_on.isoformat(),
        "state": payment.state,
    }
    staff_acts.record(session, act=act, subject=f"due:{due.id}", council=council, after=after, reason=reason)


def _moment(day: date) -> datetime:
    """Noon in Lima of the day it was paid: the hour is not told."""
    return datetime.combine(day, time(12), LIMA)
