"""The deadlines of a physician's own dossier: last day, working days left, what was skipped and why, and the .ics."""

from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from portal.clients import recert_calendar
from portal.session import signed_in

blueprint = Blueprint("recert_deadlines", __name__, url_prefix="/recertificacion/solicitudes")


@blueprint.get("/<uuid:dossier_id>/plazos")
@signed_in
def index(dossier_id: Any) -> ResponseReturnValue:
    """All deadlines of a dossier, the newest first."""
    dossier = recert_calendar.deadlines(str(dossier_id))
    return render_template("recertification/deadlines.html", dossier=dossier)


@blueprint.get("/<uuid:dossier_id>/plazos/<any(result, correction, diploma):kind>.ics")
@signed_in
def agenda(dossier_id: Any, kind: str) -> Response:
    """A running deadline as a file for the agenda."""
    with recert_calendar.agenda_file(str(dossier_id), kind) as upstream:
        headers = {name: upstream.headers[name] for name in ("Content-Disposition", "Content-Type")}
        return Response(upstream.content, headers=headers)
