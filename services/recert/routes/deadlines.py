"""The deadlines of a physician's own dossier: shown, and as a file for the agenda."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import reading
from services.recert.deadlines import DeadlineKind, deadline_view
from services.recert.deadlines.agenda import TYPE, as_ics
from services.recert.deadlines.errors import DeadlineNotFound
from services.recert.deadlines.schemas import DeadlineList
from services.recert.errors import DossierNotFound
from services.recert.models import Deadline, Dossier

blueprint = Blueprint("deadlines", __name__, url_prefix="/v1", description="Plazos de los expedientes")


@blueprint.get("/dossiers/<uuid:dossier_id>/deadlines")
@requires("recert:read")
@blueprint.response(200, DeadlineList)
def list_deadlines(dossier_id: Any) -> dict[str, Any]:
    """All deadlines of the physician's own dossier, the newest first; another's dossier is not found."""
    with reading() as session:
        dossier = _own(session, str(dossier_id))
        wanted = select(Deadline).where(Deadline.dossier_id == dossier.id).order_by(Deadline.id.desc())
        return {
            "dossier_id": dossier.id,
            "number": dossier.number_text,
            "kind_text": dossier.kind_text,
            "state_text": dossier.state_text,
            "items": [deadline_view(deadline) for deadline in session.scalars(wanted)],
        }


@blueprint.get("/dossiers/<uuid:dossier_id>/deadlines/<string:kind>.ics")
@requires("recert:read")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=TYPE)
def download_deadline(dossier_id: Any, kind: str) -> Response:
    """The deadline of a kind that runs, for the agenda of the dossier's owner."""
    with reading() as session:
        dossier = _own(session, str(dossier_id))
        running = select(Deadline).where(Deadline.dossier_id == dossier.id, Deadline.stopped_at.is_(None))
        found = {deadline.kind.value: deadline for deadline in session.scalars(running)}.get(kind.upper())
        if found is None:
            raise DeadlineNotFound
        body = as_ics(
            deadline_view(found), deadline_id=found.id, number=dossier.number_text,
            made_at=now(), sequence=len(found.moves),
        )  # fmt: skip
    name = f"plazo-{dossier.number_text}-{DeadlineKind(found.kind).lower()}.ics"
    return Response(body, content_type=TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _own(session: Session, dossier_id: str) -> Dossier:
    dossier = session.get(Dossier, dossier_id)
    if dossier is None or dossier.cmp_number != principal().cmp_number:
        raise DossierNotFound
    return dossier
