"""A person's session from login to logout: who is let in, how the session is kept going, how it ends."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, has_request_context, request
from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.auth import principal
from chassis.clock import now
from chassis.db import reading, transaction
from services.identity import throttling
from services.identity.accounts import canonical, find_account, permissions_of_person, use_login_token
from services.identity.errors import LinkNotValid, SessionEnded, WrongCredentials
from services.identity.keys import keyring
from services.identity.models import Account, LoginSession, RefreshToken
from services.identity.models.accounts import REUSE, REVOKED
from services.identity.passwords import passwords
from services.identity.settings import current_settings
from services.identity.staff import second_factor
from services.identity.staff.challenges import SECOND_FACTOR, STAFF, Challenge, challenge
from services.identity.tokens import access_claims, digest, new_secret, successor

LOGGING_OUT = "sessions.close_session"
"""Logging out twice is harmless."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """A session that goes on: what services are told, the token to refresh with, and whose it is."""

    claims: dict[str, Any]
    refresh_token: str
    account: Account

    @property
    def access_token(self) -> str:
        """The signed claims. Signing may read the database, so ask for it outside of transactions."""
        return keyring().signer().sign(self.claims)

    @property
    def permissions(self) -> list[str]:
        """What the person may do."""
        return list(self.claims["perms"])

    @property
    def expires_in(self) -> int:
        """Life of the access token in seconds."""
        return int(self.claims["exp"] - self.claims["iat"])


def log_in(username: str, password: str, *, remember: bool) -> Opened | Challenge:
    """Open a session with a password; staff are asked for their second factor first. Raises WrongCredentials,
    TooManyAttempts, Busy.

    The password is checked between two transactions: argon2 takes its time, and no row is held meanwhile.
    """
    attempt = throttling.attempt(canonical(username))
    with transaction() as session:
        throttling.admit(session, attempt, current_settings(), now())
        account = find_account(session, username)
    fits = passwords().verify(account.password_hash if account else None, password)
    if account is None or not fits or not account.admits(now()):
        log.warning("login refused for account %s", account.id if account else "unknown")
        raise WrongCredentials
    fresh = passwords().hash(password) if passwords().outdated(account.password_hash or "") else None
    with transaction() as session:
        throttling.forgive(session, attempt, current_settings(), now())
        account = session.merge(account, load=False)
        account.password_hash = fresh or account.password_hash
        return _first_step(session, account, remember=remember)


def log_in_once(token: str) -> Opened | Challenge:
    """Open a session with a one-time link; it does not replace the second factor of staff. Raises LinkNotValid."""
    with transaction() as session:
        account = use_login_token(session, token, now())
        if account is not None:
            return _first_step(session, account, remember=False)
    raise LinkNotValid


def refresh(token: str) -> Opened:
    """Exchange a refresh token for the next one. Raises SessionEnded; a token used twice ends its whole session."""
    with transaction() as session:
        opened = _rotate(session, token, now())
    if opened is None:
        raise SessionEnded
    return opened


def end_session(session_id: str, reason: str) -> None:
    """End a session; its refresh tokens and identity's own routes refuse it from now on."""
    with transaction() as session:
        family = session.get(LoginSession, session_id, with_for_update={"of": LoginSession})
        if family is not None:
            family.end(reason, now())
            log.info("session %s of account %s ends: %s", family.id, family.account_id, reason)


def end_all(session: Session, account: Account, moment: datetime, reason: str = REVOKED) -> int:
    """End every session of an account, whatever device it is on; how many there were. New ones may begin at once."""
    going = (LoginSession.account_id == account.id, LoginSession.ended_at.is_(None), LoginSession.expires_at > moment)
    ended = update(LoginSession).where(*going).values(ended_at=moment, end_reason=reason)
    account.valid_after = moment
    return len(session.scalars(ended.returning(LoginSession.id)).all())


def live_session(session: Session, session_id: str | None) -> LoginSession:
    """The session an access token was issued for. Raises SessionEnded when it has ended since."""
    family = session.get(LoginSession, session_id) if session_id else None
    if family is None or not family.alive(now()):
        raise SessionEnded
    return family


