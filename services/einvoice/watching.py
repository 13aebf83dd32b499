"""The hourly round: what runs out is written into the log, so that it is seen even without monitoring."""

import logging
from datetime import timedelta

from sqlalchemy import select

from chassis.clock import now
from chassis.db import reading
from services.einvoice.errors import CertificateError
from services.einvoice.keys import signing_key
from services.einvoice.measures import days_left
from services.einvoice.models import UNJUDGED, Summary, SummaryState, Voucher
from services.einvoice.settings import current_settings

LISTED = 50
"""As many vouchers as one round names; more of them are one trouble, not many."""

log = logging.getLogger(__name__)


def warn() -> None:
    """Name the vouchers whose days run out, the tickets nobody answers, and a certificate near its end."""
    _warn_of_deadlines()
    _warn_of_tickets()
    _warn_of_certificate()


def _warn_of_deadlines() -> None:
    with reading() as session:
        oldest = select(Voucher).where(Voucher.state.in_(UNJUDGED)).order_by(Voucher.issue_date).limit(LISTED)
        for voucher in session.scalars(oldest):
            left = days_left(voucher.voucher_type, voucher.series, voucher.issue_date)
            if left < 0:
                log.error("voucher %s: too late for SUNAT by %d days (2108, 1079)", voucher.printed_number, -left)
            elif left <= current_settings().deadline_warning_days:
                log.warning("voucher %s: %d days left to file it", voucher.printed_number, left)


def _warn_of_tickets() -> None:
    stale = now() - timedelta(hours=current_settings().ticket_stale_hours)
    waiting = select(Summary).where(Summary.state == SummaryState.IN_PROCESS, Summary.ticket_at <= stale)
    with reading() as session:
        for summary in session.scalars(waiting.order_by(Summary.ticket_at).limit(LISTED)):
            log.error("summary %s: no answer to its ticket since %s", summary.printed_number, summary.ticket_at)


def _warn_of_certificate() -> None:
    try:
        left = (signing_key().expires_at - now()).days
    except CertificateError as error:
        log.error("nothing can be signed: %s", error)
        return
    if left < current_settings().certificate_warning_days:
        log.warning("the signing certificate expires in %d days", left)
