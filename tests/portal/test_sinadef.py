"""SINADEF for applicants and staff, and Biblioteca Virtual (MENU-1)."""

import pytest

from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_own_data import an_application
from tests.portal.test_own_data import told_wrong
from tests.portal.visitor import Page, Visitor

WORKPLACE = {
    "establishment": "Hospital «Virgen de la Puerta»",
    "establishment_code": "0000 6207",
    "health_authority": "GERESA La Libertad",
    "position": "Médico asistente",
}


@pytest.fixture
def clerk(world: FakeGateway, visitor: Visitor) -> Visitor:
    """Staff of the registry, signed in."""
    world.person, world.permissions = STAFF, ["identity:sinadef"]
    return visitor.sign_in()


def test_an_application_is_filed_and_its_number_shown(rosa: Visitor, world: FakeGateway) -> None:
    world.own.applications = []
    page = rosa.get("/sinadef/nueva")
    for attested in ("Rosa Elvira Quispe Ñaupari", "40000001", "Hábil", "Al 01/11/2026"):
        assert attested in page.words
    page = rosa.post("/sinadef/nueva", WORKPLACE)
    assert page.h1 == "Recibimos su solicitud"
    assert "SIN-2026-000001" in page.words
    (asked,) = world.calls("POST", "identity/v1/sinadef-requests")
    assert asked.body == WORKPLACE | {"establishment_code": "00006207"}


def test_what_is_missing_is_said_field_by_field(rosa: Visitor, world: FakeGateway) -> None:
    world.own.applications = []
    page = rosa.post("/sinadef/nueva", {"position": "Médico asistente"})
    summary = [link.get("href") for link in page.all("//*[@id='error-summary']//a")]
    assert summary == ["#establishment", "#establishment_code", "#health_authority"]
    assert page.one("//input[@id='position']").value == "Médico asistente"


def test_what_identity_finds_wrong_stands_beside_its_field(rosa: Visitor, world: FakeGateway) -> None:
    world.own.applications = []
    errors = [{"pointer": "/establishment_code", "detail": "El código RENIPRESS tiene hasta 8 dígitos."}]
    world.refuse("POST", "identity/v1/sinadef-requests", 422, "invalid", errors=errors)
    assert told_wrong(rosa.post("/sinadef/nueva", WORKPLACE), "hasta 8 dígitos")


@pytest.mark.parametrize(
    ("reason", "link"),
    [
        ("not-in-good-standing", "/pago-online"),
        ("phone-missing", "/actualizacion-de-datos"),
        ("standing-unknown", None),
    ],
)
def test_what_stands_in_the_way_is_said_with_the_way_out(
    rosa: Visitor, world: FakeGateway, reason: str, link: str | None
) -> None:
    world.own.applications, world.own.blocks = [], [{"reason": reason, "text": "Esto falta."}]
    page = rosa.get("/sinadef")
    assert "Esto falta." in page.words
    notice = page.one("//*[contains(@class, 'notice-warning')]")
    assert notice.xpath(".//a/@href") == ([link] if link else [])
    assert rosa.get("/sinadef/nueva").h1 == "Trámite de acceso a SINADEF"
    assert not page.all("//a[contains(., 'Nueva solicitud')]")


def test_with_one_under_way_there_is_no_new_one(rosa: Visitor) -> None:
    page = rosa.get("/sinadef")
    assert "Tiene una solicitud en curso" in page.words
    assert not page.all("//a[contains(., 'Nueva solicitud')]")


def test_taking_it_back_is_asked_once_more(rosa: Visitor, world: FakeGateway) -> None:
    assert rosa.get("/sinadef/1/anular").h1 == "Anular la solicitud"
    assert not world.calls("POST", ".*cancellation")
    assert rosa.post("/sinadef/1/anular").h1 == "Usted anuló esta solicitud"


def test_a_rejection_shows_its_reason(rosa: Visitor, world: FakeGateway) -> None:
    world.own.applications = [an_application(state="RECHAZADO", label="Rechazado", reason="Falta el código.")]
    page = rosa.get("/sinadef/1")
    assert page.h1 == "Su solicitud no fue aprobada"
    assert "Motivo: Falta el código." in page.words


def test_a_standing_that_changed_meanwhile_leads_back_with_the_reason(rosa: Visitor, world: FakeGateway) -> None:
    world.own.applications = []
    world.refuse("POST", "identity/v1/sinadef-requests", 409, "identity/sinadef-blocked", "No está hábil.")
    page = rosa.post("/sinadef/nueva", WORKPLACE)
    assert (page.h1, "No está hábil." in page.words) == ("Trámite de acceso a SINADEF", True)


def test_the_desk_is_for_staff_with_the_permission(rosa: Visitor, clerk: Visitor, world: FakeGateway) -> None:
    assert "SIN-2026-000001" in clerk.get("/gestion/sinadef").words
    assert "Accesos a SINADEF" in clerk.get("/gestion").words


