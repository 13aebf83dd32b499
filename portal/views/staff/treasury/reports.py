"""Reports of what was collected: figures in a table, the same as a chart, the same as XLSX."""

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from chassis.clock import LIMA
from portal.clients import treasury
from portal.forms.treasury import ReportForm
from portal.parts import parts
from portal.passing import passed_on
from portal.session import staff_only
from portal.views.staff.charts import column_chart
from portal.views.staff.treasury.desk import VIEW, blueprint, show


@blueprint.get("/reportes")
@staff_only(VIEW)
def reports() -> ResponseReturnValue:
    """Collected, given back and net by day, kind or council; this month until today when nothing is chosen."""
    form = ReportForm(request.args if request.args else _this_month())
    if not form.validate():
        return show("reports", 422, form=form, report=None, chart=None, link={})
    report = treasury.fetch("reports/collected", **_query(form))
    chart = column_chart([(str(row["label"]), row["net"]) for row in report["items"]])
    return show("reports", form=form, report=report, chart=chart, link=_link(form))


@blueprint.get("/reportes/recaudacion.xlsx")
@staff_only(VIEW)
def report_workbook() -> ResponseReturnValue:
    """The same figures as a workbook."""
    form = ReportForm(request.args)
    if not form.validate():
        return show("reports", 422, form=form, report=None, chart=None, link={})
    return passed_on(treasury.download("reports/collected.xlsx", **_query(form)))


def _this_month() -> MultiDict[str, str]:
    today: date = parts().clock.now().astimezone(LIMA).date()
    return MultiDict({"desde": today.replace(day=1).isoformat(), "hasta": today.isoformat(), "por": "day"})


def _query(form: ReportForm) -> dict[str, str]:
    link = _link(form)
    return {"from": link["desde"], "to": link["hasta"], "by": link["por"]}


def _link(form: ReportForm) -> dict[str, str]:
    """The choices for an address, once the form has found both days good."""
    return {"desde": str(form.desde.data), "hasta": str(form.hasta.data), "por": str(form.por.data)}
