"""Periodic functions. One process per service leads; each job runs in its own thread and never overlaps itself."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app

from chassis import clock, inbox, outbox
from chassis.db import Database
from chassis.logs import bind_trace

HOUSEKEEPING_S = 3600.0

JobFunction = Callable[[], bool | None]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A function and how often it runs, in seconds."""

    function: JobFunction
    seconds: float

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__


class Jobs:
    """The periodic functions of a service."""

    def __init__(self) -> None:
        """Start with none."""
        self.all: list[Job] = []

    def every(self, *, seconds: float) -> Callable[[JobFunction], JobFunction]:
        """Run the function this often, in the application's context. It returns True when more work waits right now."""

        def register(function: JobFunction) -> JobFunction:
            self.all.append(Job(function, seconds))
            return function

        return register


class Scheduler:
    """Runs the jobs while this process leads; stands by otherwise."""

    def __init__(self, app: Flask, jobs: Jobs, beat: Callable[[], None] = lambda: None) -> None:
        """Jobs run inside the application's context."""
        self.app, self.jobs, self._beat = app, jobs, beat
        self.db: Database = app.extensions["cmp"].db
        self.metrics = app.extensions["cmp"].metrics
        self._leading = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Lead or stand by until told to stop, then let the runs in hand finish."""
        lock = self.db.lock("jobs")
        everything = [*self.jobs.all, Job(forget_old_events, HOUSEKEEPING_S)]
        threads = [
            threading.Thread(target=self._repeat, args=(job, stop), name=job.name, daemon=True) for job in everything
        ]
        for thread in threads:
            thread.start()
        while not stop.is_set():
            self._beat()
            if lock.acquire():
                self._leading.set()
            else:
                self._leading.clear()
            stop.wait(1.0)
        for thread in threads:
            thread.join(timeout=30)
        lock.release()

    def _repeat(self, job: Job, stop: threading.Event) -> None:
        while not stop.is_set():
            if not self._leading.wait(timeout=1.0):
                continue
            more = run_job(self.app, job)
            if not more:
                stop.wait(job.seconds)


def forget_old_events() -> bool:
    """Prune sent and handled events after `keep_days`, a small chunk at a time; what failed stays."""
    service = current_app.extensions["cmp"]
    before = clock.now() - timedelta(days=service.settings.keep_days)
    with service.db.transaction() as session:
        return outbox.prune(session, before) + inbox.prune(session, before) > 0


def run_job(app: Flask, job: Job) -> bool:
    """Run a job once; an error is logged and counted, and the job runs again next time. True = more work waits."""
    metrics = app.extensions["cmp"].metrics
    bind_trace(None, job=job.name, service=metrics.service)
    started = time.perf_counter()
    try:
        with app.app_context():
            return bool(job.function())
    except Exception:
        log.exception("job %s failed; it will run again", job.name)
        metrics.job_errors.labels(job.name).inc()
        return False
    finally:
        metrics.job_seconds.labels(job.name).observe(time.perf_counter() - started)
