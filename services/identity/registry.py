"""Brings the register up to date from a file, in batches that each commit alone; running it again changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from chassis.clock import now, today
from chassis.db import reading, transaction
from chassis.events import Event
from chassis.outbox import publish
from services.identity.models import Council, Physician, SpecialityAlias, SpecialityName, SpecialityRegistration
from services.identity.models.registry import RegistryEntry
from services.identity.registry_csv import COLUMNS, BadRow, GoodRow, RegistryReader

BATCH = 500
HEADINGS = {name: heading for heading, name in COLUMNS.items()}

Rows = list[GoodRow | list[BadRow]]


@dataclass
class ImportSummary:
    """What an import did, or would do, counted in rows."""

    entered: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Change:
    """One value of one physician that a dry run would replace."""

    line: int
    column: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """In words, for the report."""
        return f"cambiaría de «{self.before}» a «{self.after}»"


@dataclass
class Importer:
    """One run over one file. With `dry_run` nothing is written; `tell_change` hears what would be."""

    tell: Callable[[BadRow], None]
    tell_change: Callable[[Change], None] = lambda _: None
    dry_run: bool = False
    _owners: dict[tuple[str, str], str] = field(default_factory=dict)
    _entered: set[str] = field(default_factory=set)

    def run(self, lines: Iterable[str], states: list[str]) -> ImportSummary:
        """Store every good row and tell every bad one; events only for what changed. Raises UnusableFile."""
        with reading() as session:
            rows, self._owners = reader(session, states).read(lines), _documents(session)
        self._entered = set(self._owners.values())
        summary = ImportSummary()
        while batch := list(islice(rows, BATCH)):
            with (reading if self.dry_run else transaction)() as session:
                taken = self._take(session, batch, summary)
            self._tell_refused(batch, taken, summary)
        return summary

    def _take(self, session: Session, batch: Rows, summary: ImportSummary) -> set[int]:
        """Enter and update the good rows of a batch; the lines whose document is another physician's."""
        good = [row for row in batch if isinstance(row, GoodRow)]
        taken = {row.line for row in good if self._owners.get(row.document, row.number) != row.number}
        old = [row.number for row in good if row.number in self._entered]
        known = _known(session, old) if old else {}
        fitting = [row for row in good if row.line not in taken]
        fresh = [row.entry for row in fitting if row.number not in known]
        there = [(known[row.number], row) for row in fitting if row.number in known]
        changed = [(physician, row) for physician, row in there if physician.entry() != row.entry]
        summary.entered += len(fresh)
        summary.changed += len(changed)
        summary.unchanged += len(there) - len(changed)
        if self.dry_run:
            self._tell_changes(changed)
        else:
            updated = [physician.update(row.entry, now()) for physician, row in changed]
            publish(session, *_enter(session, fresh, now()), *(event for event in updated if event))
        self._owners |= {row.document: row.number for row in fitting}
        return taken

    def _tell_changes(self, changed: list[tuple[Physician, GoodRow]]) -> None:
        for physician, row in changed:
            for change in differences(physician.entry(), row):
                self.tell_change(change)

    def _tell_refused(self, batch: Rows, taken: set[int], summary: ImportSummary) -> None:
        for row in batch:
            if isinstance(row, list):
                summary.refused += 1
                for bad in row:
                    self.tell(bad)
            elif row.line in taken:
                summary.refused += 1
                self.tell(BadRow(row.line, "numero_documento", "el documento ya pertenece a otro número de CMP"))


def import_physicians(lines: Iterable[str], states: list[str], tell: Callable[[BadRow], None]) -> ImportSummary:
    """Store every good row and tell every bad one; events are published for what changed only. Raises UnusableFile."""
    return Importer(tell).run(lines, states)


def reader(session: Session, states: list[str]) -> RegistryReader:
    """What checks rows against the councils, states and names of specialities there are now."""
    councils = frozenset(session.scalars(select(Council.code)))
    spellings = select(SpecialityAlias.search_name, SpecialityName.name).join(
        SpecialityName, SpecialityName.code == SpecialityAlias.code
    )
    names = {row.search_name: row.name for row in session.execute(spellings)}
    return RegistryReader(councils, tuple(states), today(), names)


def differences(before: RegistryEntry, row: GoodRow) -> list[Change]:
    """What a row would change, by column of the file."""
    return [
        Change(row.line, HEADINGS[name], _shown(old), _shown(new))
        for name, old in vars(before).items()
        if old != (new := getattr(row.entry, name))
    ]


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(f"{each.name}|{each.rne}|{each.registered_on}" for each in value)
    return str(value)


def _known(session: Session, numbers: list[str]) -> dict[str, Physician]:
    found = session.scalars(
        select(Physician).where(Physician.cmp_number.in_(numbers)).options(selectinload(Physician.specialities))
    )
    return {physician.cmp_number: physician for physician in found}


def _documents(session: Session) -> dict[tuple[str, str], str]:
    """Whose each document is. Read once: a question a batch would have the database search a table it knows nothing
    about yet, again and again."""
    columns = (Physician.document_type, Physician.document_number, Physician.cmp_number)
    found = session.execute(select(*columns).execution_options(yield_per=5000))
    return {(kind, number): cmp_number for kind, number, cmp_number in found}


def _enter(session: Session, entries: list[RegistryEntry], moment: datetime) -> list[Event]:
    """Enter new physicians, all in two statements: a hundred thousand of them come at once in the first import."""
    if not entries:
        return []
    physicians, registrations = [], []
    for entry in entries:
        facts = {name: value for name, value in vars(entry).items() if name != "specialities"}
        physicians.append(facts | {"search_text": entry.search_text, "created_at": moment, "updated_at": moment})
        registrations += [vars(item) | {"cmp_number": entry.cmp_number} for item in entry.specialities]
    session.execute(insert(Physician), physicians)
    if registrations:
        session.execute(insert(SpecialityRegistration), registrations)
    return [Physician.registered(entry) for entry in entries]
