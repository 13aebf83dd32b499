"""The embedded platform: every process of every part, and the simulators, as threads of one process."""

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import waitress

from chassis import migrations, outbox
from chassis.app import Service
from chassis.consumer import Consumer
from chassis.inbox import Inbox
from chassis.jobs import Scheduler
from chassis.logs import configure_logs
from chassis.outbox import Relay
from cli import names
from cli.environment import Ports, environment

THREADS = {"gateway": 40, "portal": 12, "acquirer": 8, "tax_authority": 8}
DRAIN_S = 10.0

log = logging.getLogger(__name__)


class Platform:
    """Starts everything in threads, in an order that loses no event, and stops it the other way round."""

    def __init__(self, folder: Path, ports: Ports, host: str = "127.0.0.1", *, demo: bool = True) -> None:
        """Nothing runs before `start`."""
        self.folder, self.ports, self.host, self.demo = folder.resolve(), ports, host, demo
        self.apps: dict[str, Any] = {}
        self._servers: list[Any] = []
        self._consuming, self._sending = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._mailbox: Any = None
        self._run_file = self.folder / "run.json"

    def start(self) -> None:
        """Ready when it returns: migrated, queues declared, events of an interrupted run on their way again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for variable, value in environment(self.folder, self.ports, self.host).items():
            os.environ.setdefault(variable, value)
        self._start_simulators()
        for service in names.SERVICES:
            self.apps[service] = names.make_app(service, broker_url="memory://")
        for app in self.apps.values():
            migrations.upgrade(app.extensions["cmp"])
        self._resend_after_unclean_stop()
        self._start_consumers()
        if self.demo:
            self._load_demo()
        self._start_senders()
        for part, app in self.apps.items():
            self._serve(app, getattr(self.ports, part), THREADS.get(part, 6))
        for site in names.SITES:
            host = self.host if site == "gateway" else "127.0.0.1"
            self._serve(names.make_app(site), getattr(self.ports, site), THREADS[site], host)

    def stop(self) -> None:
        """Stop taking work, let what is under way arrive, then leave; the next start knows that nothing is missing."""
        for server in self._servers:
            server.task_dispatcher.shutdown(timeout=5)
            server.close()
        self._sending.set()
        clean = self._drain()
        self._consuming.set()
        for thread in self._threads:
            thread.join(timeout=DRAIN_S)
        if self._mailbox:
            self._mailbox.stop()
        for app in self.apps.values():
            app.extensions["cmp"].db.close()
        self._note_run(clean=clean)

    def login_links(self) -> list[tuple[str, str]]:
        """(label, URL) of a one-time login for each demo person."""
        tokens = names.module("identity", "demo").demo_login_links(self.apps["identity"])
        return [(label, f"{self.ports.url('gateway')}/ingresar/{token}") for label, token in tokens]

    def staff_links(self) -> list[tuple[str, str]]:
        """(e-mail, URL) of a one-time login for each invented member of staff; the second factor is asked for next."""
        tokens = names.module("identity", "demo").demo_staff_logins(self.apps["identity"])
        return [(email, f"{self.ports.url('gateway')}/ingresar/{token}") for email, token in tokens]

    def _start_simulators(self) -> None:
        from simulators.acquirer.app import create_app as acquirer
        from simulators.mailbox.app import create_mailbox
        from simulators.tax_authority.app import create_app as tax_authority

        state = self.folder / "simulators"
        state.mkdir(exist_ok=True)
        config = {"ruc": os.environ["CMP_EINVOICE_ISSUER_RUC"], "state_file": str(state / "tax_authority.db")}
        self._serve(acquirer({"state_file": str(state / "acquirer.json")}), self.ports.acquirer, THREADS["acquirer"])
        self._serve(tax_authority(config), self.ports.tax_authority, THREADS["tax_authority"])
        mailbox = {"smtp_port": self.ports.smtp, "web_port": self.ports.mailbox, "folder": str(state / "mail")}
        self._mailbox = create_mailbox(mailbox).start()

    def _resend_after_unclean_stop(self) -> None:
        """The in-process bus forgets with the process; the outbox does not. Consumers ignore what they had."""
        last: dict[str, Any] = json.loads(self._run_file.read_text()) if self._run_file.exists() else {"clean": True}
        if not last["clean"]:
            since = datetime.fromisoformat(last["started_at"])
            for app in self.apps.values():
                with app.app_context(), app.extensions["cmp"].db.transaction() as session:
                    outbox.replay(session, since)
            log.warning("the last run was interrupted: its events are sent again")
        self._started_at = last["started_at"] if not last["clean"] else datetime.now(UTC).isoformat()
        self._note_run(clean=False)

    def _note_run(self, *, clean: bool) -> None:
        partial = self._run_file.with_suffix(".partial")
        partial.write_text(json.dumps({"started_at": self._started_at, "clean": clean}))
        partial.replace(self._run_file)

    def _start_consumers(self) -> None:
        """Every queue exists before anything is sent: the in-process bus drops what nobody listens to."""
        consumers = []
        for app in self.apps.values():
            service: Service = app.extensions["cmp"]
            consumers.append(Consumer(Inbox(app, service.subscriptions, service.metrics), "memory://"))
            self._run(consumers[-1].run, self._consuming)
        for consumer in consumers:
            consumer.ready.wait(10)

    def _start_senders(self) -> None:
        for app in self.apps.values():
            self._run(Relay(app, "memory://").run, self._consuming)
            self._run(Scheduler(app, app.extensions["cmp"].jobs).run, self._sending)

    def _load_demo(self) -> None:
        for service, app in self.apps.items():
            names.module(service, "cli").load_demo(app)

    def _drain(self) -> bool:
        """Whether every outbox and queue ran empty in time."""
        deadline = time.monotonic() + DRAIN_S
        while time.monotonic() < deadline:
            if not any(self._waiting(app) for app in self.apps.values()):
                return True
            self._consuming.wait(0.1)
        return False

    def _waiting(self, app: Any) -> int:
        service: Service = app.extensions["cmp"]
        with app.app_context(), service.db.reading() as session:
            unsent = outbox.stats(session)["unsent"]
        return int(unsent) + waiting_in_memory(service.settings.service)

    def _serve(self, app: Any, port: int, threads: int, host: str = "127.0.0.1") -> None:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            channel_timeout=120,
            clear_untrusted_proxy_headers=False,
        )
        self._servers.append(server)
        threading.Thread(target=server.run, daemon=True, name=f"web-{port}").start()

    def _run(self, target: Callable[[threading.Event], None], stop: threading.Event) -> None:
        thread = threading.Thread(target=target, args=(stop,), daemon=True)
        self._threads.append(thread)
        thread.start()


def waiting_in_memory(service: str) -> int:
    """Messages in a service's in-process queue."""
    from chassis.broker import connect

    with connect("memory://") as connection:
        return int(connection.channel().queue_declare(f"{service}.events", passive=True).message_count)


