"""The second step of staff's login, and the way into a new staff account."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import public
from services.identity.staff import login
from services.identity.staff.challenges import Challenge
from services.identity.staff.schemas import (
    ChallengeRequest,
    ChallengeView,
    EnrolmentView,
    FirstPassword,
    SecondFactorRequest,
    StaffSessionView,
)
from services.identity.staff.second_factor import Enrolment

blueprint = Blueprint("second_factor", __name__, url_prefix="/v1", description="The second factor of staff")


@blueprint.post("/sessions/second-factor")
@public
@blueprint.arguments(SecondFactorRequest)
@blueprint.response(201, StaffSessionView)
def pass_second_factor(body: dict[str, str]) -> dict[str, Any]:
    """Open the session with a code. 401 `identity/wrong-code` or `identity/challenge-over`, 429 too many attempts."""
    entered = login.pass_second_factor(body["challenge"], body["code"])
    opened = {name: getattr(entered.opened, name) for name in ("access_token", "expires_in", "refresh_token")}
    return opened | {
        "permissions": entered.opened.permissions,
        "account": entered.opened.account,
        "recovery_codes": entered.recovery_codes,
        "recovery_codes_left": entered.recovery_codes_left,
    }


@blueprint.post("/sessions/second-factor/enrolment")
@public
@blueprint.arguments(ChallengeRequest)
@blueprint.response(200, EnrolmentView)
def show_enrolment(body: dict[str, str]) -> Enrolment:
    """The secret of a second factor that is being enrolled. 401 `identity/challenge-over` once it counts."""
    return login.enrolment(body["challenge"])


@blueprint.post("/staff-invitations/password")
@public
@blueprint.arguments(FirstPassword)
@blueprint.response(202, ChallengeView)
def set_first_password(body: dict[str, str]) -> Challenge:
    """Set the password of an invited account; the second factor is next. 401 when the link is not valid any more."""
    return login.set_first_password(body["token"], body["password"])
