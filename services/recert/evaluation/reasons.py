"""The ready-made observations, entered from a CSV file; those in force before are kept and no longer offered."""

import csv
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.recert.models import ObservationReason
from services.recert.staff_acts import record

COLUMNS = ("codigo", "motivo", "norma", "texto")
LONGEST = {"codigo": 40, "motivo": 120, "norma": 200, "texto": 1000}


class UnusableReasons(ValueError):
    """The file cannot become a list; the message names line and column."""


def read_reasons(lines: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a file, in its order. Raises UnusableReasons."""
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise UnusableReasons(f"la primera línea debe ser {','.join(COLUMNS)}")
    read = [_cells(row, rows.line_num) for row in rows]
    codes = [cells["codigo"] for cells in read]
    if not codes:
        raise UnusableReasons("no hay ningún motivo")
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise UnusableReasons(f"códigos repetidos: {', '.join(sorted(twice))}")
    return read


def enter_reasons(session: Session, rows: list[dict[str, str]]) -> None:
    """Offer exactly these from now on, audited; what was observed with others keeps its words."""
    known = {reason.code: reason for reason in session.scalars(select(ObservationReason))}
    for reason in known.values():
        reason.active = False
    for position, row in enumerate(rows, start=1):
        reason = known.get(row["codigo"]) or ObservationReason(code=row["codigo"])
        reason.position, reason.active = position, True
        reason.title, reason.rule, reason.text = row["motivo"], row["norma"], row["texto"]
        session.add(reason)
    facts = {"reasons": [row["codigo"] for row in rows]}
    record(session, act="observation_reasons.entered", subject="observation_reasons:all", council=None, after=facts)


def _cells(row: dict[str, str], line: int) -> dict[str, str]:
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    for column, most in LONGEST.items():
        if not 1 <= len(cells[column]) <= most:
            raise UnusableReasons(f"línea {line}, {column}: de 1 a {most} caracteres")
    return cells
