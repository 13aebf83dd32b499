"""Law 29733 for the person who asks: consents, a copy of one's data, and who looked at them."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, public, requires
from chassis.clock import now
from chassis.db import reading, transaction
from services.identity import consents
from services.identity.data_access import looks_at
from services.identity.models import Account
from services.identity.privacy import own_data
from services.identity.privacy.errors import ConsentMissing
from services.identity.privacy.schemas import (
    ConsentList,
    ConsentRequest,
    ConsentTextList,
    LookPage,
    LookQuery,
    OwnDataView,
)

blueprint = Blueprint("own_data", __name__, url_prefix="/v1", description="Own data (Ley 29733)")


@blueprint.get("/consent-texts")
@public
@blueprint.response(200, ConsentTextList)
def list_consent_texts() -> dict[str, Any]:
    """The texts people are asked to agree to today."""
    with reading() as session:
        return {"items": consents.texts_in_force(session, now())}


@blueprint.get("/me/consents")
@requires("account:read")
@blueprint.response(200, ConsentList)
def list_own_consents() -> dict[str, Any]:
    """What I agreed to, when and from where, with the text of then."""
    with reading() as session:
        return {"items": own_data.consents_in_words(session, principal().subject)}


@blueprint.put("/me/consents/<string:purpose>")
@requires("account:write")
@blueprint.arguments(ConsentRequest)
@blueprint.response(200, ConsentList)
def give_consent(body: dict[str, str], purpose: str) -> dict[str, Any]:
    """Agree to today's text; another version is refused, because it was not what the person read."""
    with transaction() as session:
        if consents.text_in_force(session, purpose, now()).version != body["version"]:
            raise ConsentMissing
        consents.record_consent(session, session.get_one(Account, principal().subject), purpose)
        return {"items": own_data.consents_in_words(session, principal().subject)}


@blueprint.delete("/me/consents/<string:purpose>")
@requires("account:write")
@blueprint.response(204)
def withdraw_consent(purpose: str) -> None:
    """Take a consent back. 409 for the one the account stands on."""
    with transaction() as session:
        consents.withdraw_consent(session, principal().subject, purpose)


@blueprint.get("/me/data")
@requires("account:read")
@blueprint.response(200, OwnDataView)
def export_own_data() -> dict[str, Any]:
    """Everything identity keeps about me, to read or to take along."""
    with reading() as session:
        return own_data.export(session, session.get_one(Account, principal().subject), now())


@blueprint.get("/me/looks")
@requires("account:read")
@blueprint.arguments(LookQuery, location="query")
@blueprint.response(200, LookPage)
def list_looks(query: dict[str, Any]) -> dict[str, Any]:
    """Which staff looked at my data: role, council, when and why."""
    with reading() as session:
        account = session.get_one(Account, principal().subject)
        looks, following = looks_at(session, account, after=query["after"], limit=query["limit"])
        return {"items": looks, "next": following}
