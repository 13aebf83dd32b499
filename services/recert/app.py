"""Puts recert together."""

from typing import Any

from flask import Flask

from chassis.app import build_service
from services.recert.handlers import subscriptions
from services.recert.jobs import jobs
from services.recert.models import Base
from services.recert.routes import blueprints
from services.recert.settings import Settings


def create_app(settings: Settings | None = None, **parts: Any) -> Flask:
    """The application."""
    return build_service(
        settings or Settings.load(),
        package=__package__,
        title="CMP Digital: recert",
        blueprints=blueprints,
        subscriptions=subscriptions,
        jobs=jobs,
        metadata=Base.metadata,
        **parts,
    )
