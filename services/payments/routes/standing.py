"""Good standing: one's own, and any physician's for staff."""

from datetime import date
from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.clock import now, today
from chassis.db import reading
from services.payments.dues import LABELS
from services.payments.errors import PayerUnknown, PhysicianUnknown
from services.payments.models import GoodStanding, Payer
from services.payments.ordering import cmp_of
from services.payments.settings import current_settings
from services.payments.standing.reckoning import Verdict, verdict_on
from services.payments.standing.remedy import remedy_for
from services.payments.standing.schemas import StandingQuery, StandingView

CURRENCY = "PEN"

blueprint = Blueprint("standing", __name__, url_prefix="/v1", description="Habilidad")


@blueprint.get("/standing")
@requires("payments:pay")
@blueprint.response(200, StandingView)
def show_own_standing() -> dict[str, Any]:
    """Whether the physician is hábil now, and what must be paid to be."""
    with reading() as session:
        payer = session.get(Payer, cmp_of(principal()))
        if payer is None:
            raise PayerUnknown
        return _view(session, payer, today())


@blueprint.get("/staff/standing/<string:cmp_number>")
@requires("payments:view")
@blueprint.arguments(StandingQuery, location="query")
@blueprint.response(200, StandingView)
def show_standing(query: dict[str, Any], cmp_number: str) -> dict[str, Any]:
    """Whether a physician is hábil, or was at the end of an earlier day in Lima; only the own council's."""
    who = principal()
    with reading() as session:
        payer = session.get(Payer, cmp_number)
        if payer is None or who.council not in (None, payer.council):
            raise PhysicianUnknown
        return _view(session, payer, min(query["at"] or today(), today()))


def _view(session: Any, payer: Payer, day: date) -> dict[str, Any]:
    verdict = verdict_on(session, payer, day)
    stored = session.get(GoodStanding, payer.cmp_number)
    as_stored = stored is not None and stored.in_good_standing is verdict.good and day == today()
    return {
        "cmp_number": payer.cmp_number,
        "name": payer.name,
        "in_good_standing": verdict.good,
        "as_of": now(),
        "day": day,
        "since": stored.since if as_stored else None,
        "unpaid_periods": verdict.unpaid_periods,
        "registry_state": verdict.registry_state,
        "registry_allows": verdict.fit,
        "rule": _rule(verdict, day),
        "to_pay": _remedy(session, payer, verdict),
    }


def _rule(verdict: Verdict, day: date) -> dict[str, Any]:
    rule = current_settings().standing_rule
    kinds = [
        {"kind": kind, "label": LABELS[kind], "unpaid": verdict.unpaid.get(kind, 0), "threshold": threshold}
        for kind, threshold in rule.thresholds.items()
    ]
    return {"kinds": kinds, "grace_day": rule.grace_day, "last_counted_period": rule.last_counted_period(day)}


def _remedy(session: Any, payer: Payer, verdict: Verdict) -> dict[str, Any]:
    remedy = remedy_for(session, payer.cmp_number, verdict)
    return {
        "here": remedy.here,
        "at_the_council": remedy.at_the_council,
        "total_cents": remedy.total_cents,
        "currency": CURRENCY,
    }
