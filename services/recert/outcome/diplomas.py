"""Diplomas at the councils where they are collected: ready, then handed over with a record."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Principal
from chassis.clock import now, today
from chassis.db import transaction
from chassis.errors import FieldError
from chassis.outbox import publish
from services.recert import deadlines
from services.recert.models import DeadlineKind, DiplomaHandover, Recertification
from services.recert.outcome.errors import (
    AlreadyRevoked,
    DiplomaNotWaiting,
    RecertificationNotFound,
    UnlikelyHandover,
)
from services.recert.staff_acts import record


@dataclass(frozen=True, kw_only=True)
class Collected:
    """Who came for a diploma, by which document, and whether with a carta poder simple."""

    handed_on: date
    collector: str
    """Empty when the physician came in person."""
    document_type: str
    by_proxy: bool


def at_council(who: Principal) -> Select[Recertification]:
    """The diplomas collected at the council of this member of staff, or at any for national staff."""
    held = select(Recertification).options(selectinload(Recertification.promise))
    return held if who.council is None else held.where(Recertification.pickup_council == who.council)


def find_at_council(session: Session, recertification_id: str, who: Principal) -> Recertification:
    """A diploma collected there. Raises RecertificationNotFound."""
    found = session.scalar(at_council(who).where(Recertification.id == recertification_id))
    if found is None:
        raise RecertificationNotFound
    return found


def make_ready(recertification_id: str, who: Principal) -> None:
    """Note that the diploma is there to be collected; this is what its deadline was for.

    Raises RecertificationNotFound, AlreadyRevoked, DiplomaNotWaiting.
    """
    with transaction() as session:
        row = _lock(session, recertification_id, who)
        before = row.diploma
        fact = row.make_ready(now())
        if fact is None:
            raise DiplomaNotWaiting
        _write_down(session, row, "diploma.ready", {"diploma": before}, {"diploma": row.diploma})
        deadlines.stop(session, row.dossier_id, DeadlineKind.DIPLOMA, at=now())
        publish(session, fact)


def hand_over(recertification_id: str, who: Principal, collected: Collected) -> None:
    """Keep the record of a diploma that was handed over; it may not have been announced before.

    Raises RecertificationNotFound, AlreadyRevoked, DiplomaNotWaiting, UnlikelyHandover.
    """
    with transaction() as session:
        row = _lock(session, recertification_id, who)
        if not row.dictamen_on <= collected.handed_on <= today():
            day = f"{row.dictamen_on:%d/%m/%Y}"
            raise UnlikelyHandover(errors=[FieldError("/handed_on", f"Escriba un día entre el {day} y hoy.")])
        before = row.diploma
        fact = row.hand_over(_record_of(row, who, collected))
        if fact is None:
            raise DiplomaNotWaiting
        after = {"diploma": row.diploma, "by_proxy": collected.by_proxy, "document_type": collected.document_type}
        _write_down(session, row, "diploma.handed_over", {"diploma": before}, after)
        deadlines.stop(session, row.dossier_id, DeadlineKind.DIPLOMA, at=now())
        publish(session, fact)


def _lock(session: Session, recertification_id: str, who: Principal) -> Recertification:
    row = session.scalar(at_council(who).where(Recertification.id == recertification_id).with_for_update())
    if row is None:
        raise RecertificationNotFound
    if row.revoked_at is not None:
        raise AlreadyRevoked
    return row


def _record_of(row: Recertification, who: Principal, collected: Collected) -> DiplomaHandover:
    return DiplomaHandover(
        handed_on=collected.handed_on,
        collector=collected.collector if collected.by_proxy else row.name[:200],
        document_type=collected.document_type,
        by_proxy=collected.by_proxy,
        recorded_at=now(),
        recorded_by=who.subject,
        recorded_by_name=who.name,
    )


def _write_down(
    session: Session, row: Recertification, act: str, before: dict[str, object], after: dict[str, object]
) -> None:
    subject = f"recertification:{row.id}"
    record(session, act=act, subject=subject, council=row.pickup_council, before=before, after=after)
