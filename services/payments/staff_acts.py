"""The audit of payments: who did what, when, to what, with before, after and reason, in the act's own transaction."""

import getpass
from dataclasses import dataclass
from typing import Any

import click
from flask import has_request_context, request
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Principal, principal
from chassis.clock import now
from services.payments.models.staff_acts import StaffAct


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, when it is not the person whose token the request carries."""

    id: str
    name: str = ""


SYSTEM = Actor(id="system", name="Sistema")
"""A job or an event handler."""


def record(
    session: Session,
    *,
    act: str,
    subject: str,
    council: str | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
    actor: Actor | None = None,
) -> StaffAct:
    """Write one row. `act` is `<thing>.<past participle>`, `subject` is `<kind>:<id>` (`order:…`, `due:17`).

    `before` and `after` are small facts that JSON can carry; money as decimal text, never a secret or a card number.
    `council` is the one the act concerns, None for a national act. The actor is who asks, or the operator at the
    command line, or the system.
    """
    who = actor or _acting()
    row = StaffAct(
        at=now(),
        actor_id=who.id,
        actor_name=who.name[:300],
        act=act,
        subject=subject,
        council=council,
        before=before,
        after=after,
        reason=reason[:500] if reason else None,
    )
    session.add(row)
    return row


def acts_for(who: Principal) -> Select[StaffAct]:
    """The acts a person may read: all, or those that concern the own council."""
    acts = select(StaffAct)
    return acts if who.council is None else acts.where(StaffAct.council == who.council)


def acts_about(session: Session, *subjects: str) -> list[StaffAct]:
    """Everything staff did about these subjects, oldest first."""
    return list(session.scalars(select(StaffAct).where(StaffAct.subject.in_(subjects)).order_by(StaffAct.id)))


def _acting() -> Actor:
    if has_request_context() and "Authorization" in request.headers:
        who = principal()
        return Actor(id=who.subject, name=who.name)
    if click.get_current_context(silent=True) is not None:
        return Actor(id=f"operator:{getpass.getuser()}", name=getpass.getuser())
    return SYSTEM