def run_until_interrupted(data: str, host: str, demo: bool) -> None:
    """`cmp-digital up`: start, print where everything is, wait for Ctrl-C or SIGTERM, stop."""
    started = time.monotonic()
    folder = Path(data)
    folder.mkdir(parents=True, exist_ok=True)
    log_file = (folder / "platform.log").open("a")
    configure_logs("platform", "INFO", log_file)
    platform = Platform(folder, Ports(), host, demo=demo)
    platform.start()
    announce(platform, time.monotonic() - started)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    click.echo("Deteniendo…")
    platform.stop()
    click.echo("Listo.")


def announce(platform: Platform, seconds: float) -> None:
    """Print the addresses and one-time login links."""
    url = platform.ports.url
    click.echo(f"\nCMP Digital está en marcha ({seconds:.1f} s). Ctrl-C lo detiene.\n")
    click.echo(f"  Portal                     {url('gateway')}/")
    click.echo(f"  API (documentación)        {url('gateway')}/docs/")
    click.echo(f"  Correo recibido            {url('mailbox')}/")
    click.echo(f"  Pasarela de pagos (sim.)   {url('acquirer')}/")
    click.echo(f"  SUNAT (sim.)               {url('tax_authority')}/")
    click.echo(f"  Registro de eventos        {platform.folder / 'platform.log'}\n")
    if platform.demo:
        click.echo("Ingresos de un solo uso (10 minutos; otro: make login):")
        for label, link in platform.login_links():
            click.echo(f"  {label:<34} {link}")
        click.echo("Personal inventado (después del enlace pide un código; lo da: make code EMAIL=correo):")
        for email, link in platform.staff_links():
            click.echo(f"  {email:<34} {link}")
        click.echo("\nTarjeta de prueba: 4474118355632240, vencimiento 03/28, código 111\n")
