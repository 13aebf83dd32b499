"""Staff in the portal: the second step, the desks, and that every override asks for a reason."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal import messages
from tests.portal.fake_gateway import PASSWORD, STAFF, FakeGateway
from tests.portal.fakes_staff import CODES, MEMBER, member
from tests.portal.visitor import Visitor

ALL = ["identity:staff", "identity:audit", "identity:registry", "identity:match", "identity:catalogues"]
DESKS = ["personal", "auditoria", "padron", "registros", "catalogos"]
WHY = "Resolución de ejemplo 12"


@pytest.fixture
def chief(portal: Flask, world: FakeGateway) -> Visitor:
    """National staff with every permission of these desks."""
    world.person, world.permissions = STAFF, ALL
    return Visitor(portal).sign_in()


def sent(world: FakeGateway, path: str) -> Any:
    """The body of the newest request to a path."""
    return [asked.body for asked in world.asked if asked.path == f"identity/v1/{path}" and asked.body][-1]


def challenge(world: FakeGateway, wanted: str = "second_factor") -> None:
    """Identity asks for the second step."""
    reply = {"challenge": "reto-1", "next": wanted, "expires_in": 600}
    world.answers["POST", "identity/v1/sessions"] = (202, reply, {})
    world.answers["POST", "identity/v1/sessions/one-time"] = (202, reply, {})
    world.person, world.permissions = STAFF, ALL


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/ingresar", {"username": "ana", "password": PASSWORD, "next": "/gestion/padron"}),
        ("/ingresar/enlace-bueno", {}),
    ],
)
def test_the_first_factor_leads_to_the_code_and_to_nothing_else(
    visitor: Visitor, world: FakeGateway, path: str, form: dict[str, str]
) -> None:
    challenge(world)
    page = visitor.post(path, form)
    assert page.h1 == "Segundo paso"
    assert not visitor.signed_in
    assert visitor.get("/gestion/personal").h1 == "Inicio de sesión"


def test_the_right_code_leads_to_where_the_person_wanted(visitor: Visitor, world: FakeGateway) -> None:
    challenge(world)
    visitor.post("/ingresar", {"username": "ana", "password": PASSWORD, "next": "/gestion/padron"})
    page = visitor.post("/ingresar/codigo", {"code": "123 456"})
    assert page.h1 == "Padrón"
    assert sent(world, "sessions/second-factor") == {"challenge": "reto-1", "code": "123456"}


def test_a_wrong_code_may_be_typed_again(visitor: Visitor, world: FakeGateway) -> None:
    challenge(world)
    visitor.post("/ingresar", {"username": "ana", "password": PASSWORD})
    page = visitor.post("/ingresar/codigo", {"code": "000000"})
    assert (page.status, page.title) == (422, "Error: Segundo paso - CMP Digital")
    assert messages.SECOND_CODE_WRONG in page.words
    assert visitor.post("/ingresar/codigo", {"code": "123456"}).h1 == "Gestión"


@pytest.mark.parametrize(
    ("status", "type", "said"),
    [
        (401, "identity/challenge-over", messages.CHALLENGE_OVER),
        (429, "identity/too-many-attempts", "Hubo demasiados intentos"),
    ],
)
def test_a_code_that_comes_too_late_or_too_often_is_told(
    visitor: Visitor, world: FakeGateway, status: int, type: str, said: str
) -> None:
    challenge(world)
    visitor.post("/ingresar", {"username": "ana", "password": PASSWORD})
    world.answers["POST", "identity/v1/sessions/second-factor"] = (status, {"type": f"urn:cmp:problem:{type}"}, {})
    assert said in visitor.post("/ingresar/codigo", {"code": "123456"}).words


def test_without_a_challenge_the_pages_of_the_second_step_lead_to_the_login(visitor: Visitor) -> None:
    for path in ("/ingresar/codigo", "/personal/segundo-factor", "/personal/codigos-de-recuperacion"):
        assert visitor.get(path).h1 == "Inicio de sesión"


def test_an_invitation_leads_by_password_and_qr_to_the_recovery_codes(visitor: Visitor, world: FakeGateway) -> None:
    challenge(world)
    world.desk.recovery_codes = CODES
    assert visitor.get("/personal/activar/enlace").h1 == "Activar su cuenta de personal"
    assert not world.asked
    page = visitor.post("/personal/activar/enlace", {"password": "cuatro gatos duermen lejos"})
    assert page.h1 == "Enlazar su aplicación de códigos"
    assert page.one("//img[@class='qr']").get("src").startswith("data:image/svg+xml")
    assert "ABCD EFGH IJKL" in page.words
    shown = visitor.post("/personal/segundo-factor", {"code": "123456"})
    assert len(shown.all("//ol[@class='recovery-codes']/li")) == 10
    assert visitor.post("/personal/codigos-de-recuperacion").h1 == "Gestión"
    assert visitor.get("/personal/codigos-de-recuperacion").h1 == "Gestión"


def test_an_invitation_that_is_over_is_told(visitor: Visitor, world: FakeGateway) -> None:
    refused = {"type": "urn:cmp:problem:identity/link-not-valid"}
    world.answers["POST", "identity/v1/staff-invitations/password"] = (401, refused, {})
    assert messages.INVITATION_OVER in visitor.post("/personal/activar/x", {"password": "doce letras o mas"}).words


def test_a_password_that_identity_refuses_is_told_beside_the_field(visitor: Visitor, world: FakeGateway) -> None:
    refused = {"type": "urn:cmp:problem:identity/password-refused", "detail": "Esa contraseña es muy común."}
    world.answers["POST", "identity/v1/staff-invitations/password"] = (422, refused, {})
    page = visitor.post("/personal/activar/x", {"password": "contrasena12"})
    assert (page.status, "Esa contraseña es muy común" in page.one("//p[@id='password-error']").text_content()) == (
        422,
        True,
    )


@pytest.mark.parametrize("desk", DESKS)
def test_a_desk_does_not_exist_for_whoever_lacks_its_permission(rosa: Visitor, chief: Visitor, desk: str) -> None:
    assert rosa.get(f"/gestion/{desk}").status == 404
    assert chief.get(f"/gestion/{desk}").status == 200


def test_the_front_page_shows_the_desks_of_ones_permissions(portal: Flask, world: FakeGateway) -> None:
    world.person, world.permissions = STAFF, ["identity:audit"]
    page = Visitor(portal).sign_in().get("/gestion")
    assert [heading.text_content() for heading in page.all("//main//h2")] == ["Auditoría"]


@pytest.mark.parametrize(
    ("desk", "emptied", "said"),
    [
        ("personal", "people", "No hay personal con esa búsqueda"),
        ("registros", "registrations", "No hay solicitudes aquí"),
        ("auditoria", "entries", "No hay actos con estos filtros"),
        ("padron?q=nadie", "physicians", "No encontramos médicos"),
    ],
)
def test_an_empty_desk_says_so(chief: Visitor, world: FakeGateway, desk: str, emptied: str, said: str) -> None:
    setattr(world.desk, emptied, [])
    assert said in chief.get(f"/gestion/{desk}").words


@pytest.mark.parametrize(
    "path",
    [
        f"personal/{MEMBER}", f"personal/{MEMBER}/cerrar", f"personal/{MEMBER}/abrir", f"personal/{MEMBER}/segundo-factor",
        "padron/012345/corregir", "padron/012345/numero-de-cuenta", "registros/reg-1/aceptar", "catalogos/consejos/03",
        "catalogos/especialidades/E41",
    ],
)  # fmt: skip
def test_every_override_asks_for_a_reason(chief: Visitor, world: FakeGateway, path: str) -> None:
    page = chief.post(
        f"/gestion/{path}", {"cmp_number": "012346", "name": "x", "region": "x", "roman": "I", "roles": "treasury"}
    )
    assert page.status == 422
    assert messages.STAFF_REASON_MISSING in page.words
    assert not [asked for asked in world.asked if asked.method in ("PUT", "POST") and "/staff/" in asked.path]


def test_a_person_is_invited(chief: Visitor, world: FakeGateway) -> None:
    form = {
        "email": "n@cmp.example",
        "given_names": "Óscar",
        "surnames": "Medina",
        "roles": ["treasury", "registry"],
        "council": "03",
    }
    page = chief.post("/gestion/personal/invitar", form)
    assert messages.STAFF_INVITED in page.words
    assert sent(world, "staff") == form


def test_nobody_without_a_role_is_invited(chief: Visitor) -> None:
    page = chief.post("/gestion/personal/invitar", {"email": "n@cmp.example", "given_names": "Ó", "surnames": "M"})
    assert (page.status, messages.ROLES_MISSING in page.words) == (422, True)


def test_roles_and_scope_are_changed_with_the_reason(chief: Visitor, world: FakeGateway) -> None:
    form = {"roles": ["registry"], "council": "", "reason": WHY}
    page = chief.post(f"/gestion/personal/{MEMBER}", form)
    assert messages.STAFF_ACCESS_CHANGED in page.words
    assert sent(world, f"staff/{MEMBER}/access") == {"roles": ["registry"], "council": None, "reason": WHY}


def test_ones_own_account_shows_no_form(chief: Visitor, world: FakeGateway) -> None:
    world.person = STAFF | {"id": MEMBER}
    page = Visitor(chief.app).sign_in().get(f"/gestion/personal/{MEMBER}")
    assert "Es su propia cuenta" in page.words
    assert not page.all("//main//form")


@pytest.mark.parametrize(
    ("name", "act"), [("cerrar", "disablement"), ("abrir", "enablement"), ("segundo-factor", "second-factor-reset")]
)
def test_an_account_is_closed_opened_or_loses_its_second_factor(
    chief: Visitor, world: FakeGateway, name: str, act: str
) -> None:
    page = chief.post(f"/gestion/personal/{MEMBER}/{name}", {"reason": WHY})
    assert messages.STAFF_DONE[act] in page.words
    assert sent(world, f"staff/{MEMBER}/{act}") == {"reason": WHY}


def test_an_unknown_act_or_member_is_not_found(chief: Visitor) -> None:
    assert chief.get(f"/gestion/personal/{MEMBER}/ascender").status == 404
    assert chief.get("/gestion/personal/22222222-2222-4222-8222-222222222222").status == 404


def test_a_pending_invitation_may_be_sent_again(chief: Visitor, world: FakeGateway) -> None:
    world.desk.people = [member(state="invited")]
    assert "Enviar otro enlace" in chief.get(f"/gestion/personal/{MEMBER}").words
    assert messages.STAFF_INVITED_AGAIN in chief.post(f"/gestion/personal/{MEMBER}/invitacion").words


def test_an_entry_of_the_register_is_corrected_whole(chief: Visitor, world: FakeGateway) -> None:
    page = chief.get("/gestion/padron/012345/corregir")
    assert page.one("//textarea[@name='specialities']").text_content().strip() == "Pediatría|008123|2022-06-10"
    form = {"document_type": "1", "document_number": "4000 0001", "given_names": "Rosa", "paternal_surname": "Quispe",
            "maternal_surname": "", "council": "03", "registered_on": "15/03/1994", "state": "ACTIVO",
            "specialities": "Pediatría|008123|2022-06-10\r\nCardiología|30211|2024-02-29\r\n", "reason": WHY}  # fmt: skip
    assert messages.SAVED in chief.post("/gestion/padron/012345/corregir", form).words
    body = sent(world, "physicians/012345")
    assert body["document_number"] == "40000001"
    assert body["specialities"] == "Pediatría|008123|2022-06-10; Cardiología|30211|2024-02-29"


def test_what_identity_refuses_stands_beside_its_field(chief: Visitor, world: FakeGateway) -> None:
    errors = [{"pointer": "/document_number", "detail": "El documento ya pertenece a otro número de CMP."}]
    world.answers["PUT", "identity/v1/physicians/012345"] = (422, {"errors": errors}, {})
    page = chief.post("/gestion/padron/012345/corregir", {"reason": WHY})
    assert "ya pertenece a otro número" in page.one("//p[@id='document_number-error']").text_content()


def test_the_number_of_an_account_is_corrected(chief: Visitor, world: FakeGateway) -> None:
    chief.post("/gestion/padron/012345/numero-de-cuenta", {"cmp_number": "23546", "reason": WHY}, follow=False)
    assert sent(world, f"accounts/{MEMBER}/cmp-number") == {"cmp_number": "23546", "reason": WHY}


def test_a_registration_is_shown_beside_the_register(chief: Visitor) -> None:
    page = chief.get("/gestion/registros/reg-1")
    row = page.one("//tr[th='Documento']").text_content()
    assert ("40000009" in row, "40000001" in row, "Distinto" in row) == (True, True, True)
    assert "El documento no coincide" in page.words


def test_a_registration_is_accepted_or_turned_down(chief: Visitor, world: FakeGateway) -> None:
    chief.post("/gestion/registros/reg-1/aceptar", {"cmp_number": "12345", "reason": WHY})
    assert sent(world, "registrations/reg-1/acceptance") == {"cmp_number": "012345", "reason": WHY}
    chief.post("/gestion/registros/reg-1/rechazar", {"reasons": ["names_differ"], "note": "Falta un apellido"})
    assert sent(world, "registrations/reg-1/rejection") == {"reasons": ["names_differ"], "note": "Falta un apellido"}


def test_a_speciality_keeps_one_name_a_line(chief: Visitor, world: FakeGateway) -> None:
    form = {"name": "Pediatría", "rne_code": "", "aliases": "Médico  Pediatra\r\n\r\nPediatria General", "reason": WHY}
    assert messages.SAVED in chief.post("/gestion/catalogos/especialidades/E41", form).words
    body = sent(world, "specialities/E41")
    assert (body["aliases"], body["rne_code"]) == (["Médico Pediatra", "Pediatria General"], None)


def test_staff_of_one_council_only_read_the_catalogues(portal: Flask, world: FakeGateway) -> None:
    world.person, world.permissions = STAFF | {"council": "03"}, ALL
    page = Visitor(portal).sign_in().get("/gestion/catalogos")
    assert "Solo lectura" in page.words and not page.all("//main//table//a")


def test_the_audit_is_filtered_and_taken_along(chief: Visitor, world: FakeGateway) -> None:
    page = chief.get("/gestion/auditoria?act=council.changed&desde=2026-11-01")
    assert "name: Tarapoto" in page.words
    assert world.asked[-1].query["since"] == "2026-11-01"
    file = chief.client.get("/gestion/auditoria/archivo.csv?act=council.changed")
    assert file.headers["Content-Disposition"] == "attachment; filename=auditoria.csv"
    assert world.asked[-1].query == {"act": "council.changed", "format": "csv"}


def test_an_invitation_page_uses_nothing_up(
    visitor: Visitor, world: FakeGateway, make_portal: Callable[..., Flask]
) -> None:
    visitor.get("/personal/activar/enlace")
    assert not world.asked
