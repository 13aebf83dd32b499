"""Registering, its status page, and the desk of staff."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, public, requires
from chassis.clock import now
from chassis.db import reading, transaction
from services.identity import registration_desk, registrations
from services.identity.account_schemas import (
    CaseView,
    NewPasswordRequest,
    RegistrationAcceptance,
    RegistrationRejection,
    RegistrationRequest,
    RegistrationsPage,
    RegistrationsQuery,
    RegistrationStatusView,
    SendAgainRequest,
)
from services.identity.data_access import looked_at
from services.identity.models import Registration
from services.identity.registration_desk import Case

blueprint = Blueprint("registrations", __name__, url_prefix="/v1", description="Registering, and its desk")


@blueprint.post("/registrations")
@public
@blueprint.arguments(RegistrationRequest)
@blueprint.response(201, RegistrationStatusView)
def register(body: dict[str, Any]) -> Registration:
    """Ask for a physician's account (ACC-3). The answer is the same whether or not there is one already."""
    version = body.pop("consent_version")
    return registrations.register(body, version)


@blueprint.get("/registration-status/<code>")
@public
@blueprint.response(200, RegistrationStatusView)
def show_status(code: str) -> Registration:
    """How far a registration is, for who has its code; reachable before there is a login."""
    return registrations.look(code)


@blueprint.post("/registration-status/<code>/mails")
@public
@blueprint.arguments(SendAgainRequest)
@blueprint.response(202, RegistrationStatusView)
def send_again(body: dict[str, Any], code: str) -> Registration:
    """Send the link again, to another address when one is given. 409 when the address is confirmed already."""
    return registrations.send_again(code, body["email"])


@blueprint.post("/registration-confirmations")
@public
@blueprint.arguments(NewPasswordRequest)
@blueprint.response(201, RegistrationStatusView)
def confirm(body: dict[str, str]) -> Registration:
    """Confirm the address with the mailed link and choose the password. 401 when the link is over, 422 the password."""
    return registrations.confirm(body["token"], body["password"])


@blueprint.get("/registrations")
@requires("identity:match")
@blueprint.arguments(RegistrationsQuery, location="query")
@blueprint.response(200, RegistrationsPage)
def list_registrations(query: dict[str, Any]) -> dict[str, Any]:
    """The queue of the own council, oldest first; the national council sees all."""
    with reading() as session:
        items, following = registration_desk.page(
            session, principal(), state=query["state"], after=query.get("after"), limit=query["limit"]
        )
    return {"items": items, "next": following}


@blueprint.get("/registrations/<registration_id>")
@requires("identity:match")
@blueprint.response(200, CaseView)
def show_registration(registration_id: str) -> Case:
    """One registration beside what the register says today; the look at a physician's data is written down."""
    with transaction() as session:
        found = registration_desk.case(session, principal(), registration_id)
        if found.physician is not None:
            looked_at(session, found.physician, by=principal(), why="Revisión de un registro")
        return found


@blueprint.post("/registrations/<registration_id>/acceptance")
@requires("identity:match")
@blueprint.arguments(RegistrationAcceptance)
@blueprint.response(200, CaseView)
def accept_registration(body: dict[str, Any], registration_id: str) -> Case:
    """Open the account although the data differ; a wrong CMP number may be corrected (ACC-6). Audited, mailed."""
    with transaction() as session:
        return registration_desk.accept(session, principal(), registration_id, moment=now(), **body)


@blueprint.post("/registrations/<registration_id>/rejection")
@requires("identity:match")
@blueprint.arguments(RegistrationRejection)
@blueprint.response(200, CaseView)
def reject_registration(body: dict[str, Any], registration_id: str) -> Case:
    """Turn a registration down with structured reasons, which are mailed. Audited."""
    with transaction() as session:
        return registration_desk.reject(session, principal(), registration_id, moment=now(), **body)
