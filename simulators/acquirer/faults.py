"""How to answer badly, or not at all, whatever server runs the application."""

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress

from flask import Response, jsonify, request
from waitress.channel import ClientDisconnected

from simulators.acquirer.replies import refusal
from simulators.acquirer.switches import Switch

GARBAGE = '<html><body><h1>Servicio no disponible</h1><p>{"header":{"ecoreTransactionUUID":'

OPEN_SOCKETS = ("werkzeug.socket", "gunicorn.socket")
"""Servers that would keep the connection alive, but lend their socket to the application."""


class DroppedError(ClientDisconnected, ConnectionResetError):  # type: ignore[misc]
    """Makes a server close the socket without a byte: waitress knows the first base, other servers the second."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "dropped on purpose")


class InterruptedCallError(Exception):
    """The call ends before anything was decided, with this answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def drop_connection() -> Response:
    """A response whose body fails before its first byte, which no server can turn into an error page."""
    sockets = [request.environ[name] for name in OPEN_SOCKETS if name in request.environ]

    def body() -> Iterator[bytes]:
        for open_socket in sockets:
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        raise DroppedError
        yield b""

    return Response(body())


def server_error() -> Response:
    """A plain 500."""
    return error(500, "Internal Server Error")


def unreadable() -> Response:
    """A 200 that is neither JSON nor whole."""
    return Response(GARBAGE, 200, content_type="application/json")


def error(status: int, message: str) -> Response:
    """An error body without `data`."""
    response = jsonify(refusal(status, message))
    response.status_code = status
    return response


def before_deciding(switch: Switch) -> Response | None:
    """The answer that replaces the decision, if this switch acts that early."""
    match switch.behaviour:
        case "unauthorized":
            return error(401, "Unauthorized")
        case "error_500" | "query_500":
            return server_error()
        case "hang_then_nothing":
            return drop_connection()
    return None


def after_deciding(switch: Switch) -> Response | None:
    """The answer that hides a decision already made, if this switch acts that late."""
    match switch.behaviour:
        case "charge_then_drop":
            return drop_connection()
        case "charge_then_500":
            return server_error()
        case "unreadable":
            return unreadable()
    return None
