"""What staff correct for others, within their council: the register, the number of an account, a client's address."""

from typing import Any

import pytest
from sqlalchemy import select

from contracts.identity import AccountNoticeDue, CmpNumberCorrected, ContactChanged, PhysicianChanged
from services.identity.clients.appearing import appear, served_by
from services.identity.models import Account, AuditEntry, DataAccess
from tests.identity.asking import asking
from tests.identity.conftest import House
from tests.people import staff

WHY = "Documento presentado en ventanilla"
ROSA = {
    "document_type": "DNI", "document_number": "40000001", "given_names": "Rosa Elvira", "paternal_surname": "Quispe",
    "maternal_surname": "Ñaupari", "council": "03", "registered_on": "15/03/1994", "state": "ACTIVO",
    "specialities": "pediatria|8123|2022-06-10", "reason": WHY,
}  # fmt: skip
REGISTRAR = staff("identity:registry", "identity:client-email")
SCOPES = [(None, True), ("03", True), ("05", False)]
"""Council of the staff, and whether what belongs to council 03 is theirs."""


def registrar(council: str | None) -> Any:
    return staff("identity:registry", "identity:client-email", council=council)


def newest(house: House) -> AuditEntry:
    with house.service.db.reading() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


def quiet(house: House) -> int:
    return len(house.service.published())


@pytest.fixture
def client_id(house: House) -> str:
    """A company that council 03 has served."""
    with house.service.transaction() as session:
        client, _ = appear(session, "6", "20512333797", name="Clínica de Ejemplo SAC", moment=house.service.clock.now())
        client.client_email = "antes@clinica.example"
        served_by(session, client, "03")
        return client.id


@pytest.mark.parametrize(("council", "theirs"), SCOPES)
def test_staff_find_and_open_physicians_of_their_council(house: House, council: str | None, theirs: bool) -> None:
    client = asking(house.service, registrar(council))
    found = client.get("/v1/physicians?q=quispe").get_json()["items"]
    assert [row["cmp_number"] for row in found] == (["012345"] if theirs else [])
    assert client.get("/v1/physicians/012345").status_code == (200 if theirs else 404)
    assert client.put("/v1/physicians/012345", json=ROSA).status_code == (200 if theirs else 404)


@pytest.mark.parametrize("text", ["012345", "12345", "40000001", "quispe", "Quis ros", "ÑAUPARI", "naupari", "Quíspe"])
def test_a_physician_is_found_by_number_document_or_beginning_of_names(house: House, text: str) -> None:
    found = asking(house.service, REGISTRAR).get("/v1/physicians", query_string={"q": text}).get_json()["items"]
    assert [row["cmp_number"] for row in found] == ["012345"]


@pytest.mark.parametrize("text", ["%", "q", "_u", "uispe"])
def test_wildcards_and_single_letters_find_nobody(house: House, text: str) -> None:
    answer = asking(house.service, REGISTRAR).get("/v1/physicians", query_string={"q": text})
    assert answer.status_code == 422 or answer.get_json()["items"] == []


def test_looking_at_an_entry_is_noted_for_its_owner(house: House) -> None:
    entry = asking(house.service, registrar("03")).get("/v1/physicians/012345").get_json()
    assert (entry["document_number"], entry["account"]["email"]) == ("40000001", "rosa.quispe@example.pe")
    with house.service.db.reading() as session:
        (look,) = session.scalars(select(DataAccess)).all()
    assert (look.cmp_number, look.staff_council) == ("012345", "03")


