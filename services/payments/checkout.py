"""Paying an order: open the card form, claim it when it comes back, charge once, and never without a row first."""

import hashlib
import json
import logging
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.auth import Principal
from chassis.clock import now
from chassis.db import transaction
from services.payments.acquirer import acquirer, journal_of, sale_request
from services.payments.dues import missing_period
from services.payments.effects import dues_of
from services.payments.errors import AcquirerDown, BeingConfirmed, OrderClosed, OrderNotFound, TokenUsed
from services.payments.models import Attempt, AttemptEvent, Order, Payer
from services.payments.money import decimal
from services.payments.news import News
from services.payments.niubiz import AcquirerUnavailable, FormSession, SaleRequest
from services.payments.numbers import Series, next_number
from services.payments.ordering import payable_dues, summary_hash
from services.payments.states import AttemptState, DueState, Happening, OrderState
from services.payments.transitions import end_order, lock, move, settle

log = logging.getLogger(__name__)

SYSTEM = "system"
RESERVE_OF_SESSION = timedelta(minutes=1)
"""Our form ends this long before the acquirer's session does."""


@dataclass(frozen=True, kw_only=True)
class OpenForm:
    """What the payer's page needs to show the acquirer's card form. `session_key` is not stored anywhere."""

    purchase_number: str
    amount_cents: int
    currency: str
    session_key: str
    expires_at: datetime
    cardholder_name: str
    cardholder_lastname: str
    cardholder_email: str


def open_form(order_id: str, who: Principal, client_ip: str) -> OpenForm:
    """Start an attempt with a number of its own, then ask the acquirer for a form session (PAY-8).

    Raises OrderNotFound, OrderClosed, BeingConfirmed, AcquirerDown. A form opened before stops being good.
    """
    with transaction() as session:
        order = _lock_order(session, order_id, who)
        _check_payable(order)
        _supersede_open_forms(session, order, who)
        attempt = _new_attempt(session, order, who)
        given_names, surnames = _cardholder(session, order)
    form = _open_session(attempt, order, client_ip)
    with transaction() as session:
        _, attempt = lock(session, attempt.id)
        attempt.session_expires_at = form.expires_at
        if form.expires_at is not None:
            attempt.expires_at = min(attempt.expires_at, form.expires_at - RESERVE_OF_SESSION)
    return OpenForm(
        purchase_number=attempt.number_text,
        amount_cents=attempt.amount_cents,
        currency=attempt.currency,
        session_key=form.key,
        expires_at=attempt.expires_at,
        cardholder_name=_plain(given_names),
        cardholder_lastname=_plain(surnames),
        cardholder_email=order.email,
    )


def submit_form(order_id: str, purchase_number: int, who: Principal, token: str) -> None:
    """Charge what the returned form stands for, once; who comes second finds the stored result (cases 3 and 11).

    Raises OrderNotFound, TokenUsed.
    """
    claimed = _claim(order_id, purchase_number, who, token)
    if claimed is not None:
        attempt_id, asked = claimed
        # The claim is committed: whatever happens from here on, the janitor finds the row (case 5).
        answer = acquirer().authorize(asked, token_id=token, journal=journal_of(attempt_id))
        settle(attempt_id, answer, actor=who.subject)


def expire_form(order_id: str, purchase_number: int, who: Principal) -> None:
    """The acquirer's form ran out of time in the payer's browser (case 10). Raises OrderNotFound."""
    with transaction() as session:
        order = _lock_order(session, order_id, who)
        attempt = _lock_attempt(session, order, purchase_number)
        if attempt.state is AttemptState.CREATED:
            news = News(happening=Happening.LAPSED, actor=who.subject, reason="el formulario venció en el navegador")
            move(session, order, attempt, news)


def cancel_order(order_id: str, who: Principal) -> None:
    """Give an unpaid order up, so that its dues can be chosen anew.

    Raises OrderNotFound, BeingConfirmed, OrderClosed.
    """
    with transaction() as session:
        order = _lock_order(session, order_id, who)
        for attempt in _open_attempts(session, order):
            move(
                session, order, attempt, News(happening=Happening.LAPSED, actor=who.subject, reason="pedido cancelado")
            )
        if not end_order(session, order, OrderState.CANCELLED) and order.state is not OrderState.CANCELLED:
            raise BeingConfirmed if order.state is OrderState.PAYING else OrderClosed


def _lock_order(session: Session, order_id: str, who: Principal) -> Order:
    own = select(Order).where(Order.id == order_id, Order.payer_account == who.subject).with_for_update()
    order = session.scalars(own).one_or_none()
    if order is None:
        raise OrderNotFound
    return order


def _lock_attempt(session: Session, order: Order, purchase_number: int) -> Attempt:
    wanted = select(Attempt).where(Attempt.order_id == order.id, Attempt.purchase_number == purchase_number)
    attempt = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if attempt is None:
        raise OrderNotFound
    return attempt


