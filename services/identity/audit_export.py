"""The audit as a file for people: CSV or a spreadsheet, oldest first, times of Lima."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import Select
from sqlalchemy.orm import Session

from chassis.clock import LIMA
from services.identity.models import AuditEntry

BATCH = 1000
HEADING = (
    "numero", "fecha y hora", "id de quien", "quien", "funciones", "consejo de quien",
    "acto", "sobre", "consejo", "antes", "despues", "motivo",
)  # fmt: skip
XLSX_ROWS = 1_048_575
"""What a sheet holds below its heading."""


def rows_of(session: Session, entries: Select[AuditEntry]) -> Iterable[tuple[str, ...]]:
    """The entries as cells, oldest first, a batch in memory at a time."""
    found = session.scalars(entries.order_by(AuditEntry.id).execution_options(yield_per=BATCH))
    return (_cells(entry) for entry in found)


def write_csv(path: Path, rows: Iterable[tuple[str, ...]]) -> int:
    """Write a CSV that spreadsheets open with its accents; return how many entries it has."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADING)
        count = 0
        for row in rows:
            writer.writerow([_inert(cell) for cell in row])
            count += 1
    return count


def write_xlsx(path: Path, rows: Iterable[tuple[str, ...]]) -> int:
    """Write a spreadsheet; return how many entries it has. Raises ValueError beyond what one sheet holds."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Auditoría")
        sheet.write_row(0, 0, HEADING, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        count = 0
        for count, row in enumerate(rows, start=1):
            if count > XLSX_ROWS:
                raise ValueError("more entries than a sheet holds")
            sheet.write_row(count, 0, row)
    return count


WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    values: tuple[Any, ...] = (
        entry.id, entry.at.astimezone(LIMA).isoformat(sep=" ", timespec="seconds"),
        entry.actor_id, entry.actor_name, entry.actor_roles, entry.actor_council,
        entry.act, entry.subject, entry.council, _json(entry.before), _json(entry.after), entry.reason,
    )  # fmt: skip
    return tuple("" if value is None else str(value) for value in values)


def _json(facts: dict[str, Any] | None) -> str | None:
    return None if facts is None else json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _inert(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
