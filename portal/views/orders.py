"""What became of an order: the result page in its states (PAY-9, PAY-12), and the list "Mis pagos"."""

import logging
import uuid
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from chassis.clock import now
from portal import messages
from portal.clients import einvoice, payments
from portal.clients.gateway import ApiProblem, GatewayDown
from portal.parts import parts
from portal.session import signed_in
from portal.views.paging import pages_around

blueprint = Blueprint("orders", __name__, url_prefix="/pago-online/pedidos")
log = logging.getLogger(__name__)

VERIFYING = "en confirmación"
NOT_APPLIED = "PAID_NOT_APPLIED"
"""Charged, but its dues had been paid elsewhere: the outcome is known, and staff return or apply the money."""

PAGES = {
    "pendiente": "orders/pending.html",
    VERIFYING: "orders/verifying.html",
    "pagado": "orders/paid.html",
    "rechazado": "orders/declined.html",
    "vencido": "orders/expired.html",
    "devuelto": "orders/refunded.html",
}


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Mis pagos: every order of the person, newest first."""
    page = payments.orders(after=request.args.get("after"), limit=parts().settings.page_size)
    return render_template("orders/index.html", page=page, pages=pages_around("orders.index", page))


@blueprint.get("/<order_id>")
@signed_in
def show(order_id: str) -> ResponseReturnValue:
    """The order as it stands now: safe to reload, to keep and to come back to."""
    order = payments.order(order_id)
    state = VERIFYING if _in_doubt(order) else order["public_state"]
    if state == "pagado":
        return _paid(order)
    if order["state"] == NOT_APPLIED:
        return render_template("orders/returning.html", order=order)
    page = render_template(PAGES.get(state, "orders/other.html"), order=order, idempotency_key=str(uuid.uuid4()))
    response = make_response(page)
    if state == VERIFYING and "quieto" not in request.args:
        response.headers["Refresh"] = str(parts().settings.verify_seconds)
    return response


@blueprint.get("/<order_id>/constancia.pdf")
@signed_in
def receipt(order_id: str) -> ResponseReturnValue:
    """The receipt on paper, to print or keep (PAY-9)."""
    response = make_response(payments.receipt_pdf(order_id))
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="constancia-de-pago.pdf"'
    return response


@blueprint.post("/<order_id>/cancelar")
@signed_in
def cancel(order_id: str) -> ResponseReturnValue:
    """Give an unpaid order up; its dues can be chosen anew."""
    try:
        payments.cancel(order_id)
        flash(messages.ORDER_CANCELLED, "success")
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "danger")
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _paid(order: dict[str, Any]) -> ResponseReturnValue:
    """FINALIZAR COMPRA (PAY-9), with the voucher when it is there already."""
    session.pop("doubt", None)
    receipt = payments.receipt(str(order["id"]))
    return render_template("orders/paid.html", order=order, receipt=receipt, voucher=_voucher(str(order["id"])))


def _voucher(order_id: str) -> dict[str, Any] | None:
    """The order's voucher; none while it is being made, or while its service cannot be asked."""
    try:
        return einvoice.of_order(order_id)
    except (ApiProblem, GatewayDown) as error:
        if getattr(error, "status", None) != 404:
            log.warning("voucher of order %s not known: %s", order_id, error)
        return None


def _in_doubt(order: dict[str, Any]) -> bool:
    """A charge was asked for and no answer came: for a while an order that looks open must not be paid again."""
    doubt = session.get("doubt")
    if not doubt or doubt["order_id"] != str(order["id"]):
        return False
    if order["public_state"] == "pendiente" and doubt["until"] > now().timestamp():
        return True
    del session["doubt"]
    return False
