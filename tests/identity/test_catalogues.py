"""Councils and specialities as data that staff edit: audited, told to others, and no name means two things."""

from typing import Any

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.identity import CouncilChanged, SpecialityNameChanged
from services.identity.jobs import announce_councils
from services.identity.models import AuditEntry
from services.identity.models.catalogues import searchable
from services.identity.registry import reader
from tests.identity.asking import asking
from tests.people import physician, staff

WHY = "Resolución 12-2026"
TARAPOTO = {"roman": "XV", "name": "Tarapoto", "region": "San Martín", "confirmed": True, "reason": WHY}
REGISTRAR = staff("account:read", "identity:catalogues")


def entries(service: ServiceUnderTest) -> list[AuditEntry]:
    with service.db.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def speciality(name: str = "Pediatría", **more: Any) -> dict[str, Any]:
    return {"name": name, "rne_code": None, "aliases": [], "reason": WHY} | more


def test_an_edited_council_is_audited_and_told(service: ServiceUnderTest) -> None:
    answer = asking(service, REGISTRAR).put("/v1/councils/15", json=TARAPOTO)
    assert (answer.status_code, answer.get_json()["label"]) == (200, "CR XV TARAPOTO")
    assert service.events() == [
        CouncilChanged(code="15", roman="XV", name="Tarapoto", region="San Martín", label="CR XV TARAPOTO")
    ]
    (entry,) = entries(service)
    assert (entry.act, entry.subject, entry.reason) == ("council.changed", "council:15", WHY)
    assert (entry.before["name"], entry.after["name"]) == ("San Martín", "Tarapoto")


def test_saving_a_council_as_it_is_tells_nothing(service: ServiceUnderTest) -> None:
    for _ in range(2):
        asking(service, REGISTRAR).put("/v1/councils/15", json=TARAPOTO)
    assert (service.published(), len(entries(service))) == ([CouncilChanged], 1)


@pytest.mark.parametrize(
    "wrong",
    [{"roman": "III"}, {"roman": "15"}, {"name": " "}, {"reason": ""}, {"confirmed": "quizás"}, {"code": "99"}],
    ids=str,
)
def test_a_council_that_makes_no_sense_is_refused(service: ServiceUnderTest, wrong: dict[str, Any]) -> None:
    """III is Lima's number."""
    assert asking(service, REGISTRAR).put("/v1/councils/15", json=TARAPOTO | wrong).status_code == 422
    assert service.published() == []


def test_a_28th_council_may_be_entered_once(service: ServiceUnderTest) -> None:
    wish = TARAPOTO | {"code": "28", "roman": "XXVIII", "name": "Juliaca", "region": "Puno"}
    answers = [asking(service, REGISTRAR).post("/v1/councils", json=wish).status_code for _ in range(2)]
    assert (answers, service.published(), entries(service)[0].act) == ([201, 422], [CouncilChanged], "council.entered")


def test_an_unknown_council_is_not_found(service: ServiceUnderTest) -> None:
    assert asking(service, REGISTRAR).put("/v1/councils/77", json=TARAPOTO).status_code == 404


def test_staff_of_one_council_only_read_what_is_everybodys(service: ServiceUnderTest) -> None:
    local = asking(service, staff("account:read", "identity:catalogues", council="15"))
    assert local.put("/v1/councils/15", json=TARAPOTO).status_code == 403
    assert local.post("/v1/specialities", json=speciality("Nueva", code="E47")).status_code == 403
    assert len(local.get("/v1/councils").get_json()["items"]) == 27


def test_editing_needs_the_permission_and_reading_an_account(service: ServiceUnderTest) -> None:
    rosa = asking(service, physician())
    assert rosa.put("/v1/councils/15", json=TARAPOTO).status_code == 403
    assert rosa.get("/v1/specialities").status_code == 200
    assert service.client().get("/v1/councils").status_code == 401


def test_every_council_is_told_once_for_those_who_came_later(service: ServiceUnderTest) -> None:
    asking(service, REGISTRAR).put("/v1/councils/15", json=TARAPOTO)
    for _ in range(2):
        service.run(announce_councils)
    told = [event.code for event in service.events(CouncilChanged)]
    assert sorted(told) == [f"{number:02d}" for number in range(1, 28)]


def test_there_are_46_specialities_of_conareme(service: ServiceUnderTest) -> None:
    """Product 2.4."""
    items = asking(service, REGISTRAR).get("/v1/specialities").get_json()["items"]
    assert len(items) == 46
    assert {"Medicina de Enfermedades Infecciosas y Tropicales", "Urología"} <= {item["name"] for item in items}
    assert [item["name"] for item in items if item["rne_code"] == "00003"] == ["Administración y Gestión en Salud"]


def test_names_are_compared_without_accents_capitals_or_doubled_blanks() -> None:
    assert searchable("  CARDIOLOGIA ") == searchable("Cardiología")
    assert searchable("Medicina  Física y de Rehabilitación") == "medicina fisica y de rehabilitacion"


def test_an_edited_speciality_is_audited_and_told(service: ServiceUnderTest) -> None:
    wish = speciality(rne_code="00045", aliases=["Pediatria General", "Médico Pediatra"])
    answer = asking(service, REGISTRAR).put("/v1/specialities/E41", json=wish)
    assert (answer.status_code, answer.get_json()["aliases"]) == (200, ["Médico Pediatra", "Pediatria General"])
    (event,) = service.events(SpecialityNameChanged)
    assert (event.code, event.rne_code, event.aliases) == ("E41", "00045", ("Médico Pediatra", "Pediatria General"))
    assert entries(service)[0].act == "speciality.changed"


@pytest.mark.parametrize("name", ["Cardiología", "CARDIOLOGIA", " cardiologia "])
def test_no_name_means_two_specialities(service: ServiceUnderTest, name: str) -> None:
    client = asking(service, REGISTRAR)
    assert client.put("/v1/specialities/E41", json=speciality(aliases=[name])).status_code == 422
    assert client.post("/v1/specialities", json=speciality(name, code="E47")).status_code == 422
    assert service.published() == []


def test_a_code_of_the_rne_belongs_to_one_speciality(service: ServiceUnderTest) -> None:
    assert asking(service, REGISTRAR).put("/v1/specialities/E41", json=speciality(rne_code="00003")).status_code == 422


def test_a_new_speciality_and_an_alias_give_imports_their_spelling(service: ServiceUnderTest) -> None:
    client = asking(service, REGISTRAR)
    client.post("/v1/specialities", json=speciality("Medicina Aeroespacial", code="E47", aliases=["Med. Aeroespacial"]))
    with service.db.reading() as session:
        names = reader(session, ["ACTIVO"]).speciality_names
    assert names[searchable("MED. AEROESPACIAL")] == names["medicina aeroespacial"] == "Medicina Aeroespacial"
