"""What operators do by hand: feed the register, open accounts, hand out links, rotate keys, enrol services."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click
from flask import Flask

from chassis.clock import now
from chassis.db import transaction
from chassis.outbox import publish
from services.identity import audit, demo, service_clients
from services.identity.accounts import AccountRefused, find_account, issue_login_token, open_physician_account
from services.identity.clients.cli import import_clients_file, publish_consent_text
from services.identity.clients.demo import load_demo_client
from services.identity.keys import keyring
from services.identity.models import Grant
from services.identity.passwords import MINIMUM_LENGTH, passwords
from services.identity.registry import Importer
from services.identity.registry_csv import BadRow, UnusableFile
from services.identity.settings import current_settings
from services.identity.staff.cli import audit_commands, staff_commands

demo_login_links = demo.demo_login_links

commands = click.Group(help="Cuentas, padrón de médicos, sesiones y claves de firma.")
commands.add_command(audit_commands)
commands.add_command(staff_commands)
commands.add_command(import_clients_file)
commands.add_command(publish_consent_text)


def load_demo(app: Flask) -> None:
    """Enter the invented physicians, staff and client; what is there already stays."""
    demo.load_demo(app)
    demo.load_demo_staff(app)
    load_demo_client(app)


@commands.command("import-physicians")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Dice qué cambiaría, sin cambiar nada.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV con las filas rechazadas (y los cambios, con --dry-run); si falta, se muestran.",
)
def import_physicians_file(file: Path, dry_run: bool, report: Path | None) -> None:
    """Import the physician register from a CSV file; tells every row it had to leave out."""
    # Bytes that are not UTF-8 spoil their own row only.
    with file.open(encoding="utf-8-sig", errors="surrogateescape") as lines, _report(report) as out:
        rows = csv.writer(out)
        rows.writerow(["linea", "columna", "motivo"])
        importer = Importer(
            tell=lambda bad: rows.writerow(_cells(bad)),
            tell_change=lambda change: rows.writerow([str(change.line), change.column, change.text]),
            dry_run=dry_run,
        )
        try:
            summary = importer.run(_with_progress(lines, file), current_settings().states)
        except UnusableFile as error:
            raise click.ClickException(str(error)) from error
    if not dry_run:
        with transaction() as session:
            audit.record(session, act="registry.imported", subject=f"file:{file.name}"[:120], after=asdict(summary))
    click.echo(
        f"nuevos: {summary.entered}, con cambios: {summary.changed}, iguales: {summary.unchanged}, "
        f"rechazados: {summary.refused}",
        err=True,
    )
    sys.exit(1 if summary.refused else 0)


@commands.command("create-account")
@click.argument("cmp_number")
@click.option("--email", required=True, help="Correo registrado; vale desde este momento.")
@click.option("--username", help="Nombre de usuario; si falta, se entra con el número de CMP o el correo.")
@click.option("--password", is_flag=True, help="Pide una contraseña; sin ella se entra con un enlace de un solo uso.")
def create_account(cmp_number: str, email: str, username: str | None, password: bool) -> None:
    """Open an account for a registered physician."""
    hashed = passwords().hash(_ask_password()) if password else None
    try:
        with transaction() as session:
            account, told = open_physician_account(session, cmp_number, email=email, username=username, moment=now())
            account.password_hash = hashed
            publish(session, *told)
    except AccountRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(account.id)


@commands.command("issue-login-link")
@click.argument("username")
def issue_login_link(username: str) -> None:
    """Print a link that opens one session for the account, once, for a few minutes."""
    settings = current_settings()
    with transaction() as session:
        account = find_account(session, username)
        if account is None:
            raise click.ClickException("no hay una cuenta con ese usuario, número de CMP o correo")
        token = issue_login_token(session, account, minutes=settings.one_time_minutes, moment=now())
    click.echo(settings.login_link_url.format(token=token))


@commands.command("rotate-keys")
@click.option("--compromised", is_flag=True, help="Retira la clave actual de inmediato: sus tokens dejan de valer.")
def rotate_keys(compromised: bool) -> None:
    """Sign with the next key from now on; tokens of the old one stay good until they expire."""
    click.echo(keyring().rotate(compromised=compromised))


@commands.command("enrol-service")
@click.argument("name")
def enrol_service(name: str) -> None:
    """Give a service a new secret and print it, this once; it goes into that service's CMP_<SERVICE>_CLIENT_SECRET."""
    with transaction() as session:
        secret = service_clients.enrol_service(session, name, now())
    click.echo(secret)


@commands.command("grant")
@click.argument("holder")
@click.argument("permission")
@click.option("--audience", default="", help="Servicio en el que vale; vacío para personas.")
def grant(holder: str, permission: str, audience: str) -> None:
    """Permit `service:notifier` or `kind:physician` something; counts from the next token on."""
    with transaction() as session:
        session.merge(Grant(holder=holder, permission=permission, audience=audience))


def _ask_password() -> str:
    password: str = click.prompt("Contraseña", hide_input=True, confirmation_prompt=True)
    if len(password) < MINIMUM_LENGTH:
        raise click.ClickException(f"la contraseña debe tener {MINIMUM_LENGTH} caracteres o más")
    return password


def _with_progress(lines: TextIO, file: Path) -> Iterator[str]:
    """The lines, while a bar on standard error says how far it is (only on a terminal)."""
    with file.open("rb") as counted:
        length = sum(1 for _ in counted)
    with click.progressbar(lines, length=length, label="Filas", file=sys.stderr, update_min_steps=500) as bar:
        yield from bar


@contextmanager
def _report(file: Path | None) -> Iterator[TextIO]:
    """Where refused rows are told: a file that spreadsheets open with its accents, or standard output."""
    if file is None:
        yield sys.stdout
        return
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        yield out


def _cells(bad: BadRow) -> list[str]:
    return [str(bad.line), bad.column, bad.reason]
