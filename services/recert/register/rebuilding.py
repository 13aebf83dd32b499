"""Making the public register anew from the local copies: for an upgrade, or when somebody doubts it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, selectinload

from chassis.db import transaction
from services.recert.models import Physician, PublicPhysician, Recertification
from services.recert.register.keeping import index, take_over

BATCH = 500


def rebuild() -> int:
    """Write every physician's row anew, a batch in a transaction; who is hábil stays as payments stated it."""
    count, last = 0, ""
    while True:
        with transaction() as session:
            physicians = _next(session, Physician.cmp_number > last)
            write(session, physicians)
        if not physicians:
            return count
        count, last = count + len(physicians), physicians[-1].cmp_number


def list_missing() -> bool:
    """Give the next physicians that have no row theirs; True when there may be more."""
    row = PublicPhysician
    shown = exists().where(row.cmp_number == Physician.cmp_number, row.registered_on.is_not(None))
    with transaction() as session:
        physicians = _next(session, ~shown)
        write(session, physicians)
    return len(physicians) == BATCH


def write(session: Session, physicians: Sequence[Physician]) -> None:
    """Write the rows of these physicians, whose copies are locked, from the copies."""
    numbers = [physician.cmp_number for physician in physicians]
    rows = select(PublicPhysician).where(PublicPhysician.cmp_number.in_(numbers)).with_for_update()
    known = {row.cmp_number: row for row in session.scalars(rows)}
    recertified = _recertified(session, numbers)
    written = []
    for physician in physicians:
        row = known.get(physician.cmp_number) or PublicPhysician(cmp_number=physician.cmp_number, standing_sequence=0)
        take_over(row, physician)
        row.recertified = recertified.get(physician.cmp_number, {})
        written.append(row)
    session.add_all(written)
    session.flush()
    index(session, written)


def _next(session: Session, condition: ColumnElement[bool]) -> list[Physician]:
    wanted = select(Physician).where(condition).order_by(Physician.cmp_number).limit(BATCH)
    copies = selectinload(Physician.specialities), selectinload(Physician.certifications)
    return list(session.scalars(wanted.options(*copies).with_for_update()))


def _recertified(session: Session, numbers: Sequence[str]) -> dict[str, dict[str, str]]:
    """Until when each of them is recertified on each basis, by what was not revoked."""
    held = select(Recertification.cmp_number, Recertification.rne, func.max(Recertification.valid_until))
    held = held.where(Recertification.cmp_number.in_(numbers), Recertification.revoked_at.is_(None))
    found: dict[str, dict[str, str]] = {}
    for number, rne, until in session.execute(held.group_by(Recertification.cmp_number, Recertification.rne)):
        found.setdefault(number, {})[rne] = until.isoformat()
    return found
