"""Recertificaciones: the list of the manual, the constancia, diplomas at their council, and revoking (REC-15, REC-16)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.clock import ManualClock
from portal import messages
from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_recertified import CODE, HANDOVER, ID, a_recertification, signed
from tests.portal.fakes_standing import CODE as HABILIDAD_CODE
from tests.portal.visitor import Page, Visitor

LIST = "/recertificacion/recertificaciones"
DIPLOMAS = "/gestion/recertificacion/diplomas"
STAFF_LIST = "/gestion/recertificacion/recertificados"
OF_LIMA = STAFF | {"council": "03"}


def rows(page: Page) -> dict[str, str]:
    """The summary list as a dictionary."""
    keys = [key.text_content().strip() for key in page.all("//dl//dt")]
    values = [" ".join(value.text_content().split()) for value in page.all("//dl//dd")]
    return dict(zip(keys, values, strict=True))


@pytest.fixture
def desk(world: FakeGateway, visitor: Visitor) -> Visitor:
    """Somebody who hands diplomas over in Lima."""
    world.person, world.permissions = OF_LIMA, ["recert:view", "recert:evaluate"]
    return visitor.sign_in()


@pytest.fixture
def reviser(world: FakeGateway, visitor: Visitor) -> Visitor:
    """Somebody who may revoke."""
    world.person, world.permissions = STAFF | {"council": None}, ["recert:view", "recert:revise"]
    return visitor.sign_in()


# ------------------------------------------------------------------ the physician


def test_the_list_has_the_columns_of_the_manual(rosa: Visitor) -> None:
    """REC-16, REC-17."""
    page = rosa.get(LIST)
    assert page.h1 == "Recertificados Listado"
    assert [cell.text_content() for cell in page.all("//table//thead//th")] == [
        "Nro", "Estado", "Diploma", "Tipo de recertificación", "Fecha de Dictamen", "Fecha de Validez", "Año",
        "Recojo de Diploma", "Constancia",
    ]  # fmt: skip
    cells = [" ".join(cell.text_content().split()) for cell in page.all("//table//tbody/tr/td")]
    assert cells == [
        "APROBADO Y REVISADO", "35568", "Especialidad: PSIQUIATRÍA", "09/04/2019", "08/04/2024", "2019", "CR III LIMA",
        "PDF de la constancia CR-00000007",
    ]  # fmt: skip


def test_an_empty_list_says_where_to_look(rosa: Visitor, world: FakeGateway) -> None:
    world.recertified.rows = []
    assert "Todavía no tiene recertificaciones" in rosa.get(LIST).words


def test_one_shows_its_constancia_its_diploma_and_who_verified_it(rosa: Visitor, world: FakeGateway) -> None:
    world.recertified.questions = [
        {"at": "2026-11-21T15:00:00+00:00", "result": "ALTERED", "origin": "QR, red 190.12"},
        {"at": "2026-11-20T15:00:00+00:00", "result": "VIGENTE", "origin": "Código, red interna"},
    ]
    page = rosa.get(f"{LIST}/{ID}")
    assert rows(page)["Código de verificación"].startswith("9RT4-9XMB-2PTH")
    assert "15 días hábiles" in page.words
    asked = [" ".join(row.text_content().split()) for row in page.all("//table//tbody/tr")]
    assert asked == [
        "21/11/2026 10:00Documento alteradoQR, red 190.12", "20/11/2026 10:00VigenteCódigo, red interna",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"diploma": "LISTO", "ready_at": "2026-12-01T15:00:00+00:00"}, "Puede recogerlo en CR III LIMA"),
        ({"diploma": "ENTREGADO", "handover": HANDOVER}, "a Ana Ríos Paz, con carta poder simple"),
    ],
)
def test_it_says_where_the_diploma_is(rosa: Visitor, world: FakeGateway, changes: dict[str, Any], words: str) -> None:
    world.recertified.rows = [a_recertification(**changes)]
    assert words in rosa.get(f"{LIST}/{ID}").words


def test_a_revoked_one_says_why_and_cannot_be_mailed(rosa: Visitor, world: FakeGateway) -> None:
    world.recertified.rows = [a_recertification("REVOCADA")]
    page = rosa.get(f"{LIST}/{ID}")
    assert (page.h1, "Documento falso" in page.words) == ("Recertificación revocada", True)
    assert "Enviar a mi correo" not in page.words


def test_the_constancia_is_passed_on(rosa: Visitor) -> None:
    page = rosa.client.get(f"{LIST}/{ID}/constancia")
    assert (page.data, page.content_type) == (b"%PDF-1.4 constancia", "application/pdf")


def test_it_is_mailed_to_the_registered_address(rosa: Visitor, world: FakeGateway) -> None:
    """REC-15."""
    page = rosa.post(f"{LIST}/{ID}/correo")
    assert "r***@example.pe" in page.words
    assert len(world.calls("POST", f"recert/v1/recertifications/{ID}/constancia/mail")) == 1


def test_one_revoked_meanwhile_leads_back_to_its_page(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", ".*constancia/mail", 409, "recert/recertification-revoked", "Ya fue revocada.")
    page = rosa.post(f"{LIST}/{ID}/correo")
    assert (page.status, "Ya fue revocada." in page.words) == (200, True)


def test_anothers_does_not_exist(rosa: Visitor) -> None:
    assert rosa.get(f"{LIST}/{ID[:-1]}0").status == 404


@pytest.mark.parametrize("path", [LIST, f"{LIST}/{ID}"])
def test_who_is_no_physician_does_not_find_it(desk: Visitor, path: str) -> None:
    assert desk.get(path).status == 404


# ------------------------------------------------------------------ the public page


def test_the_same_page_finds_a_constancia_of_either_kind(visitor: Visitor) -> None:
    assert rows(visitor.get(f"/verificar/{CODE}")) == {
        "Nombre": "QUISPE ÑAUPARI, Rosa Elvira",
        "CMP": "012345",
        "Estado de la constancia": "VigenteAl 01/12/2026 11:05",
        "Tipo de recertificación": "Especialidad: PSIQUIATRÍARNE 008123",
        "Fecha de dictamen": "09/04/2019",
        "Fecha de validez": "08/04/2024",
        "Firma digital": "No se comprobóLea el código QR para comprobarla",
    }
    assert "Hábil ahora" in rows(visitor.get(f"/verificar/{HABILIDAD_CODE}"))


@pytest.mark.parametrize(
    ("state", "firma", "title"),
    [
        ("VENCIDA", "buena", "Constancia vencida"),
        ("REVOCADA", "buena", "Constancia revocada"),
        ("VIGENTE", "alterada", "El documento fue alterado"),
    ],
)
def test_it_says_when_it_is_not_to_be_accepted(
    visitor: Visitor, world: FakeGateway, state: str, firma: str, title: str
) -> None:
    world.recertified.rows = [a_recertification(state)]
    page = visitor.get(f"/verificar/{CODE}?firma={firma}")
    assert page.h1 == title
    assert "falso" not in page.words, "the reason is between staff and the owner"


def test_one_kind_is_found_while_the_other_cannot_be_asked(visitor: Visitor, world: FakeGateway) -> None:
    world.refuse("GET", "payments/.*", 503)
    assert visitor.get(f"/verificar/{CODE}").h1 == "Constancia vigente"
    assert visitor.get("/verificar/AAAABBBBCCCC").status == 503, "nothing is claimed of what could not be asked"


def test_its_signature_tells_while_the_services_are_away(
    visitor: Visitor, world: FakeGateway, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 12, 1, 16, 5, tzinfo=UTC))
    world.refuse("GET", "(payments|recert)/.*", 503)
    page = visitor.get(f"/verificar/{CODE}", query_string={"firma": signed()})
    assert (page.status, page.h1) == (200, "La firma es auténtica")
    assert rows(page)["Tipo de recertificación"] == "Especialidad: PSIQUIATRÍA"
    assert "sigue hábil" not in page.words


def test_a_key_of_one_kind_verifies_nothing_of_the_other(
    visitor: Visitor, world: FakeGateway, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 12, 1, 16, 5, tzinfo=UTC))
    world.refuse("GET", "(payments|recert)/.*", 503)
    page = visitor.get(f"/verificar/{CODE}", query_string={"firma": signed(typ="habilidad")})
    assert page.h1 == "La firma no es auténtica"


# ------------------------------------------------------------------ diplomas at the council


def test_the_queue_shows_until_when_each_must_be_ready(desk: Visitor, world: FakeGateway, clock: ManualClock) -> None:
    clock.set(datetime(2026, 12, 16, 16, tzinfo=UTC))
    desk.sign_in()
    page = desk.get(DIPLOMAS)
    [row] = [" ".join(row.text_content().split()) for row in page.all("//table//tbody/tr")]
    assert "35568" in row and "15/12/2026 Fuera de plazo" in row
    assert world.calls("GET", "recert/v1/staff/diplomas")[-1].query["state"] == "EN_PREPARACION"
    assert page.all("//select[@name='consejo']") == [], "who works for one council sees only its own"


def test_a_number_is_looked_for_wherever_the_diploma_is(desk: Visitor, world: FakeGateway) -> None:
    desk.get(f"{DIPLOMAS}?numero=35568")
    query = world.calls("GET", "recert/v1/staff/diplomas")[0].query
    assert (query.get("state"), query["number"]) == (None, "35568")


def test_national_staff_choose_a_council(reviser: Visitor, world: FakeGateway) -> None:
    page = reviser.get(f"{DIPLOMAS}?consejo=03&estado=LISTO")
    assert page.one("//select[@name='consejo']/option[@selected]").get("value") == "03"
    query = world.calls("GET", "recert/v1/staff/diplomas")[0].query
    assert (query["council"], query["state"]) == ("03", "LISTO")


def test_who_only_looks_is_offered_no_act(reviser: Visitor) -> None:
    page = reviser.get(f"{DIPLOMAS}/{ID}")
    assert page.status == 200 and "Registrar la entrega" not in page.words
    assert reviser.get(f"{DIPLOMAS}/{ID}/entrega").status == 404


def test_ready_tells_the_physician(desk: Visitor, world: FakeGateway) -> None:
    page = desk.post(f"{DIPLOMAS}/{ID}/listo")
    assert messages.DIPLOMA_ANNOUNCED in page.words
    assert "Listo para recoger" in page.h1


def test_what_somebody_else_did_first_is_told(desk: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", ".*/ready", 409, "recert/diploma-not-waiting", "Otra persona ya lo registró.")
    assert "Otra persona ya lo registró." in desk.post(f"{DIPLOMAS}/{ID}/listo").words


def test_the_handover_is_recorded(desk: Visitor, world: FakeGateway) -> None:
    form = {"handed_on_dia": "3", "handed_on_mes": "dic", "handed_on_anio": "2026", "by_proxy": "poder",
            "collector": " Ana  Ríos Paz ", "document_type": "1"}  # fmt: skip
    page = desk.post(f"{DIPLOMAS}/{ID}/entrega", form)
    assert messages.DIPLOMA_HANDED_OVER in page.words
    [asked] = world.calls("POST", f"recert/v1/staff/diplomas/{ID}/handover")
    assert asked.body == {
        "handed_on": "2026-12-03", "by_proxy": True, "collector": "Ana Ríos Paz", "document_type": "1",
    }  # fmt: skip
    assert rows(page)["Lo recogió"] == "Ana Ríos PazCon carta poder simple"


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(desk: Visitor, world: FakeGateway) -> None:
    form = {"handed_on_dia": "3", "handed_on_mes": "12", "handed_on_anio": "2026", "by_proxy": "poder"}
    page = desk.post(f"{DIPLOMAS}/{ID}/entrega", form)
    assert page.status == 422 and page.title.startswith("Error: ")
    assert messages.COLLECTOR_MISSING in page.words and messages.DOCUMENT_SHOWN_MISSING in page.words
    assert page.one("//input[@name='by_proxy'][@checked]").value == "poder"
    assert world.calls("POST", ".*handover") == []


def test_what_recert_refuses_is_said_beside_its_field(desk: Visitor, world: FakeGateway) -> None:
    errors = [{"pointer": "/handed_on", "detail": "Escriba un día entre el 20/11/2026 y hoy."}]
    world.refuse("POST", ".*handover", 422, "invalid", errors=errors)
    form = {"handed_on_dia": "3", "handed_on_mes": "12", "handed_on_anio": "2036", "by_proxy": "persona",
            "document_type": "1"}  # fmt: skip
    page = desk.post(f"{DIPLOMAS}/{ID}/entrega", form)
    assert page.status == 422 and "Escriba un día entre el 20/11/2026 y hoy" in page.words


# ------------------------------------------------------------------ revoking


def test_staff_find_and_revoke_with_a_reason(reviser: Visitor, world: FakeGateway) -> None:
    reviser.get(f"{STAFF_LIST}?numero=CR-00000007&cmp=12345")
    query = world.calls("GET", "recert/v1/staff/recertifications")[0].query
    assert (query["number"], query["cmp_number"]) == ("CR-00000007", "012345")
    page = reviser.post(f"{STAFF_LIST}/{ID}/revocar", {"reason": "Documento falso"})
    assert messages.RECERTIFICATION_REVOKED in page.words
    assert "Revocada" in page.h1 and "Revocar la recertificación" not in page.words


def test_a_revocation_needs_a_reason(reviser: Visitor, world: FakeGateway) -> None:
    page = reviser.post(f"{STAFF_LIST}/{ID}/revocar", {"reason": "no"})
    assert (page.status, messages.REASON_LENGTH in page.words) == (422, True)
    assert world.calls("POST", ".*revocation") == []


def test_an_evaluator_is_not_offered_to_revoke(desk: Visitor) -> None:
    assert "Revocar" not in desk.get(f"{STAFF_LIST}/{ID}").words
    assert desk.get(f"{STAFF_LIST}/{ID}/revocar").status == 404


@pytest.mark.parametrize("path", [DIPLOMAS, STAFF_LIST, f"{DIPLOMAS}/{ID}"])
def test_a_physician_does_not_find_the_desks(rosa: Visitor, path: str) -> None:
    assert rosa.get(path).status == 404
