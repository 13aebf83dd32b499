"""What the gateway answers itself: health, metrics, the merged OpenAPI document and its reading page."""

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request, send_from_directory
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.callers import comes_from_inside
from gateway.errors import NotFound
from gateway.openapi import merged
from gateway.upstream import Upstream, UpstreamError

CHECK_TIMEOUT_S = 1
DOCS_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
"""Swagger UI writes style attributes; scripts come from the installed package only."""

blueprint = Blueprint("own", __name__)


@blueprint.before_request
def name_route() -> None:
    """These are counted by their rule; no path of theirs carries data."""
    g.route_name = request.url_rule.rule if request.url_rule else "(none)"


@blueprint.get("/livez")
def live() -> Response:
    """The process runs."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """The gateway can pass requests on. A service that is down does not make it unready: that would take down the
    others too. `?verbose`, from inside, tells which answer."""
    if "verbose" not in request.args:
        return jsonify(status="ok")
    _only_inside()
    upstreams = current_app.extensions["gateway"].upstreams
    with ThreadPoolExecutor(len(upstreams)) as pool:
        alive = dict(zip(upstreams, pool.map(_is_alive, upstreams.values()), strict=True))
    return jsonify(status="ok", upstreams=alive)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics, for scrapers inside only."""
    _only_inside()
    return Response(current_app.extensions["gateway"].metrics.render(), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The merged document, made anew each time: the gateway keeps nothing."""
    parts = current_app.extensions["gateway"]
    parts.limit_own()
    return jsonify(merged(parts.upstreams, parts.table, parts.settings.public_url))


@blueprint.get("/docs")
def docs() -> Response:
    """Swagger UI over the merged document, without any other host."""
    _swagger_folder()
    return _page(render_template("docs.html"), "text/html; charset=utf-8")


@blueprint.get("/docs/start.js")
def docs_start() -> Response:
    """Starts Swagger UI; a file of its own so that the page needs no inline script."""
    return _page(render_template("docs.js"), "text/javascript; charset=utf-8")


@blueprint.get("/docs/<name>")
def docs_file(name: str) -> Response:
    """A file of the installed Swagger UI."""
    return send_from_directory(_swagger_folder(), name, max_age=86400)


def _swagger_folder() -> Path:
    """Where the `docs` extra put Swagger UI. Raises NotFound when it is not installed."""
    spec = importlib.util.find_spec("flask_swagger_ui")
    if spec is None or spec.origin is None:
        raise NotFound
    return Path(spec.origin).parent / "dist"


def _page(text: str, kind: str) -> Response:
    return Response(text, content_type=kind, headers={"Content-Security-Policy": DOCS_POLICY})


def _only_inside() -> None:
    if not comes_from_inside(request.environ, current_app.extensions["gateway"].settings.internal_networks):
        raise NotFound


def _is_alive(upstream: Upstream) -> bool:
    try:
        exchange = upstream.send("GET", "/livez", [("Host", "localhost")], None, CHECK_TIMEOUT_S)
        exchange.read()
    except UpstreamError:
        return False
    return exchange.status.startswith("200")
