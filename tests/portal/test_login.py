"""Getting in and out (ACC-1 to ACC-5)."""

from collections.abc import Callable

import pytest
from flask import Flask

from chassis.clock import ManualClock
from portal import messages
from tests.portal.fake_gateway import PASSWORD, FakeGateway
from tests.portal.visitor import Visitor


def test_the_home_page_has_the_navigation_of_acc_1_and_pub_3(visitor: Visitor) -> None:
    links = [link.text_content() for link in visitor.get("/").all("//nav[@aria-label='Principal']//a")]
    assert links == ["Inicio", "Constancia de habilidad", "Facturación electrónica", "Ayuda"]


def test_the_login_form_has_the_labels_of_acc_2(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.h1 == "Inicio de sesión"
    assert [label.text_content().strip() for label in page.all("//main//label")] == [
        "Usuario",
        "Contraseña",
        "Recuérdeme",
    ]
    assert page.one("//main//button[@type='submit']").text_content() == "Identificarse"
    for text in ("¿Recordar usuario?", "¿Recordar contraseña?", "Si no tiene una cuenta, regístrese"):
        assert text in page.words


def test_the_panel_tells_the_four_steps_of_acc_3(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.one("//section[@aria-labelledby='steps-heading']/h2").text_content() == "CMP Digital"
    assert len(page.all("//section[@aria-labelledby='steps-heading']//ol/li")) == 4


@pytest.mark.parametrize("name", ["recordar-usuario", "recordar-contrasena", "registro"])
def test_the_links_of_the_login_box_lead_somewhere(visitor: Visitor, name: str) -> None:
    assert visitor.get("/").all(f"//main//a[@href='/{name}']")
    assert visitor.get(f"/{name}").status == 200


def test_a_physician_comes_in_and_is_greeted_by_name_acc_5(visitor: Visitor) -> None:
    page = visitor.post("/ingresar", {"username": "012345", "password": PASSWORD})
    assert page.h1 == "CMP Digital"
    assert "Hola, Rosa Elvira" in page.words
    menu = page.all("//details//a | //details//button")
    assert [entry.text_content().strip() for entry in menu] == [
        "CMP Digital",
        "Editar perfil",
        "Cambiar contraseña",
        "Mis sesiones",
        "Cerrar sesión",
    ]
    assert page.all("//button[text()='Desconectar']")


def test_a_wrong_password_and_a_wrong_user_get_the_same_answer(visitor: Visitor) -> None:
    wrong_password = visitor.post("/ingresar", {"username": "012345", "password": "no"})
    wrong_user = visitor.post("/ingresar", {"username": "012345x", "password": "no"})
    assert wrong_password.status == wrong_user.status == 422
    assert messages.WRONG_CREDENTIALS in wrong_password.words
    assert wrong_password.words == wrong_user.words


def test_the_password_is_never_sent_back(visitor: Visitor) -> None:
    page = visitor.post("/ingresar", {"username": "012345", "password": "secreta-secreta"})
    assert "secreta-secreta" not in page.text
    assert page.one("//input[@id='username']").value == "012345"


def test_empty_fields_ask_for_nothing_at_identity(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.post("/ingresar", {"username": " ", "password": ""})
    assert messages.USERNAME_MISSING in page.words
    assert messages.PASSWORD_MISSING in page.words
    assert world.calls("POST", "identity/v1/sessions") == []


def test_too_many_attempts_tell_how_many_minutes_to_wait(visitor: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", "identity/v1/sessions", 429, "identity/too-many-attempts", headers={"Retry-After": "90"})
    page = visitor.post("/ingresar", {"username": "012345", "password": PASSWORD})
    assert page.status == 429
    assert page.response.headers["Retry-After"] == "90"
    assert "Espere 2 minutos" in page.words


def test_recuerdeme_is_passed_on_and_keeps_the_cookie(portal: Flask, world: FakeGateway) -> None:
    client = Visitor(portal)
    page = client.post("/ingresar", {"username": "012345", "password": PASSWORD, "remember": "y"}, follow=False)
    assert world.calls("POST", "identity/v1/sessions")[0].body["remember"] is True
    assert "Max-Age=1209600" in page.response.headers["Set-Cookie"]


def test_without_recuerdeme_the_cookie_ends_with_the_browser(visitor: Visitor) -> None:
    page = visitor.post("/ingresar", {"username": "012345", "password": PASSWORD}, follow=False)
    assert "Max-Age" not in page.response.headers["Set-Cookie"]
    assert "Expires" not in page.response.headers["Set-Cookie"]


def test_opening_a_one_time_link_does_not_use_it_up(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.get("/ingresar/enlace-bueno")
    assert page.one("//main//button").text_content() == "Ingresar a CMP Digital"
    assert world.asked == []


def test_the_button_of_a_one_time_link_signs_in(visitor: Visitor) -> None:
    assert "Hola, Rosa Elvira" in visitor.post("/ingresar/enlace-bueno").words


def test_a_used_one_time_link_leads_to_the_login_page(visitor: Visitor) -> None:
    page = visitor.post("/ingresar/enlace-gastado")
    assert page.h1 == "Inicio de sesión"
    assert messages.LINK_USED in page.words


def test_logging_out_ends_the_session_here_and_at_identity(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post("/salir")
    assert messages.SIGNED_OUT in page.words
    assert len(world.calls("DELETE", "identity/v1/sessions/current")) == 1
    assert not rosa.signed_in


def test_logging_out_works_while_identity_is_away(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("DELETE", "identity/v1/sessions/current", 503)
    rosa.post("/salir")
    assert not rosa.signed_in


def test_a_page_asked_for_before_login_comes_after_it(visitor: Visitor) -> None:
    page = visitor.get("/comprobantes/documentos?estado=any")
    assert messages.SIGN_IN_FIRST in page.words
    target = page.one("//input[@name='next']").value
    assert target == "/comprobantes/documentos?estado=any"
    after = visitor.post("/ingresar", {"username": "012345", "password": PASSWORD, "next": target}, follow=False)
    assert after.location == target


@pytest.mark.parametrize(
    "target",
    ["https://malo.example/", "//malo.example/", "/\\malo.example", "javascript:alert(1)", "/\n/malo.example", "/no-existe",
     "/ingresar", "/salir", "\\\\malo.example", "/\t/malo.example"],
)  # fmt: skip
def test_login_never_leads_to_another_site(visitor: Visitor, target: str) -> None:
    page = visitor.post("/ingresar", {"username": "012345", "password": PASSWORD, "next": target}, follow=False)
    assert page.location == "/menu"


def test_who_is_signed_in_does_not_see_the_login_page(rosa: Visitor) -> None:
    assert rosa.get("/").h1 == "CMP Digital"
    assert rosa.get("/ingresar").h1 == "CMP Digital"


def test_a_session_idle_for_too_long_says_so_and_keeps_the_target(rosa: Visitor, clock: ManualClock) -> None:
    clock.advance(minutes=31)
    page = rosa.get("/comprobantes")
    assert messages.SESSION_EXPIRED in page.words
    assert page.one("//input[@name='next']").value == "/comprobantes"


def test_a_session_in_use_stays_until_its_absolute_end(rosa: Visitor, clock: ManualClock) -> None:
    for _ in range(29):
        clock.advance(minutes=25)
        rosa.get("/menu")
    assert not rosa.signed_in


def test_staying_in_touch_keeps_the_session(rosa: Visitor, clock: ManualClock) -> None:
    clock.advance(minutes=29)
    assert rosa.post("/sesion").status == 204
    clock.advance(minutes=29)
    assert rosa.signed_in


def test_what_was_typed_is_there_again_after_the_session_expired(rosa: Visitor, clock: ManualClock) -> None:
    rosa.post("/pago-online")
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    token = rosa.csrf()
    clock.advance(minutes=31)
    form = {"csrf_token": token, "voucher_type": "01", "email": "a@example.pe", "legal_name": "Clínica Ñandú"}
    response = rosa.client.post("/pago-online/comprobante", data=form, follow_redirects=True)
    assert "Guardamos lo que había escrito" in response.text
    rosa.sign_in()
    page = rosa.get("/pago-online/comprobante")
    assert page.one("//input[@id='legal_name']").value == "Clínica Ñandú"
    assert page.one("//input[@name='voucher_type' and @value='01']").checked


def test_what_was_typed_is_not_shown_to_somebody_else(
    rosa: Visitor, clock: ManualClock, world: FakeGateway, make_portal: Callable[..., Flask]
) -> None:
    rosa.post("/pago-online/tipo", {"kind": "SEMEFA"})
    clock.advance(minutes=31)
    rosa.get("/menu")
    world.refuse("POST", "identity/v1/sessions", 201)
    world.answers["POST", "identity/v1/sessions"] = (
        201,
        {
            "access_token": "access-9",
            "expires_in": 600,
            "refresh_token": "r9",
            "account": {"id": "acc-2", "name": "Otra"},
        },
        {},
    )
    rosa.sign_in()
    assert not rosa.get("/pago-online/tipo").all("//input[@checked]")
