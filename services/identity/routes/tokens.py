"""Tokens of services, and the keys to check every token with."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from chassis.auth import public
from services.identity import service_clients
from services.identity.keys import keyring
from services.identity.schemas import JwksView, ServiceTokenRequest, ServiceTokenView
from services.identity.settings import current_settings

JWKS_MAX_AGE_S = 300

blueprint = Blueprint("tokens", __name__, url_prefix="/v1", description="Tokens of services")
keys = Blueprint("keys", __name__, description="Public keys of access tokens")


@blueprint.post("/service-tokens")
@public
@blueprint.arguments(ServiceTokenRequest)
@blueprint.response(201, ServiceTokenView)
def issue_service_token(body: dict[str, str]) -> dict[str, Any]:
    """Give a service a token for one other service, against its secret."""
    token = service_clients.service_token(body["service"], body["secret"], body["audience"])
    return {"access_token": token, "expires_in": current_settings().access_token_seconds}


@keys.get("/.well-known/jwks.json")
@public
@keys.alt_response(200, schema=JwksView)
def publish_keys() -> Response:
    """The keys that access tokens may be signed with; services ask again when a token names another."""
    response = jsonify(keyring().document())
    response.cache_control.public = True
    response.cache_control.max_age = JWKS_MAX_AGE_S
    return response
