"""The acquirer's host-to-host calls, at their true paths (README 1.1 to 1.4)."""

from datetime import datetime, timedelta
from decimal import Decimal

from flask import Blueprint, Response, current_app, jsonify

from simulators.acquirer import calls, faults, replies
from simulators.acquirer.calls import BadRequestError, ledger, protected, settings
from simulators.acquirer.ledger import Charge, Refund, to_ms
from simulators.acquirer.settings import LIMA
from simulators.acquirer.switches import Switch

IN_A_DEPOSIT = "476"
VOIDED_ALREADY = "941"
DATA_DIFFERS = "943"
REFUND_NOT_YET, REFUND_TOO_LATE, REFUND_TOO_MUCH, REFUND_REPEATED, REFUND_WRONG_STATE = (
    "101",
    "102",
    "103",
    "104",
    "105",
)

api = Blueprint("api", __name__)


def answer(body: replies.Body, status: int = 200) -> Response:
    """A JSON answer."""
    response = jsonify(body)
    response.status_code = status
    return response


def check_merchant(merchant_id: str) -> None:
    """A merchant code in the path that is not ours is a bad request."""
    if merchant_id != settings().merchant_id:
        raise BadRequestError("Bad Request: merchant")


@api.route("/api.security/v1/security", methods=["GET", "POST"])
def security() -> Response:
    """Give a security token for a Basic login: 201 and nothing but the token (README 1.1 SECURITY)."""

    def reply(_: Switch | None) -> Response:
        if not calls.login_is_good():
            return Response("Unauthorized access", 401, content_type="text/plain;charset=UTF-8")
        token = calls.mint_security_token(current_app.extensions["acquirer_key"])
        return Response(token, 201, content_type="text/plain;charset=UTF-8")

    return calls.run_switched(ledger().take_switch("security"), reply)


@api.post("/api.ecommerce/v2/ecommerce/token/session/<merchant_id>")
@protected("session")
def open_session(merchant_id: str, switch: Switch | None) -> Response:
    """Open one payment attempt for the form (README 1.1 SESSION)."""
    check_merchant(merchant_id)
    whole = calls.body()
    channel = calls.text(whole, "channel", "web|mobile|pasarela|recurrent|callcenter")
    if whole.get("antifraud") is not None:
        calls.text(calls.part(whole, "antifraud"), "clientIp", r"[0-9a-fA-F.:]{3,45}")
    session = ledger().open_session(calls.amount(whole), channel)
    return answer({"sessionKey": session.key, "expirationTime": session.expires_ms})


@api.post("/api.authorization/v3/authorization/ecommerce/<merchant_id>")
@protected("authorization")
def authorize(merchant_id: str, switch: Switch | None) -> Response:
    """Charge a transaction token: 200 approved, 400 with `data` declined (README 1.1, 1.2)."""
    check_merchant(merchant_id)
    wanted = calls.authorization()
    card = None if switch else ledger().card_switch(wanted.token_id)
    if card:
        calls.meet(card)
    charge = ledger().authorize(wanted, switch or card)
    body = (
        answer(replies.approval(charge, merchant_id))
        if charge.approved
        else answer(replies.decline(charge, merchant_id, charge.action_code), 400)
    )
    return calls.hide(card, body) if card else body


@api.get("/api.authorization/v3/retrieve/<any(purchase, transaction, external):kind>/<merchant_id>/<identifier>")
@protected("query")
def retrieve(kind: str, merchant_id: str, identifier: str, switch: Switch | None) -> Response:
    """Tell what became of a sale; the not-found reply is a guess, see `not_found_status` (README 1.4 QUERY)."""
    check_merchant(merchant_id)
    charge = ledger().find(kind, identifier)
    if charge is None or (switch and switch.behaviour == "query_not_found"):
        return faults.error(settings().not_found_status, "Transaction not found")
    return answer(replies.found(charge, merchant_id))


@api.route("/api.authorization/v3/void/ecommerce/<merchant_id>/<signature>", methods=["PUT", "POST"])
@protected("void")
def void(merchant_id: str, signature: str, switch: Switch | None) -> Response:
    """Undo a sale of the same Lima day by its signature (README 1.4 VOID)."""
    check_merchant(merchant_id)
    calls.text(calls.body(), "annulationReason", r"(?s).{1,200}")
    charge = ledger().find_signed(signature)
    if charge is None:
        raise BadRequestError("Bad Request: signature")
    return undo(charge, switch)


@api.post("/api.authorization/v3/reverse/ecommerce/<merchant_id>")
@protected("reverse")
def reverse(merchant_id: str, switch: Switch | None) -> Response:
    """Undo a sale of the same Lima day by its number and date, as after a time-out (README 1.4 REVERSE)."""
    check_merchant(merchant_id)
    order = calls.part(calls.body(), "order")
    charge = ledger().find("purchase", calls.text(order, "purchaseNumber", r"\d{1,12}"))
    date = calls.text(order, "transactionDate", r"\d{12}")
    if charge is None or not charge.approved:
        raise BadRequestError("Bad Request: purchaseNumber")
    if date != charge.transaction_date:
        return answer(replies.decline(charge, merchant_id, DATA_DIFFERS, "Not Voided"), 400)
    return undo(charge, switch)


