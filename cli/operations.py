"""What an operator does with a service's events and settings."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from chassis import inbox
from chassis import outbox as rows
from cli import names

service_argument = click.argument("service", type=click.Choice(names.SERVICES))


@click.group()
def outbox() -> None:
    """Events a service publishes."""


@outbox.command()
@service_argument
def stats(service: str) -> None:
    """How many wait, how old the oldest is, how many reached no queue."""
    with _session(service) as session:
        click.echo(json.dumps(rows.stats(session), indent=2))


@outbox.command()
@service_argument
@click.option("--since", type=click.DateTime(), help="UTC; default: the last 24 hours.")
@click.option("--topic", help="Only this topic.")
@click.option("--unroutable", is_flag=True, help="Only those that reached no queue.")
def replay(service: str, since: datetime | None, topic: str | None, unroutable: bool) -> None:
    """Send events again; consumers ignore what they have had."""
    start = since.replace(tzinfo=UTC) if since else datetime.now(UTC) - timedelta(days=1)
    with _session(service) as session:
        again = rows.replay(session, start, topic=topic, unroutable_only=unroutable)
    click.echo(f"{again} events will be sent again")


@click.group()
def dead() -> None:
    """Events a service could not handle."""


@dead.command("list")
@service_argument
@click.option("--all", "include_waiting", is_flag=True, help="Also those that wait for another try.")
def list_dead(service: str, include_waiting: bool) -> None:
    """One line per event, oldest first."""
    with _session(service) as session:
        for row in inbox.list_dead(session, include_waiting=include_waiting):
            click.echo(
                f"{row.event_id}  {row.state:<6}  {row.attempts} tries  {row.at:%Y-%m-%d %H:%M}  {row.topic}  {row.error}"
            )


@dead.command()
@service_argument
@click.argument("event_id")
def show(service: str, event_id: str) -> None:
    """Everything kept of one event (may contain personal data)."""
    with _session(service) as session:
        row = next((row for row in inbox.list_dead(session, include_waiting=True) if row.event_id == event_id), None)
        _tell(row is not None, "")
        shown = {column.key: getattr(row, column.key) for column in inbox.InboxRow.__table__.columns}
        click.echo(json.dumps(shown, indent=2, default=str, ensure_ascii=False))


@dead.command("replay")
@service_argument
@click.argument("event_id")
def replay_dead(service: str, event_id: str) -> None:
    """Try a dead event again, from now."""
    with _session(service) as session:
        _tell(inbox.replay_dead(session, event_id), "will be tried again")


@dead.command("drop")
@service_argument
@click.argument("event_id")
@click.option("--reason", required=True, help="Kept beside the event.")
def drop_dead(service: str, event_id: str, reason: str) -> None:
    """Give a dead event up; its body and the reason are kept."""
    with _session(service) as session:
        _tell(inbox.drop_dead(session, event_id, reason), "dropped")


@click.command()
@click.argument("part", type=click.Choice(names.SERVICES + names.SITES))
def config(part: str) -> None:
    """The effective settings of a part, secrets masked."""
    for variable, value, help in names.settings_of(part).describe():
        click.echo(f"{variable}={value}  # {help}")


def _tell(found: bool, outcome: str) -> None:
    if not found:
        raise click.ClickException("no such event")
    if outcome:
        click.echo(outcome)


@contextmanager
def _session(service: str) -> Iterator[Any]:
    app = names.make_app(service)
    with app.app_context(), app.extensions["cmp"].db.transaction() as session:
        yield session
