"""Clients at the desk, and a physician's own RUC."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import transaction
from services.identity import sessions
from services.identity.clients import linking
from services.identity.clients.appearing import client_in_scope, clients_like
from services.identity.clients.desk import issue_desk_code
from services.identity.clients.errors import ClientNotFound
from services.identity.clients.schemas import (
    ClientQuery,
    ClientsFound,
    ClientView,
    DeskCodeRequest,
    DeskCodeView,
    OwnRucRequest,
    OwnRucView,
)
from services.identity.data_access import looked_at
from services.identity.models import Account
from services.identity.schemas import SessionView
from services.identity.settings import current_settings

blueprint = Blueprint("clients", __name__, url_prefix="/v1", description="Clients of option 2")


@blueprint.get("/clients")
@requires("identity:client-email")
@blueprint.arguments(ClientQuery, location="query")
@blueprint.response(200, ClientsFound)
def find_clients(query: dict[str, str]) -> dict[str, list[Account]]:
    """Find clients the council has served by the beginning of their document; each look is noted for its owner."""
    with transaction() as session:
        found = clients_like(session, principal().council, query["document"])
        for client in found:
            looked_at(session, client, by=principal(), why="Búsqueda de cliente en ventanilla")
        return {"items": found}


@blueprint.get("/clients/<string:account_id>")
@requires("identity:client-email")
@blueprint.response(200, ClientView)
def show_client(account_id: str) -> Account:
    """One client the council has served; the look is noted for its owner. 404 for all others."""
    with transaction() as session:
        client = client_in_scope(session, account_id, principal().council)
        if client is None:
            raise ClientNotFound
        looked_at(session, client, by=principal(), why="Consulta de cliente en ventanilla")
        return client


@blueprint.post("/clients/<string:account_id>/desk-codes")
@requires("identity:client-email")
@blueprint.arguments(DeskCodeRequest)
@blueprint.response(201, DeskCodeView)
def hand_out_code(body: dict[str, str], account_id: str) -> dict[str, Any]:
    """A one-time code for a client who showed papers at the desk (AMB-4); audited, shown this once."""
    with transaction() as session:
        client, code = issue_desk_code(session, account_id, by=principal(), reason=body["reason"], moment=now())
        looked_at(session, client, by=principal(), why="Código de primer ingreso en ventanilla")
        return {"code": code, "hours": current_settings().desk_code_hours, "client": client}


@blueprint.get("/me/ruc")
@requires("account:read")
@blueprint.response(200, OwnRucView)
def show_own_ruc() -> dict[str, Any]:
    """The RUC made of the own DNI, and whether its account is linked to this one."""
    ruc, client = linking.status_of(principal().subject)
    return {"ruc": ruc, "linked": client is not None, "name": client.name if client else None}


@blueprint.post("/me/ruc")
@requires("account:write")
@blueprint.arguments(OwnRucRequest)
@blueprint.response(201, OwnRucView)
def link_own_ruc(body: dict[str, str]) -> dict[str, Any]:
    """Link the account of the own RUC, against its password (AMB-2)."""
    client = linking.link(principal().subject, body["password"])
    return {"ruc": client.document_number, "linked": True, "name": client.name}


@blueprint.delete("/me/ruc")
@requires("account:write")
@blueprint.response(204)
def unlink_own_ruc() -> None:
    """Undo the link; each account keeps its own password."""
    with transaction() as session:
        linking.unlink(session, principal().subject)


@blueprint.post("/sessions/linked")
@requires("account:read")
@blueprint.response(201, SessionView)
def go_over_to_ruc() -> sessions.Opened:
    """A session of the linked RUC account, without its password. 404 when none is linked."""
    return linking.go_over(principal().subject, principal().session_id)
