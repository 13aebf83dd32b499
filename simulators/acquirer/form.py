"""The web form: the script a merchant's page includes and the framed page that takes the card (README 1.1 FORM)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, render_template, request

from simulators.acquirer import cards
from simulators.acquirer.calls import BadRequestError, ledger, read_amount, settings
from simulators.acquirer.ledger import TransactionToken

web_form = Blueprint("web_form", __name__)

INSTALLMENTS = (0, 2, 3, 6, 12)
LABELS = {
    "number": "Número de tarjeta",
    "expiry": "Fecha de vencimiento",
    "cvv": "Código de seguridad",
    "name": "Nombres",
    "surname": "Apellidos",
    "email": "Correo electrónico",
}
EMPTY = {
    "number": "Ingrese el número de la tarjeta",
    "expiry": "Ingrese la fecha de vencimiento",
    "cvv": "Ingrese el código de seguridad",
    "name": "Ingrese los nombres como figuran en la tarjeta",
    "surname": "Ingrese los apellidos como figuran en la tarjeta",
    "email": "Ingrese un correo electrónico",
}


@dataclass(frozen=True)
class Context:
    """What the merchant's page said about the payment, passed on by the script in the frame's address."""

    session_key: str
    merchant_id: str
    purchase_number: str
    amount: str
    channel: str
    origin: str
    merchant_name: str
    show_amount: bool

    @classmethod
    def of_request(cls) -> "Context":
        """Read the frame's query string."""
        asked = request.args
        return cls(
            session_key=asked.get("sessiontoken", ""),
            merchant_id=asked.get("merchantid", ""),
            purchase_number=asked.get("purchasenumber", ""),
            amount=asked.get("amount", ""),
            channel=asked.get("channel", ""),
            origin=clean_origin(asked.get("origin", "")),
            merchant_name=asked.get("merchantname", ""),
            show_amount=asked.get("showamount", "true") != "false",
        )

    def problem(self) -> str:
        """Why this form cannot be shown, in Spanish; empty if it can."""
        session = ledger().live_session(self.session_key)
        if not self.origin:
            return "No se pudo identificar la página del comercio."
        if session is None:
            return "La sesión de pago no es válida o ya venció. Vuelva a la página del comercio e inicie otro pago."
        if self.merchant_id != settings().merchant_id:
            return "El código de comercio no es válido."
        if not re.fullmatch(r"\d{1,9}", self.purchase_number):
            return "El número de pedido no es válido."
        return "" if self._amount_fits(session.amount) else "El monto no coincide con el de la sesión de pago."

    def _amount_fits(self, session_amount: str) -> bool:
        try:
            return read_amount(self.amount) == Decimal(session_amount)
        except BadRequestError:
            return False


def clean_origin(text: str) -> str:
    """A web origin and nothing more, fit to be named in a policy header; empty if it is none."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not re.fullmatch(
        r"[\w.\-]+(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?", parts.netloc
    ):
        return ""
    return f"{parts.scheme}://{parts.netloc}"


@web_form.get("/v2/js/checkout.js")
@web_form.get("/env/sandbox/js/checkout.js")
def checkout_script() -> Response:
    """The script, at the path of production and at the sandbox's (README 1.1 FORM)."""
    response = current_app.send_static_file("checkout.js")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "no-cache"
    return response


@web_form.get("/v2/form")
def show_form() -> Response:
    """The card form, or the reason why there is none."""
    context = Context.of_request()
    problem = context.problem()
    if problem:
        return framed("acquirer/unavailable.html", context, 400, problem=problem)
    given = {"name": request.args.get("cardholdername", ""), "surname": request.args.get("cardholderlastname", "")}
    return framed("acquirer/form.html", context, 200, given={**given, "email": request.args.get("cardholderemail", "")})


@web_form.post("/v2/form")
def send_form() -> Response:
    """Decide the card's fate, forget its number and hand the page a transaction token."""
    context = Context.of_request()
    problem = context.problem()
    if problem:
        return framed("acquirer/unavailable.html", context, 400, problem=problem)
    given = {name: request.form.get(name, "").strip() for name in (*LABELS, "installments")}
    errors = find_errors(given)
    if errors:
        kept = {name: value for name, value in given.items() if name not in ("number", "cvv")}
        return framed("acquirer/form.html", context, 422, given=kept, errors=errors)
    return framed("acquirer/sent.html", context, 200, token=token_for(context, given))


def token_for(context: Context, given: dict[str, str]) -> TransactionToken:
    """Issue the token of a form that is right."""
    return ledger().issue_token(
        card_outcome(given["number"], given["expiry"], given["cvv"]),
        session_key=context.session_key,
        holder=f"{given['name']} {given['surname']}",
        email=given["email"],
        installments=int(given["installments"] or 0),
        amount=context.amount,
        purchase_number=context.purchase_number,
    )


def card_outcome(number: str, expiry: str, cvv: str) -> cards.Outcome:
    """The fate of a card, from the texts of a form."""
    when = cards.read_expiry(expiry) or (0, 0)
    return cards.outcome_of(digits(number), when, cvv, ledger().now())


def find_errors(given: dict[str, str]) -> dict[str, str]:
    """One message per wrong field, in the order of the screen; spaces and hyphens are no mistake."""
    errors = {name: message for name, message in EMPTY.items() if not given[name]}
    number = digits(given["number"])
    if not re.fullmatch(r"\d{13,19}", number) or not cards.passes_luhn(number):
        errors.setdefault("number", "Revise el número de la tarjeta: falta o sobra algún dígito")
    if not cards.read_expiry(given["expiry"]):
        errors.setdefault("expiry", "Ingrese el vencimiento como mes y año, por ejemplo 03/28")
    if not re.fullmatch(r"\d{3,4}", given["cvv"]):
        errors.setdefault("cvv", "El código de seguridad tiene 3 o 4 dígitos")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given["email"]):
        errors.setdefault("email", "Ingrese un correo como nombre@ejemplo.pe")
    if given["installments"] not in {"", *map(str, INSTALLMENTS)}:
        errors["installments"] = "Elija un número de cuotas de la lista"
    return {name: errors[name] for name in (*LABELS, "installments") if name in errors}


def digits(text: str) -> str:
    """A card number without the blanks people type."""
    return re.sub(r"[\s-]", "", text)


def framed(template: str, context: Context, status: int, **values: object) -> Response:
    """A page for the frame: only the merchant's own origin may frame it, and it may talk to nobody else."""
    values = {"given": {}, "errors": {}, "labels": LABELS, "installments": INSTALLMENTS, **values}
    response = make_response(render_template(template, context=context, **values), status)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {context.origin or chr(39) + 'none' + chr(39)}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
