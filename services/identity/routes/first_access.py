"""First access of clients: start, proof, new password. Public, and alike for everybody until something is proven."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import public
from services.identity import sessions
from services.identity.clients import first_access, first_password
from services.identity.clients.schemas import (
    FirstAccessProof,
    FirstAccessStart,
    FirstAccessStarted,
    FirstPasswordRequest,
    ProofAccepted,
)
from services.identity.schemas import SessionView
from services.identity.settings import current_settings

blueprint = Blueprint("first_access", __name__, url_prefix="/v1", description="First access of clients (AMB-4)")


@blueprint.post("/first-access")
@public
@blueprint.arguments(FirstAccessStart)
@blueprint.response(202, FirstAccessStarted)
def start_first_access(document: dict[str, str]) -> dict[str, Any]:
    """Start with the document number in both fields. Opens nothing and tells nothing; 429 when tried too often."""
    secret = first_access.start(document["kind"], document["number"])
    return {"first_access": secret, "minutes": current_settings().first_access_minutes}


@blueprint.post("/first-access/proof")
@public
@blueprint.arguments(FirstAccessProof)
@blueprint.response(201, ProofAccepted)
def prove_first_access(proof: dict[str, Any]) -> dict[str, Any]:
    """Prove the case by a code or by four facts of an own voucher. The token that comes back sets the password only."""
    if proof["voucher"] is not None:
        token = first_access.prove_by_voucher(proof["first_access"], proof["voucher"])
    else:
        token = first_access.prove_by_code(proof["first_access"], proof["code"])
    return {"token": token, "minutes": current_settings().one_time_minutes}


@blueprint.post("/first-access/password")
@public
@blueprint.arguments(FirstPasswordRequest)
@blueprint.response(201, SessionView)
def set_first_password(body: dict[str, Any]) -> sessions.Opened:
    """Set the password, record the consents, and come in. 422 when the password or a consent will not do."""
    return first_password.finish(body["token"], body["password"], body["consents"])