def _open_attempts(session: Session, order: Order) -> list[Attempt]:
    wanted = select(Attempt).where(Attempt.order_id == order.id, Attempt.state == AttemptState.CREATED)
    locked = wanted.order_by(Attempt.id).with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(locked))


def _check_payable(order: Order) -> None:
    if order.state is OrderState.PAYING:
        raise BeingConfirmed
    if order.state is not OrderState.READY or order.expires_at <= now():
        raise OrderClosed


def _supersede_open_forms(session: Session, order: Order, who: Principal) -> None:
    """Only the newest form may charge: a form left open in another tab is told so when it comes back (case 4)."""
    for attempt in _open_attempts(session, order):
        news = News(happening=Happening.REPLACED, actor=who.subject, reason="otro formulario lo reemplazó")
        move(session, order, attempt, news)


def _new_attempt(session: Session, order: Order, who: Principal) -> Attempt:
    attempt = Attempt(
        order_id=order.id,
        purchase_number=next_number(session, Series.PURCHASE),
        amount_cents=order.total_cents,
        currency=order.currency,
        cardholder=order.payer_name or order.owner_name,
        created_at=now(),
        expires_at=now() + timedelta(minutes=current_service().settings.attempt_minutes),
    )
    session.add(attempt)
    session.flush()
    session.add(
        AttemptEvent(
            attempt_id=attempt.id, from_state=None, to_state=AttemptState.CREATED, happening=Happening.OPENED,
            actor=who.subject, reason="", at=now(),
        )
    )  # fmt: skip
    return attempt


def _cardholder(session: Session, order: Order) -> tuple[str, str]:
    """Given names and surnames to begin the card form with; an heir's name is not known in parts."""
    if order.payer_name:
        return "", order.payer_name
    owner = session.get_one(Payer, order.owner_cmp)
    return owner.given_names, f"{owner.paternal_surname} {owner.maternal_surname}"


def _open_session(attempt: Attempt, order: Order, client_ip: str) -> FormSession:
    """Ask the acquirer for the form's session, outside any transaction. Raises AcquirerDown."""
    defined = {"MDD4": order.email, "MDD32": order.owner_cmp, "MDD75": "Registrado"}
    try:
        return acquirer().open_session(
            decimal(attempt.amount_cents),
            client_ip=client_ip,
            defined=defined,
            journal=journal_of(attempt.id),
        )
    except AcquirerUnavailable as error:
        log.error("no form session for attempt %s: %s", attempt.id, error)
        with transaction() as session:
            news = News(happening=Happening.LAPSED, actor=SYSTEM, reason=f"no se abrió el formulario: {error}")
            move(session, *lock(session, attempt.id), news)
        raise AcquirerDown(headers={"Retry-After": "30"}) from error


def _claim(order_id: str, purchase_number: int, who: Principal, token: str) -> tuple[int, SaleRequest] | None:
    """Commit CREATED -> AUTHORIZING before any call; None for who may not charge.

    The token's hash is unique: a token posted to another attempt is refused there (case 11).
    """
    try:
        with transaction() as session:
            order = _lock_order(session, order_id, who)
            attempt = _lock_attempt(session, order, purchase_number)
            news = _may_charge(session, order, attempt, who, token)
            if news is None or not move(session, order, attempt, news) or news.happening is not Happening.CLAIMED:
                return None
            asked = sale_request(attempt)
            attempt.claimed_at, attempt.token_hash = now(), _hash(token)
            attempt.request_hash = _hash(json.dumps([asked.purchase_number, str(asked.amount), asked.currency]))
            return attempt.id, asked
    except IntegrityError as error:
        raise TokenUsed from error


def _may_charge(session: Session, order: Order, attempt: Attempt, who: Principal, token: str) -> News | None:
    """What the returned form means: a claim, a form too old, a summary that no longer holds, or nothing new."""
    if attempt.state is not AttemptState.CREATED or order.state is not OrderState.READY:
        return None
    if session.scalar(select(exists().where(Attempt.token_hash == _hash(token)))):
        raise TokenUsed
    if attempt.expires_at <= now():
        return News(happening=Happening.LAPSED, actor=who.subject, reason="el formulario volvió demasiado tarde")
    changed = _what_changed(session, order)
    if changed:
        return News(happening=Happening.DUES_CHANGED, actor=who.subject, reason=changed)
    return News(happening=Happening.CLAIMED, actor=who.subject)


def _what_changed(session: Session, order: Order) -> str:
    """Why the accepted summary no longer holds; empty when it does (cases 7, 8 and 19)."""
    dues = dues_of(session, order)
    if any(due.state is not DueState.OPEN for due in dues):
        return "a due was paid meanwhile"
    if summary_hash(dues) != order.summary_hash:
        return "a price changed meanwhile"
    missing = missing_period(payable_dues(session, order.owner_cmp, order.kind), [due.id for due in dues])
    return f"an older due appeared: {missing}" if missing else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(name: str) -> str:
    """A name without accents or signs: the card form takes no special characters (payments.md 1.1)."""
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in letters if c.isascii() and (c.isalpha() or c == " ")).split())
