"""What operators do about clients and consent texts: bring a list of clients in, put a new text in force."""

import csv
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import click

from chassis.clock import now
from chassis.db import transaction
from services.identity import audit
from services.identity.clients.importing import import_clients
from services.identity.models import ConsentText
from services.identity.registry_csv import UnusableFile


@click.command("import-clients")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV con las filas rechazadas; si falta, se muestran.",
)
@click.option("--dry-run", is_flag=True, help="Revisa el archivo y cuenta, sin guardar nada.")
def import_clients_file(file: Path, report: Path | None, dry_run: bool) -> None:
    """Import clients from a CSV file; run it again after an interruption: only what is new is entered."""
    with ExitStack() as opened:
        lines = opened.enter_context(file.open(encoding="utf-8-sig", errors="surrogateescape"))
        out: TextIO = sys.stdout
        if report is not None:
            out = opened.enter_context(report.open("w", encoding="utf-8-sig", newline=""))
        rows = csv.writer(out)
        rows.writerow(["linea", "columna", "motivo"])
        try:
            summary = import_clients(
                lines, lambda bad: rows.writerow([bad.line, bad.column, bad.reason]), dry_run=dry_run
            )
        except UnusableFile as error:
            raise click.ClickException(str(error)) from error
    click.echo(
        f"{'prueba sin guardar; ' if dry_run else ''}nuevos: {summary.entered}, con cambios: {summary.changed}, "
        f"iguales: {summary.unchanged}, rechazados: {summary.refused}",
        err=True,
    )
    sys.exit(1 if summary.refused else 0)


@click.command("publish-consent-text")
@click.argument("purpose", type=click.Choice(["personal-data", "news"]))
@click.argument("version")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--title", required=True, help="Título que se muestra sobre el texto.")
def publish_consent_text(purpose: str, version: str, file: TextIO, title: str) -> None:
    """Put a new version of a consent text in force from now on; earlier versions stay as they were agreed to."""
    text = file.read().strip()
    if not text or not 1 <= len(version) <= 20 or len(title) > 120:
        raise click.ClickException("el texto no puede estar vacío; la versión tiene hasta 20 caracteres, el título 120")
    with transaction() as session:
        if session.get(ConsentText, (purpose, version)) is not None:
            raise click.ClickException("esa versión ya existe: los textos publicados no se cambian")
        row = ConsentText(purpose=purpose, version=version, title=title, text=text)
        row.needed, row.in_force_from = purpose == "personal-data", now()
        session.add(row)
        audit.record(session, act="consent_text.published", subject=f"consent-text:{purpose}/{version}")
