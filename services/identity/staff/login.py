"""The second step of staff: a code after the password, and the way there from an invitation."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.identity import one_time, password_rules, sessions, throttling
from services.identity.errors import ChallengeOver, LinkNotValid, WrongCode
from services.identity.mail_requests import STAFF_INVITATION
from services.identity.models import Account
from services.identity.passwords import passwords
from services.identity.sessions import Opened
from services.identity.settings import current_settings
from services.identity.staff import accounts, second_factor
from services.identity.staff.challenges import ENROL, SECOND_FACTOR, Challenge, challenge, challenged
from services.identity.staff.second_factor import Enrolment


@dataclass(frozen=True)
class Entered:
    """A session of staff. Recovery codes come with it once, when the second factor was enrolled."""

    opened: Opened
    recovery_codes: list[str] = field(default_factory=list)
    recovery_codes_left: int = 0


def pass_second_factor(token: str, code: str) -> Entered:
    """Open a session for a challenge and a code. Raises ChallengeOver, WrongCode, TooManyAttempts.

    Tries are counted in a transaction of their own, before the code is looked at.
    """
    attempt = _admit(token)
    with transaction() as session:
        account, wanted = _challenged(session, token)
        codes = _codes(session, account, wanted, code)
        if codes is None:
            raise WrongCode
        if one_time.use(session, wanted, token, now()) is None:
            raise ChallengeOver
        throttling.forgive(session, attempt, current_settings(), now())
        if wanted == ENROL:
            publish(session, accounts.activated(session, account, now()))
        opened = sessions.begin(session, account, remember=False, second_factor_shown=True)
        return Entered(opened, codes, second_factor.recovery_codes_left(session, account.id))


def set_first_password(token: str, password: str) -> Challenge:
    """Give the account of an invitation its password and ask for a second factor. Raises LinkNotValid, PasswordRefused.

    The invitation is used up when the second factor is confirmed: who is interrupted opens the link again.
    """
    with reading() as session:
        account = _invited(session, token)
        password_rules.check(password, [account.email, account.given_names, account.surnames])
    hashed = passwords().hash(password)
    with transaction() as session:
        account = _invited(session, token)
        account.password_hash = hashed
        second_factor.begin_enrolment(session, account, now())
        return challenge(session, account, ENROL, now())


def enrolment(token: str) -> Enrolment:
    """What to enter into the authenticator, for the challenge of an invitation. Raises ChallengeOver."""
    with reading() as session:
        account = challenged(session, token, ENROL, now())
        pending = second_factor.pending_enrolment(session, account) if account else None
    if pending is None:
        raise ChallengeOver
    return pending


def _admit(token: str) -> throttling.Attempt:
    with transaction() as session:
        account, _ = _challenged(session, token)
        attempt = throttling.attempt(f"second factor of {account.id}")
        throttling.admit(session, attempt, current_settings(), now())
    return attempt


def _challenged(session: Session, token: str) -> tuple[Account, str]:
    """Whose challenge it is and what it asks for. Raises ChallengeOver."""
    for wanted in (SECOND_FACTOR, ENROL):
        if account := challenged(session, token, wanted, now()):
            return account, wanted
    raise ChallengeOver


def _codes(session: Session, account: Account, wanted: str, code: str) -> list[str] | None:
    """The recovery codes that a right code brings, usually none; None when the code is wrong."""
    if wanted == ENROL:
        return second_factor.confirm(session, account.id, code, now())
    return [] if second_factor.accept(session, account.id, code, now()) else None


def _invited(session: Session, token: str) -> Account:
    row = one_time.look_up(session, token, now(), STAFF_INVITATION)
    account = session.get(Account, row.account_id) if row is not None and row.account_id else None
    if account is None or not account.admits(now()) or second_factor.enrolled(session, account.id):
        raise LinkNotValid
    return account
