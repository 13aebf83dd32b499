"""The simulator's own side: what was charged, and the switches that break the next calls."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulators.acquirer import cards, switches
from simulators.acquirer.calls import ledger, settings
from simulators.acquirer.form import card_outcome
from simulators.acquirer.ledger import Charge
from simulators.acquirer.settings import LIMA
from simulators.acquirer.settlement import daily_file
from simulators.acquirer.switches import Switch, UnknownSwitchError

control = Blueprint("control", __name__)

STATES = {
    "Authorized": "Autorizada",
    "Confirmed": "Confirmada",
    "Voided": "Anulada",
    "Refunded": "Devuelta",
    "Not Authorized": "Denegada",
    "Not Confirmed": "Vencida sin confirmar",
}


@control.before_request
def refuse_other_sites() -> None:
    """A page of another site must not work the switches of a simulator on this machine."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        abort(403)


@control.get("/")
def home() -> Response:
    """What was charged, and the switches."""
    page = render_template(
        "acquirer/home.html",
        charges=ledger().newest_first(),
        states=STATES,
        waiting=ledger().switches,
        behaviours=switches.BEHAVIOURS,
        endpoints=switches.ENDPOINTS,
        cards=cards.test_cards().values(),
        merchant=settings().merchant_id,
        describe=cards.describe,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@control.get("/favicon.ico")
def no_icon() -> AnyResponse:
    """Browsers ask for one; an error in their console would be noise in a test."""
    return make_response("", 204)


@control.post("/_control/next")
def set_next() -> AnyResponse:
    """Queue a switch: JSON gets it back with 201, the page's form is sent home."""
    try:
        switch = Switch.read(_given())
    except UnknownSwitchError as unknown:
        return make_response(jsonify(error=str(unknown)), 400)
    ledger().set_switch(switch)
    return make_response(jsonify(switch), 201) if request.is_json else _home()


@control.post("/_control/reset")
def reset() -> AnyResponse:
    """Forget all sales, sessions, tokens and switches."""
    state = ledger()
    with state.change():
        state.clear()
    return _home() if request.mimetype == "application/x-www-form-urlencoded" else make_response("", 204)


@control.get("/_control/state")
def state() -> Response:
    """Figures and waiting switches; no token or key."""
    now = ledger().now()
    return jsonify(
        now=now.isoformat(),
        merchantId=settings().merchant_id,
        sessions=len(ledger().sessions),
        tokens=len(ledger().tokens),
        charges=len(ledger().charges),
        switches=ledger().switches,
    )


@control.get("/_control/charges")
def charges() -> Response:
    """Every decision, newest first."""
    return jsonify([summary(charge) for charge in ledger().newest_first()])


@control.get("/_control/settlement.csv")
def settlement() -> Response:
    """The daily file of one Lima day (`?date=2026-11-20`), or of all days."""
    asked = request.args.get("date", "")
    try:
        day = date.fromisoformat(asked) if asked else None
    except ValueError:
        return make_response(jsonify(error="date must be yyyy-mm-dd"), 400)
    response = make_response(daily_file(ledger().newest_first(), day))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="niubiz-{asked or "todo"}.csv"'
    return response


@control.post("/_control/token")
def token() -> AnyResponse:
    """A transaction token without a browser, for tests of the host-to-host side; bound to no form unless told."""
    given = _given()
    if not cards.passes_luhn(str(given.get("number", "0"))):
        return make_response(jsonify(error="number must be a card number"), 400)
    outcome = card_outcome(str(given["number"]), str(given.get("expiry", "03/2099")), str(given.get("cvv", "111")))
    issued = ledger().issue_token(
        outcome,
        session_key=str(given.get("sessionKey", "")),
        holder=str(given.get("holder", "NOMBRE DE PRUEBA")),
        email=str(given.get("email", "medico@example.org")),
        amount=str(given.get("amount", "")),
        purchase_number=str(given.get("purchaseNumber", "")),
        installments=int(given.get("installments", 0)),
    )
    return make_response(jsonify(transactionToken=issued.token, customerEmail=issued.email, channel="web"), 201)


def summary(charge: Charge) -> dict[str, Any]:
    """A decision as tests and operators want to read it."""
    return {
        "time": charge.at.isoformat(),
        "purchaseNumber": charge.purchase_number,
        "amount": charge.amount,
        "authorizedAmount": charge.authorized_amount,
        "refundedAmount": str(charge.refunded),
        "currency": charge.currency,
        "card": charge.card,
        "brand": charge.brand,
        "holder": charge.holder,
        "installments": charge.installments,
        "state": charge.state,
        "status": charge.status,
        "actionCode": charge.action_code,
        "countable": charge.countable,
        "transactionId": charge.transaction_id,
        "traceNumber": charge.trace_number,
        "authorizationCode": charge.authorization_code,
        "transactionDate": charge.transaction_date,
    }


def lima_time(moment: datetime) -> str:
    """A time as the page shows it."""
    return moment.astimezone(LIMA).strftime("%d/%m/%Y %H:%M:%S")


def _given() -> dict[str, Any]:
    """The request's values, JSON object or form."""
    if not request.is_json:
        return dict(request.form)
    read = request.get_json()
    return read if isinstance(read, dict) else abort(400)


def _home() -> AnyResponse:
    return redirect(url_for("control.home"), 303)
