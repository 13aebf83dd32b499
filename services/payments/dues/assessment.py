"""The monthly assessment: one statement per tariff makes everybody owe the month once, however often it runs."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.clock import now, today
from chassis.db import reading, transaction
from chassis.outbox import publish
from contracts.payments import DuesAssessed
from services.payments import staff_acts
from services.payments.dues import DueKind, add_months, first_day, period_of
from services.payments.models import Beneficiary, Due, Payer, Tariff
from services.payments.money import decimal
from services.payments.settings import Settings, current_settings
from services.payments.standing.reckoning import look_again
from services.payments.states import DueState

CURRENCY = "PEN"
COLUMNS = (
    "owner_cmp", "kind", "period", "person", "concept", "tariff_id", "description",
    "amount_cents", "currency", "tax_code", "state", "created_at",
)  # fmt: skip

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Assessed:
    """What one tariff added to one month."""

    tariff_id: int
    kind: DueKind
    count: int


def assess_this_month() -> list[Assessed]:
    """Assess the current month in Lima, once its day has come; nothing new when it was assessed before."""
    settings = current_settings()
    if not settings.assess_monthly or today().day < settings.assessment_day:
        return []
    return assess(period_of(today()))


def assess(period: str) -> list[Assessed]:
    """Make everybody owe a month `yyyymm` by the tariffs in force in it, a transaction per tariff.

    A run that was cut short is finished by the next one: what is there already stays as it is.
    """
    with reading() as session:
        tariffs = list(session.scalars(in_force(period).order_by(Tariff.id)))
    for kind in set(DueKind) - {tariff.kind for tariff in tariffs}:
        log.error("no tariff of kind %s is in force in %s: nobody is assessed", kind, period)
    return [_assess_by(tariff.id, period) for tariff in tariffs]


def in_force(period: str) -> Select[Tariff]:
    """The tariffs that price a month."""
    return select(Tariff).where(
        Tariff.valid_from <= period, or_(Tariff.valid_until.is_(None), Tariff.valid_until >= period)
    )


def _assess_by(tariff_id: int, period: str) -> Assessed:
    with transaction() as session:
        # The lock lets a tariff be ended before or after, never while it is being used.
        tariff = session.get_one(Tariff, tariff_id, with_for_update=True)
        count = _insert(session, tariff, period)
        if count:
            look_again(session, period)
            publish(session, _fact(tariff, period, count))
            staff_acts.record(
                session, act="dues.assessed", subject=f"tariff:{tariff.id}", council=None,
                after={"period": period, "count": count, "amount": str(decimal(tariff.amount_cents))},
            )  # fmt: skip
    log.info("tariff %s, period %s: %s dues assessed", tariff_id, period, count)
    return Assessed(tariff_id, tariff.kind, count)


def _insert(session: Session, tariff: Tariff, period: str) -> int:
    """Add what is missing, in the database alone: 110,000 rows never come here."""
    owing = _physicians(tariff, period) if tariff.relation is None else _beneficiaries(tariff, period)
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(Due).from_select(COLUMNS, owing).on_conflict_do_nothing(
        index_elements=["owner_cmp", "kind", "period", "person", "concept"]
    )  # fmt: skip
    # An INSERT keeps its row count only when asked to.
    result: Any = session.execute(added.execution_options(preserve_rowcount=True))
    return int(result.rowcount)


def _physicians(tariff: Tariff, period: str) -> Select[Any]:
    """Everybody in a state that owes, from the month after registration that the setting says."""
    settings = current_settings()
    return select(*_values(Payer.cmp_number, literal(""), tariff, period)).where(
        Payer.state.in_(_words(settings.assessed_states)), _registered_before(settings, period)
    )


def _beneficiaries(tariff: Tariff, period: str) -> Select[Any]:
    """The members of families of the tariff's relation and age, while they are covered."""
    settings = current_settings()
    born_from, born_until = _births(tariff, first_day(period))
    covered = and_(Beneficiary.since <= period, or_(Beneficiary.until.is_(None), Beneficiary.until >= period))
    return (
        select(*_values(Beneficiary.holder_cmp, Beneficiary.code, tariff, period))
        .join(Payer, Payer.cmp_number == Beneficiary.holder_cmp)
        .where(
            Beneficiary.relation == tariff.relation,
            covered,
            Beneficiary.birth_date.between(born_from, born_until),
            Payer.state.in_(_words(settings.semefa_states)),
        )
    )


def _values(owner: Any, person: Any, tariff: Tariff, period: str) -> Iterable[Any]:
    """The columns of a new due, in the order of COLUMNS."""
    fixed: dict[Any, Any] = {
        Due.kind: tariff.kind, Due.period: period, Due.concept: tariff.concept, Due.tariff_id: tariff.id,
        Due.description: tariff.describe(period), Due.amount_cents: tariff.amount_cents, Due.currency: CURRENCY,
        Due.tax_code: tariff.tax_code, Due.state: DueState.OPEN, Due.created_at: now(),
    }  # fmt: skip
    typed = {column.key: literal(value, column.type) for column, value in fixed.items()}
    return [{"owner_cmp": owner, "person": person, **typed}[name] for name in COLUMNS]


def _registered_before(settings: Settings, period: str) -> ColumnElement[bool]:
    limit = first_day(add_months(period, 1 - settings.first_due_months))
    return or_(Payer.registered_on.is_(None), Payer.registered_on < limit)


def _births(tariff: Tariff, day: date) -> tuple[date, date]:
    """The first and last birthday of who is of the tariff's age on the first day of a month."""
    return _years_before(day, tariff.age_to + 1, after=True), _years_before(day, tariff.age_from, after=False)


def _years_before(day: date, years: int, *, after: bool) -> date:
    """The day so many years ago, or the one after it; `day` is the first of a month, so every year has it."""
    year = max(day.year - years, 1)
    return date(year, day.month, 2 if after else 1)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _fact(tariff: Tariff, period: str, count: int) -> DuesAssessed:
    return DuesAssessed(
        tariff_id=str(tariff.id),
        kind=tariff.kind,
        concept=tariff.concept,
        period=period,
        count=count,
        total=decimal(count * tariff.amount_cents),
        currency=CURRENCY,
        assessed_at=now(),
    )
