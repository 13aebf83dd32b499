"""Facturación electrónica, option 2: how a client comes in (PUB-3, VOC-1 to VOC-6, AMB-4)."""

import pytest

from portal import messages
from tests.portal.fake_gateway import PASSWORD, FakeGateway
from tests.portal.fakes_clients import CLINIC, CODE
from tests.portal.visitor import Page, Visitor

RUC = "20999999019"
PATH = "/facturacion-electronica"
VOUCHER = {
    "tipo": "01",
    "numero": "F003-17",
    "fecha_dia": "20",
    "fecha_mes": "noviembre",
    "fecha_anio": "2026",
    "total": "S/ 120.00",
}


def gesture(visitor: Visitor, document: str = RUC, **more: str) -> Page:
    """The document number in both fields."""
    return visitor.post(PATH, {"username": document, "password": document} | more)


def proven(visitor: Visitor, **more: str) -> Page:
    """As far as the page of the new password."""
    gesture(visitor, **more)
    return visitor.post(f"{PATH}/primer-ingreso/codigo", {"code": CODE})


def set_password(visitor: Visitor, follow: bool = True, **changes: str) -> Page:
    """Fill the page of the new password."""
    form = {"password": "diecisiete puertas azules", "consent-personal-data": "y"} | changes
    return visitor.post(f"{PATH}/primer-ingreso/contrasena", form, follow=follow)


@pytest.fixture
def clinic(visitor: Visitor, world: FakeGateway) -> Visitor:
    """A client who is signed in."""
    world.person = CLINIC
    visitor.post(PATH, {"username": RUC, "password": PASSWORD})
    return visitor


# ---- Acceso al Sistema


def test_the_top_menu_leads_to_the_clients_login(visitor: Visitor) -> None:
    """PUB-3."""
    link = visitor.get("/").one("//nav[@aria-label='Principal']//a[text()='Facturación electrónica']")
    assert visitor.get(link.get("href")).h1 == "Acceso al Sistema"


def test_the_screen_has_the_words_of_voc_2(visitor: Visitor) -> None:
    page = visitor.get(PATH)
    labels = [label.text_content().strip() for label in page.all("//main//label")]
    assert labels == ["Tipo de documento", "Usuario", "Contraseña", "Recordar mi contraseña"]
    assert page.one("//main//a[text()='Cambiar Clave']") is not None
    assert page.one("//select/option[@selected]").text == "RUC o DNI"


def test_a_physician_is_told_on_the_page_of_everybody_where_the_boletas_are(visitor: Visitor) -> None:
    """AMB-2 without telling anything about a number (AMB-4)."""
    assert "Si es médico colegiado" in visitor.get(PATH).words


def test_a_client_comes_in_and_sees_the_list(visitor: Visitor, world: FakeGateway) -> None:
    world.person = CLINIC
    page = visitor.post(PATH, {"username": f" {RUC} ", "password": PASSWORD})
    assert page.h1 == "DOCUMENTOS"
    assert world.calls("POST", "identity/v1/sessions")[0].body["username"] == RUC


def test_other_documents_are_told_behind_their_type(visitor: Visitor, world: FakeGateway) -> None:
    visitor.post(PATH, {"document_type": "4", "username": "001234567", "password": PASSWORD})
    assert world.calls("POST", "identity/v1/sessions")[0].body["username"] == "4:001234567"


def test_a_wrong_password_is_answered_like_a_wrong_user(visitor: Visitor) -> None:
    page = visitor.post(PATH, {"username": RUC, "password": "no"})
    assert page.status == 422
    assert messages.WRONG_CREDENTIALS in page.words
    assert page.title.startswith("Error: ")


def test_the_page_asked_for_comes_after_the_login(visitor: Visitor, world: FakeGateway) -> None:
    world.person = CLINIC
    target = "/comprobantes/documentos?tipo=01"
    page = visitor.post(PATH, {"username": RUC, "password": PASSWORD, "next": target}, follow=False)
    assert page.location == target


