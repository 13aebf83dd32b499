"""A PostgreSQL and a RabbitMQ of our own: own port, own folder, ready in seconds, to be stopped, killed and paused."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import kombu
import psycopg

RABBITMQ_SCRIPTS = Path("/usr/lib/rabbitmq/bin")
POSTGRESQL_VERSIONS = Path("/usr/lib/postgresql")


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for a server's or another process's work. Raises TimeoutError."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        pause.wait(0.5)


class Server:
    """A server process that can be stopped, killed, paused and started again on the same data."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cmp-test-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Ready when it returns."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), env=self.environment(), stdout=log, stderr=log, start_new_session=True, user=self.user()
            )
        try:
            wait_until(self.answers, 180, f"{type(self).__name__} does not answer")
        except TimeoutError:
            raise TimeoutError((self.folder / "log").read_text()[-2000:]) from None

    def command(self) -> list[str]:
        """What to run."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """With which variables."""
        return dict(os.environ)

    def user(self) -> str | None:
        """As whom, when we are root."""
        return None

    def answers(self) -> bool:
        """Whether it takes connections."""
        raise NotImplementedError

    def kill(self) -> None:
        """SIGKILL, as a power failure would."""
        self._signal(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: it holds its connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """In order."""
        self._signal(signal.SIGTERM)

    def remove(self) -> None:
        """Kill it and forget its data."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            self._process.wait(60)


class Postgresql(Server):
    """Debian's newest PostgreSQL on a folder of its own, trusting local connections."""

    def __init__(self) -> None:
        super().__init__()
        self.binaries = max(POSTGRESQL_VERSIONS.iterdir()) / "bin"
        if self.user():
            shutil.chown(self.folder, self.user())
        self.folder.chmod(0o755)
        subprocess.run(
            [self.binaries / "initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"],
            check=True, capture_output=True, user=self.user(), cwd="/",
        )  # fmt: skip

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the maintenance database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def command(self) -> list[str]:
        options = ["-p", str(self.port), "-k", str(self.folder), "-h", "127.0.0.1", "-c", "max_connections=300"]
        return [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), *options]

    def user(self) -> str | None:
        if os.geteuid():
            return None
        return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"

    def answers(self) -> bool:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=1),
        ):
            return True
        return False

    def stop(self) -> None:
        """Fast shutdown: sessions are ended."""
        self._signal(signal.SIGINT)
        assert self._process is not None
        self._process.wait(60)


class Rabbitmq(Server):
    """Debian's RabbitMQ as a node of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.node = f"cmp{uuid.uuid4().hex[:8]}@localhost"
        self._distribution_port = free_port()
        (self.folder / "enabled_plugins").write_text("[].")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.local = 127.0.0.1:{self.port}\nloopback_users = none\ndisk_free_limit.absolute = 50MB\n"
        )

    @property
    def url(self) -> str:
        """AMQP URL."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def command(self) -> list[str]:
        return [str(RABBITMQ_SCRIPTS / "rabbitmq-server")]

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }

    def answers(self) -> bool:
        try:
            with kombu.Connection(self.url, connect_timeout=1) as connection:
                connection.ensure_connection(max_retries=1, interval_start=0)
                return True
        except Exception:
            return False

    def queue_length(self, name: str) -> int:
        """Ready messages in a queue."""
        with kombu.Connection(self.url) as connection:
            return int(connection.channel().queue_declare(name, passive=True).message_count)
