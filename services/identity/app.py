"""Puts identity together."""

from typing import Any

from flask import Flask

from chassis.app import build_service
from chassis.auth import Keys
from services.identity.handlers import subscriptions
from services.identity.jobs import jobs
from services.identity.keys import Keyring, keyring
from services.identity.library import read_links
from services.identity.models import Base
from services.identity.passwords import Passwords
from services.identity.routes import BLUEPRINTS
from services.identity.sessions import refuse_ended_sessions
from services.identity.settings import Settings


def create_app(settings: Settings | None = None, **parts: Any) -> Flask:
    """The application; unlike the other services it reads the public keys from its own database."""
    settings = settings or Settings.load()
    parts["keys"] = Keys(lambda: keyring().document())
    app = build_service(
        settings,
        package=__package__,
        title="CMP Digital: identity",
        blueprints=BLUEPRINTS,
        subscriptions=subscriptions,
        jobs=jobs,
        metadata=Base.metadata,
        **parts,
    )
    app.before_request(refuse_ended_sessions)
    app.extensions["identity.keyring"] = Keyring(settings)
    app.extensions["identity.passwords"] = Passwords(settings)
    app.extensions["identity.library"] = read_links(settings)
    return app