def test_cambiar_clave_tells_the_ways_to_a_new_password(visitor: Visitor) -> None:
    page = visitor.get(f"{PATH}/cambiar-clave")
    assert page.h1 == "Cambiar Clave"
    assert "código de un solo uso" in page.words


# ---- the first access


def test_the_number_in_both_fields_starts_the_first_access_and_no_session(visitor: Visitor, world: FakeGateway) -> None:
    """VOC-3."""
    page = gesture(visitor)
    assert page.h1 == "Comprobar que es usted"
    assert world.calls("POST", "identity/v1/sessions") == []
    assert not visitor.signed_in


def test_the_page_shows_every_way_to_everybody(visitor: Visitor) -> None:
    """AMB-4: the code, the voucher and the desk, whatever is known of the number."""
    page = gesture(visitor)
    for text in ("Tengo un código", "No tengo un correo registrado", "Acérquese al consejo", "Si es médico colegiado"):
        assert text in page.words


def test_the_steps_cannot_be_skipped(visitor: Visitor) -> None:
    assert visitor.get(f"{PATH}/primer-ingreso").h1 == "Acceso al Sistema"
    assert visitor.get(f"{PATH}/primer-ingreso/contrasena").h1 == "Acceso al Sistema"
    gesture(visitor)
    assert visitor.get(f"{PATH}/primer-ingreso/contrasena").h1 == "Comprobar que es usted"
    assert visitor.get("/comprobantes/documentos").h1 == "Inicio de sesión"


def test_a_code_leads_to_the_new_password_which_explains_why(visitor: Visitor) -> None:
    page = proven(visitor)
    assert page.h1 == "Crear su contraseña"
    assert "su número de documento no puede serlo" in page.words


def test_four_facts_of_a_voucher_lead_there_too(visitor: Visitor, world: FakeGateway) -> None:
    gesture(visitor)
    page = visitor.post(f"{PATH}/primer-ingreso/comprobante", VOUCHER)
    assert page.h1 == "Crear su contraseña"
    assert world.calls("POST", ".*/proof")[0].body["voucher"] == {
        "type": "01", "number": "F003-17", "issue_date": "2026-11-20", "total": "120.00",
    }  # fmt: skip


@pytest.mark.parametrize("fact", ["tipo", "numero", "total"])
def test_a_missing_fact_is_asked_for_without_a_call(visitor: Visitor, world: FakeGateway, fact: str) -> None:
    gesture(visitor)
    page = visitor.post(f"{PATH}/primer-ingreso/comprobante", VOUCHER | {fact: ""})
    assert page.status == 422
    assert world.calls("POST", ".*/proof") == []


def test_a_wrong_code_says_so_and_the_other_way_stays_open(visitor: Visitor) -> None:
    gesture(visitor)
    page = visitor.post(f"{PATH}/primer-ingreso/codigo", {"code": "ZZZZZ99999"})
    assert page.status == 422
    assert "Los datos no coinciden" in page.words
    assert page.all("//form[@action='/facturacion-electronica/primer-ingreso/comprobante']")


def test_a_first_access_that_is_over_begins_again_and_keeps_the_target(visitor: Visitor, world: FakeGateway) -> None:
    gesture(visitor, next="/comprobantes/documentos?tipo=01")
    world.refuse("POST", ".*/proof", 401, "identity/first-access-over")
    page = visitor.post(f"{PATH}/primer-ingreso/codigo", {"code": CODE})
    assert messages.FIRST_ACCESS_OVER in page.words
    assert page.one("//input[@name='next']").value == "/comprobantes/documentos?tipo=01"


