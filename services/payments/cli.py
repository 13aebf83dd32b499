"""What operators do by hand: enter dues, publish payment conditions, look at charges in doubt."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import select

from chassis.clock import now, today
from chassis.db import reading, transaction
from services.payments import demo
from services.payments.certificates.keys import ring
from services.payments.dues import is_period, period_of
from services.payments.dues.assessment import assess
from services.payments.dues.cells import Summary, UnusableFile
from services.payments.dues.entry import import_dues
from services.payments.dues.families import import_beneficiaries
from services.payments.dues.outside_file import import_outside_payments
from services.payments.models import Attempt, Terms
from services.payments.settlement.file import UnreadableFile
from services.payments.settlement.importing import import_file
from services.payments.states import AttemptState

load_demo = demo.load_demo

WATCHED = (AttemptState.UNKNOWN, AttemptState.INTEGRITY, AttemptState.PAID_NOT_APPLIED, AttemptState.AUTHORIZING)

commands = click.Group(help="Cuotas, condiciones de pago y cobros por confirmar.")

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


_dry_run = click.option("--dry-run", is_flag=True, help="Solo probar: no guarda nada.")


@commands.command("import-dues")
@click.argument("file", type=_file)
@_dry_run
def import_dues_file(file: Path, dry_run: bool) -> None:
    """Enter dues from a CSV file; tells every row it had to leave out, and ends with 1 when there were any."""
    _import(import_dues, file, dry_run)


@commands.command("import-outside-payments")
@click.argument("file", type=_file)
@_dry_run
def import_outside_payments_file(file: Path, dry_run: bool) -> None:
    """Settle dues paid at banks and counters from a CSV file; like import-dues otherwise."""
    _import(import_outside_payments, file, dry_run)


@commands.command("import-beneficiaries")
@click.argument("file", type=_file)
@_dry_run
def import_beneficiaries_file(file: Path, dry_run: bool) -> None:
    """Enter the families that SEMEFA covers from a CSV file; like import-dues otherwise."""
    _import(import_beneficiaries, file, dry_run)


def _import(take: Callable[..., Summary], file: Path, dry_run: bool) -> None:
    report = csv.writer(sys.stdout)
    report.writerow(["linea", "columna", "motivo"])
    # Bytes that are not UTF-8 spoil their own row only.
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        try:
            summary = take(lines, lambda bad: report.writerow([bad.line, bad.column, bad.reason]), dry_run=dry_run)
        except UnusableFile as error:
            raise click.ClickException(str(error)) from error
    pending = f", por resolver: {summary.pending}" if summary.pending else ""
    rehearsal = " (prueba: no se guardó nada)" if dry_run else ""
    told = f"nuevas: {summary.entered}, iguales: {summary.unchanged}, rechazadas: {summary.refused}{pending}{rehearsal}"
    click.echo(told, err=True)
    sys.exit(1 if summary.refused else 0)


@commands.command("assess-dues")
@click.argument("period")
def assess_dues(period: str) -> None:
    """Make everybody owe a month (aaaamm) by the tariffs in force in it; who owes it already is left alone."""
    if not is_period(period) or period > period_of(today()):
        raise click.ClickException("escriba un mes como 202603, hasta el actual")
    for assessed in assess(period):
        click.echo(f"tarifa {assessed.tariff_id} ({assessed.kind}): {assessed.count} cuotas nuevas")


@commands.command("import-settlement")
@click.argument("file", type=_file)
def import_settlement(file: Path) -> None:
    """Take in a daily file of the acquirer; ends with 1 when it cannot be read, with 2 when rows need a person."""
    try:
        with transaction() as session:
            taken, is_new = import_file(session, file.read_bytes(), file.name)
    except UnreadableFile as error:
        raise click.ClickException("; ".join(error.problems)) from error
    if not is_new:
        click.echo(f"este archivo ya se importó ({taken.imported_at:%Y-%m-%d %H:%M} UTC): no cambió nada", err=True)
        return
    known = f"nuevas: {taken.rows}, repetidas: {taken.repeated}"
    click.echo(f"{known}, coinciden: {taken.matched}, por resolver: {taken.differing}", err=True)
    sys.exit(2 if taken.differing else 0)


@commands.command("publish-terms")
@click.argument("version")
@click.option("--spanish", required=True, type=_file, help="Texto en español, UTF-8.")
@click.option("--english", required=True, type=_file, help="Texto en inglés, UTF-8.")
def publish_terms(version: str, spanish: Path, english: Path) -> None:
    """Publish payment conditions under a new version; they are asked for from now on and never changed."""
    with transaction() as session:
        if session.get(Terms, version) is not None:
            raise click.ClickException(f"la versión {version} ya existe; publique otra")
        texts = {"text_es": spanish.read_text("utf-8"), "text_en": english.read_text("utf-8")}
        session.add(Terms(version=version, published_at=now(), **texts))


@commands.command("replace-certificate-key")
def replace_certificate_key() -> None:
    """Sign constancias with a fresh key; what the old one signed stays verifiable."""
    click.echo(ring.replace())


@commands.command("list-doubtful")
def list_doubtful() -> None:
    """Show the charges whose outcome is not known or needs a person, oldest first."""
    report = csv.writer(sys.stdout)
    report.writerow(["pedido", "estado", "desde", "proxima_consulta", "consultas", "no_encontrado"])
    with reading() as session:
        for attempt in session.scalars(select(Attempt).where(Attempt.state.in_(WATCHED)).order_by(Attempt.id)):
            since, following = attempt.doubt_since or attempt.claimed_at, attempt.next_check_at
            report.writerow([attempt.number_text, attempt.state, since, following, attempt.checks, attempt.not_found])
