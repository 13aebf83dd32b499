"""The report of an import: a line for each bad document, from the books, so that a killed run loses nothing of it."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sqlalchemy import ColumnElement, func, or_, select

from chassis.db import reading
from services.einvoice.documents import printed_number
from services.einvoice.history.reasons import WORDS
from services.einvoice.models import HistoryFile
from services.einvoice.models.history import REFUSED, XML

HEADING = ("documento", "archivo", "codigo", "motivo", "reason", "detalle")
FORMULA = "=+-@\t\r"


def write_report(out: TextIO, sources: list[Path]) -> int:
    """Write every refused file of the sources; returns how many."""
    rows = csv.writer(out)
    rows.writerow(HEADING)
    lines = 0
    for lines, row in enumerate(_refused(sources), start=1):  # noqa: B007 - the count is wanted afterwards
        spanish, english = WORDS[row.reason]
        rows.writerow([_document(row), row.place, row.reason, spanish, english, row.detail.lstrip(FORMULA)])
    return lines


def count_vouchers(sources: list[Path], state: str) -> int:
    """How many XML of the sources are entered, or refused."""
    with reading() as session:
        found = select(func.count()).where(HistoryFile.kind == XML, HistoryFile.state == state)
        return session.scalar(found.where(or_(*(_below(source) for source in sources)))) or 0


def _refused(sources: list[Path]) -> Iterator[HistoryFile]:
    with reading() as session:
        order = (HistoryFile.path, HistoryFile.member, HistoryFile.inner)
        wanted = select(HistoryFile).where(HistoryFile.state == REFUSED, or_(*(_below(source) for source in sources)))
        yield from session.scalars(wanted.order_by(*order).execution_options(yield_per=500))


def _below(source: Path) -> ColumnElement[bool]:
    path = str(source.resolve())
    return or_(HistoryFile.path == path, HistoryFile.path.startswith(f"{path}/", autoescape=True))


def _document(row: HistoryFile) -> str:
    if not row.number:
        return ""
    if row.voucher_type in ("RC", "RA"):
        return f"{row.voucher_type}-{row.series}-{row.number}"
    return f"{row.voucher_type} {printed_number(row.series, row.number)}".strip()
