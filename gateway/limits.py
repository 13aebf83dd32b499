"""How often somebody may call: counters per route and caller in fixed windows, in this process or in Redis."""

import logging
import math
import threading
import time
from collections.abc import Callable

from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from gateway.errors import TooManyRequests
from gateway.routing import Route

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 60


class ClockedMemory(Storage):
    """Counters in this process by an injected clock. The storage that `limits` brings starts a thread per hit."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since the epoch."""
        super().__init__()
        self._clock, self._lock = clock, threading.Lock()
        self._counters: dict[str, tuple[int, float]] = {}
        self._swept_at = clock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing in here fails."""
        return StorageError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; the window of `expiry` seconds begins with its first hit."""
        with self._lock:
            moment = self._clock()
            self._sweep(moment)
            count, ends = self._counters.get(key, (0, 0.0))
            if ends <= moment:
                count, ends = 0, moment + expiry
            self._counters[key] = (count + amount, ends)
            return count + amount

    def get(self, key: str) -> int:
        """The count of the running window."""
        count, ends = self._counters.get(key, (0, 0.0))
        return count if ends > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """When the running window ends, seconds since the epoch."""
        return self._counters.get(key, (0, self._clock()))[1]

    def check(self) -> bool:
        """Always there."""
        return True

    def reset(self) -> int:
        """Forget all counters."""
        with self._lock:
            count = len(self._counters)
            self._counters.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self._counters.pop(key, None)

    def _sweep(self, moment: float) -> None:
        """Drop ended windows now and then, so that memory follows the callers of the last minute."""
        if moment - self._swept_at >= SWEEP_EVERY_S:
            self._swept_at = moment
            self._counters = {key: value for key, value in self._counters.items() if value[1] > moment}


class Limits:
    """The rates of routing.toml, applied. When Redis is away each process counts for itself: looser, never closed."""

    def __init__(self, storage: str = "memory://", clock: Callable[[], float] = time.time) -> None:
        """`storage` is memory:// or a URL that the `limits` library knows (redis://host:6379/0)."""
        self._clock = clock
        self._own = FixedWindowRateLimiter(ClockedMemory(clock))
        self._limiter = self._own
        if storage != "memory://":
            self._limiter = FixedWindowRateLimiter(storage_from_string(storage, wrap_exceptions=True))

    def spend(self, route: Route, who: str) -> None:
        """Count one request of a caller. Raises TooManyRequests with Retry-After in whole seconds."""
        try:
            self._spend(self._limiter, route, who)
        except StorageError:
            log.warning("rate-limit storage not available, counting in this process")
            self._spend(self._own, route, who)

    def _spend(self, limiter: FixedWindowRateLimiter, route: Route, who: str) -> None:
        for rate in route.rate:
            if not limiter.hit(rate, route.prefix, who):
                ends = limiter.get_window_stats(rate, route.prefix, who).reset_time
                seconds = max(1, math.ceil(ends - self._clock()))
                raise TooManyRequests(headers={"Retry-After": str(seconds)})
