"""`cmp-digital einvoice import`: vouchers of earlier years from folders and ZIP archives."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from chassis.app import current_service
from services.einvoice.errors import CertificateError
from services.einvoice.history.importing import Import
from services.einvoice.history.report import count_vouchers, write_report
from services.einvoice.history.sources import count
from services.einvoice.history.trust import Trust, read_certificates
from services.einvoice.keys import load_signing_key
from services.einvoice.models.history import DONE, REFUSED
from services.einvoice.models.series import NATIONAL_COUNCIL
from services.einvoice.settings import current_settings

REPORT = "importacion-de-comprobantes.csv"
LOCK = "history-import"


@click.command("import")
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="DIR|ZIP…")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    default=REPORT,
    show_default=True,
    help="CSV con una línea por documento que no se importó, y por qué.",
)
@click.option(
    "--council",
    type=click.Choice([f"{number:02d}" for number in range(100)]),
    metavar="00…27",
    default=NATIONAL_COUNCIL,
    show_default=True,
    help="Consejo de las series que aún no existen aquí.",
)
@click.option(
    "--any-certificate",
    is_flag=True,
    help="Acepta todo certificado a nombre del emisor aunque no esté en la lista de confianza.",
)
def import_history(sources: tuple[Path, ...], report: Path, council: str, any_certificate: bool) -> None:
    """Import XML, CDR and PDF issued since June 2019; after an interruption, run it again: it goes on."""
    work = Import(_trust(any_certificate), council)
    lock = current_service().db.lock(LOCK)
    if not lock.acquire():
        raise click.ClickException("ya hay una importación en curso")
    found = [source.resolve() for source in sources]
    try:
        with report.open("w", encoding="utf-8-sig", newline="") as out:
            with _bar("Archivos", count(found)) as progress:
                work.find(found, progress)
            with _bar("Comprobantes", work.waiting()) as progress:
                work.enter(progress)
            lines = write_report(out, found)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    finally:
        lock.release()
    known = max(count_vouchers(found, DONE) - work.entered, 0)
    click.echo(
        f"importados: {work.entered}, ya estaban: {known}, no importados: {count_vouchers(found, REFUSED)}; "
        f"líneas en {report}: {lines}",
        err=True,
    )
    sys.exit(1 if lines else 0)


def _trust(any_certificate: bool) -> Trust:
    """Whose signatures count. Without a list every named holder does only in a demonstration, or when told so."""
    settings = current_settings()
    rucs = tuple(ruc.strip() for ruc in settings.receipt_signers.split(",") if ruc.strip())
    listed = None
    try:
        if settings.history_certificates_path:
            listed = [
                *read_certificates(Path(settings.history_certificates_path)),
                load_signing_key(settings).certificate,
            ]
    except CertificateError as error:
        raise click.ClickException(str(error)) from error
    if listed is None and not (any_certificate or settings.is_demonstration):
        raise click.ClickException(
            "indique en CMP_EINVOICE_HISTORY_CERTIFICATES_PATH los certificados de confianza, o use --any-certificate"
        )
    if listed is None:
        click.echo("sin lista de confianza: de cada certificado solo se comprueba a nombre de quién está", err=True)
    return Trust(issuer_ruc=settings.issuer_ruc, receipt_rucs=rucs, listed=None if any_certificate else listed)


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that says how far it is (only on a terminal)."""
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update
