"""The gauges an operator watches: the age of the queue, the days left, whether filing is paused, the certificate."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from chassis.app import current_service
from chassis.clock import now, today
from chassis.db import reading
from services.einvoice.desk.rejections import nobody_dealt_with_it
from services.einvoice.documents.summaries import VOID
from services.einvoice.errors import CertificateError
from services.einvoice.keys import signing_key
from services.einvoice.models import (
    UNJUDGED,
    EntryState,
    RefundNote,
    RefundState,
    Summary,
    SummaryEntry,
    SummaryState,
    Voucher,
    WaitingPayment,
)
from services.einvoice.models.filing import current_pause
from services.einvoice.models.summaries import UNSETTLED
from services.einvoice.settings import current_settings

OPEN_ENTRIES = (EntryState.WAITING, EntryState.TOLD)


def measure() -> None:
    """Set the gauges from the database."""
    with reading() as session:
        rows = session.execute(
            select(Voucher.voucher_type, Voucher.series, func.min(Voucher.issued_at), func.min(Voucher.issue_date))
            .where(Voucher.state.in_(UNJUDGED))
            .group_by(Voucher.voucher_type, Voucher.series)
        ).all()
        paused = current_pause(session) is not None
        open_states = select(Voucher.state, func.count()).where(Voucher.state.in_(UNJUDGED)).group_by(Voucher.state)
        open_by_state = {str(row[0]): int(row[1]) for row in session.execute(open_states)}
    oldest = max(((now() - issued_at).total_seconds() for _, _, issued_at, _ in rows), default=0.0)
    _gauge("cmp_einvoice_oldest_open_seconds", "Age of the oldest voucher SUNAT has not judged").set(oldest)
    _gauge("cmp_einvoice_queue_paused", "1 while refused credentials keep filing paused").set(int(paused))
    _set_days_left([(voucher_type, series, issue_date) for voucher_type, series, _, issue_date in rows])
    _set_open(open_by_state)
    _set_certificate_days()
    _measure_summaries()


def days_left(voucher_type: str, series: str, issue_date: date) -> int:
    """Calendar days until SUNAT no longer takes it; 0 = today is the last, negative = too late (sunat.md 2.13)."""
    last_day = issue_date + timedelta(days=current_settings().deadline_days(voucher_type, series))
    return (last_day - today()).days


def _set_days_left(rows: list[tuple[str, str, date]]) -> None:
    settings = current_settings()
    gauge = _gauge("cmp_einvoice_deadline_days_left", "Fewest days left to file an open voucher", "type")
    for voucher_type in ("01", "03", "07", "08"):
        left = [days_left(*row) for row in rows if row[0] == voucher_type]
        gauge.labels(voucher_type).set(min(left, default=settings.deadline_days(voucher_type, "")))


def _set_open(counts: dict[str, int]) -> None:
    gauge = _gauge("cmp_einvoice_open", "Vouchers SUNAT has not judged", "state")
    for state in ("queued", "sending", "unknown", "exception"):
        gauge.labels(state).set(counts.get(state, 0))


def _measure_summaries() -> None:
    """Age of the oldest ticket without an answer, days left to tell of voids, summaries by state, what waits."""
    with reading() as session:
        ticket_at = session.scalar(select(func.min(Summary.ticket_at)).where(Summary.state == SummaryState.IN_PROCESS))
        void_of = session.scalar(
            select(func.min(SummaryEntry.reference_date)).where(
                SummaryEntry.condition == VOID, SummaryEntry.state.in_(OPEN_ENTRIES)
            )
        )
        counted = select(Summary.state, func.count()).where(Summary.state.in_(UNSETTLED)).group_by(Summary.state)
        by_state = {str(row[0]): int(row[1]) for row in session.execute(counted)}
        waiting = session.scalar(select(func.count()).where(RefundNote.state == RefundState.WAITING)) or 0
        rejected = session.scalar(select(func.count()).select_from(Voucher).where(nobody_dealt_with_it())) or 0
        unsigned = session.scalar(select(func.count()).select_from(WaitingPayment)) or 0
    age = (now() - ticket_at).total_seconds() if ticket_at else 0.0
    _gauge("cmp_einvoice_oldest_ticket_seconds", "Age of the oldest ticket without an answer").set(age)
    days = current_settings().void_deadline_days
    left = (void_of + timedelta(days=days) - today()).days if void_of else days
    _gauge("cmp_einvoice_void_days_left", "Fewest days left to tell SUNAT of a void").set(left)
    gauge = _gauge("cmp_einvoice_summaries_open", "RC and RA that SUNAT has not judged", "state")
    for state in UNSETTLED:
        gauge.labels(str(state)).set(by_state.get(str(state), 0))
    _gauge("cmp_einvoice_refunds_waiting", "Refunds that wait for their credit note").set(waiting)
    _gauge("cmp_einvoice_rejections_waiting", "Rejected vouchers that nobody has dealt with").set(rejected)
    _gauge("cmp_einvoice_payments_waiting", "Payments that wait for a valid certificate").set(unsigned)


def _set_certificate_days() -> None:
    try:
        left = (signing_key().expires_at - now()).days
    except CertificateError:
        left = 0
    _gauge("cmp_einvoice_certificate_days_left", "Days until the signing certificate expires; 0 = unusable").set(left)


def _gauge(name: str, help: str, *labels: str) -> Any:
    return current_service().metrics.gauge(name, help, *labels)
