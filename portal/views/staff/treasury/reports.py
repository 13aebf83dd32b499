"""Reports of what was collected: figures in a table, the same as a chart, the same as XLSX."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from chassis.clock import LIMA
from portal.clients import treasury
from portal.forms.treasury import ReportForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.staff.treasury.desk import VIEW, blueprint, passed_on, show

HEIGHT, LEFT, BOTTOM, TOP = 260, 12, 34, 12
WIDEST_BAR, NARROWEST_SLOT, WIDTH = 56, 22, 960
MOST_LABELS = 12


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, how tall it is, what stands under it. In the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    amount: str


@dataclass(frozen=True)
class Chart:
    """Bars on one line. The figures stand in the table; the drawing only shows their shape."""

    bars: list[Bar]
    width: float
    height: float
    base: float
    top_amount: str


@blueprint.get("/reportes")
@staff_only(VIEW)
def reports() -> ResponseReturnValue:
    """Collected, given back and net by day, kind or council; this month until today when nothing is chosen."""
    form = ReportForm(request.args if request.args else _this_month())
    if not form.validate():
        return show("reports", 422, form=form, report=None, chart=None, link={})
    report = treasury.fetch("reports/collected", **_query(form))
    return show("reports", form=form, report=report, chart=draw(report["items"]), link=_link(form))


@blueprint.get("/reportes/recaudacion.xlsx")
@staff_only(VIEW)
def report_workbook() -> ResponseReturnValue:
    """The same figures as a workbook."""
    form = ReportForm(request.args)
    if not form.validate():
        return show("reports", 422, form=form, report=None, chart=None, link={})
    return passed_on(treasury.download("reports/collected.xlsx", **_query(form)))


def draw(rows: list[dict[str, Any]]) -> Chart | None:
    """The bars of the net amounts; None when there is nothing above zero to show."""
    amounts = [max(Decimal(row["net"]), Decimal(0)) for row in rows]
    if not any(amounts):
        return None
    slot = max(NARROWEST_SLOT, (WIDTH - 2 * LEFT) / len(rows))
    width, room = min(WIDEST_BAR, slot * 0.7), HEIGHT - TOP - BOTTOM
    every = -(-len(rows) // MOST_LABELS)
    bars = []
    for number, (row, amount) in enumerate(zip(rows, amounts, strict=True)):
        height = float(amount / max(amounts)) * room
        x = LEFT + slot * number + (slot - width) / 2
        label = _short(row) if number % every == 0 else ""
        bars.append(
            Bar(round(x, 1), round(TOP + room - height, 1), round(width, 1), round(height, 1), label, row["net"])
        )
    top = max(rows, key=lambda row: Decimal(row["net"]))["net"]
    return Chart(bars, round(slot * len(rows) + 2 * LEFT), HEIGHT, TOP + room, top)


def _short(row: dict[str, Any]) -> str:
    label = str(row["label"])
    return label[:5] if label[:10].count("/") == 2 else label[:18]


def _this_month() -> MultiDict[str, str]:
    today: date = parts().clock.now().astimezone(LIMA).date()
    return MultiDict({"desde": today.replace(day=1).isoformat(), "hasta": today.isoformat(), "por": "day"})


def _query(form: ReportForm) -> dict[str, str]:
    link = _link(form)
    return {"from": link["desde"], "to": link["hasta"], "by": link["por"]}


def _link(form: ReportForm) -> dict[str, str]:
    """The choices for an address, once the form has found both days good."""
    return {"desde": str(form.desde.data), "hasta": str(form.hasta.data), "por": str(form.por.data)}
