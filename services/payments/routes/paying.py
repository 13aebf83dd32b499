"""Paying an order: the acquirer's card form, its return, and the receipt."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from chassis.app import current_service
from chassis.auth import principal, requires
from chassis.db import reading
from services.payments.checkout import expire_form, open_form, submit_form
from services.payments.errors import ReceiptNotReady, UnsupportedChannel
from services.payments.models import Order, ReceiptSnapshot
from services.payments.ordering import find_order
from services.payments.receipt_pdf import receipt_file
from services.payments.routes.orders import show
from services.payments.schemas import FormReturn, FormView, OrderView, Receipt

WEB_CHANNEL = "web"

blueprint = Blueprint("paying", __name__, url_prefix="/v1", description="Pago con tarjeta")


@blueprint.post("/orders/<uuid:order_id>/attempts")
@requires("payments:pay")
@blueprint.response(201, FormView)
def open_card_form(order_id: Any) -> dict[str, Any]:
    """Start an attempt and tell what the acquirer's form needs (PAY-8); forms opened before stop being good."""
    settings = current_service().settings
    form = open_form(str(order_id), principal(), request.remote_addr or "")
    return {
        **vars(form),
        "merchant_id": settings.niubiz_merchant_id,
        "checkout_js_url": settings.niubiz_checkout_js_url,
        "merchant_name": settings.merchant_name,
        "merchant_logo_url": settings.merchant_logo_url,
        "expiration_minutes": settings.attempt_minutes,
        "timeout_minutes": settings.attempt_minutes,
    }


@blueprint.post("/orders/<uuid:order_id>/attempts/<int:purchase_number>/authorization")
@requires("payments:pay")
@blueprint.arguments(FormReturn)
@blueprint.response(200, OrderView)
def charge(body: dict[str, Any], order_id: Any, purchase_number: int) -> Order:
    """Charge the card behind the returned form, once; a repeated return shows the stored result."""
    if body["channel"] != WEB_CHANNEL:
        raise UnsupportedChannel
    submit_form(str(order_id), purchase_number, principal(), body["transaction_token"])
    return show(str(order_id))


@blueprint.post("/orders/<uuid:order_id>/attempts/<int:purchase_number>/expiration")
@requires("payments:pay")
@blueprint.response(200, OrderView)
def expire_card_form(order_id: Any, purchase_number: int) -> Order:
    """The acquirer's form ran out of time in the browser; a charge in hand is not touched."""
    expire_form(str(order_id), purchase_number, principal())
    return show(str(order_id))


@blueprint.get("/orders/<uuid:order_id>/receipt")
@requires("payments:pay")
@blueprint.response(200, Receipt)
def show_receipt(order_id: Any) -> dict[str, Any]:
    """The result page of a paid order, as it was the first time (PAY-9)."""
    return _own_snapshot(str(order_id)).body


@blueprint.get("/orders/<uuid:order_id>/receipt.pdf")
@requires("payments:pay")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def download_receipt(order_id: Any) -> Response:
    """The receipt on paper, drawn from its snapshot whenever it is asked for."""
    return receipt_file(_own_snapshot(str(order_id)))


def _own_snapshot(order_id: str) -> ReceiptSnapshot:
    with reading() as session:
        order = find_order(session, order_id, principal())
        snapshot = session.get(ReceiptSnapshot, order.id)
    if snapshot is None:
        raise ReceiptNotReady
    return snapshot
