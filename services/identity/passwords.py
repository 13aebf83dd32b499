"""Passwords at rest: argon2id, a bounded number at a time, and the same work for users who do not exist."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts.identity import NoticeFacts, PasswordChanged
from services.identity import mail_requests, one_time, password_rules
from services.identity.errors import Busy
from services.identity.models import Account, LoginSession
from services.identity.models.accounts import PASSWORD_CHANGED
from services.identity.password_rules import MINIMUM_LENGTH
from services.identity.settings import Settings

__all__ = ["MINIMUM_LENGTH", "Passwords", "check_new_password", "passwords", "set_password"]


@cache
def _hash_of_nobody(time_cost: int, memory_kib: int, parallelism: int) -> str:
    """A hash no account has, made once per process and set of parameters."""
    hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
    return hasher.hash("nobody has this password")


class Passwords:
    """Hashes and checks passwords with the parameters of the settings (ASVS 11.4.2: t=2, m=19 MiB, p=1)."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the hash that stands in for users who do not exist."""
        self._hasher = PasswordHasher(
            time_cost=settings.password_time_cost,
            memory_cost=settings.password_memory_kib,
            parallelism=settings.password_parallelism,
        )
        self._turns = threading.BoundedSemaphore(settings.password_concurrency)
        self._wait_seconds = settings.password_wait_seconds
        self._nobody = _hash_of_nobody(
            settings.password_time_cost, settings.password_memory_kib, settings.password_parallelism
        )

    def hash(self, password: str) -> str:
        """The argon2id hash of a password, taken exactly as typed (ASVS 6.2.8). Raises Busy."""
        with self._turn():
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password fits. Without a stored hash the same work is done for nothing. Raises Busy."""
        with self._turn():
            fits = self._fits(stored or self._nobody, password)
        return fits and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's and should be made anew at this login."""
        return self._hasher.check_needs_rehash(stored)

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """argon2 takes 19 MiB and a core: more at once would only be slower and larger."""
        if not self._turns.acquire(timeout=self._wait_seconds):
            raise Busy
        try:
            yield
        finally:
            self._turns.release()


def passwords() -> Passwords:
    """The running service's password checker."""
    checker: Passwords = current_app.extensions["identity.passwords"]
    return checker


def check_new_password(password: str, account: Account) -> None:
    """Refuse a new password that is short, common, or made of what is known of its owner. Raises PasswordRefused."""
    numbers = (account.cmp_number, account.document_number, account.document[1])
    password_rules.check(password, (account.name, account.surnames, account.username, account.mail_address, *numbers))


def set_password(session: Session, account: Account, hashed: str, moment: datetime) -> None:
    """Give an account a password that was checked and hashed before: sessions and secrets of the old one are over.

    The event is written here and the owner is told by mail (MAIL-8), unless there was no password or no address.
    Identity refuses access tokens already out at once, other services when they expire (ASVS 7.4.3).
    """
    had_one, account.password_hash, account.valid_after = account.password_hash is not None, hashed, moment
    going = (LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
    session.execute(update(LoginSession).where(*going).values(ended_at=moment, end_reason=PASSWORD_CHANGED))
    one_time.withdraw_all(session, account.id, moment)
    publish(session, PasswordChanged(account_id=account.id, valid_after=moment))
    if had_one and account.mail_address:
        facts = NoticeFacts(given_names=account.first_names, happened_at=moment)
        told = mail_requests.notice("password_changed", email=account.mail_address, account_id=account.id, facts=facts)
        publish(session, told)
