"""Reading the cells of a file: each says in Spanish what is wrong with it; good rows go on, bad ones are told."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from chassis.clock import today
from chassis.db import transaction
from services.payments.dues import ORDINARY, DueKind, is_period
from services.payments.money import cents
from services.payments.niubiz.scrub import without_card_numbers

CHUNK = 500
LARGEST = Decimal("99999.99")
TAX_CODES = {"10", "20", "30"}
"""SUNAT catalogue 07, onerous operations: gravado, exonerado, inafecto."""

Cells = dict[str, str]
Row = TypeVar("Row")


@dataclass(frozen=True)
class BadRow:
    """A row that was left out: its line, the column at fault (empty: the whole row), and why, in Spanish."""

    line: int
    column: str
    reason: str


class UnusableFile(ValueError):
    """The file lacks a column, so no row of it can be read."""


@dataclass
class Summary:
    """What became of the rows."""

    entered: int = 0
    unchanged: int = 0
    refused: int = 0
    pending: int = 0
    """Kept, but a person must look."""


class Refused(Exception):
    """A cell, or a whole row, cannot be accepted."""

    def __init__(self, column: str, reason: str) -> None:
        """`reason` in Spanish, for the report."""
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass
class Run:
    """One import: where bad rows are told, the count, and whether it is only a rehearsal."""

    tell: Callable[[BadRow], None]
    dry_run: bool = False
    summary: Summary = field(default_factory=Summary)

    def refuse(self, line: int, column: str, reason: str) -> None:
        """Leave a row out, and tell it."""
        self.summary.refused += 1
        self.tell(BadRow(line, column, reason))


class _Rehearsed(Exception):
    """Thrown to undo what a rehearsal did."""


@contextmanager
def chunk_transaction(run: Run) -> Iterator[Session]:
    """A transaction for one chunk; a rehearsal does all the work and then undoes it."""
    with suppress(_Rehearsed), transaction() as session:
        yield session
        if run.dry_run:
            raise _Rehearsed


def chunks_of(
    lines: Iterable[str], columns: Sequence[str], optional: Sequence[str], read: Callable[[int, Cells], Row], run: Run
) -> Iterator[list[Row]]:
    """The readable rows, a chunk at a time. Raises UnusableFile when a column is missing."""
    reader = csv.DictReader(lines)
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise UnusableFile(f"faltan columnas: {', '.join(missing)}")
    expected = [*columns, *(name for name in optional if name in (reader.fieldnames or ()))]
    rows = _readable(reader, expected, read, run)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _readable(
    reader: "csv.DictReader[str]", expected: list[str], read: Callable[[int, Cells], Row], run: Run
) -> Iterator[Row]:
    for raw in reader:
        try:
            yield read(reader.line_num, _cells(raw, expected))
        except Refused as refused:
            run.refuse(reader.line_num, refused.column, refused.reason)


def _cells(raw: dict[Any, Any], expected: list[str]) -> Cells:
    if None in raw or any(raw[name] is None for name in expected):
        raise Refused("", f"la fila no tiene {_count(len(expected))} columnas")
    return {name: str(raw[name]).strip() for name in expected}


def _count(number: int) -> str:
    return {6: "seis", 7: "siete"}.get(number, str(number))


def check(column: str, text: str, good: bool, reason: str) -> str:
    """The text of a cell when it is good. Raises Refused with the reason."""
    if not good:
        raise Refused(column, reason)
    return text


def owner(column: str, text: str) -> str:
    """A CMP number, zeros put in front."""
    good = text.isascii() and text.isdigit() and len(text) <= 6 and int(text) > 0
    return check(column, text.zfill(6), good, "debe ser un número de CMP de hasta 6 dígitos")


def kind(text: str) -> DueKind:
    """A kind of due."""
    return DueKind(check("kind", text.upper(), text.upper() in set(DueKind), "debe ser COLEGIADO o SEMEFA"))


def period(column: str, text: str) -> str:
    """A month `yyyymm`."""
    return check(column, text, is_period(text), "debe ser un mes en la forma aaaamm")


def amount(text: str) -> int:
    """A positive amount with two decimals at most, as cents."""
    try:
        value = Decimal(text)
        good = 0 < value <= LARGEST
        return cents(value) if good else int(check("amount", text, False, "debe estar entre 0.01 y 99999.99"))
    except (InvalidOperation, ValueError) as error:
        raise Refused("amount", "debe ser un monto con dos decimales como máximo, por ejemplo 60.00") from error


def tax_code(text: str) -> str:
    """SUNAT catalogue 07."""
    return check("tax_code", text, text in TAX_CODES, "debe ser 10, 20 o 30")


def one_line(column: str, text: str, longest: int) -> str:
    """A text on one line."""
    good = 0 < len(text) <= longest and text.isprintable()
    check(column, text, good, f"debe tener entre 1 y {longest} caracteres en una línea")
    return check(column, text, without_card_numbers(text) == text, "no debe contener un número de tarjeta")


def code(column: str, text: str, default: str) -> str:
    """A short word in capitals (a concept, a person of the family); empty means the default."""
    word = text.upper()
    good = len(word) <= 20 and word.isascii() and word.replace("-", "").replace("_", "").isalnum()
    return check(column, word, good, "debe ser una palabra de hasta 20 letras, dígitos o guiones") if word else default


def concept(cells: Cells) -> str:
    """The concept of a due; the monthly one when the file does not say."""
    return code("concept", cells.get("concept", ""), ORDINARY)


def past_day(column: str, text: str) -> date:
    """A day `yyyy-mm-dd` that has come."""
    day = any_day(column, text)
    check(column, text, day <= today(), "no puede ser una fecha futura")
    return day


def any_day(column: str, text: str) -> date:
    """A day `yyyy-mm-dd`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(column, "debe ser una fecha en la forma aaaa-mm-dd") from error
