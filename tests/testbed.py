"""Provides what the tests need of the machine, then runs a command: `python -m tests.testbed [COMMAND…]`.

Uses a running PostgreSQL and RabbitMQ; else docker; else Debian's packages, started for this run alone.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from cli.bootstrap import can_install, install
from tests import servers

NEEDED = {
    "chromium": "/usr/bin/chromium",
    "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "rabbitmq-server": str(servers.RABBITMQ_SCRIPTS / "rabbitmq-server"),
    "postgresql": str(servers.POSTGRESQL_VERSIONS),
}
"""Debian packages and a file each brings. The fault tests stop, kill and pause servers, so they need the programs."""


def install_what_is_missing() -> None:
    """Install Debian packages, or say exactly which."""
    missing = [package for package, file in NEEDED.items() if not os.path.exists(file)]
    if missing and not can_install():
        sys.exit(
            f"The tests need Debian packages. Install them, then repeat:\n  sudo apt-get install {' '.join(missing)}"
        )
    if missing:
        # Debian starts a server when it installs it; the tests start their own.
        install(*missing)


def answers(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def docker_works() -> bool:
    """Whether a docker engine answers."""
    return (
        shutil.which("docker") is not None
        and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    )


@contextlib.contextmanager
def in_docker(image: str, port: int, *options: str) -> Iterator[None]:
    """A container for this run."""
    command = ["docker", "run", "--rm", "-d", "-p", f"127.0.0.1:{port}:{port}", *options, image]
    container = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    try:
        servers.wait_until(lambda: answers(port), 90, f"{image} does not answer")
        yield
    finally:
        subprocess.run(["docker", "stop", container], check=False, capture_output=True)


def provide_postgresql(stack: ExitStack) -> str:
    """SQLAlchemy URL of a PostgreSQL whose user may create databases."""
    url = os.environ.get("CMP_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
    if usable_postgresql(url):
        return url
    if docker_works() and not answers(5432):
        stack.enter_context(in_docker("postgres:15", 5432, "-e", "POSTGRES_HOST_AUTH_METHOD=trust"))
        servers.wait_until(lambda: usable_postgresql(url), 60, "PostgreSQL does not answer")
        return url
    own = servers.Postgresql()
    own.start()
    stack.callback(own.remove)
    return own.url


def usable_postgresql(url: str) -> bool:
    """Whether we can connect."""
    import psycopg

    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url.replace("+psycopg", ""), connect_timeout=2):
        return True
    return False


def provide_rabbitmq(stack: ExitStack) -> str:
    """AMQP URL of a RabbitMQ."""
    url = os.environ.get("CMP_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")
    if answers(5672) or "CMP_TEST_AMQP" in os.environ:
        return url
    if docker_works():
        stack.enter_context(in_docker("rabbitmq:4-management", 5672))
        return url
    own = servers.Rabbitmq()
    own.start()
    stack.callback(own.remove)
    return own.url


def main() -> int:
    """Provide, then run the command with CMP_TEST_POSTGRESQL and CMP_TEST_AMQP set."""
    install_what_is_missing()
    with ExitStack() as stack:
        provided = {"CMP_TEST_POSTGRESQL": provide_postgresql(stack), "CMP_TEST_AMQP": provide_rabbitmq(stack)}
        if not sys.argv[1:]:
            return 0
        return subprocess.run(sys.argv[1:], env=os.environ | provided, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
