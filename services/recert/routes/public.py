"""What the public may ask of physicians (PUB-6, REC-18), by page or by program."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from chassis.auth import public
from chassis.db import reading
from services.recert.errors import PhysicianNotFound
from services.recert.register import finding
from services.recert.register.schemas import PhysiciansPage, PhysiciansQuery, PublicCertification, SpecialitiesView
from services.recert.register.stating import statements

CACHED_S = 60
ETAG = {
    "ETag": {"schema": {"type": "string"}, "description": "send it back as If-None-Match: 304 when nothing changed"}
}

blueprint = Blueprint("public", __name__, url_prefix="/v1", description="What anyone may know of a physician")


@blueprint.after_request
def let_it_be_kept(response: Response) -> Response:
    """Programs that ask again spare us and themselves the answer they have."""
    if response.status_code == 200:
        response.cache_control.public, response.cache_control.max_age = True, CACHED_S
        response.add_etag()
        response.make_conditional(request)
    return response


@blueprint.get("/public/certifications/<string:cmp_number>")
@public
@blueprint.response(200, PublicCertification, headers=ETAG)
def show_certifications(cmp_number: str) -> dict[str, Any]:
    """A physician's names, council, state, good standing, specialities, and until when certified and recertified."""
    with reading() as session:
        found = finding.by_number(session, cmp_number)
        if found is None:
            raise PhysicianNotFound
        return statements(session, [found])[0]


@blueprint.get("/public/physicians")
@public
@blueprint.arguments(PhysiciansQuery, location="query")
@blueprint.response(200, PhysiciansPage, headers=ETAG)
def find_physicians(query: dict[str, Any]) -> dict[str, Any]:
    """Physicians by CMP number, or by how their names begin; by speciality, too. Nobody found is an empty page."""
    text, speciality = query["q"].strip(), query["speciality"].strip()
    with reading() as session:
        if text.isdigit():
            one = finding.by_number(session, text)
            return {"items": statements(session, [one] if one else []), "next": None}
        page = finding.search(session, text, speciality, query["after"], query["limit"])
        return {"items": statements(session, page.items), "next": page.next}


@blueprint.get("/public/specialities")
@public
@blueprint.response(200, SpecialitiesView, headers=ETAG)
def list_specialities() -> dict[str, list[str]]:
    """The specialities to browse by."""
    with reading() as session:
        return {"items": finding.specialities(session)}