def test_too_many_starts_tell_the_minutes(visitor: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", "identity/v1/first-access", 429, headers={"Retry-After": "900"})
    page = gesture(visitor)
    assert page.status == 429
    assert "Espere 15 minutos" in page.words


def test_a_new_password_and_the_consent_open_the_list(visitor: Visitor, world: FakeGateway) -> None:
    proven(visitor)
    page = set_password(visitor)
    assert page.h1 == "DOCUMENTOS"
    assert messages.FIRST_PASSWORD_SET in page.words
    assert world.calls("POST", ".*/password")[0].body["consents"] == {"personal-data": "v1"}


def test_after_the_new_password_comes_the_page_that_was_asked_for(visitor: Visitor) -> None:
    proven(visitor, next="/comprobantes/documentos?tipo=01")
    assert set_password(visitor, follow=False).location == "/comprobantes/documentos?tipo=01"


def test_without_the_needed_consent_nothing_is_set(visitor: Visitor, world: FakeGateway) -> None:
    proven(visitor)
    page = visitor.post(f"{PATH}/primer-ingreso/contrasena", {"password": "diecisiete puertas azules"})
    assert page.status == 422
    assert messages.CONSENT_MISSING in page.words
    assert world.calls("POST", ".*/password") == []


def test_no_consent_is_ticked_beforehand(visitor: Visitor) -> None:
    assert not proven(visitor).all("//input[@type='checkbox' and @checked]")


def test_a_refused_password_says_why_and_is_not_sent_back(visitor: Visitor) -> None:
    proven(visitor)
    page = set_password(visitor, password=RUC)
    assert page.status == 422
    assert "No puede contener sus datos." in page.words
    assert not page.one("//input[@type='password']").get("value")


# ---- what a client sees


def test_a_clients_menu_is_not_the_physicians(clinic: Visitor) -> None:
    page = clinic.get("/menu")
    assert page.h1 == "DOCUMENTOS"
    links = [link.text_content() for link in page.all("//nav[@aria-label='Principal']//a")]
    assert links == ["Comprobantes", "Pago SEMEFA", "Mis datos", "Ayuda"]
    assert "Pago Online" not in page.words


def test_a_client_filters_among_four_types(clinic: Visitor, world: FakeGateway) -> None:
    """VOC-1."""
    page = clinic.get("/comprobantes/documentos?tipo=08")
    assert [option.get("value") for option in page.all("//select[@id='tipo']/option")] == ["", "01", "03", "07", "08"]
    assert world.calls("GET", "einvoice/v1/vouchers")[-1].query["type"] == "08"


def test_a_physician_filters_among_two_types(rosa: Visitor) -> None:
    """VOU-2."""
    page = rosa.get("/comprobantes/documentos")
    assert [option.get("value") for option in page.all("//select[@id='tipo']/option")] == ["", "03", "07"]
    assert rosa.get("/comprobantes/documentos?tipo=01").status == 422


def test_a_client_is_told_what_is_mailed_and_who_changes_the_address(clinic: Visitor) -> None:
    """VOC-5, VOC-6."""
    words = clinic.get("/comprobantes/documentos").words
    assert "su XML y la constancia de SUNAT (CDR)" in words
    assert "c***@example.pe" in words
    assert "pídalo al consejo" in words


def test_a_clients_expired_session_leads_to_the_clients_login(clinic: Visitor, clock) -> None:  # type: ignore[no-untyped-def]
    clock.advance(minutes=31)
    assert clinic.get("/comprobantes/documentos").h1 == "Acceso al Sistema"


# ---- the own RUC of a physician


def test_a_physician_links_the_own_ruc_with_its_password(rosa: Visitor) -> None:
    """AMB-2."""
    assert "10400000013" in rosa.get("/mi-ruc").words
    assert rosa.post("/mi-ruc", {"password": "otra"}).status == 422
    assert messages.RUC_LINKED in rosa.post("/mi-ruc", {"password": "clave del ruc"}).words


def test_a_linked_physician_goes_over_and_comes_back(rosa: Visitor) -> None:
    page = rosa.post("/mi-ruc/cambiar")
    assert "CLÍNICA DE EJEMPLO" in page.words
    assert "Volver a mi cuenta de médico" in page.words
    assert "Hola, Rosa Elvira" in rosa.post("/mi-ruc/volver").words


def test_a_link_is_undone(rosa: Visitor, world: FakeGateway) -> None:
    world.clients.ruc["linked"] = True
    assert messages.RUC_UNLINKED in rosa.post("/mi-ruc/desvincular").words
