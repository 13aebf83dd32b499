"""The application: every request finds its entry in routing.toml, is checked by it, and is passed on."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request

from chassis.auth import Keys, Unauthenticated
from chassis.logs import bind_trace
from chassis.metrics import Metrics
from gateway import headers, own
from gateway.callers import Recogniser, bucket, check_permission, client_address, networks
from gateway.errors import NotFound, handle_errors
from gateway.limits import Limits
from gateway.proxy import pass_on
from gateway.routing import Route, RoutingTable
from gateway.settings import UPSTREAMS, Settings
from gateway.upstream import Upstream

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@dataclass(frozen=True)
class Gateway:
    """What the running gateway is made of; `app.extensions["gateway"]`."""

    settings: Settings
    table: RoutingTable
    upstreams: dict[str, Upstream]
    recogniser: Recogniser
    limits: Limits
    metrics: Metrics

    def admit(self, route: Route) -> None:
        """Let the caller of this request in, or raise why not. A refused token spends its address's rate."""
        try:
            who = self.recogniser.caller(route)
        except Unauthenticated:
            self.limits.spend(route, bucket(g.address))
            raise
        self.limits.spend(route, who.subject if who else bucket(g.address))
        check_permission(route, who)

    def limit_own(self) -> None:
        """Count a request for something costly that the gateway makes itself."""
        self.limits.spend(self.table.own, bucket(g.address))


def create_app(
    settings: Settings | None = None, *, clock: Callable[[], float] = time.time, keys: Keys | None = None
) -> Flask:
    """Make the gateway; `clock` (seconds since the epoch) rules the rate limits. Nothing connects before it is used.

    Raises RoutingError, SettingsError, ValueError when it is told something that cannot be."""
    settings = settings or Settings.load()
    app = Flask(__package__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.url_map.merge_slashes = False
    app.extensions["gateway"] = _gateway(settings, clock, keys)
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_blueprint(own.blueprint)
    for rule in ("/", "/<path:path>"):
        app.add_url_rule(rule, "forward", forward, methods=METHODS, provide_automatic_options=False)
    handle_errors(app)
    return app


def forward(path: str = "") -> Response:
    """Everything that is not the gateway's own."""
    gateway: Gateway = current_app.extensions["gateway"]
    route = gateway.table.match(request.path)
    if route is None:
        raise NotFound
    g.route, g.route_name = route, route.prefix
    gateway.admit(route)
    said = headers.said_by_gateway(
        gateway.settings.public_url, route, address=g.address, request_id=g.request_id, traceparent=g.traceparent
    )
    return pass_on(request.environ, route, gateway.upstreams[route.upstream], said)


def _gateway(settings: Settings, clock: Callable[[], float], keys: Keys | None) -> Gateway:
    for text in (settings.trusted_networks, settings.internal_networks):
        networks(text)
    table = RoutingTable.load(settings.routing_file)
    return Gateway(
        settings=settings,
        table=table,
        upstreams={name: _upstream(name, settings, table) for name in UPSTREAMS},
        recogniser=Recogniser(settings, keys),
        limits=Limits(settings.limits_storage, clock),
        metrics=Metrics("gateway"),
    )


def _upstream(name: str, settings: Settings, table: RoutingTable) -> Upstream:
    return Upstream(
        name,
        settings.url_of(name),
        max_in_flight=table.max_in_flight[name],
        connect_seconds=settings.connect_seconds,
        queue_seconds=settings.queue_seconds,
        keep_idle_seconds=settings.keep_idle_seconds,
    )


def _begin() -> None:
    """Take part in the caller's trace, and do not wait for ever for a client that sends or reads slowly."""
    settings = current_app.extensions["gateway"].settings
    g.started = time.perf_counter()
    g.request_id = headers.request_id(request.environ)
    g.address = client_address(request.environ, settings.trusted_networks)
    g.traceparent = bind_trace(request.headers.get("traceparent"), request_id=g.request_id, service="gateway")
    if client := request.environ.get("gunicorn.socket"):
        client.settimeout(settings.client_seconds)


def _finish(response: Response) -> Response:
    """Complete the headers and count; a streamed body is still to come and not in the time."""
    gateway: Gateway = current_app.extensions["gateway"]
    route: Route | None = g.get("route")
    response.headers["X-Request-ID"] = g.request_id
    https = gateway.settings.public_url.startswith("https:")
    for name, value in headers.security(route, https=https).items():
        response.headers.setdefault(name, value)
    name = g.get("route_name", "(none)")
    gateway.metrics.requests.labels(name, request.method, str(response.status_code)).inc()
    gateway.metrics.request_seconds.labels(name, request.method).observe(time.perf_counter() - g.started)
    return response
