"""The audit: who did what, when, to whom, with before, after and reason, in the transaction of the act itself."""

import getpass
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import click
from flask import has_request_context, request
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Principal, principal
from chassis.clock import LIMA, now
from services.identity.models import AccountRole, AuditEntry


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, when it is not the person whose token the request carries."""

    id: str
    name: str = ""
    roles: str = ""
    council: str | None = None


VISITOR = Actor(id="visitor", name="Visitante")
"""Somebody who has not logged in, on a public route."""
SYSTEM = Actor(id="system", name="Sistema")
"""A job or an event handler."""


def record(
    session: Session,
    *,
    act: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
    council: str | None = None,
    actor: Actor | None = None,
) -> AuditEntry:
    """Write one entry. `act` is `<thing>.<past participle>`, `subject` is `<kind>:<id>` (`account:…`, `council:03`).

    `before` and `after` are small facts that JSON can carry: changed values, never a secret. `council` is the one the
    act concerns, when it is not the actor's own. The actor is who asks, or the operator at the command line.
    """
    who = actor or _asking(session)
    entry = AuditEntry(
        at=now(),
        actor_id=who.id,
        actor_name=who.name,
        actor_roles=who.roles,
        actor_council=who.council,
        act=act,
        subject=subject,
        council=council or who.council,
        before=before,
        after=after,
        reason=reason,
    )
    session.add(entry)
    return entry


def entries_for(council: str | None) -> Select[AuditEntry]:
    """The entries to be read from a council: those its staff made and those that concern it; None = all of them."""
    entries = select(AuditEntry)
    return (
        entries.where(or_(AuditEntry.actor_council == council, AuditEntry.council == council)) if council else entries
    )


def filtered(entries: Select[AuditEntry], wish: dict[str, Any]) -> Select[AuditEntry]:
    """Only the entries wished for: `actor`, `act`, `subject`, and days of Lima `since` and `until`, both included."""
    for name, column in (("actor", AuditEntry.actor_id), ("act", AuditEntry.act), ("subject", AuditEntry.subject)):
        if wish.get(name):
            entries = entries.where(column == wish[name])
    if wish.get("since"):
        entries = entries.where(AuditEntry.at >= datetime.combine(wish["since"], time.min, LIMA))
    if wish.get("until"):
        entries = entries.where(AuditEntry.at < datetime.combine(wish["until"] + timedelta(days=1), time.min, LIMA))
    return entries


def _asking(session: Session) -> Actor:
    """The person of the running request, a visitor, the operator at the command line, or the system."""
    if has_request_context():
        return _person(session, principal()) if "Authorization" in request.headers else VISITOR
    if click.get_current_context(silent=True) is not None:
        return Actor(id=f"operator:{getpass.getuser()}", name=getpass.getuser(), roles="operator")
    return SYSTEM


def _person(session: Session, who: Principal) -> Actor:
    roles = select(AccountRole.role).where(AccountRole.account_id == who.subject).order_by(AccountRole.role)
    return Actor(id=who.subject, name=who.name, roles=",".join(session.scalars(roles)), council=who.council)
