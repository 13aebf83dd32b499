"""One HTTP call to the acquirer: what may be said for certain when it fails, and what it took."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as Urllib3SSLError

CONNECT_TIMEOUT_S = 5.0
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class NeverSent(Exception):
    """The connection could not be made, so not one byte of the request left us."""


class Interrupted(Exception):
    """The request may have arrived, but no whole reply came back."""


@dataclass(frozen=True)
class HttpReply:
    """Status and bytes of a whole reply, and how long it took in milliseconds."""

    status: int
    content: bytes
    elapsed_ms: int


def call(
    method: str, url: str, *, headers: Mapping[str, str], body: Mapping[str, Any] | None, read_timeout_s: float
) -> HttpReply:
    """Make one call on a connection of its own: a stale pooled one could not be told from a lost charge.

    Amounts go as JSON numbers with exactly their decimals. Redirects are not followed: a token must not travel on.
    Raises NeverSent or Interrupted.
    """
    started = time.monotonic()
    content = None if body is None else _ENCODER.encode(body)
    sent = {"Content-Type": "application/json", **headers} if content is not None else dict(headers)
    try:
        with requests.Session() as session:
            reply = session.request(
                method,
                url,
                headers=sent,
                data=content,
                timeout=(CONNECT_TIMEOUT_S, read_timeout_s),
                allow_redirects=False,
            )
    except requests.RequestException as error:
        if _never_sent(error):
            raise NeverSent(type(error).__name__) from error
        raise Interrupted(type(error).__name__) from error
    return HttpReply(reply.status_code, reply.content, round((time.monotonic() - started) * 1000))


def _never_sent(error: requests.RequestException) -> bool:
    """Refused, unresolvable, unreachable, or a certificate that did not verify; a lost reply is none of these."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    if isinstance(reason, Urllib3SSLError):
        return any(isinstance(argument, ssl.SSLCertVerificationError) for argument in reason.args)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
