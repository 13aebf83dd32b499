"""The council's cockpit: what waits, what was done, why dossiers were observed, and what will be late."""

from datetime import date, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from chassis.clock import LIMA
from portal.clients import recert_calendar
from portal.forms.recert_calendar import ALL_COUNCILS, CockpitForm, DeadlineFilter
from portal.parts import parts
from portal.passing import passed_on
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.charts import bar_chart
from portal.views.staff.recertification.planning import VIEW, council_choices, show

blueprint = Blueprint("recert_cockpit", __name__, url_prefix="/gestion/recertificacion")

LOOK_BACK = timedelta(days=30)


@blueprint.get("/tablero")
@staff_only(VIEW)
def index() -> ResponseReturnValue:
    """The whole cockpit; the last month when no days are chosen."""
    form = _form()
    if not form.validate():
        return _refused(form)
    council = form.consejo.data or None
    now = recert_calendar.cockpit(council)
    done = recert_calendar.production(form.days(), council)
    charts = {
        "ruled": bar_chart([(row["label"], row["ruled"]) for row in done["councils"]]),
        "reasons": bar_chart([(row["reason"], row["count"]) for row in done["reasons"]]),
    }
    return show("cockpit", form=form, now=now, done=done, charts=charts, link=form.link())


@blueprint.get("/tablero.xlsx")
@staff_only(VIEW)
def workbook() -> ResponseReturnValue:
    """The same figures as a workbook."""
    form = _form()
    if not form.validate():
        return _refused(form)
    return passed_on(recert_calendar.workbook(form.days(), form.consejo.data or None))


@blueprint.get("/plazos")
@staff_only(VIEW)
def deadlines() -> ResponseReturnValue:
    """Open deadlines with the working days left, the next one to end first."""
    form = DeadlineFilter(request.args)
    form.consejo.choices = council_choices(ALL_COUNCILS)
    wanted = {
        "kind": form.tipo.data or None,
        "council": form.consejo.data or None,
        "late": "true" if form.vencidos.data else None,
    }
    after = request.args.get("after")
    page = recert_calendar.open_deadlines(after=after, limit=parts().settings.page_size, **wanted)
    return show("deadlines", form=form, page=page, pages=pages_around("recert_cockpit.deadlines", page, **form.link()))


def _refused(form: CockpitForm) -> ResponseReturnValue:
    """What stands now, and what is wrong with the days."""
    now = recert_calendar.cockpit(form.consejo.data or None)
    return show("cockpit", 422, form=form, now=now, done=None, link={})


def _form() -> CockpitForm:
    form = CockpitForm(_with_days(request.args))
    form.consejo.choices = council_choices(ALL_COUNCILS)
    return form


def _with_days(asked: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was asked; the last month when no day was."""
    if any(name.startswith(("desde", "hasta")) for name in asked):
        return asked
    today: date = parts().clock.now().astimezone(LIMA).date()
    days = {"desde": (today - LOOK_BACK).isoformat(), "hasta": today.isoformat()}
    return MultiDict(list(asked.items(multi=True)) + list(days.items()))
