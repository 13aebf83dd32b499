"""Actualización de datos, Editar perfil: own contact data and their history (ACC-6, ACC-7, REC-4)."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.identity.models import Account, ContactEntry
from services.identity.profile.contacts import change_details, history_of, own_account
from services.identity.profile.reading import profile_of
from services.identity.profile.schemas import ContactRequest, HistoryPage, HistoryQuery, ProfileView

blueprint = Blueprint("profile", __name__, url_prefix="/v1", description="Own contact data")


@blueprint.get("/profile")
@requires("account:read")
@blueprint.response(200, ProfileView)
def show_profile() -> dict[str, Any]:
    """Own data: what the register says, what can be changed, and what waits to be confirmed."""
    with reading() as session:
        return profile_of(session, session.get_one(Account, principal().subject), now())


@blueprint.patch("/profile/contact")
@requires("account:write")
@blueprint.arguments(ContactRequest)
@blueprint.response(200, ProfileView)
def update_contact(body: dict[str, str | None]) -> dict[str, Any]:
    """Change phone, mobile or address; told to other services at once. A field of the register is refused: 422."""
    with transaction() as session:
        account = own_account(session, principal().subject)
        told = change_details(session, account, body, principal(), now())
        if told:
            publish(session, told)
        return profile_of(session, account, now())


@blueprint.get("/profile/history")
@requires("account:read")
@blueprint.arguments(HistoryQuery, location="query")
@blueprint.response(200, HistoryPage)
def list_changes(query: dict[str, Any]) -> dict[str, Any]:
    """Who changed what of one's own data, newest first."""
    wanted = history_of(principal().subject).limit(query["limit"] + 1)
    if query["after"] is not None:
        wanted = wanted.where(ContactEntry.id < query["after"])
    with reading() as session:
        entries = list(session.scalars(wanted))
    page = entries[: query["limit"]]
    return {"items": page, "next": page[-1].id if len(entries) > len(page) else None}
