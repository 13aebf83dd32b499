"""Orders: placing, listing, showing, cancelling."""

from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from sqlalchemy import tuple_

from chassis.auth import principal, requires
from chassis.db import reading
from services.payments.checkout import cancel_order
from services.payments.dues import DueKind
from services.payments.idempotency import HEADER, Answer, once
from services.payments.models import Order
from services.payments.ordering import Wish, find_order, orders_of, place_order
from services.payments.schemas import OrderPage, OrderRequest, OrderView, PageQuery
from services.payments.searching import cursor_of, read_cursor

blueprint = Blueprint("orders", __name__, url_prefix="/v1", description="Órdenes de pago")

KEY_HEADER = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
    "description": "Una clave por resumen mostrado; la misma clave no crea dos órdenes.",
}


@blueprint.post("/orders")
@requires("payments:pay")
@blueprint.arguments(OrderRequest)
@blueprint.response(201, OrderView)
@blueprint.doc(parameters=[KEY_HEADER])
def place(body: dict[str, Any]) -> Response:
    """Accept the summary: check it, hold its dues, answer alike when it is sent twice (PAY-3 to PAY-7)."""
    who = principal()
    wish = _wish(body, request.remote_addr or "")
    answer = once(who.subject, body, lambda session: Answer(201, OrderView().dump(place_order(session, who, wish))))
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers["Location"] = f"/v1/orders/{answer.body['id']}"
    return response


@blueprint.get("/orders")
@requires("payments:pay")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, OrderPage)
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The payer's own orders, newest first."""
    wanted = orders_of(principal())
    if after := read_cursor(query["after"]):
        wanted = wanted.where(tuple_(Order.created_at, Order.id) < after)
    newest = wanted.order_by(Order.created_at.desc(), Order.id.desc()).limit(query["limit"] + 1)
    with reading() as session:
        orders = list(session.scalars(newest))
    page = orders[: query["limit"]]
    return {"items": page, "next": cursor_of(page[-1]) if len(orders) > len(page) else None}


@blueprint.get("/orders/<uuid:order_id>")
@requires("payments:pay")
@blueprint.response(200, OrderView)
def show_order(order_id: Any) -> Order:
    """One order of the payer; anybody else's is not found."""
    return show(str(order_id))


@blueprint.post("/orders/<uuid:order_id>/cancellation")
@requires("payments:pay")
@blueprint.response(200, OrderView)
def cancel(order_id: Any) -> Order:
    """Give an unpaid order up, so that other dues can be chosen; refused while a charge is being confirmed."""
    cancel_order(str(order_id), principal())
    return show(str(order_id))


def show(order_id: str) -> Order:
    """An order as its payer sees it now. Raises OrderNotFound."""
    with reading() as session:
        return find_order(session, order_id, principal())


def _wish(body: dict[str, Any], ip: str) -> Wish:
    voucher = body["voucher"]
    return Wish(
        kind=DueKind(body["kind"]),
        owner_cmp=body["owner_cmp"],
        due_ids=tuple(dict.fromkeys(int(due_id) for due_id in body["due_ids"])),
        voucher_type=voucher["type"],
        email=voucher["email"],
        terms_version=voucher["terms_version"],
        ip=ip,
        ruc=voucher["ruc"],
        legal_name=voucher["legal_name"],
        address=voucher["address"],
    )
