"""The administration of staff: who there is, what they may do, and ending it."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.identity.accounts import permissions_of
from services.identity.errors import NotFound, OwnAccess, StaffRefused
from services.identity.models import Account, Role
from services.identity.staff import accounts
from services.identity.staff.accounts import StaffAccount, StaffWish
from services.identity.staff.schemas import (
    AccessBody,
    ReasonBody,
    RolesView,
    StaffPage,
    StaffQuery,
    StaffView,
    StaffWishBody,
)

blueprint = Blueprint("staff", __name__, url_prefix="/v1/staff", description="The college's staff")


@blueprint.get("")
@requires("identity:staff")
@blueprint.arguments(StaffQuery, location="query")
@blueprint.response(200, StaffPage)
def list_staff(query: dict[str, Any]) -> dict[str, Any]:
    """Staff in the administrator's scope, by surname."""
    wanted = accounts.staff_in(principal().council)
    if query["q"]:
        wanted = accounts.matching(wanted, query["q"])
    order = (Account.surnames, Account.given_names, Account.id)
    with reading() as session:
        if last := query["after"] and session.get(Account, query["after"]):
            wanted = wanted.where(tuple_(*order) > (last.surnames, last.given_names, last.id))
        found = list(session.scalars(wanted.order_by(*order).limit(query["limit"] + 1)))
        page = accounts.show_all(session, found[: query["limit"]])
    return {"items": page, "next": page[-1].account.id if len(found) > len(page) else None}


@blueprint.get("/roles")
@requires("identity:staff")
@blueprint.response(200, RolesView)
def list_roles() -> dict[str, Any]:
    """The roles there are and what each permits."""
    with reading() as session:
        roles = session.scalars(select(Role).order_by(Role.position)).all()
        return {
            "items": [
                {"name": role.name, "title": role.title, "text": role.text}
                | {"permissions": permissions_of(session, role.holder)}
                for role in roles
            ]
        }


@blueprint.post("")
@requires("identity:staff")
@blueprint.arguments(StaffWishBody)
@blueprint.response(201, StaffView)
def invite(body: dict[str, Any]) -> StaffAccount:
    """Make an account and mail its invitation. 422 `identity/staff-refused`."""
    _check_scope(body["council"])
    with transaction() as session:
        account, invited = accounts.invite(session, StaffWish(**(body | {"roles": tuple(body["roles"])})), now())
        publish(session, invited, accounts.invitation_mail(session, account, now()))
        return accounts.show(session, account)


@blueprint.get("/<uuid:account_id>")
@requires("identity:staff")
@blueprint.response(200, StaffView)
def show(account_id: Any) -> StaffAccount:
    """One member of staff; one of another council is not found."""
    with reading() as session:
        return accounts.show(session, _theirs(session, account_id))


@blueprint.post("/<uuid:account_id>/invitations")
@requires("identity:staff")
@blueprint.response(200, StaffView)
def invite_again(account_id: Any) -> StaffAccount:
    """Mail a new invitation; the one before stops working. 422 when the account is active already."""
    with transaction() as session:
        account = _theirs(session, account_id, own=False)
        shown = accounts.show(session, account)
        if shown.state != accounts.INVITED:
            raise StaffRefused("La cuenta ya está activa o está inhabilitada.")
        publish(session, accounts.invitation_mail(session, account, now()))
        return shown


@blueprint.put("/<uuid:account_id>/access")
@requires("identity:staff")
@blueprint.arguments(AccessBody)
@blueprint.response(200, StaffView)
def change_access(body: dict[str, Any], account_id: Any) -> StaffAccount:
    """Give other roles or another council; all sessions end. 403 `identity/own-access` for the own account."""
    _check_scope(body["council"])
    with transaction() as session:
        account = _theirs(session, account_id, own=False)
        changed = accounts.change_access(session, account, tuple(body["roles"]), body["council"], body["reason"], now())
        publish(session, *([changed] if changed else []))
        return accounts.show(session, account)


@blueprint.post("/<uuid:account_id>/disablement")
@requires("identity:staff")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, StaffView)
def disable(body: dict[str, Any], account_id: Any) -> StaffAccount:
    """Close the account; all sessions end. 403 `identity/own-access` for the own account."""
    with transaction() as session:
        account = _theirs(session, account_id, own=False)
        disabled = accounts.disable(session, account, body["reason"], now())
        publish(session, *([disabled] if disabled else []))
        return accounts.show(session, account)


@blueprint.post("/<uuid:account_id>/enablement")
@requires("identity:staff")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, StaffView)
def enable(body: dict[str, Any], account_id: Any) -> StaffAccount:
    """Open a closed account again."""
    with transaction() as session:
        account = _theirs(session, account_id, own=False)
        enabled = accounts.enable(session, account, body["reason"], now())
        publish(session, *([enabled] if enabled else []))
        return accounts.show(session, account)


@blueprint.post("/<uuid:account_id>/second-factor-reset")
@requires("identity:staff")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, StaffView)
def reset_second_factor(body: dict[str, Any], account_id: Any) -> StaffAccount:
    """Take a lost second factor and the password away, end all sessions and mail a new invitation."""
    with transaction() as session:
        account = _theirs(session, account_id, own=False)
        reset = accounts.reset_second_factor(session, account, body["reason"], now())
        publish(session, reset, accounts.invitation_mail(session, account, now()))
        return accounts.show(session, account)


def _theirs(session: Session, account_id: Any, *, own: bool = True) -> Account:
    """A staff account in the administrator's scope, held until the end. Raises NotFound, OwnAccess."""
    wanted = accounts.staff_in(principal().council).where(Account.id == str(account_id))
    account = session.scalars(wanted.with_for_update(of=Account)).unique().first()
    if account is None:
        raise NotFound
    if not own and account.id == principal().subject:
        raise OwnAccess
    return account


def _check_scope(council: str | None) -> None:
    """Nobody gives an access that reaches beyond the own council. Raises StaffRefused."""
    if principal().council not in (None, council):
        raise StaffRefused("Solo puede dar acceso a su propio consejo regional.")
