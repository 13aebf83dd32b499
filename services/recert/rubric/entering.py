"""A new version of the table of qualification from a CSV file; what was sent before keeps its own."""

import csv
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from services.recert.models import Rubric, RubricActivity
from services.recert.staff_acts import record

COLUMNS = ("codigo", "actividad", "unidad", "puntos", "tope", "antiguedad_anios", "minimo", "sustento")
MINIMUM_POINTS = 2000
"""20 points (REC-8)."""


class UnusableRubric(ValueError):
    """The file cannot become a table; the message names line and column."""


def read_rubric(lines: Iterable[str]) -> list[RubricActivity]:
    """The activities of a file, in its order. Raises UnusableRubric."""
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise UnusableRubric(f"la primera línea debe ser {','.join(COLUMNS)}")
    activities = [_activity(row, rows.line_num, place) for place, row in enumerate(rows, start=1)]
    codes = [activity.code for activity in activities]
    if not codes:
        raise UnusableRubric("no hay ninguna actividad")
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise UnusableRubric(f"códigos repetidos: {', '.join(sorted(twice))}")
    return activities


def enter_rubric(session: Session, name: str, activities: list[RubricActivity], *, sample: bool) -> Rubric:
    """Put a table in force for new requests, audited; the versions before stay as they are."""
    rubric = Rubric(
        version=(session.scalar(select(func.max(Rubric.version))) or 0) + 1, name=name, sample=sample,
        minimum_points=MINIMUM_POINTS, entered_at=now(), activities=activities,
    )  # fmt: skip
    session.add(rubric)
    facts = {"name": name, "sample": sample, "activities": len(activities)}
    record(session, act="rubric.entered", subject=f"rubric:{rubric.version}", council=None, after=facts)
    return rubric


def _activity(row: dict[str, str], line: int, place: int) -> RubricActivity:
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    for column, most in (("codigo", 40), ("actividad", 200), ("unidad", 60), ("sustento", 300)):
        if not 1 <= len(cells[column]) <= most:
            raise UnusableRubric(f"línea {line}, {column}: de 1 a {most} caracteres")
    years = cells["antiguedad_anios"]
    if years and not years.isdecimal():
        raise UnusableRubric(f"línea {line}, antiguedad_anios: un número de años, o vacío si no hay límite")
    return RubricActivity(
        position=place, code=cells["codigo"].upper(), name=cells["actividad"], unit=cells["unidad"],
        points=_hundredths(cells["puntos"], line, "puntos"),
        cap=_hundredths(cells["tope"], line, "tope") if cells["tope"] else None,
        max_age_years=int(years) if years else None,
        least_quantity=_hundredths(cells["minimo"], line, "minimo") if cells["minimo"] else 0,
        evidence=cells["sustento"],
    )  # fmt: skip


def _hundredths(text: str, line: int, column: str) -> int:
    """`19.5` as 1950. Raises UnusableRubric for anything but 0.01 to 1000 with two decimals."""
    try:
        value = Decimal(text) * 100
    except InvalidOperation as error:
        raise UnusableRubric(f"línea {line}, {column}: un número como 1.5") from error
    if not value.is_finite() or value != value.to_integral_value() or not 1 <= value <= 100_000:
        raise UnusableRubric(f"línea {line}, {column}: de 0.01 a 1000, con dos decimales como máximo")
    return int(value)
