"""Keeping the public register: every fact is applied to the physician's row, in the fact's own transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from services.recert.models import ENROLMENT, SPECIALITY, Physician, PublicPhysician, PublicSpeciality, PublicWord
from services.recert.register.words import places_of, plain, sort_key


def list_physician(session: Session, physician: Physician) -> None:
    """Show a physician as the local copies of the register say now; the caller compared the sequences."""
    row = _row_of(session, physician.cmp_number)
    before = _found_by(row)
    take_over(row, physician)
    if _found_by(row) != before:
        session.flush()
        index(session, [row])


def note_standing(session: Session, cmp_number: str, good: bool, stated_at: datetime, sequence: int) -> None:
    """Show what payments stated, and when, unless it stated something later already."""
    row = _row_of(session, cmp_number)
    if row.standing_sequence < sequence:
        row.in_good_standing, row.standing_stated_at, row.standing_sequence = good, stated_at, sequence


def note_recertified(session: Session, cmp_number: str, rne: str, valid_until: date) -> None:
    """Show "Recertificado hasta" of a speciality, or of the Médico Cirujano when `rne` is empty."""
    row = _row_of(session, cmp_number)
    row.recertified = row.recertified | {rne: valid_until.isoformat()}


def note_revoked(session: Session, cmp_number: str, rne: str, recertified_until: date | None) -> None:
    """Show what still holds by an earlier recertification, or nothing."""
    row = _row_of(session, cmp_number)
    kept = {basis: day for basis, day in row.recertified.items() if basis != rne}
    row.recertified = kept | ({rne: recertified_until.isoformat()} if recertified_until else {})


def take_over(row: PublicPhysician, physician: Physician) -> None:
    """Copy what the register says into the row."""
    for name in ("given_names", "paternal_surname", "maternal_surname", "council", "state", "registered_on"):
        setattr(row, name, getattr(physician, name))
    row.sort_key = sort_key(*_names(physician))
    row.certified_until = physician.certified_until(ENROLMENT)
    row.specialities = [_speciality(physician, item) for item in physician.specialities]


def index(session: Session, rows: Sequence[PublicPhysician]) -> None:
    """Let these rows be found by their names and specialities as they are now, and by nothing else."""
    numbers = [row.cmp_number for row in rows]
    words = [
        {"cmp_number": row.cmp_number, "word": word, "place": place, "sort_key": row.sort_key}
        for row in rows
        for word, place in places_of(*_names(row)).items()
    ]
    for table, entries in ((PublicWord, words), (PublicSpeciality, _entries(rows))):
        session.execute(delete(table).where(table.cmp_number.in_(numbers)).execution_options(synchronize_session=False))
        if entries:
            session.execute(insert(table), entries)


def _entries(rows: Sequence[PublicPhysician]) -> list[dict[str, Any]]:
    found = {}
    for row in rows:
        for item in row.specialities:
            entry = {"cmp_number": row.cmp_number, "search_name": plain(item["name"]), "name": item["name"]}
            found[entry["cmp_number"], entry["search_name"]] = entry | {"sort_key": row.sort_key}
    return list(found.values())


def _speciality(physician: Physician, item: Any) -> dict[str, Any]:
    until = physician.certified_until(SPECIALITY, item.rne)
    days = {"registered_on": item.registered_on.isoformat(), "certified_until": until.isoformat() if until else None}
    return {"name": item.name, "rne": item.rne} | days


def _found_by(row: PublicPhysician) -> tuple[Any, ...]:
    return *_names(row), [item["name"] for item in row.specialities]


def _names(row: Physician | PublicPhysician) -> tuple[str, str, str]:
    return row.given_names, row.paternal_surname, row.maternal_surname


def _row_of(session: Session, cmp_number: str) -> PublicPhysician:
    """The physician's row under lock, made now when no fact has come before."""
    session.flush()
    row = session.get(PublicPhysician, cmp_number, with_for_update=True, populate_existing=True)
    if row is None:
        row = PublicPhysician(
            cmp_number=cmp_number, given_names="", paternal_surname="", maternal_surname="",
            recertified={}, specialities=[], standing_sequence=0,
        )  # fmt: skip
        session.add(row)
    return row
