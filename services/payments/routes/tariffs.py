"""Tariffs: what a month costs, from when to when, and for whom."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import select

from chassis.auth import requires
from chassis.db import reading, transaction
from services.payments.dues import DueKind, Relation
from services.payments.dues.assessment import in_force
from services.payments.dues.schemas import ReasonWish, TariffEnd, TariffList, TariffQuery, TariffView, TariffWishBody
from services.payments.dues.tariffs import TariffWish, delete_tariff, end_tariff, enter_tariff
from services.payments.models import Tariff
from services.payments.routes.desk import national

blueprint = Blueprint("tariffs", __name__, url_prefix="/v1/staff", description="Tarifas de las cuotas")


@blueprint.get("/tariffs")
@requires("payments:view")
@blueprint.arguments(TariffQuery, location="query")
@blueprint.response(200, TariffList)
def list_tariffs(query: dict[str, Any]) -> dict[str, Any]:
    """All tariffs, or those that price a month."""
    wanted = in_force(query["period"]) if query["period"] else select(Tariff)
    order = (Tariff.kind, Tariff.concept, Tariff.relation, Tariff.age_from, Tariff.valid_from)
    with reading() as session:
        return {"items": list(session.scalars(wanted.order_by(*order)))}


@blueprint.post("/tariffs")
@requires("payments:dues")
@blueprint.arguments(TariffWishBody)
@blueprint.response(201, TariffView)
def enter(body: dict[str, Any]) -> Tariff:
    """Enter a tariff; refused when another prices one of its months for the same people."""
    national()
    reason = body.pop("reason")
    relation = Relation(body.pop("relation")) if body["relation"] else body.pop("relation")
    wish = TariffWish(**body | {"kind": DueKind(body["kind"]), "relation": relation})
    with transaction() as session:
        return enter_tariff(session, wish, reason=reason)


@blueprint.post("/tariffs/<int:tariff_id>/end")
@requires("payments:dues")
@blueprint.arguments(TariffEnd)
@blueprint.response(200, TariffView)
def end(body: dict[str, Any], tariff_id: int) -> Tariff:
    """Let a tariff end with a month; never before one that was assessed by it."""
    national()
    with transaction() as session:
        return end_tariff(session, tariff_id, body["valid_until"], reason=body["reason"])


@blueprint.post("/tariffs/<int:tariff_id>/withdrawal")
@requires("payments:dues")
@blueprint.arguments(ReasonWish)
@blueprint.response(204)
def withdraw(body: dict[str, Any], tariff_id: int) -> None:
    """Take back a tariff that nothing was assessed by."""
    national()
    with transaction() as session:
        delete_tariff(session, tariff_id, reason=body["reason"])
