"""Money collected through this service and given back, summed in the database by day in Lima, kind or council."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, exists, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from chassis.auth import Principal
from chassis.clock import LIMA
from services.payments.dues import LABELS, DueKind
from services.payments.models import CouncilName, Order, OrderLine, Refund, RefundLine


class By(StrEnum):
    """How a report is cut."""

    DAY = "day"
    KIND = "kind"
    COUNCIL = "council"


class lima_day(GenericFunction[date]):  # noqa: N801 - a function of the database
    """The day in Lima of a moment; Peru has kept UTC-5 without summer time since 1994."""

    type = Date()
    inherit_cache = True


@compiles(lima_day, "postgresql")
def _on_postgresql(element: lima_day, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AT TIME ZONE 'America/Lima' AS DATE)"


@compiles(lima_day, "sqlite")
def _on_sqlite(element: lima_day, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '-5 hours')"


@dataclass
class Line:
    """One line of a report, in cents: what was paid, what was given back on those days, and how much of it."""

    key: str
    label: str
    orders: int = 0
    dues: int = 0
    collected_cents: int = 0
    refunded_cents: int = 0

    @property
    def net_cents(self) -> int:
        """What is left."""
        return self.collected_cents - self.refunded_cents

    def add(self, other: "Line") -> None:
        """Sum up."""
        self.orders += other.orders
        self.dues += other.dues
        self.collected_cents += other.collected_cents
        self.refunded_cents += other.refunded_cents


@dataclass
class Report:
    """The lines of some days, both ends included, and their sum."""

    since: date
    until: date
    by: By
    items: list[Line] = field(default_factory=list)
    total: Line = field(default_factory=lambda: Line("", "Total"))


def collected(session: Session, who: Principal, since: date, until: date, by: By) -> Report:
    """Paid orders by the day they were paid, refunds by the day the money went back. Only the own council's."""
    council = [] if who.council is None else [Order.council == who.council]
    start, end = _moment(since), _moment(until + timedelta(days=1))
    lines: dict[str, Line] = {}

    def line(key: Any) -> Line:
        return lines.setdefault(str(key), Line(str(key), str(key)))

    paid = [Order.paid_at >= start, Order.paid_at < end, *council]
    returned = [Refund.returned_at >= start, Refund.returned_at < end, *council]
    for row in session.execute(_paid(_cut(by, Order.paid_at), paid)):
        line(row.key).orders, line(row.key).collected_cents = row.orders, int(row.cents)
    for row in session.execute(_dues(_cut(by, Order.paid_at), paid)):
        line(row.key).dues = row.dues
    for row in session.execute(_returned(_cut(by, Refund.returned_at), returned)):
        line(row.key).refunded_cents = int(row.cents)
    return _report(Report(since, until, by), lines, _labels(session, by))


def _cut(by: By, moment: Any) -> ColumnElement[Any]:
    cuts: dict[By, Callable[[], Any]] = {
        By.DAY: lambda: lima_day(moment), By.KIND: lambda: Order.kind, By.COUNCIL: lambda: Order.council,
    }  # fmt: skip
    key: ColumnElement[Any] = cuts[by]().label("key")
    return key


def _paid(key: ColumnElement[Any], conditions: list[Any]) -> Select[Any]:
    sums = select(key, func.count().label("orders"), func.sum(Order.total_cents).label("cents"))
    return sums.where(*conditions).group_by(key)


def _dues(key: ColumnElement[Any], conditions: list[Any]) -> Select[Any]:
    sums = select(key, func.count().label("dues")).select_from(Order).join(OrderLine, OrderLine.order_id == Order.id)
    return sums.where(*conditions).group_by(key)


def _returned(key: ColumnElement[Any], conditions: list[Any]) -> Select[Any]:
    """Refunds of dues; a charge that had paid nothing was never collected, so its return is not in here."""
    of_dues = exists().where(RefundLine.refund_id == Refund.id)
    sums = select(key, func.sum(Refund.amount_cents).label("cents")).join(Order, Order.id == Refund.order_id)
    return sums.where(*conditions, of_dues).group_by(key)


def _report(report: Report, lines: dict[str, Line], label: Callable[[str], str]) -> Report:
    for key in sorted(lines):
        lines[key].label = label(key)
        report.items.append(lines[key])
        report.total.add(lines[key])
    return report


def _labels(session: Session, by: By) -> Callable[[str], str]:
    if by is By.DAY:
        return lambda key: f"{date.fromisoformat(key):%d/%m/%Y}"
    if by is By.KIND:
        return lambda key: LABELS[DueKind(key)]
    names: dict[str, str] = {row.code: row.label for row in _councils(session)}
    return lambda key: names.get(key, f"Consejo regional {key}")


def _councils(session: Session) -> list[Row[Any]]:
    return list(session.execute(select(CouncilName.code, CouncilName.label)))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), LIMA).astimezone(UTC)
