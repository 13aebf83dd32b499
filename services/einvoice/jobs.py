"""What this service does by the clock: the slow and the foreign things."""

from concurrent.futures import ThreadPoolExecutor, wait

import requests
from flask import Flask, current_app

from chassis.jobs import Jobs
from chassis.logs import bind_trace
from services.einvoice.exporting import forget_expired, write_next_export
from services.einvoice.filing import Claim, claim_vouchers, file_claim
from services.einvoice.measures import measure
from services.einvoice.notes import note_waiting_refunds
from services.einvoice.paid import issue_for_waiting_payments
from services.einvoice.printing import claim_printing, print_voucher
from services.einvoice.summarizing import compose_summary
from services.einvoice.summary_filing import claim_summary, file_summary
from services.einvoice.watching import warn

jobs = Jobs()


@jobs.every(seconds=0.25)
def send_queued_vouchers() -> bool:
    """File what is due with SUNAT, a few at a time; a crash in the middle looks exactly like a lost answer."""
    claims = claim_vouchers()
    if not claims:
        return False
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with requests.Session() as session, ThreadPoolExecutor(max_workers=len(claims)) as pool:
        filings = [pool.submit(_file, app, claim, session) for claim in claims]
        # All are finished first: map() would cancel the claims that wait behind one that fails.
        wait(filings)
        for filing in filings:
            filing.result()  # an error of ours comes out here, where the scheduler logs it
    return True


@jobs.every(seconds=1)
def render_pdf() -> bool:
    """Render the next voucher that has no PDF; it is stored and never rendered again."""
    voucher_id = claim_printing()
    if voucher_id is None:
        return False
    print_voucher(voucher_id)
    return True


@jobs.every(seconds=2)
def write_exports() -> bool:
    """Write the long list that somebody has waited for longest, and tell that it is there."""
    return write_next_export()


@jobs.every(seconds=3600)
def forget_exports() -> bool:
    """Forget the lists whose time is over."""
    return forget_expired()


@jobs.every(seconds=60)
def issue_waiting() -> None:
    """Issue the vouchers of payments that came while there was no valid certificate."""
    issue_for_waiting_payments()


@jobs.every(seconds=5)
def note_refunds() -> bool:
    """Issue the credit notes of refunds whose voucher SUNAT has judged meanwhile."""
    return note_waiting_refunds()


@jobs.every(seconds=5)
def compose_summaries() -> bool:
    """Put what SUNAT must be told by RC or RA into the next one, numbered and signed."""
    return compose_summary() is not None


@jobs.every(seconds=1)
def file_summaries() -> bool:
    """Send the next RC or RA, or ask about the next ticket that is due."""
    claim = claim_summary()
    if claim is None:
        return False
    bind_trace(None, service="einvoice", job="file_summaries")
    file_summary(claim)
    return True


@jobs.every(seconds=3600)
def watch_deadlines() -> None:
    """Write into the log, once an hour, what runs out: days to file or void, tickets, the certificate."""
    warn()


@jobs.every(seconds=30)
def measure_queue() -> None:
    """Tell monitoring how old the oldest open voucher is and how many days are left to file it."""
    measure()


def _file(app: Flask, claim: Claim, session: requests.Session) -> None:
    with app.app_context():
        bind_trace(claim.traceparent, service="einvoice", job="send_queued_vouchers")
        file_claim(claim, session)
