"""An acquirer that says exactly what a test tells it, for replies no simulator would give."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.payments.niubiz import Exchange, Niubiz
from tests.payments.desk import Socket

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> dict[str, Any]:
    """The body of a sample reply."""
    body: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return body


@dataclass
class Script:
    """Answers in the order given; the login always works. Remembers what was asked."""

    socket: Socket
    answers: list[tuple[int, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, str, Any]] = field(default_factory=list)
    logins: int = 0
    login_status: int = 201

    def __post_init__(self) -> None:
        self.socket.answer = self

    def then(self, status: int, body: Any) -> "Script":
        """Give this answer next; a dict goes as JSON, bytes as they are."""
        self.answers.append((status, body))
        return self

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"].endswith("/security"):
            self.logins += 1
            start_response(f"{self.login_status} X", [("Content-Type", "text/plain")])
            return [b'"head.body.%d"' % self.logins]
        self.asked.append(
            (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_AUTHORIZATION", ""), content)
        )
        status, body = self.answers.pop(0)
        start_response(f"{status} X", [("Content-Type", "application/json"), ("Location", "/elsewhere")])
        return [body if isinstance(body, bytes) else json.dumps(body).encode()]


@dataclass
class Journal:
    """Keeps the conversation as the service would."""

    lines: list[Exchange] = field(default_factory=list)

    def __call__(self, exchange: Exchange) -> None:
        self.lines.append(exchange)


def client_of(url: str, **options: Any) -> Niubiz:
    """A client with short time-outs."""
    from chassis.clock import now

    chosen: dict[str, Any] = {
        "user": "usuario", "password": "clave", "merchant_id": "341198210", "countable": True, "clock": now,
        "authorization_timeout_s": 0.3, "other_timeout_s": 0.3,
    }  # fmt: skip
    return Niubiz(url=url, **(chosen | options))
