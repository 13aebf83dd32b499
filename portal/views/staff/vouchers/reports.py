"""The report of a month: figures in tables, the same as a chart, as XLSX, and as the text file of the PLE."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from chassis.clock import LIMA
from portal.clients import voucher_desk
from portal.formats import period
from portal.forms.voucher_desk import MonthForm
from portal.parts import parts
from portal.passing import passed_on
from portal.session import account, staff_only
from portal.views.staff.charts import column_chart
from portal.views.staff.vouchers.desk import VIEW, blueprint, show


@blueprint.get("/reportes")
@staff_only(VIEW)
def reports() -> ResponseReturnValue:
    """Issued, accepted, rejected, voided, and the amounts; this month when none is chosen."""
    form = MonthForm(request.args if request.args else _this_month())
    if not form.validate():
        return show("reports", 422, form=form, report=None, chart=None)
    report = voucher_desk.report(form.mes.data)
    chart = column_chart([(day["label"], day["total"]) for day in report["days"]])
    national = not (account() or {}).get("council")
    return show("reports", form=form, report=report, chart=chart, month=period(form.mes.data), national=national)


@blueprint.get("/reportes/comprobantes.xlsx")
@staff_only(VIEW)
def workbook() -> ResponseReturnValue:
    """The same figures as a workbook."""
    return _file("reports/month.xlsx")


@blueprint.get("/reportes/registro-de-ventas.txt")
@staff_only(VIEW)
def register() -> ResponseReturnValue:
    """The month's Registro de Ventas e Ingresos, for accountants to load (PLE 14.1)."""
    return _file("reports/ple.txt")


def _file(path: str) -> ResponseReturnValue:
    form = MonthForm(request.args)
    if not form.validate():
        return show("reports", 422, form=form, report=None, chart=None)
    return passed_on(voucher_desk.download(path, month=form.mes.data))


def _this_month() -> MultiDict[str, Any]:
    return MultiDict({"mes": f"{parts().clock.now().astimezone(LIMA):%Y-%m}"})
