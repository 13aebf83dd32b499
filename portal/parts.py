"""What hangs on the application object, so that two portals can live in one process."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from chassis.clock import Clock, SystemClock
from portal.clients.gateway import Gateway
from portal.once import Once
from portal.settings import Settings


@dataclass
class Parts:
    """The running portal: its settings, its way to the gateway, its clock, and what must happen once."""

    settings: Settings
    gateway: Gateway
    clock: Clock = field(default_factory=SystemClock)
    renewals: Once = field(default_factory=lambda: Once(keep_seconds=600))
    checkouts: Once = field(default_factory=lambda: Once(keep_seconds=600))
    remembered: dict[str, Any] = field(default_factory=dict)
    """What a client module remembers between requests, by its own name."""


def parts() -> Parts:
    """The parts of the application handling this request."""
    found: Parts = current_app.extensions["cmp"]
    return found
