"""Errors as RFC 9457 problem+json: a stable `type`, Spanish `title` and `detail`, where in the input, and the trace."""

import logging
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Flask, Response, json, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from chassis.logs import current_trace_id

TYPE_PREFIX = "urn:cmp:problem:"
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")

log = logging.getLogger(__name__)

TITLES = {
    400: (
        "bad-request",
        "La solicitud no es válida",
        "No pudimos leer la solicitud. Revise los datos y vuelva a intentarlo.",
    ),
    401: ("unauthenticated", "Debe iniciar sesión", "Su sesión no es válida o venció. Inicie sesión de nuevo."),
    403: ("forbidden", "No tiene permiso", "Su cuenta no tiene permiso para esta acción."),
    404: ("not-found", "No encontrado", "Lo que busca no existe o no está a su nombre."),
    405: ("method-not-allowed", "Método no permitido", "Esta dirección no admite esa operación."),
    409: ("conflict", "Conflicto", "La operación no es posible en el estado actual."),
    413: ("too-large", "El contenido es demasiado grande", "Lo enviado supera el tamaño permitido."),
    415: ("unsupported-media-type", "Tipo de contenido no admitido", "Envíe los datos como JSON."),
    422: ("invalid", "Hay datos que corregir", "Revise los campos señalados."),
    429: ("too-many-requests", "Demasiados intentos", "Espere un momento y vuelva a intentarlo."),
    500: (
        "internal",
        "Error interno",
        "Algo falló de nuestro lado. Vuelva a intentarlo; si persiste, escríbanos con el código de seguimiento.",
    ),
    503: (
        "unavailable",
        "Servicio no disponible",
        "El servicio no está disponible por el momento. Vuelva a intentarlo en unos minutos.",
    ),
}


@dataclass(frozen=True)
class FieldError:
    """One thing wrong in the input. `pointer` is a JSON Pointer (RFC 6901), `detail` a Spanish sentence."""

    pointer: str
    detail: str


class Problem(Exception):
    """An expected error. Subclasses in a service's errors.py set status, type and title."""

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"
    title: ClassVar[str] = TITLES[400][1]
    detail: ClassVar[str] = TITLES[400][2]

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[FieldError] | None = None,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        """`members` become extension members of the body; `headers` are sent along (Retry-After)."""
        super().__init__(detail or self.detail)
        self.text = detail or self.detail
        self.errors, self.headers, self.members = errors or [], headers or {}, members

    def response(self) -> Response:
        """The problem+json response."""
        return problem(
            self.status, self.type, self.title, self.text, errors=self.errors, headers=self.headers, **self.members
        )


def problem(
    status: int,
    type: str,
    title: str,
    detail: str,
    *,
    errors: list[FieldError] | None = None,
    headers: dict[str, str] | None = None,
    **members: Any,
) -> Response:
    """Build a problem+json response with the trace id."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + type,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    if errors:
        body["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in errors]
    body |= members | {"traceId": current_trace_id()}
    response = Response(json.dumps(body), status, content_type="application/problem+json")
    response.headers.update(headers or {})
    return response


def problem_for(status: int, **more: Any) -> Response:
    """The general problem of an HTTP status."""
    type, title, detail = TITLES.get(status) or TITLES[500 if status >= 500 else 400]
    return problem(status, type, title, detail, **more)


def pointers(messages: Any, path: str = "") -> list[FieldError]:
    """marshmallow's nested messages as JSON Pointers; webargs puts them under the location (`json`, `query`)."""
    if isinstance(messages, dict):
        return [
            error
            for key, inner in messages.items()
            for error in pointers(inner, path if key == "_schema" else f"{path}/{key}")
        ]
    return [
        FieldError(path or "/", str(message)) for message in (messages if isinstance(messages, list) else [messages])
    ]


def _on_http_exception(error: HTTPException) -> Response:
    """werkzeug's and webargs' errors; 422 carries marshmallow's messages."""
    headers = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    messages = getattr(error, "data", {}).get("messages") if getattr(error, "data", None) else None
    if not messages:
        return problem_for(error.code or 500, headers=headers)
    fields = [found for inner in messages.values() for found in pointers(inner)]
    if error.code == 400:
        return problem_for(400, errors=fields, headers=headers)
    return problem_for(error.code or 422, errors=fields, headers=headers)


def _on_database_down(error: Exception) -> Response:
    if not isinstance(error, OperationalError | PoolTimeout) and not getattr(error, "connection_invalidated", False):
        return _on_crash(error)
    log.error("database not available: %s", type(error).__name__)
    return problem_for(503, headers={"Retry-After": "5"})


def _on_crash(error: Exception) -> Response:
    log.exception("unexpected error")
    return problem_for(500)


def handle_errors(app: Flask) -> None:
    """Answer every error of the application as problem+json."""
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(DBAPIError, _on_database_down)
    app.register_error_handler(PoolTimeout, _on_database_down)
    app.register_error_handler(Exception, _on_crash)
