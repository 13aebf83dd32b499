"""Recertifying a physician, and taking that back."""

import uuid
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from chassis.db import transaction
from chassis.outbox import publish
from chassis.seals import new_code
from services.recert import deadlines, register, validity
from services.recert.models import (
    ENROLMENT,
    SPECIALITY,
    Constancia,
    DeadlineKind,
    Dossier,
    Recertification,
    Series,
    next_number,
)
from services.recert.outcome.errors import AlreadyRevoked
from services.recert.outcome.finding import find_in_reach
from services.recert.staff_acts import record


def recertify(session: Session, dossier: Dossier, *, on: date) -> Recertification:
    """Recertify the physician of a dossier from the day of the dictamen on: five years minus one day (REC-17).

    The caller holds the dossier's lock and has just taken its last step. Both numbers come last: their series stay
    locked until the transaction ends, and a rollback gives them back. A job seals and draws the constancia.
    """
    row = Recertification(
        id=str(uuid.uuid4()),
        dossier_id=dossier.id,
        cmp_number=dossier.cmp_number,
        account_id=dossier.account_id,
        name=dossier.name,
        council=dossier.council,
        basis=SPECIALITY if dossier.rne else ENROLMENT,
        rne=dossier.rne,
        speciality=dossier.speciality,
        kind_text=dossier.kind_text,
        dictamen_on=on,
        valid_until=validity.valid_until(on),
        granted_at=now(),
        pickup_council=dossier.pickup_council,
    )
    deadlines.start(session, dossier, DeadlineKind.DIPLOMA, on=on)
    register.note_recertified(session, row.cmp_number, row.rne, row.valid_until)
    row.diploma_number = next_number(session, Series.DIPLOMA)
    number = next_number(session, Series.CONSTANCIA)
    row.constancia = Constancia(number=number, code=new_code(), next_attempt_at=row.granted_at)
    session.add(row)
    publish(session, row.granted())
    return row


def recertified_until(
    session: Session, cmp_number: str, basis: str, rne: str, *more: ColumnElement[bool]
) -> date | None:
    """The last day of what was not revoked on one basis, also when it has passed: "Recertificado hasta"."""
    table = Recertification
    held = (table.cmp_number == cmp_number, table.basis == basis, table.rne == rne, table.revoked_at.is_(None))
    return session.scalar(select(func.max(table.valid_until)).where(*held, *more))


def revoke(recertification_id: str, who: Principal, reason: str) -> None:
    """Take a recertification back with its constancia, by staff, with a reason; its diploma is not handed over.

    Raises RecertificationNotFound, AlreadyRevoked.
    """
    with transaction() as session:
        row = find_in_reach(session, recertification_id, who, lock=True)
        before = row.state
        others = Recertification.id != row.id
        still = recertified_until(session, row.cmp_number, row.basis, row.rne, others)
        fact = row.revoke(by=who.subject, reason=reason, at=now(), still=still)
        if fact is None:
            raise AlreadyRevoked
        record(
            session,
            act="recertification.revoked",
            subject=f"recertification:{row.id}",
            council=row.council,
            before={"state": before},
            after={"state": row.state, "recertified_until": still.isoformat() if still else None},
            reason=reason,
        )
        register.note_revoked(session, row.cmp_number, row.rne, still)
        deadlines.stop(session, row.dossier_id, DeadlineKind.DIPLOMA, at=now())
        publish(session, fact)
