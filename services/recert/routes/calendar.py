"""The calendar of working days, for staff: read, and changed after its effect was shown."""

from datetime import date
from typing import Any

from flask_smorest import Blueprint

from chassis.auth import Principal, principal, requires
from chassis.clock import today
from chassis.db import reading, transaction
from services.recert.deadlines.calendar_changes import (
    DayChange,
    add,
    days_in_reach,
    preview_adding,
    preview_withdrawing,
    withdraw,
)
from services.recert.deadlines.moving import Effect, Move
from services.recert.deadlines.schemas import (
    CalendarView,
    DayChangeBody,
    DayChanged,
    EffectView,
    WithdrawalBody,
    WithdrawalEffect,
    YearQuery,
)
from services.recert.deadlines.viewing import KIND_WORDS
from services.recert.models import NATIONAL, DayKind
from services.recert.working_days.calendar import holidays_of

FIRST_SHOWN = 20

blueprint = Blueprint("calendar", __name__, url_prefix="/v1/staff/calendar", description="Calendario de días hábiles")


@blueprint.get("")
@requires("recert:view")
@blueprint.arguments(YearQuery, location="query")
@blueprint.response(200, CalendarView)
def show_calendar(query: dict[str, Any]) -> dict[str, Any]:
    """A year: national holidays, and what staff ruled for all councils, for the own one, or for the one asked for."""
    year, council = query["year"] or today().year, principal().council or query["council"]
    with reading() as session:
        rows = days_in_reach(session, principal(), date(year, 1, 1), date(year, 12, 31))
    shown = [row for row in rows if council is None or row.council in (NATIONAL, council)]
    return {
        "year": year,
        "council": council,
        "holidays": [{"day": day, "name": name} for day, name in sorted(holidays_of(year).items())],
        "staff_days": [row for row in shown if row.withdrawn_at is None],
        "withdrawn": [row for row in shown if row.withdrawn_at is not None],
    }


@blueprint.post("/previews")
@requires("recert:calendar")
@blueprint.arguments(DayChangeBody)
@blueprint.response(200, EffectView)
def preview_day(body: dict[str, Any]) -> dict[str, Any]:
    """How many open deadlines a closure or an extra day would move; nothing is done."""
    with reading() as session:
        return _shown(preview_adding(session, _change(body), principal()))


@blueprint.post("/days")
@requires("recert:calendar")
@blueprint.arguments(DayChangeBody)
@blueprint.response(201, DayChanged)
def add_day(body: dict[str, Any]) -> dict[str, Any]:
    """Close a day or make it a working day; open deadlines it lies in end later, and both sides are told."""
    with transaction() as session:
        row, moved = add(session, _change(body), principal())
        return {"day": row, "moved": moved}


@blueprint.get("/days/<int:day_id>/preview")
@requires("recert:calendar")
@blueprint.response(200, WithdrawalEffect)
def preview_withdrawal(day_id: int) -> dict[str, Any]:
    """A day, and how many open deadlines would move if it were taken back; nothing is done."""
    with reading() as session:
        row, effect = preview_withdrawing(session, day_id, principal())
        return _shown(effect) | {"day": row}


@blueprint.post("/days/<int:day_id>/withdrawal")
@requires("recert:calendar")
@blueprint.arguments(WithdrawalBody)
@blueprint.response(200, DayChanged)
def withdraw_day(body: dict[str, Any], day_id: int) -> dict[str, Any]:
    """Take a closure or an extra day back; deadlines keep the later date that was told."""
    with transaction() as session:
        row, moved = withdraw(session, day_id, principal(), body["reason"])
        return {"day": row, "moved": moved}


def _change(body: dict[str, Any]) -> DayChange:
    """What is asked for; who works for one council and names none means the own one."""
    who: Principal = principal()
    return DayChange(
        day=body["day"], kind=DayKind(body["kind"]), council=body["council"] or who.council or NATIONAL,
        reason=body["reason"],
    )  # fmt: skip


def _shown(effect: Effect) -> dict[str, Any]:
    """While the session is open: the names come from the dossiers."""
    first = [_move(move) for move in effect.moves[:FIRST_SHOWN]]
    return {"moved": len(effect.moves), "kept": effect.kept, "first": first}


def _move(move: Move) -> dict[str, Any]:
    deadline, dossier = move.deadline, move.deadline.dossier
    return {
        "number": dossier.number_text,
        "name": dossier.name,
        "kind_text": KIND_WORDS[deadline.kind],
        "council": deadline.council,
        "due_before": deadline.due_on,
        "due_on": move.due_on,
    }
