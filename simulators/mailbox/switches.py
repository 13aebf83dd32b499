"""How the next mails shall go wrong; each switch is used up `count` times, oldest first."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

AT_RCPT = ("421", "450", "550")
AT_DATA = ("451", "drop_after_data", "drop_before", "hang")
REPLIES = {
    "421": "421 4.3.2 Service not available, closing transmission channel",
    "450": "450 4.2.1 Mailbox temporarily unavailable",
    "550": "550 5.1.1 Mailbox unavailable",
    "451": "451 4.3.0 Requested action aborted: local error in processing",
}


@dataclass
class Switch:
    """One order to misbehave; `to` narrows it to one recipient, `stored` lets a hang keep the mail first."""

    behaviour: str
    count: int = 1
    seconds: float = 30.0
    to: str = ""
    stored: bool = False


def read_switch(given: Mapping[str, Any]) -> Switch:
    """Build a switch from the JSON of `/_control/next`; ValueError says what is wrong with it."""
    behaviour = str(given.get("behaviour"))
    if behaviour not in (*AT_RCPT, *AT_DATA):
        raise ValueError(f"behaviour must be one of {', '.join((*AT_RCPT, *AT_DATA))}")
    unknown = set(given) - {"behaviour", "count", "seconds", "to", "stored"}
    if unknown:
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    return Switch(
        behaviour,
        int(given.get("count", 1)),
        float(given.get("seconds", 30)),
        str(given.get("to", "")).casefold(),
        bool(given.get("stored", False)),
    )


class Switches:
    """The pending switches of one mailbox."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Switch] = []

    def add(self, switch: Switch) -> None:
        """Queue one more."""
        with self._lock:
            self._pending.append(switch)

    def take(self, behaviours: tuple[str, ...], recipients: list[str]) -> Switch | None:
        """Give the oldest switch of these kinds that suits a recipient, and count it down."""
        wanted = {recipient.casefold() for recipient in recipients}
        with self._lock:
            for switch in self._pending:
                if switch.behaviour in behaviours and (not switch.to or switch.to in wanted):
                    switch.count -= 1
                    if switch.count == 0:
                        self._pending.remove(switch)
                    return switch
        return None

    def reset(self) -> None:
        """Forget them all."""
        with self._lock:
            self._pending.clear()

    def pending(self) -> list[dict[str, Any]]:
        """What is still to come."""
        with self._lock:
            return [asdict(switch) for switch in self._pending]
