"""Brings the clients up to date from a list, in batches that each commit alone; running it again changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.events import Event
from chassis.outbox import publish
from services.identity.clients.appearing import appear, belongs_to_physician, change_client_email, served_by
from services.identity.clients.client_list import ClientList, ClientRow
from services.identity.models import Account, Council
from services.identity.registry_csv import BadRow

BATCH = 500


@dataclass
class ClientSummary:
    """What an import did, or in a dry run would do, counted in rows."""

    entered: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


class _DryRun(Exception):
    """Takes back what a dry run wrote."""


def import_clients(lines: Iterable[str], tell: Callable[[BadRow], None], *, dry_run: bool = False) -> ClientSummary:
    """Store every good row and tell every bad one; a dry run only says what it would do. Raises UnusableFile."""
    with reading() as session:
        councils = frozenset(session.scalars(select(Council.code)))
    rows, summary = ClientList(councils).read(lines), ClientSummary()
    while batch := list(islice(rows, BATCH)):
        for bad in _store(batch, summary, dry_run):
            summary.refused += 1
            for reason in bad:
                tell(reason)
    return summary


def _store(batch: list[ClientRow | list[BadRow]], summary: ClientSummary, dry_run: bool) -> list[list[BadRow]]:
    """Write a batch in one transaction; the refused rows in the order of the file."""
    refused: list[list[BadRow]] = []
    try:
        with transaction() as session:
            for row in batch:
                bad = row if isinstance(row, list) else _take(session, row, summary)
                refused += [bad] if bad else []
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return refused


def _take(session: Session, row: ClientRow, summary: ClientSummary) -> list[BadRow]:
    """Enter or update one client; a physician's DNI is refused with the reason (AMB-2)."""
    if belongs_to_physician(session, row.document_type, row.document_number):
        return [BadRow(row.line, "numero_documento", "el DNI es de una persona colegiada: usa la opción 1")]
    client, events = appear(session, row.document_type, row.document_number, name=row.name, moment=now())
    entered = bool(events)
    changes = _update(client, row)
    if row.council:
        served_by(session, client, row.council)
    publish(session, *events, *changes)
    summary.entered += entered
    summary.changed += not entered and bool(changes)
    summary.unchanged += not entered and not changes
    return []


def _update(client: Account, row: ClientRow) -> list[Event]:
    """The list's e-mail counts only where there is none yet: later changes are the staff's (VOC-6)."""
    client.surnames = row.name
    if row.email and not client.mail_address:
        return [change_client_email(client, row.email)]
    return []
