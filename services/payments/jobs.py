"""What payments does by itself: settle doubtful charges by asking, end what ran out of time, forget old keys."""

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.jobs import Jobs
from services.payments import idempotency
from services.payments.acquirer import acquirer, journal_of, sale_request
from services.payments.certificates import issuing
from services.payments.dues import assessment
from services.payments.models import Attempt, Order
from services.payments.news import News
from services.payments.niubiz import SaleRequest
from services.payments.receipt_pdf import print_next_receipt
from services.payments.refunds import sending
from services.payments.schedule import LEASE
from services.payments.settlement import resolving
from services.payments.standing import reckoning
from services.payments.states import AttemptState, Happening, OrderState
from services.payments.transitions import count, end_order, lock, move, settle

JANITOR = "janitor"
STUCK_AFTER = timedelta(seconds=60)
"""A charge that has not been answered for so long lost its process; it is treated like a time-out (case 5)."""

jobs = Jobs()


@jobs.every(seconds=5)
def settle_unknown_attempts() -> bool:
    """Ask the acquirer about the doubtful charge that is due next (case 1); True when there may be more."""
    claimed = _claim_next_check()
    if claimed is not None:
        attempt_id, asked = claimed
        settle(attempt_id, acquirer().find_sale(asked, journal=journal_of(attempt_id)), actor=JANITOR)
    watch_doubtful_charges()
    return claimed is not None


@jobs.every(seconds=10)
def doubt_stuck_authorizations() -> bool:
    """Treat a charge whose process died like one without an answer (case 5)."""
    stuck = (Attempt.state == AttemptState.AUTHORIZING, Attempt.claimed_at <= now() - STUCK_AFTER)
    news = News(happening=Happening.DOUBTED, actor=JANITOR, reason="sin respuesta en 60 segundos")
    return _move_one(stuck, news)


@jobs.every(seconds=15)
def expire_forms() -> bool:
    """End card forms that nobody sent back in time (case 10); the order keeps its dues."""
    old = (Attempt.state == AttemptState.CREATED, Attempt.expires_at <= now())
    return _move_one(old, News(happening=Happening.LAPSED, actor=JANITOR, reason="el formulario no volvió a tiempo"))


@jobs.every(seconds=15)
def expire_orders() -> bool:
    """Give the dues of an unpaid order back, unless a form is open or an outcome is awaited."""
    open_form = exists().where(Attempt.order_id == Order.id, Attempt.state == AttemptState.CREATED)
    ripe = (Order.state == OrderState.READY, Order.expires_at <= now(), ~open_form)
    with transaction() as session:
        oldest = select(Order).where(*ripe).order_by(Order.expires_at).limit(1).with_for_update(skip_locked=True)
        order = session.scalars(oldest).one_or_none()
        # Asked again under the lock: a form may have been opened since the first look.
        if order is None or _has_open_form(session, order):
            return False
        return end_order(session, order, OrderState.EXPIRED)


def _has_open_form(session: Session, order: Order) -> bool:
    form = exists().where(Attempt.order_id == order.id, Attempt.state == AttemptState.CREATED)
    return bool(session.scalar(select(form)))


@jobs.every(seconds=15)
def send_refunds() -> bool:
    """Tell the acquirer about the approved refund whose time has come ("devolución programada")."""
    return sending.send_due_refund()


@jobs.every(seconds=5)
def settle_doubtful_refunds() -> bool:
    """Ask what became of a void or refund that was not answered; one whose process died is doubtful, too."""
    return sending.doubt_lost_refund() | sending.ask_about_doubtful_refund()


@jobs.every(seconds=5)
def print_receipts() -> bool:
    """Draw the receipt of a paid order, so that it is mailed (PAY-9)."""
    return print_next_receipt()


@jobs.every(seconds=3600)
def assess_dues() -> None:
    """Make everybody owe the current month in Lima by the tariffs in force; once, however often this runs."""
    assessment.assess_this_month()


@jobs.every(seconds=3600)
def watch_settlement() -> bool:
    """Look again at rows of the acquirer that fitted nothing, and list charges that no file has shown."""
    with transaction() as session:
        resolving.compare_again(session)
        return resolving.list_missing(session) == resolving.BATCH


@jobs.every(seconds=3600)
def forget_idempotency_keys() -> bool:
    """Delete keys past their 24 hours, a chunk at a time."""
    with transaction() as session:
        return idempotency.forget_expired(session) == idempotency.CHUNK


@jobs.every(seconds=60)
def enrol_physicians() -> bool:
    """Open a row of good standing for physicians who have none, so that everybody's first answer is told."""
    with transaction() as session:
        return reckoning.enrol(session) > 0


@jobs.every(seconds=60)
def reassess_standing() -> bool:
    """Work out once a day in Lima who is hábil: months begin to count without anybody touching a due."""
    with transaction() as session:
        return reckoning.reassess_stale(session) > 0


@jobs.every(seconds=60)
def draw_interrupted_certificates() -> bool:
    """Draw a constancia whose process died between its row and its PDF."""
    waiting = issuing.undrawn()
    if waiting is not None:
        issuing.complete(waiting)
    return waiting is not None


def watch_doubtful_charges() -> None:
    """Show how many charges are in doubt and how old the oldest doubt is, for the alert PaymentUnknown."""
    doubtful = select(func.count(), func.min(Attempt.doubt_since)).where(Attempt.state == AttemptState.UNKNOWN)
    with reading() as session:
        count, since = session.execute(doubtful).one()
    age = (now() - since).total_seconds() if since else 0.0
    metrics = current_service().metrics
    metrics.gauge("cmp_payments_unknown", "Charges whose outcome is not known").set(count)
    metrics.gauge("cmp_payments_unknown_oldest_seconds", "Age of the oldest charge in doubt").set(age)


def _claim_next_check() -> tuple[int, SaleRequest] | None:
    """Lease the doubtful attempt that is due: no other process asks about it meanwhile."""
    due = (Attempt.state == AttemptState.UNKNOWN, Attempt.next_check_at <= now())
    with transaction() as session:
        next_due = select(Attempt).where(*due).order_by(Attempt.next_check_at, Attempt.id).limit(1)
        attempt = session.scalars(next_due.with_for_update(skip_locked=True)).one_or_none()
        if attempt is None:
            return None
        attempt.checks += 1
        attempt.next_check_at = now() + LEASE
        return attempt.id, sale_request(attempt)


def _move_one(condition: tuple[ColumnElement[bool], ...], news: News) -> bool:
    """Move the oldest attempt that fits; the state is read again under the locks, so a late answer wins."""
    with reading() as session:
        attempt_id = session.scalar(select(Attempt.id).where(*condition).order_by(Attempt.id).limit(1))
    if attempt_id is None:
        return False
    with transaction() as session:
        moved = move(session, *lock(session, attempt_id), news)
    if moved:
        count(news.happening)
    return moved
