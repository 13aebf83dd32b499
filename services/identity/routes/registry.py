"""The register, accounts and clients at the desk of staff."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import reading, transaction
from services.identity.data_access import looked_at
from services.identity.models import Account, AuditEntry, Physician
from services.identity.settings import current_settings
from services.identity.staff import registry_acts
from services.identity.staff.registry_schemas import (
    ClientEmailBody,
    ClientEmailView,
    CmpNumberBody,
    ImportsView,
    PhysicianAccountView,
    PhysicianBody,
    PhysicianEntryView,
    PhysicianPage,
    PhysicianQuery,
)

blueprint = Blueprint("registry", __name__, url_prefix="/v1", description="The register, for staff")


@blueprint.get("/physicians")
@requires("identity:registry")
@blueprint.arguments(PhysicianQuery, location="query")
@blueprint.response(200, PhysicianPage)
def find_physicians(query: dict[str, Any]) -> dict[str, Any]:
    """Physicians of the own council, or all, by CMP number, document or the beginning of a name."""
    wanted = registry_acts.physicians_in(principal().council, query["q"])
    if query["after"]:
        wanted = wanted.where(Physician.cmp_number > query["after"])
    with reading() as session:
        found = list(session.scalars(wanted.order_by(Physician.cmp_number).limit(query["limit"] + 1)))
    page = found[: query["limit"]]
    return {"items": page, "next": page[-1].cmp_number if len(found) > len(page) else None}


@blueprint.get("/physicians/<string:cmp_number>")
@requires("identity:registry")
@blueprint.response(200, PhysicianEntryView)
def show_physician(cmp_number: str) -> dict[str, Any]:
    """One entry and its account; another council's is not found. The look is noted for its owner."""
    with transaction() as session:
        physician = registry_acts.physician_for(session, principal(), cmp_number)
        looked_at(session, physician, by=principal(), why="Consulta del padrón")
        return _shown(session, physician)


@blueprint.put("/physicians/<string:cmp_number>")
@requires("identity:registry")
@blueprint.arguments(PhysicianBody)
@blueprint.response(200, PhysicianEntryView)
def correct_physician(body: dict[str, str], cmp_number: str) -> dict[str, Any]:
    """Replace an entry of the register. 422 `identity/entry-refused` by field, as an import would refuse it."""
    reason = body.pop("reason")
    with transaction() as session:
        physician = registry_acts.correct_entry(session, principal(), cmp_number, body, reason, now())
        return _shown(session, physician)


@blueprint.put("/accounts/<uuid:account_id>/cmp-number")
@requires("identity:registry")
@blueprint.arguments(CmpNumberBody)
@blueprint.response(200, PhysicianAccountView)
def correct_cmp_number(body: dict[str, str], account_id: Any) -> Account:
    """Give an account the right CMP number (ACC-6). 409 `identity/cmp-number-refused`, 404 out of scope."""
    with transaction() as session:
        return registry_acts.correct_cmp_number(
            session, principal(), str(account_id), body["cmp_number"], body["reason"], now()
        )


@blueprint.put("/clients/<uuid:account_id>/email")
@requires("identity:client-email")
@blueprint.arguments(ClientEmailBody)
@blueprint.response(200, ClientEmailView)
def correct_client_email(body: dict[str, str], account_id: Any) -> Account:
    """Change a client's address (VOC-6); the old one is told. 404 for clients the council has not served."""
    with transaction() as session:
        client = registry_acts.correct_client_email(
            session, principal(), str(account_id), body["email"], body["reason"], now()
        )
        looked_at(session, client, by=principal(), why="Cambio de correo del cliente")
        return client


@blueprint.get("/registry-imports")
@requires("identity:registry")
@blueprint.response(200, ImportsView)
def list_imports() -> dict[str, list[AuditEntry]]:
    """The newest imports of the register and what each did."""
    with reading() as session:
        return {"items": registry_acts.imports(session)}


def _shown(session: Session, physician: Physician) -> dict[str, Any]:
    entry = vars(physician.entry())
    account = registry_acts.account_of(session, physician)
    return entry | {"account": account, "states": current_settings().states}
