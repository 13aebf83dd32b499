"""Dues from a CSV file, history included: good rows enter, each bad one is told, nothing is entered twice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import Session

from chassis.clock import LIMA, now
from services.payments.dues import DueKind, cells
from services.payments.dues.cells import CHUNK, BadRow, Run, Summary, UnusableFile
from services.payments.models import Due
from services.payments.standing.reckoning import reassess
from services.payments.states import DueState

__all__ = ["CHUNK", "COLUMNS", "OPTIONAL", "BadRow", "Summary", "UnusableFile", "import_dues"]

COLUMNS = ("owner_cmp", "kind", "period", "amount", "tax_code", "description")
OPTIONAL = ("person", "concept", "paid_on")
"""The SEMEFA beneficiary it is for, the concept, and the day on which an old due was paid before our time."""

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Row:
    """One readable row."""

    line: int
    owner_cmp: str
    kind: DueKind
    period: str
    person: str
    concept: str
    amount_cents: int
    tax_code: str
    description: str
    paid_on: date | None

    @property
    def key(self) -> Key:
        """What makes a due unique."""
        return self.owner_cmp, self.kind, self.period, self.person, self.concept

    @property
    def content(self) -> tuple[int, str, str]:
        """What must be equal for a row that is there already."""
        return self.amount_cents, self.tax_code, self.description


def import_dues(lines: Iterable[str], tell: Callable[[BadRow], None], *, dry_run: bool = False) -> Summary:
    """Enter the dues of a file, a chunk per transaction; bad rows go to `tell`. Raises UnusableFile.

    A row with `paid_on` enters as paid: debt settled before these books began, which the ledger does not post.
    """
    run = Run(tell, dry_run)
    for chunk in cells.chunks_of(lines, COLUMNS, OPTIONAL, _read, run):
        with cells.chunk_transaction(run) as session:
            _enter(session, chunk, run)
    return run.summary


def _read(line: int, row: cells.Cells) -> Row:
    """A row of text as a due. Raises Refused."""
    paid_on = row.get("paid_on", "")
    return Row(
        line=line,
        owner_cmp=cells.owner("owner_cmp", row["owner_cmp"]),
        kind=cells.kind(row["kind"]),
        period=cells.period("period", row["period"]),
        person=cells.code("person", row.get("person", ""), ""),
        concept=cells.concept(row),
        amount_cents=cells.amount(row["amount"]),
        tax_code=cells.tax_code(row["tax_code"]),
        description=cells.one_line("description", row["description"], 200),
        paid_on=cells.past_day("paid_on", paid_on) if paid_on else None,
    )


def _enter(session: Session, chunk: list[Row], run: Run) -> None:
    """Add the rows that are new; equal ones are counted, others with the same key are refused."""
    known = _known(session, [row.key for row in chunk])
    fresh = []
    for row in chunk:
        content = known.get(row.key)
        if content is None:
            known[row.key] = row.content
            fresh.append(_values(row))
        elif content == row.content:
            run.summary.unchanged += 1
        else:
            run.refuse(row.line, "", "esta cuota ya existe con otro monto, código o descripción")
    if fresh:
        session.execute(insert(Due), fresh)
        reassess(session, *{values["owner_cmp"] for values in fresh})
    run.summary.entered += len(fresh)


def _known(session: Session, keys: list[Key]) -> dict[Key, tuple[int, str, str]]:
    wanted = tuple_(Due.owner_cmp, Due.kind, Due.period, Due.person, Due.concept).in_(keys)
    return {
        (due.owner_cmp, due.kind, due.period, due.person, due.concept): (
            due.amount_cents,
            due.tax_code,
            due.description,
        )
        for due in session.scalars(select(Due).where(wanted))
    }


def _values(row: Row) -> dict[str, Any]:
    paid_at = datetime.combine(row.paid_on, time(12), LIMA) if row.paid_on else None
    return {
        "owner_cmp": row.owner_cmp,
        "kind": row.kind,
        "period": row.period,
        "person": row.person,
        "concept": row.concept,
        "amount_cents": row.amount_cents,
        "tax_code": row.tax_code,
        "description": row.description,
        "state": DueState.PAID if paid_at else DueState.OPEN,
        "settled_at": paid_at,
        "currency": "PEN",
        "created_at": now(),
    }
