"""Sessions of people: logging in, going on, logging out, and whose session it is."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from chassis.auth import principal, public, requires
from chassis.db import reading
from services.identity import sessions
from services.identity.models import Council
from services.identity.models.accounts import LOGOUT
from services.identity.schemas import (
    Credentials,
    MeView,
    OneTimeRequest,
    RefreshRequest,
    SessionView,
)
from services.identity.staff.challenges import Challenge
from services.identity.staff.schemas import ChallengeView

blueprint = Blueprint("sessions", __name__, url_prefix="/v1", description="Sessions of people")


@blueprint.post("/sessions")
@public
@blueprint.arguments(Credentials)
@blueprint.response(201, SessionView)
@blueprint.alt_response(202, schema=ChallengeView, description="Staff: the second factor is asked for")
def open_session(credentials: dict[str, Any]) -> sessions.Opened | tuple[Response, int]:
    """Log in with CMP number, user name or e-mail, and password. 401 wrong credentials, 429 too many attempts."""
    return _answer(sessions.log_in(credentials["username"], credentials["password"], remember=credentials["remember"]))


@blueprint.post("/sessions/one-time")
@public
@blueprint.arguments(OneTimeRequest)
@blueprint.response(201, SessionView)
@blueprint.alt_response(202, schema=ChallengeView, description="Staff: the second factor is asked for")
def open_session_once(body: dict[str, str]) -> sessions.Opened | tuple[Response, int]:
    """Log in with a one-time link, which is used up. 401 when it is not valid any more."""
    return _answer(sessions.log_in_once(body["token"]))


@blueprint.post("/sessions/refresh")
@public
@blueprint.arguments(RefreshRequest)
@blueprint.response(201, SessionView)
def refresh_session(body: dict[str, str]) -> sessions.Opened:
    """Exchange a refresh token for a new pair. A token shown twice ends the whole session: 401."""
    return sessions.refresh(body["refresh_token"])


@blueprint.delete("/sessions/current")
@requires("account:read")
@blueprint.response(204)
def close_session() -> None:
    """Log out: the session's refresh tokens are worth nothing from now on."""
    sessions.end_session(principal().session_id or "", LOGOUT)


@blueprint.get("/me")
@requires("account:read")
@blueprint.response(200, MeView)
def read_own_account() -> dict[str, Any]:
    """The account behind the token, as long as its session has not ended."""
    with reading() as session:
        account = sessions.live_session(session, principal().session_id).account
        return {
            "account": account,
            "permissions": sorted(principal().permissions),
            "physician": account.physician
            and _register_entry(session.get_one(Council, account.physician.council), account.physician),
        }


def _answer(step: sessions.Opened | Challenge) -> sessions.Opened | tuple[Response, int]:
    """A session, or what staff are asked for before they get one."""
    return (jsonify(ChallengeView().dump(step)), 202) if isinstance(step, Challenge) else step


def _register_entry(council: Council, physician: Any) -> dict[str, Any]:
    return {
        "state": physician.state,
        "registered_on": physician.registered_on,
        "council_label": council.label,
        "specialities": physician.specialities,
    }
