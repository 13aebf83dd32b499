"""¿Qué debo pagar para estar hábil?: the oldest unpaid months, as many as are too many."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import today
from services.payments.models import Due
from services.payments.ordering import window_start
from services.payments.settings import current_settings
from services.payments.standing.reckoning import Verdict, unpaid_on


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """The dues that must be paid to be hábil, oldest first; the older ones cannot be paid here (PAY-5)."""

    here: list[Due]
    at_the_council: list[Due]

    @property
    def total_cents(self) -> int:
        """What they add up to."""
        return sum(due.amount_cents for due in (*self.here, *self.at_the_council))


def remedy_for(session: Session, owner_cmp: str, verdict: Verdict) -> Remedy:
    """The dues to pay, none when in good standing. A state of the registry cannot be mended by paying."""
    rule, dues = current_settings().standing_rule, []
    for kind, months in rule.months_to_pay(verdict.unpaid).items():
        owed = select(Due).where(Due.owner_cmp == owner_cmp, Due.kind == kind, unpaid_on(rule, today()))
        found = list(session.scalars(owed.order_by(Due.period, Due.id)))
        oldest = sorted({due.period for due in found})[:months]
        dues += [due for due in found if due.period in oldest]
    start = window_start()
    return Remedy(
        here=[due for due in dues if due.period >= start],
        at_the_council=[due for due in dues if due.period < start],
    )
