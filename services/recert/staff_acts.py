"""The audit of recert: who did what, when, to what, with before, after and reason, in the act's own transaction."""

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.evidence import record_act
from services.recert.models.staff_acts import StaffAct

record = partial(record_act, table=StaffAct)
"""Write one act (`chassis.evidence.record_act`): `dossier.claimed` on `dossier:…`."""


def acts_about(session: Session, *subjects: str) -> list[StaffAct]:
    """Everything staff did about these subjects, oldest first."""
    return list(session.scalars(select(StaffAct).where(StaffAct.subject.in_(subjects)).order_by(StaffAct.id)))
