"""Puts einvoice together."""

from typing import Any

from flask import Flask

from chassis.app import build_service
from services.einvoice.handlers import subscriptions
from services.einvoice.jobs import jobs
from services.einvoice.models import Base
from services.einvoice.routes import blueprints
from services.einvoice.settings import Settings


def create_app(settings: Settings | None = None, **parts: Any) -> Flask:
    """The application: its routes, what it listens to, what it does by the clock."""
    return build_service(
        settings or Settings.load(),
        package=__package__,
        title="CMP Digital: comprobantes electrónicos",
        blueprints=blueprints,
        subscriptions=subscriptions,
        jobs=jobs,
        metadata=Base.metadata,
        **parts,
    )
