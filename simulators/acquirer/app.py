"""Builds a simulator; everything it knows hangs on the application object."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response
from joserfc.jwk import OctKey

from simulators.acquirer.api import api
from simulators.acquirer.control import control, lima_time
from simulators.acquirer.form import web_form
from simulators.acquirer.ledger import Ledger
from simulators.acquirer.settings import Settings


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """A simulator with its own state; `config` holds fields of `Settings`, all optional."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.extensions["acquirer"] = Ledger(Settings.read(config or {}))
    app.extensions["acquirer_key"] = OctKey.generate_key(256)
    app.jinja_env.filters["lima_time"] = lima_time
    for blueprint in (api, web_form, control):
        app.register_blueprint(blueprint)
    app.after_request(harden)
    return app


def harden(response: Response) -> Response:
    """What every answer carries."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response
