"""What went wrong, said in Spanish, with the trace id and whom to ask."""

import logging
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal import messages
from portal.clients.gateway import ApiProblem, GatewayDown
from portal.session import SessionEnded, account, ask_to_sign_in

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fault:
    """The words of an error page."""

    title: str
    text: str


_LATER = "Vuelva a intentar en unos minutos. Si persiste, escríbanos con el código de abajo."
FAULTS = {
    400: Fault("No pudimos leer su solicitud", "Vuelva a la página anterior, actualícela e intente de nuevo."),
    403: Fault("No tiene permiso para ver esta página", "Si cree que es un error, escríbanos."),
    404: Fault(
        "No encontramos la página",
        "Revise la dirección. Si llegó por un enlace, es posible que haya cambiado o que no esté a su nombre.",
    ),
    405: Fault("Esta dirección no admite esa operación", "Vuelva al inicio y llegue a la página desde el menú."),
    413: Fault("Lo que envió es demasiado grande", "Vuelva a la página anterior y envíe menos datos."),
    429: Fault("Hubo demasiadas solicitudes", "Espere un momento y vuelva a intentar."),
    500: Fault("Algo falló de nuestro lado", _LATER),
    502: Fault("Un servicio no respondió bien", _LATER),
    503: Fault(
        "El servicio no está disponible por el momento",
        "Vuelva a intentar en unos minutos. Sus datos y pagos están a salvo.",
    ),
}
PAYMENT_IN_DOUBT = (
    "Si estaba pagando, no pague otra vez: verificaremos el resultado con el banco y lo verá en «Mis pagos». "
    "Si no se completó, no se realizó ningún cobro."
)


def fault_page(status: int, text: str = "", retry_after: int | None = None) -> Response:
    """The page of an HTTP error."""
    fault = FAULTS.get(status) or FAULTS[500 if status >= 500 else 400]
    body = render_template("fault.html", fault=fault, text=text or fault.text, status=status)
    response = make_response(body, status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def handle_errors(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(SessionEnded, lambda error: ask_to_sign_in())
    app.register_error_handler(ApiProblem, _on_problem)
    app.register_error_handler(GatewayDown, _on_gateway_down)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_crash)


def _on_problem(problem: ApiProblem) -> Response:
    """A refusal that no page foresaw. Only what belongs to the person's own request is shown."""
    log.warning("unforeseen problem %s %s", problem.status, problem.type)
    if problem.status == 429:
        return fault_page(429, messages.too_many_attempts(problem.retry_after), problem.retry_after)
    if problem.status in (403, 404):
        return fault_page(problem.status)
    return fault_page(problem.status, problem.detail)


def _on_gateway_down(error: GatewayDown) -> Response:
    log.error("gateway unavailable: %s", error)
    status = 502 if error.status in (500, 502) else 503
    in_doubt = (request.endpoint or "").startswith(("card.", "orders."))
    return fault_page(status, PAYMENT_IN_DOUBT if in_doubt else error.detail, retry_after=30)


def _on_csrf_error(error: CSRFError) -> Response:
    """A form without the session's token: an old tab, an expired session, or another site."""
    if account() is None and request.endpoint != "access.login":
        return ask_to_sign_in()
    return fault_page(400, messages.FORM_EXPIRED)


def _on_http_error(error: HTTPException) -> Response:
    response = fault_page(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _on_crash(error: Exception) -> Response:
    log.exception("unexpected error")
    return fault_page(500)
