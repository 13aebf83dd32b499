"""The council's cockpit, as figures and as a workbook: the own council's, or all for national staff."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.clock import today
from chassis.db import reading
from services.recert.cockpit.forecast import forecasts
from services.recert.cockpit.production import ObservedFor, Production, production
from services.recert.cockpit.queues import deadlines_page, queues, recent_moves, total_of
from services.recert.cockpit.schemas import (
    CockpitView,
    DeadlinePage,
    DeadlinesQuery,
    ProductionQuery,
    ProductionView,
    ScopeQuery,
)
from services.recert.cockpit.workbook import TYPE, as_xlsx

blueprint = Blueprint("cockpit", __name__, url_prefix="/v1/staff/cockpit", description="Tablero de recertificación")


@blueprint.get("")
@requires("recert:view")
@blueprint.arguments(ScopeQuery, location="query")
@blueprint.response(200, CockpitView)
def show_cockpit(query: dict[str, Any]) -> dict[str, Any]:
    """What waits, what the calendar moved lately, and what will be late at the present pace."""
    council = _scope(query)
    with reading() as session:
        waiting = queues(session, council)
        return {
            "queues": waiting,
            "total": total_of(waiting),
            "forecast": forecasts(session, council),
            "moves": recent_moves(session, council),
        }


@blueprint.get("/deadlines")
@requires("recert:view")
@blueprint.arguments(DeadlinesQuery, location="query")
@blueprint.response(200, DeadlinePage)
def list_open_deadlines(query: dict[str, Any]) -> dict[str, Any]:
    """Open deadlines with the working days left, the next one to end first."""
    wanted = {name: query[name] for name in ("kind", "late", "after", "limit")}
    with reading() as session:
        return deadlines_page(session, _scope(query), **wanted)


@blueprint.get("/production")
@requires("recert:view")
@blueprint.arguments(ProductionQuery, location="query")
@blueprint.response(200, ProductionView)
def show_production(query: dict[str, Any]) -> dict[str, Any]:
    """What was done on some days by council, and why dossiers were observed."""
    with reading() as session:
        done = production(session, _scope(query), query["since"], query["until"])
    reasons = [_reason(each, done) for each in done.reasons]
    return {name: getattr(done, name) for name in ("since", "until", "councils", "total")} | {"reasons": reasons}


@blueprint.get("/workbook.xlsx")
@requires("recert:view")
@blueprint.arguments(ProductionQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=TYPE)
def download_workbook(query: dict[str, Any]) -> Response:
    """The whole cockpit as a workbook."""
    council = _scope(query)
    with reading() as session:
        done = production(session, council, query["since"], query["until"])
        body = as_xlsx(queues(session, council), forecasts(session, council), done)
    name = f"recertificacion-{council or 'nacional'}-{today():%Y%m%d}.xlsx"
    return Response(body, content_type=TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _scope(query: dict[str, Any]) -> str | None:
    """The council that is shown; None for all, which only national staff see."""
    return principal().council or query["council"]


def _reason(each: ObservedFor, done: Production) -> dict[str, Any]:
    councils = [
        {"council": code, "label": done.label(code), "count": count} for code, count in sorted(each.by_council.items())
    ]
    return {"code": each.code, "reason": each.reason, "count": each.count, "councils": councils}
