"""The three commands of a service: `web` (gunicorn), `worker` (outbox out, events in), `jobs` (periodic functions)."""

import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client import start_http_server

from chassis import broker, migrations
from chassis.app import Service, watch_queues
from chassis.consumer import Consumer
from chassis.inbox import Inbox
from chassis.jobs import Scheduler
from chassis.metrics import MULTIPROCESS_DIR
from chassis.outbox import Relay

log = logging.getLogger(__name__)


class WebServer(BaseApplication):
    """gunicorn with the settings every web process of ours shares."""

    def __init__(self, make_app: Callable[[], Any], *, bind: str, workers: int, threads: int) -> None:
        """`make_app` runs in each worker after the fork, so that nothing open is shared."""
        self._make_app = make_app
        self._options = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - heartbeat in memory
            "graceful_timeout": 25,
            "timeout": 90,
            "keepalive": 30,
            "max_requests": 20000,
            "max_requests_jitter": 2000,
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": "warning",
            "child_exit": _forget_worker,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application, in the worker."""
        return self._make_app()


def _forget_worker(server: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    if MULTIPROCESS_DIR in os.environ:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def use_metrics_folder() -> None:
    """Give gunicorn's workers one empty folder for their metrics.

    prometheus_client chooses how it counts when it is imported: without the variable the process starts over with it.
    """
    if MULTIPROCESS_DIR not in os.environ:
        os.environ[MULTIPROCESS_DIR] = tempfile.mkdtemp(prefix="cmp-metrics-")
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves again
    folder = Path(os.environ[MULTIPROCESS_DIR])
    folder.mkdir(parents=True, exist_ok=True)
    for left_over in folder.glob("*.db"):
        left_over.unlink()


def run_web(make_app: Callable[[], Any], *, bind: str, workers: int, threads: int) -> None:
    """Serve HTTP until SIGTERM."""
    WebServer(make_app, bind=bind, workers=workers, threads=threads).run()


def heartbeat(path: str) -> Callable[[], None]:
    """A function that touches a file, for `cmp-digital health worker`; does nothing for an empty path."""
    if not path:
        return lambda: None
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.touch


def run_worker(app: Flask, stop: threading.Event) -> None:
    """Relay the outbox and consume events until `stop` is set. The queue is declared before anything is sent."""
    service: Service = app.extensions["cmp"]
    beat = heartbeat(service.settings.heartbeat_file)
    consumer = Consumer(Inbox(app, service.subscriptions, service.metrics), service.settings.broker_url, beat)
    relay = Relay(app, service.settings.broker_url)
    relaying = threading.Thread(target=relay.run, args=(stop,), name="relay")
    relaying.start()
    consumer.run(stop)
    relaying.join()


def run_jobs(app: Flask, stop: threading.Event) -> None:
    """Run the periodic functions until `stop` is set."""
    service: Service = app.extensions["cmp"]
    Scheduler(app, service.jobs, heartbeat(service.settings.heartbeat_file)).run(stop)


def prepare(app: Flask) -> None:
    """Migrate the database and declare the service's queue, so that no event is published before all can receive it."""
    service: Service = app.extensions["cmp"]
    migrations.upgrade(service)
    if not service.settings.broker_url.startswith("memory:"):
        with broker.connect(service.settings.broker_url) as connection:
            broker.Topology(service.settings.service, tuple(service.subscriptions.handlers)).declare(
                connection.channel()
            )


def until_signalled(run: Callable[[threading.Event], None]) -> None:
    """Run something that watches a stop event; SIGTERM and SIGINT set it, and the work in hand is finished."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)


def serve_metrics(app: Flask) -> None:
    """Offer /metrics of a worker or jobs process, with the queue gauges, when a port is configured."""
    service: Service = app.extensions["cmp"]
    if service.settings.metrics_port:
        watch_queues(app)
        start_http_server(service.settings.metrics_port, registry=service.metrics.registry)
