"""Biblioteca Virtual (MENU-1): the configured links, each left by a page that shows where it leads."""

from typing import Any

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from portal.clients import sinadef as identity
from portal.clients.gateway import ApiProblem
from portal.session import signed_in

blueprint = Blueprint("library", __name__, url_prefix="/biblioteca-virtual")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """The offers; who may not enter is told why."""
    links, closed = _links()
    return render_template("library/index.html", links=links, closed=closed), 403 if closed else 200


@blueprint.get("/ir/<link_id>")
@signed_in
def leave(link_id: str) -> ResponseReturnValue:
    """Before leaving: the host one goes to."""
    links, closed = _links()
    link = next((link for link in links if link["id"] == link_id), None)
    if closed or link is None:
        abort(404)
    return render_template("library/leave.html", link=link)


def _links() -> tuple[list[dict[str, Any]], str]:
    """The links, and why there are none."""
    try:
        return identity.library(), ""
    except ApiProblem as problem:
        if problem.status != 403:
            raise
        return [], problem.detail
