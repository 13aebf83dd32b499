"""What recert does by itself: deadlines and what follows from them."""

from chassis.db import transaction
from chassis.jobs import Jobs
from services.recert.deadlines import lapsing, moving, reminding
from services.recert.outcome import drawing, notices
from services.recert.register import rebuilding
from services.recert.requests.uploading import forget_abandoned

jobs = Jobs()


@jobs.every(seconds=300)
def list_missing_physicians() -> bool:
    """Put physicians who were known before the public register was into it, after an upgrade."""
    return rebuilding.list_missing()


@jobs.every(seconds=60)
def discard_uncorrected_dossiers() -> bool:
    """Discard observed dossiers from 00:00 in Lima of the day after the last one (REC-20)."""
    return lapsing.discard_next()


@jobs.every(seconds=300)
def remind_of_corrections() -> bool:
    """Remind physicians 10, 5 and 1 working days before a correction is due (MAIL-8)."""
    return reminding.remind_next()


@jobs.every(seconds=60)
def report_missed_deadlines() -> bool:
    """Tell of results and diplomas that are late, and show how many are."""
    return lapsing.report_next_missed()


@jobs.every(seconds=3600)
def follow_calendar() -> bool:
    """Let open deadlines follow holidays that changed with the library; staff's days count at once."""
    with transaction() as session:
        return moving.catch_up(session) > 0


@jobs.every(seconds=5)
def draw_constancias() -> bool:
    """Seal and draw the constancia of a new recertification, so that it is mailed (MAIL-7, REC-15)."""
    return drawing.draw_next()


@jobs.every(seconds=3600)
def tell_ending_certifications() -> bool:
    """Tell six months, four months and thirty days before a certification ends, a batch at a time."""
    with transaction() as session:
        return notices.tell_next(session) == notices.BATCH


@jobs.every(seconds=900)
def forget_abandoned_uploads() -> bool:
    """Let go of files whose upload nobody finished within a day."""
    with transaction() as session:
        return forget_abandoned(session) > 0
