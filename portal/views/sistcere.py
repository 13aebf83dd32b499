"""The SISTCERE page, whose content staff write (PUB-4, PUB-5, PUB-7 to PUB-9). Recertification is free of charge."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.clients import sistcere
from portal.passing import passed_on

blueprint = Blueprint("sistcere", __name__)


@blueprint.get("/sistcere-2/")
def index() -> ResponseReturnValue:
    """Notices, the nine entries, office hours and who is in office."""
    return render_template("sistcere/index.html", content=sistcere.content())


@blueprint.get("/sistcere/")
def older() -> ResponseReturnValue:
    """The address of the leaflet of 2018, which people still have on paper."""
    return redirect(url_for("sistcere.index"), 301)


@blueprint.get("/sistcere-2/documentos/<piece_id>")
def document(piece_id: str) -> ResponseReturnValue:
    """The PDF behind an entry."""
    return passed_on(sistcere.document(piece_id), media_type="application/pdf")
