"""Puts the notifier together."""

from typing import Any

from flask import Flask

from chassis.app import build_service
from services.notifier.handlers import subscriptions
from services.notifier.jobs import jobs
from services.notifier.models import Base
from services.notifier.routes import blueprint
from services.notifier.settings import Settings


def create_app(settings: Settings | None = None, **parts: Any) -> Flask:
    """The notifier as a Flask application with its subscriptions and jobs."""
    return build_service(
        settings or Settings.load(),
        package=__package__,
        blueprints=[blueprint],
        subscriptions=subscriptions,
        jobs=jobs,
        metadata=Base.metadata,
        title="CMP Digital: notifier",
        **parts,
    )
