"""Who changes the e-mail proves once more to be the owner: it is the way to everything else (ASVS 7.5.1)."""

from datetime import timedelta

from chassis.auth import Principal
from chassis.clock import now
from chassis.db import reading, transaction
from services.identity import throttling
from services.identity.models import Account
from services.identity.passwords import passwords
from services.identity.profile.errors import LoginTooOld, WrongPassword
from services.identity.sessions import live_session
from services.identity.settings import current_settings


def prove_owner(who: Principal, password: str) -> None:
    """Check the current password, throttled like a login; without one, that the login is fresh.

    Raises WrongPassword, TooManyAttempts, Busy, LoginTooOld, SessionEnded.
    """
    with reading() as session:
        begun_at = live_session(session, who.session_id).created_at
        stored = session.get_one(Account, who.subject).password_hash
    if stored is None:
        if now() - begun_at >= timedelta(minutes=current_settings().fresh_login_minutes):
            raise LoginTooOld
        return
    _check(who, stored, password)


def _check(who: Principal, stored: str, password: str) -> None:
    """Count the try, check outside of any transaction, forgive."""
    attempt = throttling.attempt(who.subject)
    with transaction() as session:
        throttling.admit(session, attempt, current_settings(), now())
    if not passwords().verify(stored, password):
        raise WrongPassword
    with transaction() as session:
        throttling.forgive(session, attempt, current_settings(), now())
