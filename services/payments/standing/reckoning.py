"""Working good standing out, for one physician or for all: counts in the database, states compared, changes told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from chassis.clock import LIMA, now, today
from chassis.outbox import publish
from services.payments.dues import DueKind
from services.payments.models import Due, GoodStanding, Payer
from services.payments.settings import current_settings
from services.payments.standing.rule import StandingRule
from services.payments.states import DueState

CHUNK = 2000
"""Physicians per transaction of the daily job."""

Unpaid = Mapping[DueKind, int]
"""Unpaid months by kind."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the rule says of one physician on a day, and why."""

    good: bool
    unpaid: Unpaid
    registry_state: str
    fit: bool
    """Whether the registry's state allows good standing at all."""

    @property
    def unpaid_periods(self) -> int:
        """Unpaid months of all kinds that count."""
        return sum(self.unpaid.values())


def verdict_on(session: Session, payer: Payer, day: date) -> Verdict:
    """What the rule says of a physician on a day in Lima, from the dues as they are known now."""
    rule = current_settings().standing_rule
    unpaid = _unpaid_months(session, [payer.cmp_number], rule, day)
    return _verdict(rule, unpaid.get(payer.cmp_number, {}), payer.state)


def reassess(session: Session, *owners: str) -> None:
    """Work standing out again for physicians whose dues just changed, in the caller's transaction; tell changes.

    Whoever the daily job has not met yet is left to it, so that everybody's first answer is told once.
    """
    session.flush()
    for start in range(0, len(owners), CHUNK):
        _judge(session, owners[start : start + CHUNK])


def enrol(session: Session) -> int:
    """Open a row for physicians who have none yet, a chunk at a time; returns how many were opened."""
    new = select(Payer.cmp_number).where(~_known()).order_by(Payer.cmp_number).limit(CHUNK)
    cmp_numbers = list(session.scalars(new))
    if cmp_numbers:
        session.execute(insert(GoodStanding), [{"cmp_number": cmp, "unpaid_periods": 0} for cmp in cmp_numbers])
    return len(cmp_numbers)


def reassess_stale(session: Session) -> int:
    """Work standing out for the next chunk that was not looked at today in Lima; returns how many were."""
    stale = or_(GoodStanding.checked_on.is_(None), GoodStanding.checked_on < today())
    wanted = select(GoodStanding.cmp_number).where(stale).order_by(GoodStanding.cmp_number).limit(CHUNK)
    owners = list(session.scalars(wanted))
    if owners:
        _judge(session, owners)
    return len(owners)


def look_again(session: Session, period: str) -> None:
    """Let the job look at everybody again, after a month that counts already was assessed for many at once."""
    if period <= current_settings().standing_rule.last_counted_period(today()):
        known = update(GoodStanding).where(GoodStanding.checked_on.is_not(None))
        session.execute(known.values(checked_on=None).execution_options(synchronize_session=False))


def _known() -> ColumnElement[bool]:
    return select(GoodStanding.cmp_number).where(GoodStanding.cmp_number == Payer.cmp_number).exists()


def _judge(session: Session, owners: Sequence[str]) -> None:
    """Judge the known rows of these physicians. The rows are locked first, so the counts are the newest."""
    rule, day = current_settings().standing_rule, today()
    rows = (
        select(GoodStanding).where(GoodStanding.cmp_number.in_(owners)).order_by(GoodStanding.cmp_number)
    ).with_for_update()
    standings = list(session.scalars(rows.execution_options(populate_existing=True)))
    if not standings:
        return
    states = _registry_states(session, owners)
    unpaid = _unpaid_months(session, owners, rule, day)
    facts = []
    for standing in standings:
        cmp_number = standing.cmp_number
        verdict = _verdict(rule, unpaid.get(cmp_number, {}), states.get(cmp_number, ""))
        if fact := standing.judge(verdict.good, verdict.unpaid_periods, day):
            facts.append(fact)
    session.flush()
    looked_at = update(GoodStanding).where(GoodStanding.cmp_number.in_([each.cmp_number for each in standings]))
    session.execute(looked_at.values(checked_on=day, checked_at=now()).execution_options(synchronize_session=False))
    publish(session, *facts)


def _registry_states(session: Session, owners: Sequence[str]) -> dict[str, str]:
    payers = select(Payer.cmp_number, Payer.state).where(Payer.cmp_number.in_(owners))
    return {row.cmp_number: row.state for row in session.execute(payers)}


def _verdict(rule: StandingRule, unpaid: Unpaid, registry_state: str) -> Verdict:
    fit = registry_state in rule.registry_states
    return Verdict(good=fit and rule.is_met(unpaid), unpaid=unpaid, registry_state=registry_state, fit=fit)


def _unpaid_months(
    session: Session, owners: Sequence[str], rule: StandingRule, day: date
) -> dict[str, dict[DueKind, int]]:
    """Months of each kind that counts which each of these physicians still owed on a day, grace over."""
    counted = (
        select(Due.owner_cmp, Due.kind, func.count(Due.period.distinct()))
        .where(Due.owner_cmp.in_(owners), unpaid_on(rule, day))
        .group_by(Due.owner_cmp, Due.kind)
    )
    found: dict[str, dict[DueKind, int]] = {}
    for owner, kind, months in session.execute(counted):
        found.setdefault(owner, {})[DueKind(kind)] = months
    return found


def unpaid_on(rule: StandingRule, day: date) -> ColumnElement[bool]:
    """The dues that count as unpaid at the end of a day in Lima: still open, or settled only later."""
    settled_later = and_(Due.state == DueState.PAID, Due.settled_at >= _end_of(day))
    owed = Due.state == DueState.OPEN if day >= today() else or_(Due.state == DueState.OPEN, settled_later)
    return and_(Due.kind.in_(rule.kinds), Due.period <= rule.last_counted_period(day), owed)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LIMA)
