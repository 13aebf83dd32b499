"""The application factory: everything a service hangs on its Flask app, and nothing at module level."""

import importlib.util
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from flask import Flask, Response, current_app, g, jsonify, request
from flask_smorest import Api, Blueprint
from sqlalchemy import MetaData
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis import files, inbox, outbox
from chassis.auth import Keys, ServiceToken, Verifier
from chassis.clock import Clock, SystemClock
from chassis.db import Database
from chassis.errors import handle_errors
from chassis.files import FileStore
from chassis.http import new_session
from chassis.inbox import Subscriptions
from chassis.jobs import Jobs
from chassis.logs import bind_trace
from chassis.metrics import Metrics, instrument
from chassis.settings import ServiceSettings

MAX_BODY_BYTES = 1024 * 1024
"""A service reads at most this much unless a route says otherwise."""


class DescribedOnDemand(Api):
    """Describes the routes when `/openapi.json` is first asked for: that costs more than all the rest of a start."""

    def __init__(self, app: Flask) -> None:
        """Nothing is described yet."""
        self._waiting: list[Blueprint] = []
        self._describing = threading.Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Offer the routes now, describe them later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._waiting.append(blp)

    def _openapi_json(self) -> Response:
        with self._describing:
            for blp in self._waiting:
                blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
                self.spec.tag({"name": blp.name, "description": blp.description})
            self._waiting.clear()
        document: Response = super()._openapi_json()
        return document


@dataclass
class Service:
    """What a running service is made of; `app.extensions["cmp"]`."""

    settings: Any
    package: str
    db: Database
    files: FileStore
    clock: Clock
    metrics: Metrics
    verifier: Verifier
    http: requests.Session
    service_token: ServiceToken
    subscriptions: Subscriptions
    jobs: Jobs
    metadata: MetaData

    @property
    def migrations(self) -> Path:
        """The folder that holds the service's `versions/`."""
        return _package_folder(self.package) / "migrations"


def current_service() -> Service:
    """The service of the application context."""
    service: Service = current_app.extensions["cmp"]
    return service


def build_service(
    settings: ServiceSettings,
    *,
    package: str,
    title: str,
    blueprints: list[Blueprint],
    subscriptions: Subscriptions,
    jobs: Jobs,
    metadata: MetaData,
    clock: Clock | None = None,
    keys: Keys | None = None,
) -> Flask:
    """Make a service's application. `clock` and `keys` are given by tests; nothing connects before it is used."""
    app = Flask(package)
    app.config.update(
        API_TITLE=title,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    http = new_session()
    app.extensions["cmp"] = Service(
        settings=settings,
        package=package,
        db=Database(settings.database),
        files=FileStore(settings.service, settings.files_url, settings.folder / "files"),
        clock=clock or SystemClock(),
        metrics=Metrics(settings.service),
        verifier=Verifier(
            keys or Keys(lambda: _fetch_keys(http, settings)), issuer=settings.token_issuer, audience=settings.service
        ),
        http=http,
        service_token=ServiceToken(settings.service, settings.client_secret, settings.identity_url, http),
        subscriptions=subscriptions,
        jobs=jobs,
        metadata=metadata,
    )
    _trace_requests(app, settings)
    instrument(app, app.extensions["cmp"].metrics)
    _offer_health(app)
    api = DescribedOnDemand(app)
    for blueprint in [*blueprints, files.blueprint]:
        api.register_blueprint(blueprint)
    _offer_docs(app, title)
    handle_errors(app)
    return app


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None  # noqa: S101 - the package is being run
    return Path(spec.origin).parent


def _fetch_keys(http: requests.Session, settings: ServiceSettings) -> dict[str, Any]:
    answer = http.get(f"{settings.identity_url}/.well-known/jwks.json", timeout=(3, 5))
    answer.raise_for_status()
    return dict(answer.json())


def _trace_requests(app: Flask, settings: ServiceSettings) -> None:
    """Take part in the caller's trace; tell the request id; keep private answers out of caches."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]

    @app.before_request
    def begin() -> None:
        g.request_id = request.headers.get("X-Request-ID", "")[:64]
        bind_trace(request.headers.get("traceparent"), request_id=g.request_id, service=settings.service)

    @app.after_request
    def finish(response: Response) -> Response:
        if g.get("request_id"):
            response.headers["X-Request-ID"] = g.request_id
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _offer_health(app: Flask) -> None:
    """`/livez` touches nothing; `/readyz` needs the database at the newest migration, not the broker: the outbox
    takes work while the broker is away."""

    def live() -> Response:
        """The process runs."""
        return jsonify(status="ok")

    def ready() -> Response:
        """The service can do its work."""
        from chassis.migrations import is_current

        service = current_service()
        checks = {"database": service.db.ping()}
        checks["migrations"] = checks["database"] and is_current(service)
        response = jsonify(status="ok" if all(checks.values()) else "unavailable", checks=checks)
        response.status_code = 200 if all(checks.values()) else 503
        return response

    for rule, view in (("/livez", live), ("/readyz", ready)):
        view.__permission__ = None  # type: ignore[attr-defined]
        app.add_url_rule(rule, view_func=view)


def _offer_docs(app: Flask, title: str) -> None:
    """Swagger UI at /docs from the installed package, no other host involved; absent without the extra."""
    set_public(app, "api-docs.openapi_json")
    if importlib.util.find_spec("flask_swagger_ui") is None:
        return
    from flask_swagger_ui import get_swaggerui_blueprint

    docs = get_swaggerui_blueprint("/docs", "/openapi.json", config={"app_name": title})
    app.register_blueprint(docs)
    for endpoint in app.view_functions:
        if endpoint.startswith(f"{docs.name}."):
            set_public(app, endpoint)


def set_public(app: Flask, endpoint: str) -> None:
    """Mark a view made by a library as needing no token."""
    view: Any = app.view_functions[endpoint]
    getattr(view, "__func__", view).__permission__ = None


def watch_queues(app: Flask) -> None:
    """Add the outbox and inbox gauges to /metrics of a worker process."""
    service: Service = app.extensions["cmp"]

    def read() -> list[tuple[str, str, float]]:
        with app.app_context(), service.db.reading() as session:
            out, into = outbox.stats(session), inbox.stats(session)
        return [
            ("cmp_outbox_pending", "Events not sent yet", out["unsent"]),
            ("cmp_outbox_oldest_seconds", "Age of the oldest unsent event", out["oldest_unsent_s"]),
            ("cmp_inbox_failed", "Events waiting for another try", into["failed"]),
            ("cmp_inbox_held", "Events held back by an earlier one", into["held"]),
            ("cmp_inbox_dead", "Events given up; an operator must look", into["dead"]),
            ("cmp_inbox_oldest_failed_seconds", "Age of the oldest event that waits", into["oldest_failed_s"]),
        ]

    service.metrics.watch(read)
