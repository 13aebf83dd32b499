"""Prometheus metrics on the application object: right under several gunicorn workers and for many services in one."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS_DIR = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The metrics of one service in one process. Services add their own through `counter`, `gauge`, `histogram`."""

    def __init__(self, service: str) -> None:
        """Register what every service measures."""
        self.service = service
        self.registry = CollectorRegistry()
        self._own: dict[str, Any] = {}
        self.requests = self.counter("cmp_http_requests", "HTTP requests", "route", "method", "status")
        self.request_seconds = self.histogram("cmp_http_request_duration_seconds", "Time to answer", "route", "method")
        self.published = self.counter("cmp_events_published", "Events confirmed by the broker")
        self.unroutable = self.counter("cmp_events_unroutable", "Events that reached no queue")
        self.unconfirmed = self.counter("cmp_events_unconfirmed", "Events refused or not confirmed in time; sent again")
        self.relay_errors = self.counter("cmp_outbox_relay_errors", "Times the relay had to start over")
        self.confirm_seconds = self.histogram(
            "cmp_outbox_confirm_seconds", "From publishing a batch to its last confirm"
        )
        self.consumed = self.counter("cmp_events_consumed", "Events taken from the queue", "topic", "result")
        self.handling_seconds = self.histogram("cmp_event_handling_seconds", "Time a handler takes", "topic")
        self.job_seconds = self.histogram("cmp_job_seconds", "Time one run of a job takes", "name")
        self.job_errors = self.counter("cmp_job_errors", "Runs of a job that raised", "name")

    def counter(self, name: str, help: str, *labels: str) -> Any:
        """A counter of this service, made once; `_total` is added to its name."""
        return self._metric(Counter, name, help, labels)

    def gauge(self, name: str, help: str, *labels: str) -> Any:
        """A gauge of this service, made once."""
        return self._metric(Gauge, name, help, labels, multiprocess_mode="mostrecent")

    def histogram(self, name: str, help: str, *labels: str) -> Any:
        """A histogram of this service in seconds, made once."""
        return self._metric(Histogram, name, help, labels, buckets=BUCKETS)

    def _metric(self, kind: Any, name: str, help: str, labels: tuple[str, ...], **options: Any) -> Any:
        if name not in self._own:
            parent = kind(name, help, ("service", *labels), registry=self.registry, **options)
            self._own[name] = _Labelled(parent, self.service) if labels else parent.labels(self.service)
        return self._own[name]

    def watch(self, read: Callable[[], Iterable[tuple[str, str, float]]]) -> None:
        """Add gauges read at scrape time: (name, help, value). Not available under several gunicorn workers, so
        worker and jobs processes offer them."""
        self.registry.register(_Watched(read, self.service))

    def render(self) -> bytes:
        """The exposition text, summed over gunicorn's workers when there are several."""
        if os.environ.get(MULTIPROCESS_DIR):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self.registry)


class _Labelled:
    """A labelled metric with the service's label filled in."""

    def __init__(self, parent: Any, service: str) -> None:
        self._parent, self._service = parent, service

    def labels(self, *values: str) -> Any:
        return self._parent.labels(self._service, *values)


class _Watched:
    """A collector that asks when it is scraped."""

    def __init__(self, read: Callable[[], Iterable[tuple[str, str, float]]], service: str) -> None:
        self._read, self._service = read, service

    def collect(self) -> Iterator[Metric]:
        for name, help, value in self._read():
            family = GaugeMetricFamily(name, help, labels=["service"])
            family.add_metric([self._service], value)
            yield family

    def describe(self) -> list[Metric]:
        return []


def instrument(app: Flask, metrics: Metrics) -> None:
    """Count and time every request by its route, never by its path; serve /metrics."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "(none)"
        metrics.requests.labels(route, request.method, str(response.status_code)).inc()
        if started := g.pop("started", None):
            metrics.request_seconds.labels(route, request.method).observe(time.perf_counter() - started)
        return response

    def show_metrics() -> Response:
        """Prometheus metrics of this process (internal: the gateway does not pass it on)."""
        return Response(metrics.render(), content_type=CONTENT_TYPE_LATEST)

    show_metrics.__permission__ = None  # type: ignore[attr-defined]
    app.add_url_rule("/metrics", view_func=show_metrics)
