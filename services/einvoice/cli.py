"""What operators do by hand: series, the queue, the certificate, sample files."""

import getpass
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from services.einvoice.demo import add_demo_series
from services.einvoice.desk.acts import RESENT, SUMMARY_RESENT, about, record
from services.einvoice.desk.advice import about_summary, about_voucher
from services.einvoice.desk.resending import requeue
from services.einvoice.documents import TYPE_NAMES
from services.einvoice.errors import CertificateError, NotResendable
from services.einvoice.history.cli import import_history
from services.einvoice.keys import signing_key
from services.einvoice.listing import by_number
from services.einvoice.measures import days_left
from services.einvoice.models import UNJUDGED, Series, Summary, Voucher
from services.einvoice.models.filing import current_pause, resume_queue
from services.einvoice.models.series import SERIES_PATTERNS, amends_of
from services.einvoice.models.summaries import UNSETTLED
from services.einvoice.samples import write_samples
from services.einvoice.settings import current_settings

commands = click.Group(help="Comprobantes electrónicos: series, cola de envío a SUNAT, certificado.")
commands.add_command(import_history)


def load_demo(app: Flask) -> None:
    """Series of every council, so that the demonstration can issue; what is there stays as it is."""
    with app.app_context(), transaction() as session:
        add_demo_series(session)


@commands.group("series")
def series_commands() -> None:
    """Series and their counters."""


@series_commands.command("list")
def list_series() -> None:
    """Show every series with its council and last number."""
    with reading() as session:
        for row in session.scalars(select(Series).order_by(Series.council, Series.voucher_type, Series.series)):
            active = "activa" if row.active else "inactiva"
            click.echo(
                f"{row.series}  tipo {row.voucher_type}  consejo {row.council}  último {row.last_number}  {active}"
            )


@series_commands.command("add")
@click.argument("voucher_type", type=click.Choice(list(TYPE_NAMES)))
@click.argument("series")
@click.argument("council")
@click.option("--last-number", default=0, show_default=True, help="Último número ya usado en otro sistema.")
def add_series(voucher_type: str, series: str, council: str, last_number: int) -> None:
    """Give a council a series; the one it used for that type before is kept, but gets no more numbers.

    A series that lies idle, as imported ones do, is taken up again; its counter never goes back.
    """
    if not SERIES_PATTERNS[voucher_type].fullmatch(series):
        raise click.ClickException("la serie debe tener 4 caracteres: F y B para facturas y boletas (sunat 2.6)")
    with transaction() as session:
        idle = session.scalar(select(Series).filter_by(voucher_type=voucher_type, series=series).with_for_update())
        if idle is not None and idle.active:
            raise click.ClickException("la serie ya existe")
        place = {"voucher_type": voucher_type, "council": council, "amends": amends_of(voucher_type, series)}
        for other in session.scalars(select(Series).filter_by(**place, active=True)):
            other.active = False
        session.flush()
        if idle is None:
            session.add(Series(**place, series=series, last_number=last_number))
        else:
            idle.council, idle.active, idle.last_number = council, True, max(idle.last_number, last_number)


@commands.command("queue")
def show_queue() -> None:
    """Show what SUNAT has not judged, vouchers and summaries: state, tries, days left, its last words, what to do."""
    with reading() as session:
        pause = current_pause(session)
        if pause:
            click.echo(f"EN PAUSA desde {pause.paused_at:%Y-%m-%d %H:%M} UTC: {pause.code} {pause.text}")
        for row in session.scalars(select(Voucher).where(Voucher.state.in_(UNJUDGED)).order_by(Voucher.issued_at)):
            left = days_left(row.voucher_type, row.series, row.issue_date)
            what = f"{row.printed_number}  {row.state}  intentos {row.attempts}  días {left}  {_due(row)}"
            click.echo(f"{what}  {row.sunat_code} {row.sunat_text}\n    {about_voucher(row).text}")
        unsettled = select(Summary).where(Summary.state.in_(UNSETTLED)).order_by(Summary.created_at)
        for summary in session.scalars(unsettled):
            asked = f"intentos {summary.attempts}  consultas {summary.polls}  {_due(summary)}"
            what = f"{summary.printed_number}  {summary.state}  {asked}"
            click.echo(f"{what}  {summary.sunat_code} {summary.sunat_text}\n    {about_summary(summary).text}")


def _due(row: Voucher | Summary) -> str:
    return f"{row.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC" if row.next_attempt_at else "espera a una persona"


@commands.command("resume")
def resume() -> None:
    """Let filing go on after the credentials were put right."""
    with transaction() as session:
        resumed = resume_queue(session, getpass.getuser())
    click.echo("la cola continúa" if resumed else "la cola no estaba en pausa")


@commands.command("resend")
@click.argument("number")
def resend(number: str) -> None:
    """Send a voucher, an RC or an RA that waits for a person again: same number, same bytes."""
    with transaction() as session:
        thing = _named(session, number)
        try:
            requeue(thing, f"resent by {getpass.getuser()}")
        except NotResendable as error:
            what = "el resumen" if isinstance(thing, Summary) else "el comprobante"
            raise click.ClickException(f"{what} está en estado {thing.state}") from error
        if isinstance(thing, Summary):
            record(session, None, act=SUMMARY_RESENT, subject=f"summary:{thing.id}", council=None)
        else:
            record(session, None, act=RESENT, **about(thing))


def _named(session: Session, number: str) -> Voucher | Summary:
    summary = session.scalar(select(Summary).where(Summary.printed_number == number.upper()).with_for_update())
    if summary is not None:
        return summary
    found = session.scalars(select(Voucher).where(by_number(number)).limit(2).with_for_update()).all()
    if len(found) != 1:
        raise click.ClickException("indique un comprobante que exista, por ejemplo BCN7-00005170")
    return found[0]


@commands.group("certificate")
def certificate_commands() -> None:
    """The certificate we sign with."""


@certificate_commands.command("show")
def show_certificate() -> None:
    """Show the holder, the validity and the days left."""
    try:
        key = signing_key()
    except CertificateError as error:
        raise click.ClickException(str(error)) from error
    settings = current_settings()
    click.echo(f"titular: {key.subject}")
    click.echo(f"serie: {key.certificate.serial_number:x}")
    click.echo(f"vence: {key.expires_at:%Y-%m-%d} (quedan {(key.expires_at - now()).days} días)")
    click.echo(f"origen: {settings.certificate_path or 'de demostración, sin valor'}")


@commands.command("sample-vouchers")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--pdf/--no-pdf", default=True, show_default=True, help="También la representación impresa.")
def sample_vouchers(folder: Path, pdf: bool) -> None:
    """Write one signed file of every kind and variant under its SUNAT name; nothing is numbered or stored."""
    for path in write_samples(folder, with_pdf=pdf):
        click.echo(path.name)
