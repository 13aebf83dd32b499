"""The ladder before a certification ends: six months, four months, thirty days; each rung told once (issue 6)."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from chassis.clock import now, today
from chassis.outbox import publish
from contracts.recert import CertificationEnding
from services.recert.models import (
    SPECIALITY,
    Certification,
    Contact,
    EndingNotice,
    Notice,
    Physician,
    Recertification,
    RegisteredSpeciality,
)
from services.recert.settings import current_settings

BATCH = 200
KEY = ("cmp_number", "basis", "rne")


def windows(day: date) -> list[tuple[Notice, date, date]]:
    """For each rung, between which last days of a certification it is told on a day, both included.

    No last day stands on two rungs: who comes late to the ladder is told the most urgent one only.
    """
    thirty, four, six = day + timedelta(days=30), months_on(day, 4), months_on(day, 6)
    return [
        (Notice.THIRTY_DAYS, day, thirty),
        (Notice.FOUR_MONTHS, thirty + timedelta(days=1), four),
        (Notice.SIX_MONTHS, four + timedelta(days=1), six),
    ]


def months_on(day: date, months: int) -> date:
    """The same day some months on; the last of the month when there is none: 31 October + 4 is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def tell_next(session: Session) -> int:
    """Tell a batch of what ends soon and was not told yet, the most urgent first; returns how many."""
    states = [state.strip() for state in current_settings().notice_states.split(",")]
    told = 0
    for notice, first, last in windows(today()):
        for row in session.execute(_ending(notice, first, last, states).limit(BATCH - told)).all():
            key = {name: getattr(row, name) for name in (*KEY, "valid_until")}
            session.add(EndingNotice(**key, notice=notice, told_at=now()))
            fact = CertificationEnding(
                **key, notice=notice.value, speciality=row.speciality, account_id=row.account_id
            )  # fmt: skip
            publish(session, fact)
            told += 1
    return told


def _ending(notice: Notice, first: date, last: date, states: list[str]) -> Select[Any]:
    """What ends in a window: the last thing that certifies on its basis, of somebody the register still lists so."""
    held = _held(first, last).subquery()
    named = RegisteredSpeciality
    account = select(func.max(Contact.account_id)).where(Contact.cmp_number == held.c.cmp_number).scalar_subquery()
    told = aliased(EndingNotice)
    before = (_same(told, held), told.valid_until == held.c.valid_until, told.notice == notice)
    return (
        select(held, named.name.label("speciality"), account.label("account_id"))
        .join(Physician, Physician.cmp_number == held.c.cmp_number)
        .outerjoin(named, and_(named.cmp_number == held.c.cmp_number, named.rne == held.c.rne))
        .where(
            Physician.state.in_(states),
            or_(held.c.basis != SPECIALITY, named.rne.is_not(None)),
            ~exists().where(*before),
            ~exists().where(_later(Certification, held)),
            ~exists().where(_later(Recertification, held), Recertification.revoked_at.is_(None)),
        )
        .order_by(held.c.valid_until, held.c.cmp_number, held.c.basis, held.c.rne)
    )


def _held(first: date, last: date) -> CompoundSelect[Any]:
    automatic, earned = Certification, Recertification
    columns = [[getattr(table, name) for name in (*KEY, "valid_until")] for table in (automatic, earned)]
    return (
        select(*columns[0])
        .where(automatic.valid_until.between(literal(first), last))
        .union(
            select(*columns[1]).where(earned.valid_until.between(literal(first), last), earned.revoked_at.is_(None)),
        )
    )


def _same(table: Any, held: Any) -> Any:
    return and_(*(getattr(table, name) == held.c[name] for name in KEY))


def _later(table: Any, held: Any) -> Any:
    return and_(_same(table, held), table.valid_until > held.c.valid_until)
