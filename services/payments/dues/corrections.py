"""What staff may do to a due: annul it, change its amount, open it again; each with a reason, audited and told."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from contracts.payments import DueCorrected
from services.payments import staff_acts
from services.payments.dues.elsewhere import payment_that_settled
from services.payments.dues.errors import DueBeingCharged, DueNotCorrectable
from services.payments.ledger.posting import post_reopening
from services.payments.models import Due, Order, OrderLine, OutsideState, Reservation
from services.payments.money import decimal
from services.payments.standing.reckoning import reassess
from services.payments.states import DueState, OrderState

PAID_ORDERS = (OrderState.PAID, OrderState.PARTLY_REFUNDED)


def annul_due(session: Session, due: Due, *, reason: str, council: str | None) -> None:
    """Say that a locked due never was owed. An order that holds it finds that out at the claim (case 7).

    Raises DueNotCorrectable, DueBeingCharged.
    """
    _check(session, due, DueState.OPEN)
    _correct(session, due, lambda: due.annul(now()), reason, council)


def change_amount(session: Session, due: Due, cents: int, *, reason: str, council: str | None) -> None:
    """Let a locked due be owed in another amount. Raises DueNotCorrectable, DueBeingCharged."""
    _check(session, due, DueState.OPEN)
    if cents == due.amount_cents:
        raise DueNotCorrectable("La cuota ya tiene ese monto.")
    _correct(session, due, lambda: due.change_amount(cents, now()), reason, council)


def reopen_due(session: Session, due: Due, *, reason: str, council: str | None) -> None:
    """Let a locked due be owed again: one annulled, or one paid elsewhere or before our time whose payment was none.

    What was paid by card is reopened by a refund only. Raises DueNotCorrectable.
    """
    if due.state is DueState.OPEN:
        raise DueNotCorrectable
    payment = payment_that_settled(session, due)
    if payment is None and _was_paid_by_card(session, due):
        raise DueNotCorrectable("La cuota se pagó con tarjeta. Para que vuelva a deberse, solicite una devolución.")
    if payment is not None:
        payment.state = OutsideState.UNDONE
        post_reopening(session, payment, due)
    _correct(session, due, lambda: due.reopen_by_hand(now()), reason, council)


def order_being_charged(session: Session, due: Due) -> Order | None:
    """The order whose charge of this due awaits its outcome, if any."""
    held = select(Order).join(Reservation, Reservation.order_id == Order.id)
    return session.scalars(
        held.where(Reservation.due_id == due.id, Reservation.active, Order.state == OrderState.PAYING)
    ).one_or_none()


def _was_paid_by_card(session: Session, due: Due) -> bool:
    lines = select(OrderLine.due_id).join(Order, Order.id == OrderLine.order_id)
    by_card = lines.where(OrderLine.due_id == due.id, Order.state.in_(PAID_ORDERS))
    return due.state is DueState.PAID and bool(session.scalar(select(by_card.exists())))


def _check(session: Session, due: Due, state: DueState) -> None:
    if due.state is not state:
        raise DueNotCorrectable
    order = order_being_charged(session, due)
    if order is not None:
        raise DueBeingCharged(order_number=order.number_text)


def _correct(session: Session, due: Due, change: Callable[[], DueCorrected], reason: str, council: str | None) -> None:
    before = _facts(due)
    fact = change()
    publish(session, fact)
    reassess(session, due.owner_cmp)
    staff_acts.record(
        session, act=f"due.{fact.change}", subject=f"due:{due.id}", council=council,
        before=before, after=_facts(due), reason=reason,
    )  # fmt: skip


def _facts(due: Due) -> dict[str, str]:
    return {"state": due.state, "amount": str(decimal(due.amount_cents))}
