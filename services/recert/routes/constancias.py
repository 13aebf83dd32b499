"""The public question whether a Constancia de Recertificación is good, and the keys that answer it without us."""

from typing import Any

from flask import request
from flask_smorest import Blueprint

from chassis.app import current_service
from chassis.auth import public
from chassis.db import reading, transaction
from services.recert.outcome.errors import CodeNotFound
from services.recert.outcome.keys import ring
from services.recert.outcome.schemas import ConstanciaKeyDocument, PublicConstancia, SignedQuery
from services.recert.outcome.verifying import Verification, verify

blueprint = Blueprint("constancias", __name__, url_prefix="/v1", description="Verificación de constancias")
keys = Blueprint("constancia_keys", __name__, description="Claves públicas de las constancias")


@blueprint.get("/public/constancias/<string:code>")
@public
@blueprint.arguments(SignedQuery, location="query")
@blueprint.response(200, PublicConstancia)
def verify_constancia(query: dict[str, Any], code: str) -> Verification:
    """Whether a constancia is good, for anybody who holds its code; each question is noted for its owner."""
    with transaction() as session:
        found = verify(session, code, query["firma"], request.remote_addr or "")
    metrics = current_service().metrics
    counter = metrics.counter("cmp_recert_verifications", "Questions about constancias by answer", "result")
    counter.labels(found.result.value if found else "UNKNOWN").inc()
    if found is None:
        raise CodeNotFound
    return found


@keys.get("/.well-known/constancias-recertificacion.json")
@public
@keys.response(200, ConstanciaKeyDocument)
def publish_keys() -> dict[str, Any]:
    """The public keys that verify a constancia's QR without asking us (RFC 7517)."""
    with reading() as session:
        return {"keys": ring.public_keys(session)}
