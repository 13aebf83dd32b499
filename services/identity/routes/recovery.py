"""Recovering an account, new passwords, and the owner's sessions."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, public, requires
from chassis.db import reading
from services.identity import own_sessions, recovery, sessions
from services.identity.account_schemas import (
    AnswerView,
    EntryRequest,
    MailedLink,
    MailedLinkView,
    NewPasswordRequest,
    PasswordChangeRequest,
    RecoveryRequest,
    SessionsPage,
)
from services.identity.mail_requests import GRANT_ENTRY, RECOVER_PASSWORD, RECOVER_USER
from services.identity.models import OneTimeToken
from services.identity.schemas import SessionView
from services.identity.settings import current_settings

blueprint = Blueprint("recovery", __name__, url_prefix="/v1", description="Recovering accounts, passwords, sessions")


@blueprint.post("/user-recoveries")
@public
@blueprint.arguments(RecoveryRequest)
@blueprint.response(202, AnswerView)
def recover_user(body: dict[str, str]) -> dict[str, int]:
    """¿Recordar usuario?: mail the names one may come in by, and a link. The answer is the same for everybody."""
    return _asked(RECOVER_USER, body["username"])


@blueprint.post("/password-recoveries")
@public
@blueprint.arguments(RecoveryRequest)
@blueprint.response(202, AnswerView)
def recover_password(body: dict[str, str]) -> dict[str, int]:
    """¿Recordar contraseña?: mail a link to set a new one. The answer is the same for everybody."""
    return _asked(RECOVER_PASSWORD, body["username"])


@blueprint.post("/entry-requests")
@public
@blueprint.arguments(EntryRequest)
@blueprint.response(202, AnswerView)
def ask_for_entry(body: dict[str, str]) -> dict[str, int]:
    """Solicitar ingreso (REC-3, AMB-6): mail user and link of the one account. The answer is the same for everybody."""
    return _asked(GRANT_ENTRY, body["cmp_number"])


@blueprint.post("/link-checks")
@public
@blueprint.arguments(MailedLink)
@blueprint.response(200, MailedLinkView)
def check_link(body: dict[str, str]) -> OneTimeToken:
    """What a mailed link is for, as long as it works; looking does not use it up. 401 when it is not valid any more."""
    return recovery.look_at_link(body["token"])


@blueprint.post("/password-resets")
@public
@blueprint.arguments(NewPasswordRequest)
@blueprint.response(204)
def reset_password(body: dict[str, str]) -> None:
    """Set a new password with a mailed link, which is used up; every session ends. 401, 422 with the reason."""
    recovery.reset_password(body["token"], body["password"])


@blueprint.post("/password-changes")
@requires("account:write")
@blueprint.arguments(PasswordChangeRequest)
@blueprint.response(201, SessionView)
def change_password(body: dict[str, str]) -> sessions.Opened:
    """Change the own password against the current one: every session ends, a fresh one begins. 422 with the reason."""
    return own_sessions.change_password(body["current_password"], body["password"])


@blueprint.get("/sessions")
@requires("account:read")
@blueprint.response(200, SessionsPage)
def list_sessions() -> dict[str, Any]:
    """The own sessions that go on: since when, last used, browser and address (ASVS 7.5.2)."""
    with reading() as session:
        found = own_sessions.going_on(session)
    current = principal().session_id
    names = ("id", "created_at", "seen_at", "expires_at", "device", "address")
    items = [{name: getattr(each, name) for name in names} | {"current": each.id == current} for each in found]
    return {"items": items, "next": None}


@blueprint.delete("/sessions/<session_id>")
@requires("account:read")
@blueprint.response(204)
def end_session(session_id: str) -> None:
    """End one of the own sessions; another's is 404."""
    own_sessions.end_one(session_id)


@blueprint.delete("/sessions")
@requires("account:read")
@blueprint.response(204)
def end_other_sessions() -> None:
    """End all own sessions but the one that asks."""
    own_sessions.end_others()


def _asked(purpose: str, typed: str) -> dict[str, int]:
    recovery.ask(purpose, typed)
    return {"minutes": current_settings().one_time_minutes}
