"""Placing an order: what is owed, what may be chosen, in whose name the voucher goes, and the hold on the dues."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from chassis.app import current_service
from chassis.auth import Principal
from chassis.clock import now, today
from chassis.outbox import publish
from services.payments.dues import DueKind, first_payable_period, missing_period, spell_period
from services.payments.errors import (
    DueNotPayable,
    DueReserved,
    NotAPhysician,
    NoTerms,
    NotOldestFirst,
    OrderNotFound,
    PayerUnknown,
    ReturnUnderWay,
    TermsChanged,
)
from services.payments.heirs import owner_for
from services.payments.models import Due, Heir, Order, OrderLine, Payer, Reservation, Terms
from services.payments.models.orders import VoucherChoice
from services.payments.numbers import Series, next_number
from services.payments.refunds.sending import return_is_under_way
from services.payments.states import DueState
from services.payments.vouchers import RUC_DOCUMENT, VoucherType


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the payer accepted on the summary page. `ip` is kept as proof of the acceptance."""

    kind: DueKind
    due_ids: tuple[int, ...]
    owner_cmp: str | None
    """Whose dues, when they are not the payer's own."""
    voucher_type: str
    email: str
    terms_version: str
    ip: str
    ruc: str | None = None
    legal_name: str | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Owed:
    """How many dues and how much, in cents."""

    count: int
    total_cents: int


def cmp_of(who: Principal) -> str:
    """The CMP number the token carries; it is never typed (PAY-2). Raises NotAPhysician."""
    if not who.cmp_number:
        raise NotAPhysician
    return who.cmp_number


def window_start() -> str:
    """The oldest month `yyyymm` that can be paid here today (PAY-5)."""
    return first_payable_period(today(), current_service().settings.window_months)


def _open_dues(owner_cmp: str, kind: DueKind) -> Select[Due]:
    return select(Due).where(Due.owner_cmp == owner_cmp, Due.kind == kind, Due.state == DueState.OPEN)


def payable_dues(session: Session, owner_cmp: str, kind: DueKind) -> list[Due]:
    """The dues that can be paid here, oldest first (PAY-4, PAY-5)."""
    wanted = _open_dues(owner_cmp, kind).where(Due.period >= window_start())
    return list(session.scalars(wanted.order_by(Due.period, Due.id)))


def owed(session: Session, owner_cmp: str, kind: DueKind, *, older: bool = False) -> Owed:
    """How much is payable here, or, with `older`, how much is too old for this page (PAY-5)."""
    start = window_start()
    wanted = _open_dues(owner_cmp, kind).where(Due.period < start if older else Due.period >= start)
    found = wanted.with_only_columns(func.count(), func.coalesce(func.sum(Due.amount_cents), 0))
    count, total = session.execute(found).one()
    return Owed(count=count, total_cents=int(total))


def holding_orders(session: Session, due_ids: Iterable[int]) -> dict[int, Order]:
    """The live order that holds each due, for those that are held."""
    held = (
        select(Reservation.due_id, Order)
        .join(Order, Order.id == Reservation.order_id)
        .where(Reservation.active, Reservation.due_id.in_(list(due_ids)))
    )
    return {row.due_id: row.Order for row in session.execute(held)}


def current_terms(session: Session) -> Terms:
    """The conditions in force. Raises NoTerms."""
    newest = select(Terms).order_by(Terms.published_at.desc(), Terms.version.desc()).limit(1)
    terms = session.scalars(newest).one_or_none()
    if terms is None:
        raise NoTerms
    return terms


def orders_of(who: Principal) -> Select[Order]:
    """The payer's own orders with all that a page shows of them."""
    return (
        select(Order)
        .where(Order.payer_account == who.subject)
        .options(selectinload(Order.attempts), selectinload(Order.refunds))
    )


def find_order(session: Session, order_id: str, who: Principal) -> Order:
    """An order of this payer. Raises OrderNotFound, for other people's orders too."""
    own = orders_of(who).where(Order.id == order_id)
    order = session.scalars(own).one_or_none()
    if order is None:
        raise OrderNotFound
    return order


