"""Connections to one service: kept alive, counted, never shared by two requests at once."""

import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.parse import urlsplit

CHUNK = 256 * 1024
REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that may be sent once more when a kept connection turns out to be dead (RFC 9110 9.2.2, without bodies)."""

Body = bytes | Iterable[bytes] | None
Headers = list[tuple[str, str]]


class UpstreamError(Exception):
    """The service gave no answer that could be passed on."""


class Unavailable(UpstreamError):
    """No connection: refused, unknown host, or not within the connect time-out."""


class Busy(UpstreamError):
    """All places of this service are taken."""


class TimedOut(UpstreamError):
    """Connected, but silent for longer than the route's read time-out."""


class Broken(UpstreamError):
    """The connection ended, or what came back was not HTTP, before an answer was complete."""


class Upstream:
    """A service and the idle connections to it. Safe to use from many threads."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        max_in_flight: int,
        connect_seconds: float,
        queue_seconds: float,
        keep_idle_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`url` without path; times in seconds; the clock only ages idle connections."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(f"{name}: {url!r} is not a base URL such as http://127.0.0.1:8101")
        self.name = name
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._address = (parts.hostname, parts.port)
        self._connect_seconds, self._queue_seconds = connect_seconds, queue_seconds
        self._keep_idle_seconds, self._clock = keep_idle_seconds, clock
        self._places = threading.BoundedSemaphore(max_in_flight)
        self._idle: deque[tuple[float, HTTPConnection]] = deque()

    def send(self, method: str, target: str, headers: Headers, body: Body, timeout: float) -> "Exchange":
        """Send a request and wait for the head of the answer; the caller closes the exchange.

        A body that is not bytes is framed as `headers` say: with Content-Length as it is, else chunked.
        Raises Busy, Unavailable, TimedOut, Broken, and whatever reading the body raises."""
        if not self._places.acquire(timeout=self._queue_seconds):
            raise Busy(self.name)
        try:
            return self._ask(_Question(method, target, headers, body, timeout))
        except BaseException:
            self._places.release()
            raise

    def give_back(self, connection: HTTPConnection, *, reusable: bool) -> None:
        """End an exchange: keep or close its connection, free its place."""
        if not reusable:
            connection.close()
        elif connection.sock is not None:
            self._retire_oldest()
            self._idle.append((self._clock(), connection))
        self._places.release()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[1].close()

    def _ask(self, question: "_Question") -> "Exchange":
        kept = self._take_idle()
        if kept is not None:
            try:
                return question.put_to(self, kept)
            except Broken:
                if not question.repeatable:
                    raise
        fresh = self._connect()
        return question.put_to(self, fresh)

    def _take_idle(self) -> HTTPConnection | None:
        """The youngest idle connection that the service has not closed and is not about to close."""
        while True:
            try:
                since, connection = self._idle.pop()
            except IndexError:
                return None
            if self._is_young(since) and not _has_news(connection):
                return connection
            connection.close()

    def _retire_oldest(self) -> None:
        try:
            since, connection = self._idle.popleft()
        except IndexError:
            return
        if self._is_young(since):
            self._idle.appendleft((since, connection))
        else:
            connection.close()

    def _is_young(self, since: float) -> bool:
        return self._clock() - since <= self._keep_idle_seconds

    def _connect(self) -> HTTPConnection:
        connection = self._kind(*self._address, timeout=self._connect_seconds)
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            connection.close()
            raise Unavailable(self.name) from error
        return connection


class Exchange:
    """One answer under way: read it or iterate over it once, then close."""

    def __init__(self, upstream: Upstream, connection: HTTPConnection, response: HTTPResponse, *, keep: bool) -> None:
        """Made by Upstream.send; `keep` says whether the connection may serve again."""
        self._upstream, self._connection, self._response, self._keep = upstream, connection, response, keep
        self._open = True
        self.status = f"{response.status} {response.reason}"
        self.headers = response.getheaders()

    @property
    def length(self) -> int | None:
        """Bytes of body still to come; None when the service did not say."""
        return self._response.length

    def read(self) -> bytes:
        """The whole body, then closed. Raises TimedOut, Broken."""
        with _translated(self._upstream.name):
            try:
                return self._response.read()
            finally:
                self.close()

    def __iter__(self) -> Iterator[bytes]:
        """The body as it comes, then closed. Raises TimedOut, Broken, so that the client's copy ends visibly cut."""
        with _translated(self._upstream.name):
            try:
                while chunk := self._response.read1(CHUNK):
                    yield chunk
                if self._response.length:
                    raise IncompleteRead(b"", self._response.length)
            finally:
                self.close()

    def close(self) -> None:
        """Give the connection back, or close it when the answer was not read to its end. Harmless twice."""
        if self._open:
            self._open = False
            complete = self._response.isclosed() or self._response.length == 0
            self._response.close()
            self._upstream.give_back(self._connection, reusable=complete and self._keep)


@dataclass(frozen=True)
class _Question:
    """A request as it goes out."""

    method: str
    target: str
    headers: Headers
    body: Body
    timeout: float

    @property
    def repeatable(self) -> bool:
        return self.method in REPEATABLE and self.body is None

    def put_to(self, upstream: Upstream, connection: HTTPConnection) -> Exchange:
        """Ask and wait for the head of the answer. Closes the connection when none comes."""
        try:
            with _translated(upstream.name):
                refused = self._push(connection)
                response = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        return Exchange(upstream, connection, response, keep=not refused)

    def _push(self, connection: HTTPConnection) -> bool:
        """Send all. A service may answer, say 413, and hang up before it has read everything: its answer counts, so
        that is no error but True."""
        connection.sock.settimeout(self.timeout)
        connection.putrequest(self.method, self.target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers:
            connection.putheader(name, value)
        try:
            connection.endheaders(self.body, encode_chunked=("Transfer-Encoding", "chunked") in self.headers)
        except ConnectionError:
            return True
        return False


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Give the errors of sockets and of http.client their names here."""
    try:
        yield
    except TimeoutError as error:
        raise TimedOut(name) from error
    except (OSError, HTTPException) as error:
        raise Broken(name) from error


def _has_news(connection: HTTPConnection) -> bool:
    """Whether an idle connection has something to read: nothing was asked, so it is an end or a mistake."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))
