"""Passes one request on and its answer back. Bodies flow through in pieces; nothing here knows what they mean."""

from collections.abc import Iterator
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

from flask import Response
from werkzeug.wsgi import get_input_stream

from gateway.errors import BodyTooLarge, ClientGone, ClientTooSlow
from gateway.headers import Headers, passed_in, passed_out
from gateway.routing import Route
from gateway.upstream import Body, Exchange, Upstream

SMALL = 64 * 1024
"""Answers up to this many bytes are read in whole, so that the service is free before the client has read them."""

PIECE = 512 * 1024
"""Bytes of a request's body passed on at once: gunicorn copies what it read ahead at each read, so small ones cost."""

IN_PATH = "/!$&'()*+,;=:@~"
IN_QUERY = IN_PATH + "?%[]|{}"
"""Characters left as they are (RFC 3986 3.3, 3.4, and what browsers send all the same)."""

WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Passed(Response):
    """A service's answer: gets no content type that the service did not give."""

    default_mimetype = None
    automatically_set_content_length = False


def pass_on(environ: WSGIEnvironment, route: Route, upstream: Upstream, said: Headers) -> Response:
    """Send the request of `environ` to the route's service and return the answer as it comes.

    Raises BodyTooLarge, ClientGone, ClientTooSlow and what Upstream.send raises."""
    body, framing = _body(environ, route)
    headers = said + passed_in(environ, route) + framing
    exchange = upstream.send(environ["REQUEST_METHOD"], target(environ, route), headers, body, route.read_timeout)
    return _answer(exchange, route)


def target(environ: WSGIEnvironment, route: Route) -> str:
    """Path and query for the service. The path is the decoded one that was matched, quoted anew, so that gateway and
    service cannot read it differently."""
    path = quote(environ["PATH_INFO"].encode("latin-1")[len(route.mount) :], safe=IN_PATH)
    query = quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe=IN_QUERY)
    return f"{path}?{query}" if query else path


def _answer(exchange: Exchange, route: Route) -> Response:
    headers = passed_out(exchange.headers, route)
    small = exchange.length is not None and exchange.length <= SMALL
    content = exchange.read() if small else exchange
    return Passed(content, exchange.status, headers, direct_passthrough=not small)


def _body(environ: WSGIEnvironment, route: Route) -> tuple[Body, Headers]:
    """The request's body and the header that frames it."""
    length = _declared_length(environ)
    if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
        return None, [("Content-Length", "0")] if environ["REQUEST_METHOD"] in WITH_BODY else []
    if length == 0:
        return None, [("Content-Length", "0")]
    if length is not None and length > route.body_limit:
        raise BodyTooLarge
    pieces = _pieces(environ, length, route.body_limit)
    if not route.streaming:
        whole = b"".join(pieces)
        return whole, [("Content-Length", str(len(whole)))]
    return pieces, [("Transfer-Encoding", "chunked") if length is None else ("Content-Length", str(length))]


def _declared_length(environ: WSGIEnvironment) -> int | None:
    text = environ.get("CONTENT_LENGTH") or ""
    if text and not (text.isascii() and text.isdigit()):
        raise ClientGone
    return int(text) if text else None


def _pieces(environ: WSGIEnvironment, length: int | None, limit: int) -> Iterator[bytes]:
    """Read the body in pieces. An error in here ends the request to the service before it looks complete."""
    stream, total = get_input_stream(environ), 0
    while piece := _read(stream):
        total += len(piece)
        if total > limit:
            raise BodyTooLarge
        yield piece
    if length is not None and total != length:
        raise ClientGone


def _read(stream: object) -> bytes:
    try:
        piece: bytes = stream.read(PIECE)  # type: ignore[attr-defined]
    except TimeoutError as error:
        raise ClientTooSlow from error
    except Exception as error:  # each WSGI server has its own words for a body that is cut short or badly framed
        raise ClientGone from error
    return piece