def test_a_corrected_entry_is_told_whole_and_audited_by_what_changed(house: House) -> None:
    answer = asking(house.service, REGISTRAR).put("/v1/physicians/012345", json=ROSA | {"paternal_surname": "Quispé"})
    assert (answer.status_code, answer.get_json()["specialities"][0]["name"]) == (200, "Pediatría")
    (event,) = house.service.events(PhysicianChanged)
    assert (event.paternal_surname, event.given_names, event.document_number) == ("Quispé", "Rosa Elvira", "40000001")
    entry = newest(house)
    assert (entry.act, entry.subject, entry.council) == ("physician.corrected", "physician:012345", "03")
    assert (entry.before, entry.after, entry.reason) == (
        {"paternal_surname": "Quispe"},
        {"paternal_surname": "Quispé"},
        WHY,
    )


def test_a_correction_that_changes_nothing_is_not_told(house: House) -> None:
    before = quiet(house)
    assert asking(house.service, REGISTRAR).put("/v1/physicians/012345", json=ROSA).status_code == 200
    assert quiet(house) == before


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"document_number": "1234567"}, "/document_number"),
        ({"document_number": "40000002"}, "/document_number"),
        ({"given_names": "R0sa"}, "/given_names"),
        ({"council": "77"}, "/council"),
        ({"registered_on": "2030-01-01"}, "/registered_on"),
        ({"state": "DE VIAJE"}, "/state"),
        ({"specialities": "Pediatría|x|2022-06-10"}, "/specialities"),
        ({"reason": "no"}, "/reason"),
        ({"cmp_number": "099999"}, "/cmp_number"),
    ],
    ids=str,
)
def test_a_correction_is_refused_by_field_as_an_import_would(house: House, wrong: dict[str, str], pointer: str) -> None:
    answer = asking(house.service, REGISTRAR).put("/v1/physicians/012345", json=ROSA | wrong)
    assert (answer.status_code, [error["pointer"] for error in answer.get_json()["errors"]]) == (422, [pointer])


def test_staff_of_a_council_cannot_give_a_physician_away(house: House) -> None:
    answer = asking(house.service, registrar("03")).put("/v1/physicians/012345", json=ROSA | {"council": "05"})
    assert answer.get_json()["errors"][0]["pointer"] == "/council"
    assert (
        asking(house.service, REGISTRAR).put("/v1/physicians/012345", json=ROSA | {"council": "05"}).status_code == 200
    )


def rosas(house: House) -> str:
    with house.service.db.reading() as session:
        return session.scalars(select(Account.id).where(Account.cmp_number == "012345")).one()


def free_number(house: House) -> None:
    """Close the account of 023546 so that its number may be given to another."""
    with house.service.transaction() as session:
        session.scalars(select(Account).where(Account.cmp_number == "023546")).unique().one().physician = None


def test_a_wrong_cmp_number_is_corrected_by_staff_with_audit_and_both_sides_told(house: House) -> None:
    """ACC-6."""
    free_number(house)
    opened = house.log_in().body
    body = {"cmp_number": "23546", "reason": WHY}
    answer = asking(house.service, REGISTRAR).put(f"/v1/accounts/{rosas(house)}/cmp-number", json=body)
    assert answer.status_code == 200
    (event,) = house.service.events(CmpNumberCorrected)
    assert (event.wrong_cmp_number, event.cmp_number) == ("012345", "023546")
    assert house.service.events(ContactChanged)[-1].cmp_number == "023546"
    assert house.service.events(AccountNoticeDue)[-1].purpose == "cmp_number_corrected"
    assert (newest(house).before, newest(house).after) == ({"cmp_number": "012345"}, {"cmp_number": "023546"})
    assert house.refresh(opened["refresh_token"]).status == 401
    assert house.log_in("023546").body["account"]["cmp_number"] == "023546"


def test_a_number_that_has_an_account_is_not_given_away(house: House) -> None:
    body = {"cmp_number": "034567", "reason": WHY}
    answer = asking(house.service, REGISTRAR).put(f"/v1/accounts/{rosas(house)}/cmp-number", json=body)
    assert (answer.status_code, answer.get_json()["type"]) == (409, "urn:cmp:problem:identity/cmp-number-refused")


