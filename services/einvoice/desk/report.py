"""The report of a month: what was issued and what SUNAT said, totals by type, series and tax treatment, by day, and
where the money came from. Summed in the database; a credit note takes off what its voucher had put on."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import LIMA
from services.einvoice.desk.scope import within
from services.einvoice.documents import CREDIT_NOTE, TREATMENTS, TYPE_NAMES
from services.einvoice.models import UNJUDGED, RefundNote, Voucher, VoucherLine, VoucherState

S = VoucherState
VALID = frozenset({S.ACCEPTED, S.OBSERVED, S.VOID_REQUESTED, S.VOID_REJECTED})
"""SUNAT holds it as good: until a void is taken note of, the voucher counts."""
COUNTED = {"accepted": VALID, "rejected": {S.REJECTED}, "voided": {S.VOIDED}, "pending": UNJUDGED}
PAYMENT, REFUND, HAND, IMPORT = "payment", "refund", "hand", "import"
ORIGINS = {
    PAYMENT: "Pagos en línea",
    REFUND: "Devoluciones de pagos en línea",
    HAND: "Emitidos a mano",
    IMPORT: "Emitidos con otro sistema",
}
SOLES = "PEN"


@dataclass
class Sums:
    """How many vouchers, and the amounts of the valid ones in cents; those of notes of credit are negative."""

    issued: int = 0
    accepted: int = 0
    rejected: int = 0
    voided: int = 0
    pending: int = 0
    gravado_cents: int = 0
    exonerado_cents: int = 0
    inafecto_cents: int = 0
    exportacion_cents: int = 0
    igv_cents: int = 0
    other_cents: int = 0
    """Charges, discounts and rounding outside the tax base."""
    total_cents: int = 0

    def add(self, other: "Sums") -> None:
        """Sum up."""
        for each in fields(Sums):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass
class Line(Sums):
    """One line of the report."""

    key: str = ""
    label: str = ""
    series: str = ""
    voucher_type: str = ""


@dataclass
class Report:
    """A month of a council, or of all."""

    first: date
    last: date
    council: str | None
    items: list[Line] = field(default_factory=list)
    days: list[Line] = field(default_factory=list)
    origins: list[Line] = field(default_factory=list)
    total: Line = field(default_factory=lambda: Line(label="Total"))


def report_of(session: Session, who: Principal, first: date) -> Report:
    """The report of the month that begins with a day."""
    month = [within(who), *issued_in(first)]
    report = Report(first=first, last=_before(following_month(first)), council=who.council)
    series = _lines(session, month, [Voucher.voucher_type, Voucher.series], _of_series)
    report.items = [series[key] for key in sorted(series)]
    days = _lines(session, month, [Voucher.issue_date], _of_day)
    report.days = [days[key] for key in sorted(days)]
    origins = _lines(session, month, [_origin()], _of_origin)
    report.origins = [origins[name] for name in ORIGINS if name in origins]
    for line in report.items:
        report.total.add(line)
    return report


def issued_in(first: date) -> list[ColumnElement[bool]]:
    """The month's vouchers, by the moment of issue, which is indexed; a day is Lima's."""
    return [Voucher.issued_at >= _begin(first), Voucher.issued_at < _begin(following_month(first))]


def following_month(first: date) -> date:
    """The first day of the month after."""
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1, day=1)


def _lines(session: Session, month: list[Any], by: list[Any], named: Any) -> dict[str, Line]:
    """Lines by key: counts and amounts of the vouchers, then the values of what is not gravado, from their lines."""
    lines: dict[str, Line] = {}
    for *key, state, number, value, tax, total in session.execute(_headers(month, by)):
        line = lines.setdefault(_key(key), named(*key))
        line.issued += number
        for name, states in COUNTED.items():
            if state in states:
                setattr(line, name, getattr(line, name) + number)
        if state in VALID:
            line.gravado_cents += int(value)
            line.igv_cents += int(tax)
            line.total_cents += int(total)
            line.other_cents += int(total) - int(value) - int(tax)
    for *key, tax_code, value in session.execute(_not_gravado(month, by)):
        line, treatment = lines[_key(key)], TREATMENTS[tax_code].total
        name = f"{treatment}_cents"
        setattr(line, name, getattr(line, name) + int(value))
        line.gravado_cents -= int(value)
    return lines


def _headers(month: list[Any], by: list[Any]) -> Select[Any]:
    """By state: how many, value, tax, total. A global discount is in the value, which is gravado but for the rest."""
    sums = [func.sum(_sign() * each) for each in (Voucher.value_cents, Voucher.tax_cents, Voucher.total_cents)]
    return select(*by, Voucher.state, func.count(), *sums).where(*month).group_by(*by, Voucher.state)


def _not_gravado(month: list[Any], by: list[Any]) -> Select[Any]:
    others = [code for code, treatment in TREATMENTS.items() if treatment.total != "gravado"]
    chosen = [*month, Voucher.state.in_(VALID), VoucherLine.tax_code.in_(others)]
    summed = select(*by, VoucherLine.tax_code, func.sum(_sign() * VoucherLine.value_cents)).select_from(Voucher)
    joined = summed.join(VoucherLine, VoucherLine.voucher_id == Voucher.id)
    return joined.where(*chosen).group_by(*by, VoucherLine.tax_code)


def _sign() -> ColumnElement[int]:
    """A credit note takes off; what is not in soles, as some of earlier years are, is counted but not summed."""
    return case(
        (Voucher.currency != SOLES, literal(0)), (Voucher.voucher_type == CREDIT_NOTE, literal(-1)), else_=literal(1)
    )


def _origin() -> ColumnElement[str]:
    """Where a voucher came from: a payment, the refund of one, somebody's hand, or another system in earlier years."""
    refunds = select(RefundNote.note_id).where(RefundNote.note_id.is_not(None))
    origin: ColumnElement[str] = case(
        (Voucher.imported_at.is_not(None), literal(IMPORT)),
        (Voucher.order_id.is_not(None), literal(PAYMENT)),
        (Voucher.id.in_(refunds), literal(REFUND)),
        else_=literal(HAND),
    ).label("origin")
    return origin


def _of_series(voucher_type: str, series: str) -> Line:
    return Line(
        key=f"{voucher_type} {series}", label=TYPE_NAMES[voucher_type], series=series, voucher_type=voucher_type
    )


def _of_day(day: date) -> Line:
    return Line(key=day.isoformat(), label=f"{day:%d/%m/%Y}")


def _of_origin(origin: str) -> Line:
    return Line(key=origin, label=ORIGINS[origin])


def _key(parts: list[Any]) -> str:
    return " ".join(str(part) for part in parts)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, LIMA)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
