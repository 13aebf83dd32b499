"""The audit of payments: who did what, when, to what, with before, after and reason, in the act's own transaction."""

from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.evidence import record_act
from services.payments.models.staff_acts import StaffAct

record = partial(record_act, table=StaffAct)
"""Write one act (`chassis.evidence.record_act`): `refund.requested` on `order:…`; money in it as decimal text."""


def acts_for(who: Principal) -> Select[StaffAct]:
    """The acts a person may read: all, or those that concern the own council."""
    acts = select(StaffAct)
    return acts if who.council is None else acts.where(StaffAct.council == who.council)


def acts_about(session: Session, *subjects: str) -> list[StaffAct]:
    """Everything staff did about these subjects, oldest first."""
    return list(session.scalars(select(StaffAct).where(StaffAct.subject.in_(subjects)).order_by(StaffAct.id)))
