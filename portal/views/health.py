"""For the machines that run the portal."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from portal.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
def live() -> ResponseReturnValue:
    """The process runs."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """The portal can draw pages. Without the gateway it is degraded, not unready: people get a page that says so."""
    gateway = parts().gateway.alive()
    return jsonify(status="ok" if gateway else "degraded", checks={"gateway": gateway})
