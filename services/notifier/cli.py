"""`cmp-digital notifier deliveries list|retry`: the deliveries page for operators at the command line."""

import getpass
import re

import click
from flask import Flask

from chassis.db import reading, transaction
from chassis.errors import Problem
from services.notifier.deliveries import list_mails, order_retry
from services.notifier.models import MailState

ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
"""Mail servers repeat addresses in their answers; a terminal need not."""

commands = click.Group("notifier", help="Mails: sent, waiting and failed.")


@commands.group("deliveries")
def deliveries() -> None:
    """Look mails up, or try failed ones again."""


@deliveries.command("list")
@click.option("--state", type=click.Choice([state.value for state in MailState]), help="only mails in this state")
@click.option("--about", help="only mails about this voucher or order id")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def list_command(state: str | None, about: str | None, limit: int) -> None:
    """Show mails newest first: id, state, template, tries, time, why. Addresses stay in the database."""
    filters = {name: value for name, value in {"state": state, "about": about}.items() if value}
    with reading() as session:
        for mail in list_mails(session, limit=limit, **filters)[0]:
            why = ADDRESS.sub("***", f"{mail.reason or ''} {mail.reason_detail or ''}".strip())
            click.echo(
                f"{mail.id} {mail.state:8}{mail.template:18} {mail.attempts} {mail.created_at:%Y-%m-%dT%H:%M:%SZ} {why}"
            )


@deliveries.command("retry")
@click.argument("mail_ids", nargs=-1, required=True)
@click.option("--reason", required=True, help="why; kept with the mail")
def retry_command(mail_ids: tuple[str, ...], reason: str) -> None:
    """Try failed mails again, each in a transaction of its own. Exits with 1 when one could not be."""
    problems = 0
    for mail_id in mail_ids:
        try:
            with transaction() as session:
                order_retry(session, mail_id, ordered_by=f"cli:{getpass.getuser()}", reason=reason)
            click.echo(f"{mail_id} pending")
        except Problem as problem:
            problems += 1
            click.echo(f"{mail_id} {problem.text}", err=True)
    if problems:
        raise SystemExit(1)


def load_demo(app: Flask) -> None:
    """Nothing to load: contacts come from identity's events."""
