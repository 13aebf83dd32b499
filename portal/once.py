"""Doing a thing once although it was asked twice, as a double click does."""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    kept_until: float = 0.0
    result: Any = None


class Once:
    """Runs the work of a key one at a time, and gives the same result to whoever asks again within `keep_seconds`.

    Results live in this process only: replicas of the portal need session affinity. A failure is not kept.
    """

    def __init__(self, keep_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep results this long."""
        self._keep, self._clock = keep_seconds, clock
        self._guard = threading.Lock()
        self._entries: dict[Hashable, _Entry] = {}

    def do(self, key: Hashable, work: Callable[[], T]) -> T:
        """The kept result of `key`, or that of `work()` now. Raises what `work` raises."""
        with self._entry(key) as entry, entry.lock:
            if entry.kept_until <= self._clock():
                entry.result = work()
                entry.kept_until = self._clock() + self._keep
            result: T = entry.result
            return result

    @contextmanager
    def _entry(self, key: Hashable) -> Iterator[_Entry]:
        with self._guard:
            self._forget_old()
            entry = self._entries.setdefault(key, _Entry())
            entry.users += 1
        try:
            yield entry
        finally:
            with self._guard:
                entry.users -= 1

    def _forget_old(self) -> None:
        now = self._clock()
        for key in [key for key, entry in self._entries.items() if not entry.users and entry.kept_until <= now]:
            del self._entries[key]
