"""The portal's application: session, security, pages."""

import logging
import secrets

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis.clock import Clock, SystemClock
from chassis.logs import bind_trace, current_trace_id
from chassis.metrics import Metrics, instrument
from portal import assets, formats, messages, security, session, uploads
from portal.clients.gateway import Gateway
from portal.cookie import SealedCookies, key_for
from portal.draft import KINDS, VOUCHERS
from portal.errors import handle_errors
from portal.parts import Parts
from portal.settings import Settings
from portal.views import BLUEPRINTS

MAX_FORM_BYTES = 64 * 1024

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Make the portal; tests give the settings and the clock."""
    settings = settings or Settings.load()
    keys = [key.strip() for key in settings.secret_key.split(",") if key.strip()] or [_passing_key()]
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=key_for("csrf", keys[0]),
        SECRET_KEY_FALLBACKS=[key_for("csrf", key) for key in keys[1:]],
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which has its own limits
        WTF_CSRF_SSL_STRICT=False,  # Sec-Fetch-Site and the token say it; TLS ends before the portal
        PROPAGATE_EXCEPTIONS=False,
    )
    app.session_interface = SealedCookies(settings, keys)
    gateway = Gateway(settings.gateway_url, settings.gateway_timeout_seconds)
    app.extensions["cmp"] = Parts(settings, gateway, clock or SystemClock())
    _follow_trace(app, settings)
    instrument(app, Metrics("portal"))
    security.protect(app)
    uploads.offer(app)
    CSRFProtect(app)
    assets.offer(app)
    _dress_templates(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    handle_errors(app)
    return app


def _passing_key() -> str:
    """A key that dies with the process, for trying the portal out; `Settings` refuses it on https."""
    log.warning("CMP_PORTAL_SECRET_KEY is not set: sessions end when the portal stops")
    return secrets.token_urlsafe(32)


def _follow_trace(app: Flask, settings: Settings) -> None:
    """Take part in the caller's trace and believe the proxies in front about the client's address."""
    hops = settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0)  # type: ignore[method-assign]

    @app.before_request
    def begin() -> None:
        bind_trace(request.headers.get("traceparent"), service="portal")


def _dress_templates(app: Flask, settings: Settings) -> None:
    """What every template may use."""
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        messages=messages, settings=settings, trace_id=current_trace_id, kinds=KINDS, vouchers=VOUCHERS
    )
    app.context_processor(lambda: {"person": session.account()})
