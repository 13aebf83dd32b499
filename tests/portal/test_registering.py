"""Registrarse (ACC-3): data, check, "Revise su correo", the mailed link, and the status before any login."""

import pytest

from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_accounts import CODE
from tests.portal.visitor import Page, Visitor

ANA = {
    "cmp_number": "45678",
    "document_type": "1",
    "document_number": "40000045",
    "given_names": "Ana María",
    "paternal_surname": "Ñahui",
    "maternal_surname": "O'Connor",
    "email": "ana@example.pe",
}


def fill(visitor: Visitor, **changes: str) -> Page:
    return visitor.post("/registro/datos", ANA | changes)


def send(visitor: Visitor, page: Page, **changes: str) -> Page:
    hidden = {field.name: field.value for field in page.all("//main//form//input[@type='hidden']")}
    return visitor.post("/registro/revisar", hidden | {"consent": "y"} | changes)


def test_the_start_page_says_what_is_needed_and_how_long_it_takes(visitor: Visitor) -> None:
    words = visitor.get("/registro").words
    assert "Su número de CMP y su documento de identidad" in words
    assert "un día hábil en promedio" in words


def test_what_was_typed_is_checked_before_it_is_sent(visitor: Visitor, world: FakeGateway) -> None:
    page = fill(visitor)
    assert page.h1 == "Revise sus datos"
    for text in ("045678", "40000045", "Ana María", "Ñahui O'Connor", "ana@example.pe"):
        assert text in page.words
    assert not world.calls("POST", "identity/v1/registrations")


def test_a_change_goes_back_to_what_was_typed(visitor: Visitor) -> None:
    page = fill(visitor)
    changes = [link.get("href") for link in page.all("//a[contains(., 'Cambiar')]")]
    assert "/registro/datos#email" in changes
    assert visitor.get("/registro/datos").one("//input[@id='email']").value == "ana@example.pe"


def test_it_is_sent_with_the_version_of_the_consent_that_was_shown(visitor: Visitor, world: FakeGateway) -> None:
    send(visitor, fill(visitor))
    [sent] = world.calls("POST", "identity/v1/registrations")
    assert sent.body == ANA | {"cmp_number": "045678", "consent_version": "v1"}


def test_nothing_is_sent_without_the_consent(visitor: Visitor, world: FakeGateway) -> None:
    page = send(visitor, fill(visitor), consent="")
    assert (page.status, page.title.startswith("Error: ")) == (422, True)
    assert not world.calls("POST", "identity/v1/registrations")


def test_after_it_the_page_says_to_look_at_the_mail_and_shows_the_code(visitor: Visitor) -> None:
    page = send(visitor, fill(visitor))
    assert page.h1 == "Revise su correo"
    assert CODE in page.words
    assert "a***@example.pe" in page.words


