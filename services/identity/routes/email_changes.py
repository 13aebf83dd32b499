"""Changing one's e-mail: it counts once the link sent to it was used (ACC-7)."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, public, requires
from chassis.clock import now
from chassis.db import transaction
from chassis.outbox import publish
from services.identity.models import EmailChange
from services.identity.profile.contacts import own_account
from services.identity.profile.emails import ask_for_email, cancel_email, confirm_email, masked, send_again
from services.identity.profile.proof import prove_owner
from services.identity.profile.reading import pending_email
from services.identity.profile.schemas import (
    ConfirmationRequest,
    ConfirmedEmailView,
    EmailRequest,
    PendingEmailView,
)

blueprint = Blueprint("email_changes", __name__, url_prefix="/v1", description="Changing one's e-mail")


@blueprint.post("/profile/email-changes")
@requires("account:write")
@blueprint.arguments(EmailRequest)
@blueprint.response(202, PendingEmailView)
def begin_email_change(body: dict[str, Any]) -> EmailChange | None:
    """Send a link to a new address, which does not count yet. The same answer whether or not somebody has it."""
    prove_owner(principal(), body["password"])
    with transaction() as session:
        account = own_account(session, principal().subject)
        publish(session, ask_for_email(session, account, body["email"], now()))
        return pending_email(session, account.id, now())


@blueprint.post("/profile/email-changes/pending/mails")
@requires("account:write")
@blueprint.response(202, PendingEmailView)
def resend_confirmation() -> EmailChange | None:
    """Send the link once more; the one before stops working. 404 when nothing is pending, 429 when asked too often."""
    with transaction() as session:
        account = own_account(session, principal().subject)
        publish(session, send_again(session, account, now()))
        return pending_email(session, account.id, now())


@blueprint.delete("/profile/email-changes/pending")
@requires("account:write")
@blueprint.response(204)
def cancel_email_change() -> None:
    """Keep the registered address; the link that was sent is worth nothing any more."""
    with transaction() as session:
        cancel_email(session, own_account(session, principal().subject), now())


@blueprint.post("/email-confirmations")
@public
@blueprint.arguments(ConfirmationRequest)
@blueprint.response(201, ConfirmedEmailView)
def confirm_email_change(body: dict[str, str]) -> dict[str, str]:
    """Use a confirmation link up: the new address counts. 401 when it is used, replaced, cancelled or too old."""
    with transaction() as session:
        events = confirm_email(session, body["token"], now())
        publish(session, *events)
    return {"email": masked(events[0].email)}
