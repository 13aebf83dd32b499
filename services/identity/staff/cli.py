"""What operators do about staff: invite the first ones, help the demo's in, and take the audit along."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.identity import audit, demo, mail_requests
from services.identity.accounts import find_account
from services.identity.audit_export import WRITERS, rows_of
from services.identity.errors import StaffRefused
from services.identity.mail_requests import STAFF_INVITATION
from services.identity.models import Account
from services.identity.settings import current_settings
from services.identity.staff import accounts
from services.identity.staff.challenges import STAFF

audit_commands = click.Group("audit", help="Quién hizo qué: registro que nadie puede modificar.")

staff_commands = click.Group("staff", help="Cuentas del personal: invitarlo y ayudarle a entrar.")

_DAY = click.DateTime(["%Y-%m-%d"])


@audit_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--actor", help="Id de quien actuó, por ejemplo operator:root.")
@click.option("--act", help="Solo este acto, por ejemplo staff.invited.")
@click.option("--subject", help="Solo sobre esto, por ejemplo account:… o council:03.")
@click.option("--since", type=_DAY, help="Desde este día de Lima, inclusive.")
@click.option("--until", type=_DAY, help="Hasta este día de Lima, inclusive.")
def export_audit(file: Path, **wish: Any) -> None:
    """Write the entries to FILE.csv or FILE.xlsx, oldest first."""
    kind = file.suffix.removeprefix(".").lower()
    if kind not in WRITERS:
        raise click.ClickException("el archivo debe terminar en .csv o .xlsx")
    wish = {name: value.date() if isinstance(value, datetime) else value for name, value in wish.items()}
    asked = {name: str(value) for name, value in wish.items() if value} | {"format": kind}
    with transaction() as session:
        audit.record(session, act="audit.exported", subject="audit:entries", after=asked)
    with reading() as session:
        from_all = audit.filtered(audit.entries_for(None), wish)
        count = WRITERS[kind](file, rows_of(session, from_all))
    click.echo(f"{count} actos", err=True)


@staff_commands.command("invite")
@click.option("--email", required=True, help="Correo institucional; será su usuario.")
@click.option("--names", required=True, help="Nombres.")
@click.option("--surnames", required=True, help="Apellidos.")
@click.option("--roles", required=True, help="treasury,vouchers,evaluator,reviser,registry,administrator")
@click.option("--council", help="Dos dígitos de su consejo regional; si falta, es nacional.")
def invite_staff(email: str, names: str, surnames: str, roles: str, council: str | None) -> None:
    """Make a staff account; print the link that opens it once, and mail another."""
    wanted = tuple(role.strip() for role in roles.split(",") if role.strip())
    wish = accounts.StaffWish(email=email, given_names=names, surnames=surnames, roles=wanted, council=council)
    try:
        with transaction() as session:
            account, invited = accounts.invite(session, wish, now())
            publish(session, invited, accounts.invitation_mail(session, account, now()))
            token = _printed(session, account)
    except StaffRefused as error:
        raise click.ClickException(error.text) from error
    click.echo(_link(token))


@staff_commands.command("invitation-link")
@click.argument("email")
def print_invitation_link(email: str) -> None:
    """Print a new link for a member of staff who was invited and has not come in yet."""
    with transaction() as session:
        account = find_account(session, email)
        if account is None or account.kind != STAFF or accounts.show(session, account).state != accounts.INVITED:
            raise click.ClickException("no hay una invitación pendiente para ese correo")
        audit.record(session, act="staff.invitation_printed", subject=f"account:{account.id}", council=account.council)
        token = _printed(session, account)
    click.echo(_link(token))


@staff_commands.command("totp")
@click.argument("email")
@click.option("--demo", "is_demo", is_flag=True, required=True, help="Confirma que es personal inventado de la demo.")
def show_demo_code(email: str, is_demo: bool) -> None:
    """Print the present code of invented demo staff; refused for anybody else and outside of the embedded platform."""
    with reading() as session:
        code = demo.demo_code(session, email)
    if code is None or not current_settings().database.startswith("sqlite"):
        raise click.ClickException("solo para el personal inventado de la demo, en la plataforma de esta máquina")
    click.echo(code)


def _printed(session: Session, account: Account) -> str:
    return accounts.invitation_link(session, account, minutes=current_settings().staff_invitation_minutes, moment=now())


def _link(token: str) -> str:
    path = mail_requests.PURPOSES[STAFF_INVITATION].path.format(token=token)
    return f"{current_settings().portal_url.rstrip('/')}/{path}"
