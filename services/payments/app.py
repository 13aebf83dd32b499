"""Puts payments together."""

from typing import Any

from flask import Flask

from chassis.app import build_service
from services.payments.acquirer import EXTENSION, connect_acquirer
from services.payments.handlers import subscriptions
from services.payments.jobs import jobs
from services.payments.models import Base
from services.payments.routes import blueprints
from services.payments.settings import Settings


def create_app(settings: Settings | None = None, **parts: Any) -> Flask:
    """The application, with a client of the acquirer of its own."""
    settings = settings or Settings.load()
    app = build_service(
        settings,
        package=__package__,
        title="CMP Digital: payments",
        blueprints=blueprints,
        subscriptions=subscriptions,
        jobs=jobs,
        metadata=Base.metadata,
        **parts,
    )
    app.extensions[EXTENSION] = connect_acquirer(settings)
    return app
