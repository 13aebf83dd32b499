"""¿Recordar usuario?, ¿Recordar contraseña?, Solicitar ingreso, the page behind the link, sessions and passwords."""

import pytest

from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_accounts import FIREFOX
from tests.portal.visitor import Visitor

NEW = "otra frase larga y serena"


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/recordar-usuario", "user-recoveries"), ("/recordar-contrasena", "password-recoveries")],
)
def test_a_recovery_is_asked_for_and_answered_with_one_page(
    visitor: Visitor, world: FakeGateway, path: str, asked: str
) -> None:
    page = visitor.post(path, {"username": " rosa.quispe@example.pe "})
    assert page.h1 == "Revise su correo"
    assert "Si lo que escribió corresponde a una cuenta" in page.words
    assert world.calls("POST", f"identity/v1/{asked}")[0].body == {"username": "rosa.quispe@example.pe"}


@pytest.mark.parametrize("path", ["/recordar-usuario", "/recordar-contrasena"])
def test_an_empty_form_is_not_sent(visitor: Visitor, world: FakeGateway, path: str) -> None:
    assert visitor.post(path, {"username": " "}).status == 422
    assert not world.calls("POST", "identity/v1/.*recoveries")


def test_asking_too_often_is_told_the_minutes(visitor: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", "identity/v1/password-recoveries", 429, headers={"Retry-After": "60"})
    page = visitor.post("/recordar-contrasena", {"username": "012345"})
    assert (page.status, page.response.headers["Retry-After"]) == (429, "60")
    assert "Espere 1 minuto" in page.words


def test_opening_the_link_shows_a_page_and_sends_nothing_but_the_question_whether_it_works(
    visitor: Visitor, world: FakeGateway
) -> None:
    page = visitor.get("/contrasena/nueva/enlace-bueno")
    assert page.h1 == "Crear una contraseña nueva"
    assert page.one("//input[@id='password']").get("autocomplete") == "new-password"
    assert not world.calls("POST", "identity/v1/password-resets")


def test_there_is_no_second_field_to_type_the_password_again(visitor: Visitor) -> None:
    assert len(visitor.get("/contrasena/nueva/enlace-bueno").all("//input[@type='password']")) == 1


def test_a_new_password_leads_to_the_login(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.post("/contrasena/nueva/enlace-bueno", {"password": NEW})
    assert page.h1 == "Inicio de sesión"
    assert "Su contraseña cambió" in page.words
    assert world.calls("POST", "identity/v1/password-resets")[0].body == {"token": "enlace-bueno", "password": NEW}


def test_spaces_of_a_password_are_sent_as_typed(visitor: Visitor, world: FakeGateway) -> None:
    """ASVS 6.2.8."""
    visitor.post("/contrasena/nueva/enlace-bueno", {"password": f"  {NEW}  "})
    assert world.calls("POST", "identity/v1/password-resets")[0].body["password"] == f"  {NEW}  "


def test_why_a_password_will_not_do_is_said_at_the_field(visitor: Visitor) -> None:
    page = visitor.post("/contrasena/nueva/enlace-bueno", {"password": "corta"})
    assert page.status == 422
    assert "12 caracteres o más" in page.one("//p[@id='password-error']").text_content()


def test_a_link_that_is_over_offers_another(visitor: Visitor) -> None:
    page = visitor.get("/contrasena/nueva/malo")
    assert (page.status, page.h1) == (410, "El enlace ya no sirve")
    assert page.all("//main//a[@href='/recordar-contrasena']")


def test_the_sistcere_box_has_the_labels_of_the_manual(visitor: Visitor) -> None:
    """REC-1."""
    page = visitor.get("/sistcere/ingreso")
    labels = [label.text_content().strip() for label in page.all("//main//form//label")]
    assert labels == ["Usuario", "Contraseña", "Recordarme!"]
    assert page.one("//main//form//button[@type='submit']").text_content() == "Ingresar"
    assert page.one("//main//a[@href='/sistcere/ingreso/solicitud']").text_content() == "Solicitar ingreso"


def test_solicitar_ingreso_has_the_words_of_the_manual(visitor: Visitor) -> None:
    """REC-2."""
    page = visitor.get("/sistcere/ingreso/solicitud")
    assert "INGRESE SUS DATOS" in page.words
    assert page.one("//main//form//button[@type='submit']").text_content() == "Enviar"


@pytest.mark.parametrize("number", ["023546", "100001"])
def test_six_digits_are_sent(visitor: Visitor, world: FakeGateway, number: str) -> None:
    """REC-2, AMB-5."""
    assert visitor.post("/sistcere/ingreso/solicitud", {"cmp_number": number}).h1 == "Revise su correo"
    assert world.calls("POST", "identity/v1/entry-requests")[0].body == {"cmp_number": number}


@pytest.mark.parametrize("number", ["23546", "02354A", "", "0235466", "000000"])
def test_anything_else_shows_the_hint(visitor: Visitor, world: FakeGateway, number: str) -> None:
    """REC-2."""
    page = visitor.post("/sistcere/ingreso/solicitud", {"cmp_number": number})
    assert page.status == 422
    assert "debe tener 6 dígitos y empezar con 0" in page.one("//p[@id='cmp_number-error']").text_content()
    assert not world.calls("POST", "identity/v1/entry-requests")


def test_own_sessions_are_listed_and_this_one_is_marked(rosa: Visitor) -> None:
    page = rosa.get("/mis-sesiones")
    assert "Firefox en Windows Esta sesión" in page.words
    assert len(page.all("//button[contains(., 'Cerrar esta sesión')]")) == 1


def test_a_session_is_ended(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post("/mis-sesiones/s2/cerrar")
    assert "Cerramos esa sesión." in page.words
    assert [call.path for call in world.calls("DELETE", "identity/v1/sessions/.*")] == ["identity/v1/sessions/s2"]
    assert "No hay otras sesiones abiertas" in page.words


def test_a_session_that_ended_meanwhile_is_no_mistake(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("DELETE", "identity/v1/sessions/s2", 404)
    assert rosa.post("/mis-sesiones/s2/cerrar").status == 200


def test_all_others_are_ended(rosa: Visitor, world: FakeGateway) -> None:
    rosa.post("/mis-sesiones/cerrar-las-demas")
    assert len(world.calls("DELETE", "identity/v1/sessions")) == 1


def test_the_browser_of_the_person_is_told_for_the_list(portal: object, visitor: Visitor, world: FakeGateway) -> None:
    visitor.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    visitor.sign_in()
    [login] = world.calls("POST", "identity/v1/sessions")
    assert login.headers["User-Agent"] == FIREFOX


def test_the_password_is_changed_and_the_person_stays_signed_in(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post("/cambiar-contrasena", {"current_password": "la de antes", "password": NEW})
    assert "Su contraseña cambió" in page.words
    assert rosa.signed_in
    [sent] = world.calls("POST", "identity/v1/password-changes")
    assert sent.body == {"current_password": "la de antes", "password": NEW}


def test_the_fresh_tokens_are_used_from_then_on(rosa: Visitor, world: FakeGateway) -> None:
    rosa.post("/cambiar-contrasena", {"current_password": "la de antes", "password": NEW}, follow=False)
    rosa.get("/mis-sesiones")
    asked = world.calls("GET", "identity/v1/sessions")[-1]
    assert asked.headers["Authorization"] == "Bearer access-2"


def test_a_wrong_current_password_is_said_at_its_field(rosa: Visitor) -> None:
    page = rosa.post("/cambiar-contrasena", {"current_password": "no es esta", "password": NEW})
    assert page.status == 422
    assert page.one("//p[@id='current_password-error']") is not None


@pytest.mark.parametrize("path", ["/mis-sesiones", "/cambiar-contrasena"])
def test_the_account_menu_leads_there(rosa: Visitor, path: str) -> None:
    assert rosa.get("/ayuda").all(f"//details//a[@href='{path}']")
