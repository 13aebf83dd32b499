"""Secrets for mails: only the service that sends them may fetch one, and only while the mail is still wanted."""

from flask_smorest import Blueprint

from chassis.auth import Forbidden, principal, requires
from chassis.clock import now
from chassis.db import transaction
from services.identity import mail_requests
from services.identity.schemas import MintedView

blueprint = Blueprint("mail_requests", __name__, url_prefix="/v1", description="Secrets of mails, for the notifier")


@blueprint.post("/mail-requests/<request_id>/secret")
@requires("identity:mint")
@blueprint.response(201, MintedView)
def mint_secret(request_id: str) -> mail_requests.Minted:
    """Make the link or code of a mail that is about to leave. 410 when the mail is no longer wanted: drop it."""
    if principal().kind != "service":
        raise Forbidden(permission="identity:mint")
    with transaction() as session:
        return mail_requests.mint_secret(session, request_id, now())
