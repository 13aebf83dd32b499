"""Ends a connection without an answer, whichever server carries the app."""

from __future__ import annotations

import contextlib
import socket
from typing import Any


def socket_of(environ: dict[str, Any]) -> socket.socket | None:
    """The client's socket as waitress, gunicorn or the development server leave it within reach."""
    channel = getattr(environ.get("waitress.client_disconnected"), "__self__", None)
    found = getattr(channel, "socket", None) or environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    return found if isinstance(found, socket.socket) else None


def cut(environ: dict[str, Any]) -> None:
    """Close the client's connection. Without a socket (a test client) the caller gets ConnectionResetError instead."""
    found = socket_of(environ)
    if found is None:
        raise ConnectionResetError("the simulator closed the connection")
    with contextlib.suppress(OSError):
        found.shutdown(socket.SHUT_RDWR)