@pytest.mark.parametrize(("council", "right"), [("05", "100001"), ("03", "023546")])
def test_both_numbers_must_be_of_the_staffs_council(house: House, council: str, right: str) -> None:
    free_number(house)
    body = {"cmp_number": right, "reason": WHY}
    answer = asking(house.service, registrar(council)).put(f"/v1/accounts/{rosas(house)}/cmp-number", json=body)
    assert answer.status_code == 404


@pytest.mark.parametrize(("council", "theirs"), SCOPES)
def test_only_staff_of_the_clients_council_change_its_address(
    house: House, client_id: str, council: str | None, theirs: bool
) -> None:
    """VOC-6."""
    body = {"email": "Nuevo@Clinica.example", "reason": WHY}
    answer = asking(house.service, registrar(council)).put(f"/v1/clients/{client_id}/email", json=body)
    assert answer.status_code == (200 if theirs else 404)
    changed = [event.email for event in house.service.events(ContactChanged) if event.account_id == client_id]
    assert changed == (["nuevo@clinica.example"] if theirs else [])


def test_the_old_address_of_a_client_is_told_and_the_act_audited(house: House, client_id: str) -> None:
    body = {"email": "nuevo@clinica.example", "reason": WHY}
    asking(house.service, registrar("03")).put(f"/v1/clients/{client_id}/email", json=body)
    (notice,) = house.service.events(AccountNoticeDue)
    assert (notice.email, notice.purpose) == ("antes@clinica.example", "email_changed")
    assert "nuevo" not in str(notice.facts)
    entry = newest(house)
    assert (entry.act, entry.subject, entry.reason) == ("client.email_changed", f"account:{client_id}", WHY)
    assert (entry.before, entry.after) == ({"email": "antes@clinica.example"}, {"email": "nuevo@clinica.example"})


def test_a_physicians_address_is_not_changed_by_staff(house: House) -> None:
    body = {"email": "nuevo@example.pe", "reason": WHY}
    assert asking(house.service, REGISTRAR).put(f"/v1/clients/{rosas(house)}/email", json=body).status_code == 404


@pytest.mark.parametrize(
    "body", [{"email": "no", "reason": WHY}, {"email": "a@b.pe, c@d.pe", "reason": WHY}, {"email": "a@b.pe"}]
)
def test_one_good_address_and_a_reason_are_needed(house: House, client_id: str, body: dict[str, str]) -> None:
    assert asking(house.service, REGISTRAR).put(f"/v1/clients/{client_id}/email", json=body).status_code == 422


@pytest.mark.parametrize("permission", ["identity:staff", "identity:audit", "einvoice:issue"])
def test_other_staff_do_none_of_this(house: House, client_id: str, permission: str) -> None:
    client = asking(house.service, staff(permission))
    asked = [
        client.get("/v1/physicians?q=quispe"),
        client.get("/v1/physicians/012345"),
        client.put("/v1/physicians/012345", json=ROSA),
        client.put(f"/v1/accounts/{client_id}/cmp-number", json={"cmp_number": "1", "reason": WHY}),
        client.put(f"/v1/clients/{client_id}/email", json={"email": "a@b.pe", "reason": WHY}),
        client.get("/v1/registry-imports"),
    ]
    assert {answer.status_code for answer in asked} == {403}


def test_imports_are_listed_with_what_they_did(house: House, tmp_path: Any) -> None:
    file = tmp_path / "padron.csv"
    file.write_text("cmp,tipo_documento,numero_documento,nombres,apellido_paterno,consejo,fecha_colegiatura\n"
                    "7,DNI,41000007,Ana,Lozano,3,2001-05-17\n8,DNI,x,Ana,Lozano,3,2001-05-17\n")  # fmt: skip
    house.run("import-physicians", str(file))
    (done,) = asking(house.service, REGISTRAR).get("/v1/registry-imports").get_json()["items"]
    assert (done["file"], done["entered"], done["refused"]) == ("padron.csv", 1, 1)