def place_order(session: Session, who: Principal, wish: Wish) -> Order:
    """Check the summary, hold its dues and tell it (PAY-3 to PAY-7)."""
    owner_cmp, heir = owner_for(session, who, wish.owner_cmp, wish.kind)
    owner = session.get(Payer, owner_cmp)
    if owner is None:
        raise PayerUnknown
    if current_terms(session).version != wish.terms_version:
        raise TermsChanged
    dues = _chosen_dues(session, owner_cmp, wish)
    if return_is_under_way(session, owner_cmp, wish.kind):
        raise ReturnUnderWay(headers={"Retry-After": "60"})
    order = _new_order(session, who, owner, heir, wish, dues)
    session.add(order)
    session.flush()
    session.add_all(Reservation(due_id=due.id, order_id=order.id, created_at=now()) for due in dues)
    publish(session, order.placed())
    return order


def _chosen_dues(session: Session, owner_cmp: str, wish: Wish) -> list[Due]:
    """The chosen dues, locked, oldest first. Raises DueNotPayable, NotOldestFirst, DueReserved."""
    locked = lock_open_dues(session, owner_cmp, wish.kind, wish.due_ids)
    payable = payable_dues(session, owner_cmp, wish.kind)
    if locked != set(wish.due_ids) or not locked <= {due.id for due in payable}:
        raise DueNotPayable
    check_oldest_first(payable, wish.due_ids)
    for order in holding_orders(session, locked).values():
        raise DueReserved(order_id=order.id, order_number=order.number_text)
    return [due for due in payable if due.id in locked]


def lock_open_dues(session: Session, owner_cmp: str, kind: DueKind, due_ids: Iterable[int]) -> set[int]:
    """Lock those of these dues that are owed, in the order of their ids; return which they are."""
    chosen = _open_dues(owner_cmp, kind).where(Due.id.in_(list(due_ids))).order_by(Due.id).with_for_update()
    return {due.id for due in session.scalars(chosen)}


def check_oldest_first(payable: Sequence[Due], chosen: Iterable[int]) -> None:
    """Raises NotOldestFirst, naming the oldest month that was left out (PAY-4)."""
    missing = missing_period(payable, chosen)
    if missing is not None:
        raise NotOldestFirst(
            f"Debe pagar primero la cuota más antigua ({spell_period(missing)}).", missing_period=missing
        )


def summary_hash(dues: Iterable[Due]) -> str:
    """Fingerprint of what is bought and at what price; equal as long as the summary holds (case 7)."""
    lines = sorted(f"{due.id}:{due.period}:{due.amount_cents}:{due.currency}:{due.tax_code}" for due in dues)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _new_order(session: Session, who: Principal, owner: Payer, heir: Heir | None, wish: Wish, dues: list[Due]) -> Order:
    voucher, moment = _voucher(owner, heir, wish), now()
    return Order(
        id=str(uuid.uuid4()),
        number=next_number(session, Series.ORDER),
        payer_account=who.subject,
        payer_name=heir.name if heir else None,
        heir_id=heir.id if heir else None,
        owner_cmp=owner.cmp_number,
        owner_name=owner.name,
        council=owner.council,
        kind=wish.kind,
        total_cents=sum(due.amount_cents for due in dues),
        currency=dues[0].currency,
        summary_hash=summary_hash(dues),
        voucher_type=voucher.type,
        recipient_document_type=voucher.document_type,
        recipient_document_number=voucher.document_number,
        recipient_name=voucher.name,
        recipient_address=voucher.address,
        email=voucher.email,
        terms_version=wish.terms_version,
        terms_accepted_at=moment,
        terms_accepted_ip=wish.ip,
        created_at=moment,
        expires_at=moment + timedelta(minutes=current_service().settings.order_minutes),
        lines=[line_of(position, due) for position, due in enumerate(dues, 1)],
    )


def _voucher(owner: Payer, heir: Heir | None, wish: Wish) -> VoucherChoice:
    """A factura goes to the RUC given; a boleta to who pays, the physician or the heir (PAY-6, PAY-7)."""
    recipient = heir or owner
    if wish.voucher_type == VoucherType.FACTURA:
        return VoucherChoice(
            type=VoucherType.FACTURA,
            email=wish.email,
            document_type=RUC_DOCUMENT,
            document_number=wish.ruc or "",
            name=wish.legal_name or "",
            address=wish.address,
        )
    return VoucherChoice(
        type=VoucherType.BOLETA,
        email=wish.email,
        document_type=recipient.document_type,
        document_number=recipient.document_number,
        name=recipient.voucher_name,
        address=None,
    )


def line_of(position: int, due: Due) -> OrderLine:
    """A due as a line of an order, at the price it has now."""
    return OrderLine(
        position=position,
        due_id=due.id,
        period=due.period,
        description=due.description,
        amount_cents=due.amount_cents,
        tax_code=due.tax_code,
    )
