"""Refunds: asked for by one person, approved by another, told to the acquirer by a job."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.payments.desk_schemas import Reason, RefundPage, RefundQuery, RefundRow, RefundRuling, RefundWish
from services.payments.errors import RefundNotFound
from services.payments.models import Order, Refund
from services.payments.refunds import approve_refund, reject_refund, request_refund, retry_refund, rule_refund
from services.payments.searching import in_scope, read_cursor, write_cursor

blueprint = Blueprint("refunds", __name__, url_prefix="/v1/staff", description="Tesorería: devoluciones")


@blueprint.post("/orders/<uuid:order_id>/refunds")
@requires("payments:refund")
@blueprint.arguments(RefundWish)
@blueprint.response(201, RefundRow)
def request_one(body: dict[str, Any], order_id: Any) -> dict[str, Any]:
    """Ask for the return of some dues, latest first, or of all that is left; another person approves it."""
    due_ids = {int(due_id) for due_id in body["due_ids"]}
    with transaction() as session:
        refund = request_refund(session, str(order_id), principal(), due_ids, body["reason"])
        session.flush()
        return _row(session, refund)


@blueprint.get("/refunds")
@requires("payments:view")
@blueprint.arguments(RefundQuery, location="query", unknown=RAISE)
@blueprint.response(200, RefundPage)
def list_refunds(query: dict[str, Any]) -> dict[str, Any]:
    """Refunds, newest request first, of one state or of all."""
    wanted = select(Refund).join(Order, Order.id == Refund.order_id).where(*in_scope(principal()))
    if query["state"]:
        wanted = wanted.where(Refund.state == query["state"])
    if after := read_cursor(query["after"]):
        wanted = wanted.where(tuple_(Refund.requested_at, Refund.id) < after)
    newest = wanted.order_by(Refund.requested_at.desc(), Refund.id.desc()).limit(query["limit"] + 1)
    with reading() as session:
        refunds = list(session.scalars(newest))
        page = refunds[: query["limit"]]
        items = [_row(session, refund) for refund in page]
    following = write_cursor(page[-1].requested_at, page[-1].id) if len(refunds) > len(page) else None
    return {"items": items, "next": following}


@blueprint.get("/refunds/<uuid:refund_id>")
@requires("payments:view")
@blueprint.response(200, RefundRow)
def show_refund(refund_id: Any) -> dict[str, Any]:
    """One refund and how far it is."""
    wanted = select(Refund).join(Order, Order.id == Refund.order_id).where(Refund.id == str(refund_id))
    with reading() as session:
        refund = session.scalar(wanted.where(*in_scope(principal())))
        if refund is None:
            raise RefundNotFound
        return _row(session, refund)


@blueprint.post("/refunds/<uuid:refund_id>/approval")
@requires("payments:refund")
@blueprint.response(200, RefundRow)
def approve(refund_id: Any) -> dict[str, Any]:
    """Approve what another person asked for: void today, refund when the acquirer takes it ("programada")."""
    with transaction() as session:
        return _row(session, approve_refund(session, str(refund_id), principal()))


@blueprint.post("/refunds/<uuid:refund_id>/rejection")
@requires("payments:refund")
@blueprint.arguments(Reason)
@blueprint.response(200, RefundRow)
def reject(body: dict[str, Any], refund_id: Any) -> dict[str, Any]:
    """Turn a refund down, or call one back that the acquirer has not been told yet."""
    with transaction() as session:
        return _row(session, reject_refund(session, str(refund_id), principal(), body["reason"]))


@blueprint.post("/refunds/<uuid:refund_id>/retry")
@requires("payments:refund")
@blueprint.arguments(Reason)
@blueprint.response(200, RefundRow)
def retry(body: dict[str, Any], refund_id: Any) -> dict[str, Any]:
    """Tell the acquirer again what it refused."""
    with transaction() as session:
        return _row(session, retry_refund(session, str(refund_id), principal(), body["reason"]))


@blueprint.post("/refunds/<uuid:refund_id>/ruling")
@requires("payments:settle")
@blueprint.arguments(RefundRuling)
@blueprint.response(200, RefundRow)
def rule(body: dict[str, Any], refund_id: Any) -> dict[str, Any]:
    """End a doubt or a refusal by evidence: the money went back (by transfer, too), or it did not."""
    with transaction() as session:
        refund = rule_refund(
            session, str(refund_id), principal(), returned=body["returned"], reason=body["reason"]
        )  # fmt: skip
        return _row(session, refund)


def _row(session: Session, refund: Refund) -> dict[str, Any]:
    order = session.get_one(Order, refund.order_id)
    names = [column.key for column in refund.__mapper__.column_attrs]
    return {name: getattr(refund, name) for name in (*names, "lines", "public_state")} | {
        "order_number": order.number_text,
        "owner_cmp": order.owner_cmp,
        "owner_name": order.owner_name,
        "council": order.council,
    }