def test_what_was_typed_is_forgotten_once_it_is_sent(visitor: Visitor) -> None:
    send(visitor, fill(visitor))
    assert visitor.get("/registro/datos").one("//input[@id='email']").value == ""
    assert visitor.get("/registro/revisar").h1 == "Sus datos"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cmp_number", "", "Ingrese su número de CMP"),
        ("cmp_number", "0456789", "El número de CMP tiene 6 dígitos"),
        ("document_number", "4000004", "El DNI tiene 8 dígitos"),
        ("given_names", " ", "Ingrese sus nombres"),
        ("paternal_surname", "", "Ingrese su apellido paterno"),
        ("email", "ana", "Ingrese un correo como nombre@ejemplo.pe"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_what_was_typed_stays(
    visitor: Visitor, field: str, value: str, said: str
) -> None:
    page = fill(visitor, **{field: value})
    assert page.status == 422
    assert page.one(f"//p[@id='{field}-error']").text_content().endswith(said) or said in page.words
    assert page.one("//input[@id='maternal_surname']").value == "O'Connor"


def test_spaces_and_hyphens_in_numbers_do_no_harm(visitor: Visitor, world: FakeGateway) -> None:
    send(visitor, fill(visitor, cmp_number="045 678", document_number="4000-0045"))
    assert world.calls("POST", "identity/v1/registrations")[0].body["document_number"] == "40000045"


def test_what_identity_refuses_is_said_at_its_field(visitor: Visitor, world: FakeGateway) -> None:
    page = fill(visitor)
    errors = [{"pointer": "/given_names", "detail": "Solo puede tener letras."}]
    world.refuse("POST", "identity/v1/registrations", 422, "invalid", "Revise los campos.", errors=errors)
    refused = send(visitor, page)
    assert (refused.h1, refused.status) == ("Sus datos", 422)
    assert "Solo puede tener letras." in refused.one("//p[@id='given_names-error']").text_content()


def test_too_many_registrations_are_told_the_minutes(visitor: Visitor, world: FakeGateway) -> None:
    page = fill(visitor)
    world.refuse("POST", "identity/v1/registrations", 429, headers={"Retry-After": "120"})
    refused = send(visitor, page)
    assert (refused.status, refused.response.headers["Retry-After"]) == (429, "120")
    assert "Espere 2 minutos" in refused.words


@pytest.mark.parametrize(
    ("state", "h1"),
    [
        ("unconfirmed", "Revise su correo"),
        ("in_review", "Su registro está en revisión"),
        ("accepted", "Su cuenta está abierta"),
        ("rejected", "No pudimos abrir su cuenta"),
        ("expired", "Su registro venció"),
    ],
)
def test_the_status_page_needs_no_login(visitor: Visitor, world: FakeGateway, state: str, h1: str) -> None:
    world.accounts.state = state
    assert visitor.get(f"/registro/estado/{CODE}").h1 == h1


def test_a_registration_is_found_by_its_code_however_it_is_typed(visitor: Visitor) -> None:
    assert visitor.post("/registro/estado", {"code": f" {CODE[:4]}-{CODE[4:]} "}).h1 == "Revise su correo"


def test_an_unknown_code_is_said_at_the_field(visitor: Visitor) -> None:
    page = visitor.post("/registro/estado", {"code": "ZZZZZZZZZZZZ"})
    assert page.status == 422
    assert "No encontramos un registro con ese código" in page.words


def test_the_mail_is_sent_again(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.post(f"/registro/estado/{CODE}/correo")
    assert "Enviamos un enlace nuevo a a***@example.pe" in page.words
    assert world.calls("POST", f"identity/v1/registration-status/{CODE}/mails")[0].body == {"email": None}


def test_a_mistyped_address_is_changed(visitor: Visitor, world: FakeGateway) -> None:
    visitor.post(f"/registro/estado/{CODE}/otro-correo", {"email": "ana.nueva@example.pe"})
    [sent] = world.calls("POST", f"identity/v1/registration-status/{CODE}/mails")
    assert sent.body == {"email": "ana.nueva@example.pe"}


def test_opening_the_mailed_link_uses_nothing_up(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.get("/registro/confirmar/enlace-bueno")
    assert page.h1 == "Confirme su correo y cree su contraseña"
    assert not world.calls("POST", "identity/v1/registration-confirmations")


def test_the_password_confirms_the_address_and_opens_the_account(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.post("/registro/confirmar/enlace-bueno", {"password": "una frase larga y serena"})
    assert page.h1 == "Inicio de sesión"
    assert "su cuenta está abierta" in page.words
    [sent] = world.calls("POST", "identity/v1/registration-confirmations")
    assert sent.body == {"token": "enlace-bueno", "password": "una frase larga y serena"}


def test_data_that_differ_lead_to_the_status_page(visitor: Visitor, world: FakeGateway) -> None:
    world.accounts.state = world.accounts.confirmed_state = "in_review"
    page = visitor.post("/registro/confirmar/enlace-bueno", {"password": "una frase larga y serena"})
    assert page.h1 == "Su registro está en revisión"


def test_a_refused_password_is_said_at_the_field_and_never_shown_again(visitor: Visitor) -> None:
    page = visitor.post("/registro/confirmar/enlace-bueno", {"password": "corta"})
    assert "12 caracteres o más" in page.one("//p[@id='password-error']").text_content()
    assert page.one("//input[@id='password']").get("value") is None


@pytest.mark.parametrize("send_it", [False, True])
def test_a_link_that_is_over_says_so_and_what_to_do(visitor: Visitor, send_it: bool) -> None:
    path = "/registro/confirmar/malo"
    page = visitor.post(path, {"password": "una frase larga y serena"}) if send_it else visitor.get(path)
    assert (page.status, page.h1) == (410, "El enlace ya no sirve")
    assert page.all("//a[@href='/registro/estado']")
