"""The card page, served alone with the acquirer's form, and the way back from it (PAY-8).

What the acquirer's script hands back is no charge: it is a token, and the charge is asked for here, by the owner of
the order, from a form of this session, for the order and purchase number signed into the address.
"""

import logging
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from chassis.clock import now
from portal import messages, security
from portal.clients import payments
from portal.clients.gateway import ApiProblem, GatewayDown
from portal.formats import moment
from portal.parts import parts
from portal.session import account, signed_in, when_signed_out

blueprint = Blueprint("card", __name__, url_prefix="/pago-online")
log = logging.getLogger(__name__)

DOUBT_SECONDS = 120
REPAYABLE = ("pendiente", "rechazado")
CHECKOUT = (
    "purchase_number", "amount", "merchant_id", "session_key", "checkout_js_url", "expires_at",
    "expiration_minutes", "merchant_name", "cardholder_name", "cardholder_lastname", "cardholder_email",
)  # fmt: skip
"""What the card page needs of an attempt; kept in the sealed session so that a reload draws the same form."""


class _NotOpened(Exception):
    """There is an order, but the acquirer's form could not be opened for it. The text says why."""

    def __init__(self, order_id: str, text: str) -> None:
        self.order_id, self.text = order_id, text
        super().__init__(text)


def start_checkout(key: str, order: Callable[[], dict[str, Any]]) -> ResponseReturnValue:
    """Get the order, open an attempt for it and go to the card page. The same key again goes to the same attempt."""
    try:
        order_id, attempt = parts().checkouts.do((_owner(), key), lambda: _open_attempt(order()))
    except _NotOpened as reason:
        flash(reason.text, "danger")
        return redirect(url_for("orders.show", order_id=reason.order_id), 303)
    session["checkout"] = {"order_id": order_id, **attempt}
    return redirect(url_for("card.show", order_id=order_id), 303)


def _open_attempt(order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An attempt for the order; payments lets it take the place of one whose form was left open."""
    order_id = str(order["id"])
    try:
        attempt = payments.open_attempt(order_id)
    except GatewayDown as error:
        raise _NotOpened(order_id, messages.FORM_NOT_OPENED) from error
    except ApiProblem as problem:
        if problem.status in (401, 403, 404, 429):
            raise
        raise _NotOpened(order_id, problem.detail) from problem
    return order_id, {name: attempt[name] for name in CHECKOUT if attempt.get(name) is not None}


@blueprint.post("/pedidos/<order_id>/pagar")
@signed_in
def pay(order_id: str) -> ResponseReturnValue:
    """PAGA AQUÍ or Intentar de nuevo on an order that exists: another attempt, with a new purchase number (PAY-12)."""
    key = f"{order_id}/{request.form.get('idempotency_key') or uuid.uuid4()}"
    return start_checkout(key, lambda: payments.order(order_id))


@blueprint.get("/pedidos/<order_id>/tarjeta")
@signed_in
def show(order_id: str) -> ResponseReturnValue:
    """The acquirer's form. Reloading draws the same form again; an order no longer open goes to its result."""
    checkout = session.get("checkout") or {}
    order = payments.order(order_id)
    if order["public_state"] not in REPAYABLE:
        return redirect(url_for("orders.show", order_id=order_id), 303)
    expires_at = moment(checkout.get("expires_at"))
    if checkout.get("order_id") != order_id or (expires_at and expires_at <= now()):
        flash(messages.CARD_PAGE_CLOSED, "warning")
        return redirect(url_for("orders.show", order_id=order_id), 303)
    _check_origin(checkout["checkout_js_url"])
    security.card_page()
    signed = _sign(order_id, str(checkout["purchase_number"]))
    timeout_url = parts().settings.public_url.rstrip("/") + url_for("card.timed_out", signed=signed)
    return render_template("card/show.html", order=order, checkout=checkout, signed=signed, timeout_url=timeout_url)


def _back_to_order(signed: str) -> tuple[str, str]:
    """Where to go on after a session that ended while the card was typed."""
    order_id, _ = _unsigned(signed, check_owner=False)
    return url_for("orders.show", order_id=order_id), messages.SESSION_EXPIRED_AT_CARD


@blueprint.post("/retorno/<signed>")
@when_signed_out(_back_to_order)
@signed_in
def returned(signed: str) -> ResponseReturnValue:
    """The acquirer's form came back with a token: charge it, then show the order whatever the answer was."""
    order_id, purchase_number = _unsigned(signed)
    token = request.form.get("transactionToken", "").strip()
    session.pop("checkout", None)
    if not token:
        flash(messages.CARD_NOT_READ, "danger")
        return redirect(url_for("orders.show", order_id=order_id), 303)
    body = {"transaction_token": token[:200], "channel": request.form.get("channel", "web")[:20]}
    if email := request.form.get("customerEmail", "").strip():
        body["customer_email"] = email[:254]
    _authorize(order_id, purchase_number, body)
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _authorize(order_id: str, purchase_number: str, body: dict[str, str]) -> None:
    """Charge. When no answer came, the charge may have happened: the order's page says so and asks again."""
    try:
        payments.authorize(order_id, purchase_number, body)
    except GatewayDown as error:
        log.error("no answer to the authorization of attempt %s: %s", purchase_number, error)
        session["doubt"] = {"order_id": order_id, "until": int(now().timestamp()) + DOUBT_SECONDS}
    except ApiProblem as problem:
        if problem.status in (401, 403, 404):
            raise
        flash(problem.detail, "danger")


@blueprint.get("/vencido/<signed>")
@signed_in
def timed_out(signed: str) -> ResponseReturnValue:
    """Where the acquirer's form goes when its time is over. Nothing was charged; the order can be tried again."""
    order_id, _ = _unsigned(signed)
    order = payments.order(order_id)
    if order["public_state"] not in REPAYABLE:
        return redirect(url_for("orders.show", order_id=order_id), 303)
    return render_template("card/timed_out.html", order=order, idempotency_key=str(uuid.uuid4()))


def _owner() -> str:
    return str((account() or {}).get("id"))


def _serializer() -> URLSafeSerializer:
    key = current_app.secret_key
    assert key is not None  # noqa: S101 - create_app sets it
    return URLSafeSerializer(key, salt="card-return")


def _sign(order_id: str, purchase_number: str) -> str:
    return str(_serializer().dumps([order_id, purchase_number, _owner()]))


def _unsigned(signed: str, check_owner: bool = True) -> tuple[str, str]:
    """The order and purchase number; 404 when the signature is not ours or the order is somebody else's."""
    try:
        order_id, purchase_number, owner = _serializer().loads(signed)
    except (BadSignature, ValueError, TypeError):
        abort(404)
    if check_owner and owner != _owner():
        abort(404)
    return str(order_id), str(purchase_number)


def _check_origin(script_url: str) -> None:
    """A script from anywhere but the acquirer must never run beside a card form (PCI DSS 6.4.3)."""
    url = urlsplit(script_url)
    if f"{url.scheme}://{url.netloc}" not in parts().settings.card_form_origins:
        log.error("checkout script from an origin that CMP_PORTAL_ACQUIRER_ORIGINS does not name: %s", url.netloc)
        abort(502)
