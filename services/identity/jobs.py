"""What identity does by itself: rotates its key, and forgets what is over."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.jobs import Jobs
from chassis.outbox import publish
from services.identity import recovery, registrations
from services.identity.clients import first_access
from services.identity.keys import keyring
from services.identity.models import (
    Council,
    FirstAccess,
    KnownAddress,
    LoginSession,
    MailRequest,
    OneTimeToken,
    Registration,
    ThrottleCounter,
)
from services.identity.models.registrations import RegistrationState
from services.identity.settings import current_settings

KEPT = timedelta(days=7)
"""How long what has ended can still be looked at."""

jobs = Jobs()


@jobs.every(seconds=3600)
def rotate_aged_key() -> None:
    """Rotate the signing key when it has signed for as long as the settings allow."""
    days = current_settings().key_rotation_days
    if days and keyring().age() >= timedelta(days=days):
        current_app.logger.info("signing key rotated, now %s", keyring().rotate())


@jobs.every(seconds=2)
def mail_first_accesses() -> bool:
    """Ask for the mails of first accesses: not in the request, so that its time does not tell who is known (AMB-4)."""
    with reading() as session:
        if not first_access.mails_wait(session):
            return False
    with transaction() as session:
        return first_access.send_mails(session, now())


@jobs.every(seconds=2)
def mail_recoveries() -> bool:
    """Find out whom to write to for what was asked on pages anybody can open: not in the request, for its time."""
    with transaction() as session:
        return recovery.grant_wishes(session, now())


@jobs.every(seconds=3600)
def expire_registrations() -> bool:
    """Close registrations whose address nobody confirmed in time."""
    with transaction() as session:
        return registrations.expire_unconfirmed(session, now())


@jobs.every(seconds=3600)
def announce_councils() -> None:
    """Tell the names of councils that were never told: after the first start, and of those a migration brought."""
    with transaction() as session:
        silent = session.scalars(select(Council).where(Council.announced_at.is_(None)).order_by(Council.code))
        publish(session, *(council.announce(now()) for council in silent))


@jobs.every(seconds=3600)
def forget_the_past() -> None:
    """Delete what ended or was last touched a week ago: sessions, links, counters, registrations that nobody confirmed
    (they hold data of people who may never have asked: law 29733); and addresses no longer known."""
    unknown_since = now() - timedelta(days=current_settings().known_address_days)
    ends: list[tuple[InstrumentedAttribute[datetime], datetime]] = [
        (LoginSession.expires_at, now() - KEPT),
        (OneTimeToken.expires_at, now() - KEPT),
        (FirstAccess.expires_at, now() - KEPT),
        (MailRequest.expires_at, now() - KEPT),
        (ThrottleCounter.counted_at, now() - KEPT),
        (KnownAddress.seen_at, unknown_since),
    ]
    for column, limit in ends:
        with transaction() as session:
            session.execute(delete(column.class_).where(column < limit))
    nobodys = (Registration.state == RegistrationState.EXPIRED, Registration.decided_at < now() - KEPT)
    with transaction() as session:
        session.execute(delete(Registration).where(*nobodys))