def undo(charge: Charge, switch: Switch | None) -> Response:
    """Void a charge, or say why not."""
    state = ledger()
    with state.change():
        refused = reason_not_to_undo(charge, switch, state.now())
        if refused:
            return answer(replies.decline(charge, settings().merchant_id, refused, "Not Voided"), 400)
        charge.status, charge.voided_ms = "Voided", to_ms(state.now())
    return answer(replies.approval(charge, settings().merchant_id, replies.REVERSED))


def reason_not_to_undo(charge: Charge, switch: Switch | None, now: datetime) -> str:
    """The action code against a reversal; empty if it may go ahead (sale states, README 1.1)."""
    if switch and switch.behaviour == "decline":
        return switch.code
    if charge.status == "Voided":
        return VOIDED_ALREADY
    settled = now.astimezone(LIMA).date() != charge.at.date()
    return IN_A_DEPOSIT if settled or charge.refunds or charge.status == "Not Confirmed" else ""


@api.route("/api.refund/v1/refund/<merchant_id>/<identifier>", methods=["POST", "PUT"])
@protected("refund")
def refund(merchant_id: str, identifier: str, switch: Switch | None) -> Response:
    """Return money after settlement, in whole or in part (README 1.4 REFUND)."""
    check_merchant(merchant_id)
    whole = calls.body()
    calls.text(whole, "ruc", r"\d{11}")
    calls.text(whole, "comment", r"(?s).{1,100}")
    reference, value = calls.text(whole, "externalReferenceId", r".{1,20}"), calls.amount(whole)
    charge = ledger().find_refundable(identifier)
    if charge is None:
        raise BadRequestError("Bad Request: transaction")
    return give_back(charge, reference, value, switch)


def give_back(charge: Charge, reference: str, value: Decimal, switch: Switch | None) -> Response:
    """Record a refund, or say why not."""
    state = ledger()
    with state.change():
        code, reason = reason_not_to_refund(charge, reference, value, state.now())
        if switch and switch.behaviour == "decline":
            code, reason = switch.code, "Devolución rechazada"
        if code:
            return answer(replies.refund_refusal(code, reason))
        number = f"{to_ms(state.now()) // 1000}{len(charge.refunds) + 1:02}"
        charge.refunds.append(Refund(reference, str(value), number, to_ms(state.now())))
    return answer(replies.refund_reply(charge.refunds[-1]))


def reason_not_to_refund(charge: Charge, reference: str, value: Decimal, now: datetime) -> tuple[str, str]:
    """From 48 business hours after the sale, for six months, never more than was charged."""
    if charge.status != ("Authorized" if charge.countable else "Confirmed"):
        return REFUND_WRONG_STATE, "La operación no está liquidada"
    if now < two_working_days_after(charge.at):
        return REFUND_NOT_YET, "La operación aún no puede devolverse"
    if now > charge.at + timedelta(days=183):
        return REFUND_TOO_LATE, "El plazo de devolución venció"
    if any(earlier.reference == reference for earlier in charge.refunds):
        return REFUND_REPEATED, "Referencia repetida"
    if charge.refunded + value > Decimal(charge.authorized_amount):
        return REFUND_TOO_MUCH, "El monto supera lo cobrado"
    return "", ""


def two_working_days_after(moment: datetime) -> datetime:
    """48 business hours, Monday to Friday; holidays are not known here."""
    days = 2
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment


@api.post("/api.confirmation/v1/confirmation/ecommerce/<merchant_id>")
@protected("confirmation")
def confirm(merchant_id: str, switch: Switch | None) -> Response:
    """Turn a hold (countable=false) into a charge, within seven days (README 1.1 countable)."""
    check_merchant(merchant_id)
    whole = calls.body()
    calls.text(whole, "captureType", "manual")
    order = calls.part(whole, "order")
    charge = ledger().find("purchase", calls.text(order, "purchaseNumber", r"\d{1,12}"))
    if charge is None or not charge.approved:
        raise BadRequestError("Bad Request: purchaseNumber")
    transaction = calls.text(order, "transactionId", r"\d{1,20}")
    return settle(charge, transaction, calls.amount(order), switch)


def settle(charge: Charge, transaction: str, value: Decimal, switch: Switch | None) -> Response:
    """Confirm a hold, or say why not."""
    state = ledger()
    with state.change():
        fits = transaction == charge.transaction_id and value == Decimal(charge.authorized_amount)
        code = "" if fits else DATA_DIFFERS
        if charge.countable or charge.status != "Authorized":
            code = IN_A_DEPOSIT
        if switch and switch.behaviour == "decline":
            code = switch.code
        if code:
            return answer(replies.decline(charge, settings().merchant_id, code, "Not Confirmed"), 400)
        charge.status, charge.confirmed_ms = "Confirmed", to_ms(state.now())
    return answer(replies.approval(charge, settings().merchant_id))
