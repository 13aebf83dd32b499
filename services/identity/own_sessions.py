"""What owners do about their own way in: see and end their sessions, change their password (ASVS 7.5.2, 6.2.3)."""

import logging

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from chassis.auth import principal
from chassis.clock import now
from chassis.db import transaction
from chassis.outbox import publish
from contracts.identity import SessionsRevoked
from services.identity import sessions, throttling
from services.identity.errors import SessionNotFound, WrongPassword
from services.identity.models import Account, LoginSession
from services.identity.models.accounts import REVOKED
from services.identity.passwords import check_new_password, passwords, set_password
from services.identity.settings import current_settings

log = logging.getLogger(__name__)


def going_on(session: Session) -> list[LoginSession]:
    """The owner's sessions that have not ended, last used first."""
    owned = select(LoginSession).where(*_going()).order_by(LoginSession.seen_at.desc(), LoginSession.created_at.desc())
    return [family for family in session.scalars(owned).unique() if family.alive(now())]


def end_one(session_id: str) -> None:
    """End one of the own sessions; another's does not exist. Raises SessionNotFound."""
    with transaction() as session:
        family = session.scalar(_held(LoginSession.id == session_id))
        if family is None:
            raise SessionNotFound
        _end(session, [family])


def end_others() -> int:
    """End every session of the owner but the one that asks; how many there were."""
    with transaction() as session:
        others = list(session.scalars(_held(LoginSession.id != (principal().session_id or ""))))
        _end(session, others)
    return len(others)


def change_password(current: str, new: str) -> sessions.Opened:
    """Set a new password against the current one; every session ends and a fresh one begins for who asks.

    Wrong tries count as logins do. Raises SessionEnded, TooManyAttempts, WrongPassword, PasswordRefused, Busy.
    """
    with transaction() as session:
        account = sessions.live_session(session, principal().session_id).account
        attempt = throttling.attempt(account.id, "password:")
        throttling.admit(session, attempt, current_settings(), now())
    if not passwords().verify(account.password_hash, current):
        log.warning("password change refused for account %s", account.id)
        raise WrongPassword
    check_new_password(new, account)
    hashed = passwords().hash(new)
    with transaction() as session:
        throttling.forgive(session, attempt, current_settings(), now())
        family = sessions.live_session(session, principal().session_id)
        remember = family.idle_seconds >= current_settings().session_hours * 3600
        owner = session.get_one(Account, account.id, with_for_update={"of": Account})
        set_password(session, owner, hashed, now())
        # The session that asks was begun with the second factor of staff.
        return sessions.begin(session, owner, remember=remember, second_factor_shown=True)


def _going() -> list[ColumnElement[bool]]:
    mine = LoginSession.account_id == principal().subject
    return [mine, LoginSession.ended_at.is_(None), LoginSession.expires_at > now()]


def _held(which: ColumnElement[bool]) -> Select[LoginSession]:
    return select(LoginSession).where(*_going(), which).with_for_update(of=LoginSession)


def _end(session: Session, families: list[LoginSession]) -> None:
    for family in families:
        family.end(REVOKED, now())
    if families:
        account_id = families[0].account_id
        log.info("%d sessions of account %s ended by their owner", len(families), account_id)
        publish(session, SessionsRevoked(account_id=account_id, count=len(families), reason="owner"))
