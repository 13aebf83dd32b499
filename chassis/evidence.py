"""Rows kept as evidence: written once, and by whom of staff, in the transaction of the act itself."""

import getpass
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click
from flask import has_request_context, request
from sqlalchemy import String, event
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from chassis.auth import principal
from chassis.clock import now
from chassis.outbox import BigId


class WrittenTwice(RuntimeError):
    """Somebody tried to change or delete a row that is kept as evidence."""


class AppendOnly:
    """Mixin of tables kept as evidence: a row is added once, never changed, never deleted."""


@event.listens_for(AppendOnly, "before_update", propagate=True)
@event.listens_for(AppendOnly, "before_delete", propagate=True)
def _refuse(mapper: Mapper[Any], connection: Any, row: Any) -> None:
    raise WrittenTwice(f"{mapper.local_table} is append-only")


class StaffActRow(AppendOnly):
    """Mixin of a service's audit table: one act of staff, of an operator at the command line, or of the system."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    """Account of the person, `operator:<login>` at the command line, or `system`."""
    actor_name: Mapped[str] = mapped_column(String(300))
    act: Mapped[str] = mapped_column(String(60))
    """`<thing>.<past participle>`."""
    subject: Mapped[str] = mapped_column(String(120))
    """`<kind>:<id>`."""
    council: Mapped[str | None] = mapped_column(String(2))
    """The council the act concerns; who works for one council reads only its rows."""
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(500))


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, when it is not the person whose token the request carries."""

    id: str
    name: str = ""


Row = TypeVar("Row", bound=StaffActRow)
SYSTEM = Actor(id="system", name="Sistema")
"""A job or an event handler."""


def record_act(
    session: Session,
    table: type[Row],
    *,
    act: str,
    subject: str,
    council: str | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
    actor: Actor | None = None,
) -> Row:
    """Write one row. `act` is `<thing>.<past participle>`, `subject` is `<kind>:<id>`.

    `before` and `after` are small facts that JSON can carry, never a secret. `council` is the one the act concerns,
    None for a national act. The actor is who asks, or the operator at the command line, or the system.
    """
    who = actor or _acting()
    row = table()
    row.at, row.actor_id, row.actor_name = now(), who.id, who.name[:300]
    row.act, row.subject, row.council = act, subject, council
    row.before, row.after, row.reason = before, after, reason[:500] if reason else None
    session.add(row)
    return row


def _acting() -> Actor:
    if has_request_context() and "Authorization" in request.headers:
        who = principal()
        return Actor(id=who.subject, name=who.name)
    if click.get_current_context(silent=True) is not None:
        return Actor(id=f"operator:{getpass.getuser()}", name=getpass.getuser())
    return SYSTEM
