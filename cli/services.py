"""The platform as it runs in production, on this machine: a process for every command, RabbitMQ and PostgreSQL."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests
from psycopg import sql

from cli.environment import Ports, environment, keep_secrets
from cli.names import SERVICES, SITES

POSTGRESQL_URL = "postgresql://postgres@127.0.0.1:5432/postgres"
AMQP_URL = "amqp://guest:guest@127.0.0.1:5672//"  # pragma: allowlist secret
"""RabbitMQ's own login for programs on the same machine: for the demo, never for production."""
START_S = 120.0


class DidNotStart(Exception):
    """A process ended or did not answer in time; the message is the end of its log."""


@dataclass
class Processes:
    """Child processes by name, each with a log file."""

    folder: Path
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str, **variables: str) -> None:
        """Start one; `variables` are added to its environment."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=os.environ | self.environment | variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def finish(self, name: str) -> None:
        """Wait for one that ends by itself. Raises DidNotStart when it failed."""
        if self.running.pop(name).wait(START_S):
            raise DidNotStart(f"{name}: {self.log_of(name)}")

    def log_of(self, name: str) -> str:
        """The end of a process's log."""
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def await_answer(self, name: str, url: str) -> None:
        """Wait until a web process answers. Raises DidNotStart."""
        deadline = time.monotonic() + START_S
        while True:
            with contextlib.suppress(requests.RequestException):
                if requests.get(url, timeout=2).ok:
                    return
            if time.monotonic() > deadline or self.running[name].poll() is not None:
                raise DidNotStart(f"{name}: {self.log_of(name)}")
            time.sleep(0.2)

    def stop(self) -> None:
        """SIGTERM to all, SIGKILL to those that do not leave."""
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + 40
        for process in self.running.values():
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def start_all(processes: Processes, ports: Ports) -> None:
    """Simulators, migrations, then every process of every part; ready when it returns."""
    start_simulators(processes, ports)
    for service in SERVICES:
        processes.start(f"{service}-migrate", "cli.main", service, "migrate")
    for service in SERVICES:
        processes.finish(f"{service}-migrate")
        processes.start(f"{service}-demo", "cli.main", service, "load-demo")
    for service in SERVICES:
        processes.finish(f"{service}-demo")
        for command in ("web", "worker", "jobs"):
            processes.start(f"{service}-{command}", "cli.main", service, command)
    for site in SITES:
        processes.start(f"{site}-web", "cli.main", site, "web")
    for service in SERVICES:
        processes.await_answer(f"{service}-web", ports.url(service) + "/readyz")
    for site in SITES:
        processes.await_answer(f"{site}-web", ports.url(site) + "/livez")


def start_simulators(processes: Processes, ports: Ports) -> None:
    """The three outside systems."""
    state = processes.folder / "simulators"
    state.mkdir(exist_ok=True)
    tax = ("--ruc", processes.environment["CMP_EINVOICE_ISSUER_RUC"])
    processes.start("acquirer", "simulators.acquirer", "--port", str(ports.acquirer))
    processes.start("tax_authority", "simulators.tax_authority", "--port", str(ports.tax_authority), *tax)
    processes.start(
        "mailbox",
        "simulators.mailbox",
        "--smtp-port",
        str(ports.smtp),
        "--web-port",
        str(ports.mailbox),
        "--folder",
        str(state / "mail"),
    )


def login_token(processes: Processes, username: str = "012345") -> str:
    """A one-time login token of a demo person."""
    command = [sys.executable, "-m", "cli.main", "identity", "issue-login-link", username]
    issued = subprocess.run(
        command, env=os.environ | processes.environment, capture_output=True, text=True, check=True
    ).stdout
    return issued.strip().rpartition("/")[2]


@contextlib.contextmanager
def databases(folder: Path, run: str, admin_url: str = POSTGRESQL_URL) -> Iterator[dict[str, str]]:
    """A database and a role per service; yields the settings that name them, and drops both at the end."""
    password = keep_secrets(folder)["database"]
    with psycopg.connect(admin_url, autocommit=True) as connection:
        place = f"{connection.info.host}:{connection.info.port}"
        for service in SERVICES:
            name = sql.Identifier(f"{run}_{service}")
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
            connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(name))
    try:
        yield {
            f"CMP_{service.upper()}_DATABASE_URL": f"postgresql+psycopg://{run}_{service}:{password}@{place}/{run}_{service}"
            for service in SERVICES
        }
    finally:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            for service in SERVICES:
                name = sql.Identifier(f"{run}_{service}")
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))


def rabbitmqctl(*arguments: str) -> None:
    """Administer the broker of this machine."""
    subprocess.run(["rabbitmqctl", *arguments], check=True, capture_output=True)


@contextlib.contextmanager
def broker(run: str, url: str = AMQP_URL) -> Iterator[str]:
    """A virtual host of our own where rabbitmqctl may make one; otherwise the broker's default one, left clean."""
    if os.geteuid() == 0 and shutil.which("rabbitmqctl") and url == AMQP_URL:
        rabbitmqctl("add_vhost", run)
        rabbitmqctl("set_permissions", "-p", run, "guest", ".*", ".*", ".*")
        try:
            yield f"{url.rstrip('/')}/{run}"
        finally:
            rabbitmqctl("delete_vhost", run)
        return
    try:
        yield url
    finally:
        from chassis.broker import connect

        with connect(url) as connection:
            channel = connection.channel()
            for service in SERVICES:
                channel.queue_delete(f"{service}.events")
                channel.queue_delete(f"{service}.unreadable")
                channel.exchange_delete(f"{service}.unreadable")


@contextlib.contextmanager
def running(
    folder: Path, ports: Ports, *, admin_url: str | None = None, amqp_url: str | None = None
) -> Iterator[tuple[Ports, str]]:
    """The whole platform as processes; yields the ports and a one-time login token. Nothing is left behind."""
    run = f"cmp_{uuid.uuid4().hex[:8]}"
    admin = admin_url or os.environ.get("CMP_TEST_POSTGRESQL", POSTGRESQL_URL).replace("+psycopg", "")
    with (
        databases(folder, run, admin) as settings,
        broker(run, amqp_url or os.environ.get("CMP_TEST_AMQP", AMQP_URL)) as amqp,
    ):
        small = {"CMP_WEB_WORKERS": "1", "CMP_BROKER_URL": amqp}
        processes = Processes(folder, environment(folder, ports) | settings | small)
        try:
            start_all(processes, ports)
            yield ports, login_token(processes)
        finally:
            processes.stop()
