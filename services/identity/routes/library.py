"""Biblioteca Virtual: the configured links, for whom the settings open them (MENU-1)."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from chassis.auth import principal, requires
from chassis.db import reading
from services.identity.library import admit, links
from services.identity.models import Account
from services.identity.settings import current_settings

blueprint = Blueprint("library", __name__, url_prefix="/v1", description="Biblioteca Virtual")


class LinkView(Schema):
    """One offer of the library."""

    id = fields.String()
    title = fields.String()
    url = fields.String()
    host = fields.String()
    description = fields.String()
    sample = fields.Boolean(metadata={"description": "an example that nobody has replaced yet"})


class LibraryView(Schema):
    """All offers."""

    items = fields.List(fields.Nested(LinkView))


@blueprint.get("/library/links")
@requires("account:read")
@blueprint.response(200, LibraryView)
def list_links() -> dict[str, Any]:
    """The links of the library. 403 when the register's state, or the good standing, does not open it."""
    with reading() as session:
        admit(session, session.get_one(Account, principal().subject), current_settings())
    return {"items": links()}
