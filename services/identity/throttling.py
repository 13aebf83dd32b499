"""Slows down who guesses passwords, without letting a stranger lock the owner out (ASVS 6.1.1, 6.3.1).

Three counters see every try before the password is looked at: one user from one address (short and strict), one
address whoever the user, one user from anywhere. The last one does not bar addresses the user has come in from.
"""

import hashlib
import ipaddress
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.identity.errors import TooManyAttempts
from services.identity.models import Base, KnownAddress, ThrottleCounter, ThrottleRule
from services.identity.settings import Settings

log = logging.getLogger(__name__)

USER, ADDRESS, PAIR = "user", "address", "pair"
COUNTERS, KNOWN = (Base.metadata.tables[name] for name in ("throttle_counter", "known_address"))
"""As tables: these statements come with every login, and need no objects watched."""


@dataclass(frozen=True)
class Attempt:
    """One try: the name that was typed, known or not, and where it came from, both as digests."""

    user: str
    address: str

    @property
    def keys(self) -> dict[str, str]:
        """Counter key by scope, always in this order so that two tries cannot wait for each other in a circle."""
        return {ADDRESS: self.address, PAIR: _digest(PAIR, self.user + self.address), USER: self.user}


def attempt(username: str, gesture: str = "") -> Attempt:
    """The try that the running request makes. The gateway's word on the address counts, the client's does not.

    Each gesture but the login has counters of its own, so that asking for mails locks nobody out.
    """
    return Attempt(_digest(USER, gesture + username), _digest(ADDRESS, gesture + network(request.remote_addr or "")))


def for_mails(settings: Settings) -> Settings:
    """The rules for asking for mails: fewer than logins, so that nobody's mailbox is filled (ASVS 6.6.3)."""
    return replace(
        settings,
        throttle_tries=settings.mail_throttle_tries,
        throttle_account_tries=settings.mail_throttle_account_tries,
        throttle_address_tries=settings.mail_throttle_address_tries,
        throttle_recovery_seconds=settings.mail_throttle_recovery_seconds,
        throttle_account_recovery_seconds=settings.mail_throttle_recovery_seconds,
        throttle_address_recovery_seconds=settings.mail_throttle_recovery_seconds // 10,
    )


def network(address: str) -> str:
    """What one subscriber holds: an IPv4 address, or the /64 an IPv6 address lies in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def admit(session: Session, attempt: Attempt, settings: Settings, moment: datetime) -> None:
    """Count a try before it is checked, so that parallel guesses cannot outrun the counter. Raises TooManyAttempts."""
    counters = _made_and_held(session, attempt, moment)
    barring = [
        counter
        for counter in counters
        if counter.wait(moment) and (counter.scope != USER or not _known(session, attempt, settings, moment))
    ]
    if barring:
        wait = max(counter.wait(moment) for counter in barring)
        log.warning("login refused for %d seconds: too many attempts", wait.total_seconds())
        raise TooManyAttempts(wait)
    for counter in counters:
        counter.count(rule(counter.scope, settings), moment)
    _write(session, counters)


def forgive(session: Session, attempt: Attempt, settings: Settings, moment: datetime) -> None:
    """The password was right: forget this user's failures from here, and remember the address as the owner's.

    Counters at zero are deleted: they say nothing that a missing one does not.
    """
    counters = _held(session, attempt)
    for counter in counters:
        counter.take_back(rule(counter.scope, settings))
    over = [counter.key for counter in counters if counter.scope == PAIR or not counter.failures]
    if over:
        session.execute(delete(COUNTERS).where(COUNTERS.columns.key.in_(over)))
    _write(session, [counter for counter in counters if counter.key not in over])
    _remember(session, attempt, moment)


def rule(scope: str, settings: Settings) -> ThrottleRule:
    """The rule of a scope, from the settings."""
    tries, recovery = {
        USER: (settings.throttle_account_tries, settings.throttle_account_recovery_seconds),
        ADDRESS: (settings.throttle_address_tries, settings.throttle_address_recovery_seconds),
        PAIR: (settings.throttle_tries, settings.throttle_recovery_seconds),
    }[scope]
    return ThrottleRule(
        tries=tries,
        lock=timedelta(seconds=settings.throttle_lock_seconds),
        lock_max=timedelta(seconds=settings.throttle_lock_max_seconds),
        recovery=timedelta(seconds=recovery),
    )


def _made_and_held(session: Session, attempt: Attempt, moment: datetime) -> list[ThrottleCounter]:
    """The three counters, made when missing and held until the transaction ends, in one statement."""
    rows = [
        {"key": key, "scope": scope, "failures": 0, "counted_at": moment, "locked_until": None}
        for scope, key in attempt.keys.items()
    ]
    # Changing nothing holds a row that was there already, and returns it.
    made = _insert(session, COUNTERS)
    held = made.on_conflict_do_update(index_elements=["key"], set_={"scope": made.excluded.scope})
    return [ThrottleCounter(**row) for row in session.execute(held.returning(*COUNTERS.columns), rows).mappings()]


def _held(session: Session, attempt: Attempt) -> list[ThrottleCounter]:
    """The counters there are, held until the transaction ends; in the same order as they are made."""
    held = select(*COUNTERS.columns).where(COUNTERS.columns.key.in_(attempt.keys.values()))
    found = session.execute(held.order_by(COUNTERS.columns.scope).with_for_update())
    return [ThrottleCounter(**row) for row in found.mappings()]


def _write(session: Session, counters: list[ThrottleCounter]) -> None:
    """What counters say now, in one statement."""
    if not counters:
        return
    rows = [{column.name: getattr(counter, column.name) for column in COUNTERS.columns} for counter in counters]
    made = _insert(session, COUNTERS)
    news = {name: made.excluded[name] for name in ("failures", "counted_at", "locked_until")}
    written = made.on_conflict_do_update(index_elements=["key"], set_=news)
    # With RETURNING all rows go in one statement.
    session.execute(written.returning(COUNTERS.columns.key), rows)


def _remember(session: Session, attempt: Attempt, moment: datetime) -> None:
    """The address is the owner's; days count, so an hour more or less is not worth a write."""
    made = _insert(session, KNOWN)
    again = made.on_conflict_do_update(
        index_elements=["user_key", "address_key"],
        set_={"seen_at": made.excluded.seen_at},
        where=KNOWN.columns.seen_at < moment - timedelta(hours=1),
    )
    session.execute(again, {"user_key": attempt.user, "address_key": attempt.address, "seen_at": moment})


def _insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, which both databases have."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _known(session: Session, attempt: Attempt, settings: Settings, moment: datetime) -> bool:
    """Whether the user has come in from this address lately."""
    seen = session.get(KnownAddress, (attempt.user, attempt.address))
    return seen is not None and moment - seen.seen_at < timedelta(days=settings.known_address_days)


def _digest(scope: str, text: str) -> str:
    return hashlib.sha256(f"{scope}:{text}".encode("utf-8", "surrogatepass")).hexdigest()
