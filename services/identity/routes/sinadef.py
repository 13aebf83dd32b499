"""Trámite de acceso a SINADEF, the applicant's side (MENU-1)."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.identity.models import Account, GoodStanding, SinadefRequest
from services.identity.models.sinadef import OPEN
from services.identity.profile.contacts import own_account
from services.identity.sinadef.applying import apply, blocks_of, of_owner, own_request, withdraw
from services.identity.sinadef.schemas import ApplicationDetail, ApplicationRequest, OwnApplicationsView, PageQuery

blueprint = Blueprint("sinadef", __name__, url_prefix="/v1", description="Access to SINADEF, for applicants")


@blueprint.get("/sinadef-requests")
@requires("account:read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, OwnApplicationsView)
def list_own_requests(query: dict[str, Any]) -> dict[str, Any]:
    """One's own applications, newest first, and what stands in the way of a new one."""
    with reading() as session:
        account = session.get_one(Account, principal().subject)
        wanted = of_owner(account.id).limit(query["limit"] + 1)
        if query["after"] is not None:
            wanted = wanted.where(SinadefRequest.id < query["after"])
        found = list(session.scalars(wanted))
        page = found[: query["limit"]]
        return {
            "items": page,
            "next": page[-1].id if len(found) > len(page) else None,
            "blocks": [{"reason": name, "text": text} for name, text in blocks_of(session, account).items()],
            "standing": session.get(GoodStanding, account.cmp_number or ""),
            "open_request": session.scalar(
                of_owner(account.id).with_only_columns(SinadefRequest.id).where(SinadefRequest.state.in_(OPEN))
            ),
        }


@blueprint.post("/sinadef-requests")
@requires("account:write")
@blueprint.arguments(ApplicationRequest)
@blueprint.response(201, ApplicationDetail)
def file_request(body: dict[str, Any]) -> SinadefRequest:
    """Apply. 409 with `reasons` and `texts` when not hábil, standing unknown, or phone or e-mail missing."""
    with transaction() as session:
        request, told = apply(session, own_account(session, principal().subject), body, now())
        publish(session, told)
        return request


@blueprint.get("/sinadef-requests/<int:request_id>")
@requires("account:read")
@blueprint.response(200, ApplicationDetail)
def show_own_request(request_id: int) -> SinadefRequest:
    """One of one's own applications; anybody else's is not found."""
    with reading() as session:
        return own_request(session, principal(), request_id)


@blueprint.post("/sinadef-requests/<int:request_id>/cancellation")
@requires("account:write")
@blueprint.response(200, ApplicationDetail)
def cancel_request(request_id: int) -> SinadefRequest:
    """Take one's application back while it is not decided; 409 afterwards."""
    with transaction() as session:
        publish(session, withdraw(session, principal(), request_id, now()))
        return own_request(session, principal(), request_id)
