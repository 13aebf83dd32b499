"""What is told of a physician: the row, the council's name, and what holds today."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import today
from services.recert.councils import roman
from services.recert.models import Council, PublicPhysician
from services.recert.register.words import plain

TOLD = (
    "cmp_number", "given_names", "paternal_surname", "maternal_surname", "council", "state", "registered_on",
    "in_good_standing", "standing_stated_at",
)  # fmt: skip


def statements(session: Session, rows: Sequence[PublicPhysician]) -> list[dict[str, Any]]:
    """What is true of these physicians today in Lima."""
    labels = _labels(session, {row.council for row in rows})
    return [_statement(row, labels[row.council], today()) for row in rows]


def _statement(row: PublicPhysician, label: str, day: date) -> dict[str, Any]:
    again = {rne: date.fromisoformat(until) for rne, until in row.recertified.items()}
    return {
        **{name: getattr(row, name) for name in TOLD},
        "council_label": label,
        "council_name": plain(label).upper().replace("CR ", "CONSEJO REGIONAL ", 1),
        **_until("certified", row.certified_until, day),
        **_until("recertified", again.get(""), day),
        "specialities": [_speciality(item, again.get(item["rne"]), day) for item in row.specialities],
        "as_of": day,
    }


def _speciality(item: dict[str, Any], again: date | None, day: date) -> dict[str, Any]:
    until = item["certified_until"]
    return {
        "name": item["name"],
        "rne": item["rne"],
        "registered_on": date.fromisoformat(item["registered_on"]),
        **_until("certified", date.fromisoformat(until) if until else None, day),
        **_until("recertified", again, day),
    }


def _until(word: str, last_day: date | None, day: date) -> dict[str, Any]:
    return {f"{word}_until": last_day, word: last_day is not None and day <= last_day}


def _labels(session: Session, codes: set[str]) -> dict[str, str]:
    """`CR III LIMA` of each council; without the name where identity has not told it yet."""
    known = {row.code: row.label for row in session.scalars(select(Council).where(Council.code.in_(codes)))}
    return {code: known.get(code) or f"CR {roman(code)}" for code in codes}
