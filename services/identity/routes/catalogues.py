"""Councils and specialities: read and edited by staff."""

from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import select

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import reading, transaction
from services.identity.catalogues import editing
from services.identity.catalogues.schemas import (
    CouncilBody,
    CouncilsView,
    CouncilView,
    NewCouncilBody,
    NewSpecialityNameBody,
    SpecialityNameBody,
    SpecialityNamesView,
    SpecialityNameView,
)
from services.identity.models import Council, SpecialityName

blueprint = Blueprint("catalogues", __name__, url_prefix="/v1", description="Councils and specialities")


@blueprint.get("/councils")
@requires("account:read")
@blueprint.response(200, CouncilsView)
def list_councils() -> dict[str, Sequence[Council]]:
    """All regional councils, by code."""
    with reading() as session:
        return {"items": session.scalars(select(Council).order_by(Council.code)).all()}


@blueprint.post("/councils")
@requires("identity:catalogues")
@blueprint.arguments(NewCouncilBody)
@blueprint.response(201, CouncilView)
def add_council(body: dict[str, Any]) -> Council:
    """Enter a council. 403 `identity/national-only`, 422 `identity/catalogue-refused`."""
    with transaction() as session:
        return editing.add_council(session, principal(), body, now())


@blueprint.put("/councils/<string:code>")
@requires("identity:catalogues")
@blueprint.arguments(CouncilBody)
@blueprint.response(200, CouncilView)
def change_council(body: dict[str, Any], code: str) -> Council:
    """Edit a council; services that keep its name are told. 403 `identity/national-only`."""
    with transaction() as session:
        return editing.change_council(session, principal(), code, body, now())


@blueprint.get("/specialities")
@requires("account:read")
@blueprint.response(200, SpecialityNamesView)
def list_specialities() -> dict[str, Sequence[SpecialityName]]:
    """All specialities, by name."""
    with reading() as session:
        return {"items": session.scalars(select(SpecialityName).order_by(SpecialityName.name)).all()}


@blueprint.post("/specialities")
@requires("identity:catalogues")
@blueprint.arguments(NewSpecialityNameBody)
@blueprint.response(201, SpecialityNameView)
def add_speciality(body: dict[str, Any]) -> SpecialityName:
    """Enter a speciality. 403 `identity/national-only`, 422 `identity/catalogue-refused`."""
    with transaction() as session:
        return editing.add_speciality(session, principal(), body, now())


@blueprint.put("/specialities/<string:code>")
@requires("identity:catalogues")
@blueprint.arguments(SpecialityNameBody)
@blueprint.response(200, SpecialityNameView)
def change_speciality(body: dict[str, Any], code: str) -> SpecialityName:
    """Edit a speciality and its other names. No name may mean two: 422 `identity/catalogue-refused`."""
    with transaction() as session:
        return editing.change_speciality(session, principal(), code, body, now())
