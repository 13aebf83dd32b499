"""The whole platform as processes on a RabbitMQ and a PostgreSQL of its own, to be broken one fault at a time."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import requests

from cli.demo import Walk
from cli.environment import Ports, environment
from cli.names import SERVICES
from cli.services import Processes, broker, databases, login_token, start_all
from tests.servers import Postgresql, Rabbitmq, wait_until

PATIENCE_S = 90


@dataclass
class Platform:
    """Handles on everything that can be broken, and on everything that can be counted from outside."""

    processes: Processes
    ports: Ports
    postgresql: Postgresql
    rabbitmq: Rabbitmq

    def walk(self, cmp_number: str = "012345") -> Walk:
        """A physician who has logged in."""
        walk = Walk(self.ports, login_token(self.processes, cmp_number))
        walk.log_in()
        return walk

    def tell(self, simulator: str, **behaviour: Any) -> None:
        """Tell a simulator how to behave next."""
        requests.post(f"{self.ports.url(simulator)}/_control/next", json=behaviour, timeout=5).raise_for_status()

    def calm(self, simulator: str) -> None:
        """Tell a simulator to behave again."""
        requests.post(f"{self.ports.url(simulator)}/_control/reset", json={}, timeout=5).raise_for_status()

    def restart(self, name: str, *command: str) -> None:
        """Start a process of a part again: `restart("einvoice-worker", "cli.main", "einvoice", "worker")`."""
        self.processes.start(name, *command)

    def kill(self, name: str) -> None:
        """SIGKILL a process and its children."""
        process = self.processes.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()

    def query(self, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into a service's database from outside."""
        url = self.processes.environment[f"CMP_{service.upper()}_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            return list(connection.execute(statement, values))  # type: ignore[call-overload]

    def replay_everything(self) -> None:
        """Send every event of every service again."""
        for service in SERVICES:
            command = [sys.executable, "-m", "cli.main", "outbox", "replay", service]
            subprocess.run(command, env=os.environ | self.processes.environment, check=True, capture_output=True)

    def charges(self, purchase_number: str) -> list[dict[str, Any]]:
        """What the acquirer charged under a number."""
        charges = requests.get(f"{self.ports.url('acquirer')}/_control/charges", timeout=5).json()
        charges = charges["charges"] if isinstance(charges, dict) else charges
        return [
            charge
            for charge in charges
            if str(charge["purchaseNumber"]) == purchase_number and charge["state"] == "Authorized"
        ]

    def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails with a voucher that arrived at an address; the receipt comes in one of its own."""
        answer = requests.get(f"{self.ports.url('mailbox')}/api/messages", params={"to": address}, timeout=5).json()
        return [mail for mail in answer["messages"] if "electrónica" in mail["subject"]]

    def accepted_vouchers(self, order_id: str) -> list[tuple[Any, ...]]:
        """Vouchers of an order, as einvoice has them."""
        return self.query("einvoice", "SELECT state FROM voucher WHERE order_id = %s", order_id)

    def heal(self) -> None:
        """Whatever the last test told a simulator is over."""
        for simulator in ("acquirer", "tax_authority", "mailbox"):
            self.calm(simulator)

    def quiet(self) -> bool:
        """Nothing unsent, nothing waiting in a queue, nothing failed."""
        unsent = sum(
            self.query(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL")[0][0] for service in SERVICES
        )
        failed = sum(
            self.query(service, "SELECT count(*) FROM inbox WHERE state <> 'done'")[0][0] for service in SERVICES
        )
        queued = sum(self.rabbitmq.queue_length(f"{service}.events") for service in SERVICES)
        return not (unsent or failed or queued)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Started once for its module: every fault heals, so the next test finds it whole."""
    folder = tmp_path_factory.mktemp("faults")
    ports, postgresql, rabbitmq = Ports.free(), Postgresql(), Rabbitmq()
    with contextlib.ExitStack() as stack:
        for server in (postgresql, rabbitmq):
            stack.callback(server.remove)
            server.start()
        settings = stack.enter_context(databases(folder, "faults", postgresql.url.replace("+psycopg", "")))
        amqp = stack.enter_context(broker("faults", rabbitmq.url))
        faster = {
            "CMP_EINVOICE_RETRY_FIRST_SECONDS": "1",
            "CMP_EINVOICE_RETRY_MAX_SECONDS": "4",
            "CMP_NOTIFIER_RETRY_SECONDS": "1,2,4,8,8,8,8",
        }
        processes = Processes(
            folder, environment(folder, ports) | settings | {"CMP_BROKER_URL": amqp, "CMP_WEB_WORKERS": "1"} | faster
        )
        stack.callback(processes.stop)
        start_all(processes, ports)
        yield Platform(processes, ports, postgresql, rabbitmq)


@pytest.fixture
def exactly_once(platform: Platform) -> Callable[[Walk, dict[str, Any]], None]:
    """The promise: one charge, one PAID order, one accepted voucher, one mail (one Message-ID)."""

    def check(walk: Walk, order: dict[str, Any]) -> None:
        address = order["voucher"]["email"]
        wait_until(
            lambda: platform.mails(address) and platform.quiet(),
            PATIENCE_S,
            f"no mail, or not quiet, for order {order['number']}",
        )
        paid = walk.order(order["id"])
        assert paid["public_state"] == "pagado"
        assert len(platform.charges(paid["attempt"]["purchase_number"])) == 1
        assert platform.accepted_vouchers(order["id"]) == [("accepted",)]
        assert len({mail["message_id"] for mail in platform.mails(address)}) == 1

    return check
