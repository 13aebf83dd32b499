"""What the public may ask of a physician (PUB-6, REC-18)."""

import re
from datetime import date
from typing import Any

from flask_smorest import Blueprint

from chassis.auth import public
from chassis.clock import today
from chassis.db import reading
from services.recert.councils import roman
from services.recert.errors import PhysicianNotFound
from services.recert.models import ENROLMENT, SPECIALITY, Physician, RegisteredSpeciality
from services.recert.schemas import PublicCertification

blueprint = Blueprint("public", __name__, url_prefix="/v1", description="What anyone may know of a physician")


@blueprint.get("/public/certifications/<string:cmp_number>")
@public
@blueprint.response(200, PublicCertification)
def show_certifications(cmp_number: str) -> dict[str, Any]:
    """A physician's names, council, state, specialities, and until when certified; zeros may be missing (AMB-5)."""
    number = cmp_number.zfill(6) if re.fullmatch(r"[0-9]{1,6}", cmp_number) else ""
    with reading() as session:
        physician = session.get(Physician, number)
        if physician is None:
            raise PhysicianNotFound
        return _statement(physician, today())


def _statement(physician: Physician, day: date) -> dict[str, Any]:
    """What is true of a physician on a day."""
    fields = ("cmp_number", "given_names", "paternal_surname", "maternal_surname", "council", "state", "registered_on")
    return {
        **{name: getattr(physician, name) for name in fields},
        "council_label": f"CR {roman(physician.council)}",
        **_until(physician.certified_until(ENROLMENT), day),
        "specialities": [_speciality(physician, item, day) for item in physician.specialities],
        "as_of": day,
    }


def _speciality(physician: Physician, item: RegisteredSpeciality, day: date) -> dict[str, Any]:
    until = physician.certified_until(SPECIALITY, item.rne)
    return {"name": item.name, "rne": item.rne, "registered_on": item.registered_on, **_until(until, day)}


def _until(last_day: date | None, day: date) -> dict[str, Any]:
    return {"certified_until": last_day, "certified": last_day is not None and day <= last_day}
