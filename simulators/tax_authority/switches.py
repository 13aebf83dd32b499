"""How the next calls shall go wrong. A test or a person sets it; each call takes what is meant for it, oldest first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

SENDING = ("sendBill", "sendSummary", "sendPack")

BEHAVIOURS: dict[str, tuple[str, ...]] = {
    "accept": SENDING,
    "observe": SENDING,
    "reject": SENDING,
    "fault": SENDING,
    "http_500": SENDING,
    "slow": SENDING,
    "hang": SENDING,
    "drop_before": SENDING,
    "process_then_drop": SENDING,
    "empty_cdr": SENDING,
    "corrupt_cdr": SENDING,
    "in_process": ("getStatus",),
    "down": ("*",),
}
"""Each behaviour with the operations it is meant for unless the switch names others."""

DEFAULT_CODES = {"observe": "4252", "reject": "2335", "fault": "0109"}


@dataclass
class Switch:
    """One order to misbehave, `count` times (-1: until reset)."""

    behaviour: str
    count: int = 1
    code: str = ""
    seconds: float = 30.0
    form: str = ""
    style: str = ""
    processed: bool = False
    document: str = "*"
    operations: tuple[str, ...] = ()

    def suits(self, operation: str, document: str) -> bool:
        """Is this call one that the switch was set for?"""
        meant = self.operations or BEHAVIOURS[self.behaviour]
        return ("*" in meant or operation in meant) and fnmatchcase(document, self.document)


def read_switch(given: Mapping[str, Any]) -> Switch:
    """Build a switch from the JSON of `/_control/next`; ValueError says what is wrong with it."""
    behaviour = given.get("behaviour")
    if behaviour not in BEHAVIOURS:
        raise ValueError(f"behaviour must be one of {', '.join(BEHAVIOURS)}")
    unknown = set(given) - {
        "behaviour",
        "count",
        "code",
        "seconds",
        "as",
        "style",
        "processed",
        "document",
        "operation",
    }
    if unknown:
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    code = str(given.get("code") or DEFAULT_CODES.get(behaviour, ""))
    if code and not code.isdigit():
        raise ValueError("code must be digits")
    operation = given.get("operation")
    return Switch(
        behaviour=behaviour,
        count=int(given.get("count", 1)),
        code=code,
        seconds=float(given.get("seconds", 30)),
        form=str(given.get("as", "")),
        style=str(given.get("style", "")),
        processed=bool(given.get("processed", False)),
        document=str(given.get("document", "*")),
        operations=(operation,) if isinstance(operation, str) else tuple(operation or ()),
    )


class Switches:
    """The pending switches of one app, and the waiting that a reset can end."""

    def __init__(self, sleep: Callable[[float], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._pending: list[Switch] = []
        self._released = threading.Event()
        self._sleep = sleep

    def add(self, switch: Switch) -> None:
        """Queue one more."""
        with self._lock:
            self._pending.append(switch)

    def take(self, operation: str, document: str) -> Switch | None:
        """Give the oldest switch meant for this call and count it down."""
        with self._lock:
            for switch in self._pending:
                if switch.suits(operation, document):
                    switch.count -= 1
                    if switch.count == 0:
                        self._pending.remove(switch)
                    return switch
        return None

    def reset(self) -> None:
        """Forget all switches and let everything that hangs go on."""
        with self._lock:
            self._pending.clear()
            self._released.set()
            self._released = threading.Event()

    def pending(self) -> list[dict[str, Any]]:
        """What is still to come, for `/_control/state`."""
        with self._lock:
            return [asdict(switch) for switch in self._pending]

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than until the next reset."""
        if seconds <= 0:
            return
        if self._sleep is not None:
            self._sleep(seconds)
        else:
            self._released.wait(seconds)
