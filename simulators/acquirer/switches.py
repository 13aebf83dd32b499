"""Things that go wrong on demand: each switch spoils the next calls of one kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AUTHORIZATION = "authorization"
QUERY = "query"
ENDPOINTS = ("security", "session", AUTHORIZATION, QUERY, "void", "reverse", "refund", "confirmation")

BEHAVIOURS = {
    "decline": "rechaza con un código de acción",
    "hang": "calla unos segundos y cobra tarde",
    "hang_then_nothing": "calla unos segundos, corta y no cobra",
    "charge_then_drop": "cobra y corta la conexión sin responder",
    "charge_then_hang": "cobra y calla unos segundos antes de responder",
    "charge_then_500": "cobra y responde 500",
    "error_500": "responde 500 sin cobrar",
    "unreadable": "cobra y responde un texto ilegible",
    "amount_differs": "cobra un monto distinto",
    "slow": "responde bien, con demora",
    "unauthorized": "responde 401 sin cobrar",
    "query_not_found": "la consulta no encuentra la operación",
    "query_500": "la consulta responde 500",
}
ALIASES = {"500": "error_500", "401": "unauthorized", "unreadable_body": "unreadable", "401_once": "unauthorized"}
DEFAULT_SECONDS = {"hang": 60.0, "hang_then_nothing": 60.0, "charge_then_hang": 60.0, "slow": 3.0}
ONLY_QUERY = {"query_not_found", "query_500"}


class UnknownSwitchError(ValueError):
    """Somebody asked for a behaviour, endpoint or figure that does not exist; the text says which do."""


@dataclass
class Switch:
    """A behaviour that waits for the next `count` calls of `on`."""

    behaviour: str
    on: str = AUTHORIZATION
    count: int = 1
    code: str = "116"
    seconds: float = 0

    @classmethod
    def read(cls, wanted: Mapping[str, Any]) -> "Switch":
        """Understand a control request (JSON or form); raise UnknownSwitchError if it makes no sense."""
        behaviour = _behaviour(str(wanted.get("behaviour") or ""))
        on = QUERY if behaviour in ONLY_QUERY else str(wanted.get("on") or AUTHORIZATION)
        if on not in ENDPOINTS:
            raise UnknownSwitchError(f"on must be one of {', '.join(ENDPOINTS)}")
        seconds = _number(wanted.get("seconds"), DEFAULT_SECONDS.get(behaviour, 0))
        count = max(1, int(_number(wanted.get("count"), 1)))
        return cls(behaviour, on, count, str(wanted.get("code") or "116"), seconds)


def _behaviour(name: str) -> str:
    behaviour = ALIASES.get(name, name)
    if behaviour not in BEHAVIOURS:
        raise UnknownSwitchError(f"behaviour must be one of {', '.join(BEHAVIOURS)}")
    return behaviour


def _number(given: Any, default: float) -> float:
    try:
        number = float(given) if given not in (None, "") else float(default)
    except (TypeError, ValueError) as error:
        raise UnknownSwitchError("count and seconds must be numbers") from error
    if number < 0:
        raise UnknownSwitchError("count and seconds must not be negative")
    return number
