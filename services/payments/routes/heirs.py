"""For whom somebody may pay, and the authorisations of heirs that treasury enters."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.payments.desk_schemas import HeirList, HeirQuery, HeirView, HeirWish, Reason
from services.payments.heirs import HeirPapers, Owner, authorise_heir, heirs_for, owners_of, revoke_heir
from services.payments.models import Heir

blueprint = Blueprint("heirs", __name__, url_prefix="/v1", description="Por quién se puede pagar")


class OwnerView(Schema):
    """Somebody whose dues may be paid."""

    owner_cmp = fields.String()
    owner_name = fields.String(allow_none=True)
    own = fields.Boolean()
    kinds = fields.List(fields.String())


class OwnerList(Schema):
    """Everybody the account may pay for; the own dues come first."""

    items = fields.List(fields.Nested(OwnerView))


@blueprint.get("/owners")
@requires("payments:pay")
@blueprint.response(200, OwnerList)
def list_owners() -> dict[str, list[Owner]]:
    """For whom the person may pay: for oneself, and as heir the SEMEFA of a holder."""
    with reading() as session:
        return {"items": owners_of(session, principal())}


@blueprint.get("/staff/heirs")
@requires("payments:dues")
@blueprint.arguments(HeirQuery, location="query")
@blueprint.response(200, HeirList)
def list_heirs(query: dict[str, str]) -> dict[str, list[Heir]]:
    """The authorisations of one holder, the revoked ones too."""
    wanted = heirs_for(principal()).where(Heir.holder_cmp == query["holder_cmp"])
    with reading() as session:
        return {"items": list(session.scalars(wanted.order_by(Heir.id.desc())))}


@blueprint.post("/staff/heirs")
@requires("payments:dues")
@blueprint.arguments(HeirWish)
@blueprint.response(201, HeirView)
def authorise(body: dict[str, Any]) -> Heir:
    """Let somebody pay a holder's SEMEFA with the voucher in the own name, after seeing the papers."""
    with transaction() as session:
        return authorise_heir(session, principal(), HeirPapers(**(body | {"name": body["name"].upper()})))


@blueprint.post("/staff/heirs/<int:heir_id>/revocation")
@requires("payments:dues")
@blueprint.arguments(Reason)
@blueprint.response(200, HeirView)
def revoke(body: dict[str, Any], heir_id: int) -> Heir:
    """End an authorisation."""
    with transaction() as session:
        return revoke_heir(session, principal(), heir_id, body["reason"])