def test_for_others_the_desk_does_not_exist(rosa: Visitor) -> None:
    assert rosa.get("/gestion/sinadef").status == rosa.get("/gestion/sinadef/1").status == 404
    assert rosa.post("/gestion/sinadef/1/aprobar").status == 404


def decide(clerk: Visitor) -> Page:
    return clerk.post("/gestion/sinadef/1/tomar")


def test_an_application_is_taken_checked_and_approved(clerk: Visitor, world: FakeGateway) -> None:
    assert "Tomó la solicitud" in decide(clerk).words
    assert clerk.get("/gestion/sinadef/1/aprobar").h1 == "Aprobar la solicitud"
    assert not world.calls("POST", ".*approval")
    assert "Aprobó la solicitud" in clerk.post("/gestion/sinadef/1/aprobar").words


@pytest.mark.parametrize("reason", ["", "corto"])
def test_a_rejection_without_a_reason_goes_nowhere(clerk: Visitor, world: FakeGateway, reason: str) -> None:
    decide(clerk)
    page = clerk.post("/gestion/sinadef/1/rechazar", {"reason": reason})
    assert told_wrong(page, "Escriba el motivo")
    assert not world.calls("POST", ".*rejection")


def test_a_rejection_carries_its_reason(clerk: Visitor, world: FakeGateway) -> None:
    decide(clerk)
    page = clerk.post("/gestion/sinadef/1/rechazar", {"reason": "Falta el código del establecimiento."})
    assert "Rechazó la solicitud" in page.words
    assert world.calls("POST", ".*rejection")[0].body == {"reason": "Falta el código del establecimiento."}


def test_who_cannot_be_approved_today_has_no_button_for_it(clerk: Visitor, world: FakeGateway) -> None:
    decide(clerk)
    world.own.applications[0]["obstacles"] = [{"reason": "not-in-good-standing", "text": "No está hábil."}]
    page = clerk.get("/gestion/sinadef/1")
    assert "Hoy no se puede aprobar" in page.words
    assert not page.all("//main//a[text()='Aprobar']")


def test_a_colleague_who_was_faster_is_told_not_an_error_page(clerk: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", ".*approval", 409, "identity/sinadef-moved", "La solicitud ya avanzó.")
    assert "La solicitud ya avanzó." in clerk.post("/gestion/sinadef/1/aprobar").words


RANGE = {"first_dia": "1", "first_mes": "noviembre", "first_anio": "2026", "last_dia": "30", "last_mes": "11",
         "last_anio": "2026", "form": "xlsx"}  # fmt: skip


def test_the_export_is_a_file_of_the_days_asked_for(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.post("/gestion/sinadef/exportar", RANGE)
    assert page.response.data == world.own.file
    assert "attachment" in page.response.headers["Content-Disposition"]
    (asked,) = world.calls("POST", "identity/v1/desk/sinadef-exports")
    assert asked.body == {"form": "xlsx", "first": "2026-11-01", "last": "2026-11-30"}


def test_an_export_without_days_or_without_rows_says_so(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.post("/gestion/sinadef/exportar", {"form": "csv"})
    assert [link.get("href") for link in page.all("//*[@id='error-summary']//a")] == ["#first_dia", "#last_dia"]
    world.refuse("POST", ".*exports", 404, "identity/sinadef-nothing-to-export", "No hay solicitudes atendidas.")
    assert "No hay solicitudes atendidas" in clerk.post("/gestion/sinadef/exportar", RANGE).words


def test_the_library_lists_its_offers_and_marks_samples(rosa: Visitor) -> None:
    page = rosa.get("/biblioteca-virtual")
    assert "Estos enlaces son ejemplos" in page.words
    assert [link.get("href") for link in page.all("//main//h2/a")] == ["/biblioteca-virtual/ir/1"]


def test_one_leaves_by_a_page_that_shows_the_host_and_tells_it_nothing(rosa: Visitor) -> None:
    page = rosa.get("/biblioteca-virtual/ir/1")
    link = page.one("//a[@href='https://base.example.org/x']")
    assert link.text_content() == "Continuar a base.example.org"
    assert (link.get("rel"), link.get("referrerpolicy")) == ("noopener noreferrer external", "no-referrer")


def test_a_closed_library_says_why_and_lets_nobody_out(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("GET", "identity/v1/library/links", 403, "identity/library-closed", "Es para médicos activos.")
    page = rosa.get("/biblioteca-virtual")
    assert (page.status, "Es para médicos activos." in page.words) == (403, True)
    assert rosa.get("/biblioteca-virtual/ir/1").status == 404


def test_a_link_that_is_not_there_is_not_found(rosa: Visitor) -> None:
    assert rosa.get("/biblioteca-virtual/ir/99").status == 404
