"""What the gateway itself refuses: problem+json for programs, a page in Spanish for people on the web site."""

import base64
import hashlib
import logging
from collections.abc import Callable
from typing import ClassVar

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from chassis.errors import KEPT_HEADERS, TITLES, Problem, problem_for
from chassis.logs import current_trace_id
from gateway import upstream

log = logging.getLogger(__name__)

PAGE_STYLE = (
    "body{font:1.125rem/1.6 system-ui,sans-serif;margin:4rem auto;max-width:40rem;padding:0 1rem;color:#1b1b1b}"
    "h1{font-size:1.75rem}a{color:#1d4f91}code{overflow-wrap:anywhere}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(PAGE_STYLE.encode()).digest()).decode()
PAGE_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"


class NotFound(Problem):
    """Nothing is served there, or it is not for outside."""

    status, type = 404, "gateway/not-found"
    title, detail = "No encontrado", "La dirección que busca no existe."


class BodyTooLarge(Problem):
    """More bytes than the route takes (routing.toml, body_limit)."""

    status, type = 413, "gateway/too-large"
    title, detail = TITLES[413][1:]


class TooManyRequests(Problem):
    """The route's rate is used up (routing.toml, rate)."""

    status, type = 429, "gateway/too-many-requests"
    title, detail = "Demasiadas solicitudes", "Espere un momento y vuelva a intentarlo."


class ClientTooSlow(Problem):
    """The client fell silent in the middle of its body."""

    status, type = 408, "gateway/client-too-slow"
    title, detail = "Se agotó el tiempo de envío", "No recibimos la solicitud completa. Vuelva a intentarlo."


class ClientGone(Problem):
    """The client ended before its body was complete; nobody reads this answer."""

    status, type = 400, "gateway/incomplete"
    title, detail = "Solicitud incompleta", "No recibimos la solicitud completa. Vuelva a intentarlo."


class ServiceUnavailable(Problem):
    """The service refuses connections, or all its places are taken; nothing was sent to it."""

    status, type = 503, "gateway/unavailable"
    title, detail = TITLES[503][1:]


class ServiceBroken(Problem):
    """The service's answer ended early or was not HTTP; whether it acted is not known."""

    status, type = 502, "gateway/bad-answer"
    title = "Respuesta no válida del servicio"
    detail = "El servicio no respondió correctamente. Antes de repetir la operación, verifique si ya se realizó."


class ServiceTimedOut(Problem):
    """The service was silent for longer than the route allows; whether it acted is not known."""

    status, type = 504, "gateway/timeout"
    title = "El servicio no respondió a tiempo"
    detail = "La respuesta está demorando. Antes de repetir la operación, verifique si ya se realizó."


class Translation:
    """Which problem an upstream failure becomes, and when to try again."""

    BY_KIND: ClassVar[dict[type[upstream.UpstreamError], Callable[[], Problem]]] = {
        upstream.Unavailable: lambda: ServiceUnavailable(headers={"Retry-After": "5"}),
        upstream.Busy: lambda: ServiceUnavailable(headers={"Retry-After": "2"}),
        upstream.TimedOut: ServiceTimedOut,
        upstream.Broken: ServiceBroken,
    }


def handle_errors(app: Flask) -> None:
    """Answer every error in the form the client reads."""
    app.register_error_handler(upstream.UpstreamError, _on_upstream_error)
    app.register_error_handler(Problem, _answer)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_crash)


def _on_upstream_error(error: upstream.UpstreamError) -> Response:
    log.warning("upstream %s: %s", error, type(error).__name__)
    return _answer(Translation.BY_KIND[type(error)]())


def _on_http_exception(error: HTTPException) -> Response:
    headers = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    return problem_for(error.code or 500, headers=headers)


def _on_crash(error: Exception) -> Response:
    log.exception("unexpected error")
    return problem_for(500)


def _answer(error: Problem) -> Response:
    """A page when a browser asked for the web site, problem+json otherwise."""
    if request.path.startswith("/api/") or "text/html" not in request.accept_mimetypes.values():
        return error.response()
    page = render_template("error.html", error=error, style=PAGE_STYLE, trace_id=current_trace_id())
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"} | error.headers
    return Response(page, error.status, headers, content_type="text/html; charset=utf-8")