def refuse_ended_sessions() -> None:
    """Before every route of identity that needs a token: a session that ended ends here at once, not ten minutes on.

    Raises Unauthenticated, SessionEnded. Tokens of services belong to no session.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    guarded = getattr(view, "__permission__", None) is not None and request.endpoint != LOGGING_OUT
    if guarded and principal().session_id:
        with reading() as session:
            live_session(session, principal().session_id)


def _first_step(session: Session, account: Account, *, remember: bool) -> Opened | Challenge:
    """What follows the first factor. Staff without a second factor do not count yet: they come by their invitation."""
    if account.kind != STAFF:
        return begin(session, account, remember=remember)
    if not second_factor.enrolled(session, account.id):
        log.warning("login refused for account %s: no second factor yet", account.id)
        raise WrongCredentials
    return challenge(session, account, SECOND_FACTOR, now())


def begin(session: Session, account: Account, *, remember: bool, second_factor_shown: bool = False) -> Opened:
    """A new family with its first token (ASVS 7.2.4: every login gets new ones). Raises WrongCredentials.

    Every way in ends here, so here is decided that staff need their second factor (ASVS 6.3.3) and who is shut out.
    """
    moment, told = now(), current_settings()
    if not account.admits(moment) or (account.kind == STAFF and not second_factor_shown):
        log.warning("no session for account %s: it is closed, or its second factor was not shown", account.id)
        raise WrongCredentials
    whole = timedelta(days=told.remembered_days) if remember else timedelta(hours=told.session_hours)
    idle = whole if remember else timedelta(minutes=told.session_idle_minutes)
    family = LoginSession(
        account=account, created_at=moment, expires_at=moment + whole, idle_seconds=int(idle.total_seconds())
    )
    family.seen(moment, *_whence())
    account.last_login_at = moment
    session.add(family)
    session.flush()
    log.info("session %s of account %s begins", family.id, account.id)
    return _hand_out(session, family, new_secret(), moment)


def _rotate(session: Session, token: str, moment: datetime) -> Opened | None:
    """The next link of the chain; None when there is none. The session's row decides between two who come at once."""
    shown = session.get(RefreshToken, digest(token))
    if shown is None:
        return None
    family = session.get_one(LoginSession, shown.session_id, with_for_update={"of": LoginSession})
    session.refresh(shown)
    if not family.alive(moment):
        return None
    if shown.used_at is not None:
        return _repeat(session, family, shown, token, moment)
    if moment >= shown.expires_at:
        return None
    shown.used_at, shown.salt = moment, new_secret()
    family.seen(moment, *_whence())
    return _hand_out(session, family, successor(token, shown.salt), moment)


def _repeat(session: Session, family: LoginSession, shown: RefreshToken, token: str, moment: datetime) -> Opened | None:
    """A token shown again: within the leeway the same answer (two tabs, a lost reply), later a thief is at work."""
    following = successor(token, shown.salt or "")
    link = session.get(RefreshToken, digest(following))
    leeway = timedelta(seconds=current_settings().refresh_leeway_seconds)
    if shown.used_at and moment - shown.used_at < leeway and link is not None and link.used_at is None:
        return _opened(session, family, following, moment)
    log.warning("a refresh token was used twice: session %s of account %s ends", family.id, family.account_id)
    family.end(REUSE, moment)
    return None


def _hand_out(session: Session, family: LoginSession, token: str, moment: datetime) -> Opened:
    session.add(family.token(digest(token), moment))
    return _opened(session, family, token, moment)


def _opened(session: Session, family: LoginSession, refresh_token: str, moment: datetime) -> Opened:
    told, account = current_settings(), family.account
    claims = access_claims(
        issuer=told.token_issuer,
        audience=told.audiences,
        subject=account.id,
        moment=moment,
        seconds=told.access_token_seconds,
    )
    claims |= _person(account) | {"perms": permissions_of_person(session, account), "sid": family.id}
    return Opened(claims, refresh_token, account)


def _person(account: Account) -> dict[str, Any]:
    """What services are told of a person, so that none has to ask back."""
    document_type, document_number = account.document
    return {
        "kind": account.kind,
        "name": account.name,
        "given_names": account.first_names,
        "cmp_number": account.cmp_number,
        "document_type": document_type,
        "document_number": document_number,
        "council": account.council_code,
    }


def _whence() -> tuple[str | None, str | None]:
    """Browser and address of the running request, for the owner's list of sessions."""
    return (request.user_agent.string or None, request.remote_addr) if has_request_context() else (None, None)
