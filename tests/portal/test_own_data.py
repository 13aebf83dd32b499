"""Actualización de datos, Editar perfil: contact, e-mail, photo, history (ACC-5 to ACC-7, REC-4)."""

import io
from typing import Any

import pytest
from PIL import Image

from portal.uploads import takes_files
from portal.views.photo import MOST_BYTES
from tests.portal.fake_gateway import FakeGateway
from tests.portal.visitor import Page, Visitor

DATA = "/actualizacion-de-datos"
FIELDS = {"phone": "016419847", "mobile": "999 000 002", "email": "rosa.quispe@example.pe", "address": "Av. Ñusta 123"}


def picture(length: int = 0, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 320), "navy").save(out, kind)
    return out.getvalue() + bytes(max(0, length - len(out.getvalue())))


def send_photo(rosa: Visitor, data: bytes, name: str = "yo.jpg") -> Page:
    return rosa.post(f"{DATA}/foto", {"photo": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def told_wrong(page: Page, text: str) -> bool:
    """The same text in the summary and beside the field."""
    return page.status == 422 and len(page.all(f"//*[@id='error-summary']//a[contains(., '{text}')]")) == 1 and text in (
        page.one("//p[contains(@class, 'field-error')]").text_content()
    )  # fmt: skip


def test_the_register_s_data_are_read_only_and_the_rest_editable_rec_4(rosa: Visitor) -> None:
    page = rosa.get(DATA)
    for fact in ("012345", "40000001", "Rosa Elvira Quispe Ñaupari", "CR III LIMA", "ACTIVO"):
        assert fact in page.words
    assert [control.get("name") for control in page.all("//main//form//input[not(@type='hidden')]")] == list(FIELDS)
    assert page.one("//main//form//button").text_content() == "Actualizar"
    assert page.one("//input[@id='mobile']").value == "+51 999 000 001"
    assert "webmaster@cmp.org.pe" in page.words


def test_actualizar_saves_what_can_be_saved_at_once_and_nothing_else(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post(DATA, FIELDS | {"cmp_number": "999999", "state": "X"})
    assert "Guardamos sus datos" in page.words
    (asked,) = world.calls("PATCH", "identity/v1/profile/contact")
    assert asked.body == {name: FIELDS[name] for name in ("phone", "mobile", "address")}
    assert not world.calls("POST", "identity/v1/profile/email-changes")


def test_what_identity_finds_wrong_stands_beside_its_field_with_what_was_typed(
    rosa: Visitor, world: FakeGateway
) -> None:
    errors = [{"pointer": "/mobile", "detail": "El celular tiene 9 dígitos."}]
    world.refuse("PATCH", "identity/v1/profile/contact", 422, "invalid", errors=errors)
    page = rosa.post(DATA, FIELDS | {"mobile": "12"})
    assert told_wrong(page, "El celular tiene 9 dígitos")
    assert page.one("//input[@id='mobile']").value == "12"
    assert page.one("//input[@id='address']").value == "Av. Ñusta 123"


@pytest.mark.parametrize(("complete", "told"), [(True, False), (False, True)])
def test_who_lacks_phone_or_e_mail_is_asked_to_complete_the_data_rec_4(
    rosa: Visitor, world: FakeGateway, complete: bool, told: bool
) -> None:
    world.own.profile["complete"] = complete
    assert ("Complete sus datos" in rosa.get(DATA).words) is told


def test_another_e_mail_leads_to_the_password_and_then_to_the_mailbox(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post(DATA, FIELDS | {"email": "rosa.nueva@example.pe"})
    assert page.h1 == "Cambiar el correo"
    assert page.one("//input[@id='email']").value == "rosa.nueva@example.pe"
    page = rosa.post(f"{DATA}/correo", {"email": "rosa.nueva@example.pe", "password": "mi clave"})
    assert page.h1 == "Revise su correo"
    (asked,) = world.calls("POST", "identity/v1/profile/email-changes")
    assert asked.body == {"email": "rosa.nueva@example.pe", "password": "mi clave"}
    page = rosa.get(DATA)
    assert "Falta confirmar su correo nuevo" in page.words
    assert "vale rosa.quispe@example.pe" in page.words


def test_an_account_without_a_password_is_not_asked_for_one(rosa: Visitor, world: FakeGateway) -> None:
    world.own.profile["has_password"] = False
    assert not rosa.get(f"{DATA}/correo").all("//input[@type='password']")


@pytest.mark.parametrize(
    ("status", "more", "text"),
    [
        (422, {"errors": [{"pointer": "/password", "detail": "La contraseña no es correcta."}]}, "contraseña no es"),
        (429, {"detail": "Ya le enviamos un enlace."}, "Ya le enviamos un enlace"),
        (403, {"detail": "Cierre su sesión e ingrese otra vez."}, "ingrese otra vez"),
    ],
)
def test_why_no_link_was_sent_is_said_and_the_password_not_shown_again(
    rosa: Visitor, world: FakeGateway, status: int, more: dict[str, Any], text: str
) -> None:
    world.refuse("POST", "identity/v1/profile/email-changes", status, "x", **more)
    page = rosa.post(f"{DATA}/correo", {"email": "rosa.nueva@example.pe", "password": "secreto"})
    assert told_wrong(page, text)
    assert page.one("//input[@id='email']").value == "rosa.nueva@example.pe"
    assert "secreto" not in page.text


def test_the_link_can_be_sent_again_and_the_change_cancelled(rosa: Visitor, world: FakeGateway) -> None:
    world.own.ask_for("rosa.nueva@example.pe")
    assert "Le enviamos otro enlace" in rosa.post(f"{DATA}/correo/reenviar").words
    assert "Anulamos el cambio" in rosa.post(f"{DATA}/correo/anular").words
    assert rosa.get(f"{DATA}/correo/enviado").h1 == "Actualización de datos"


def test_asking_too_often_is_told_kindly(rosa: Visitor, world: FakeGateway) -> None:
    world.own.ask_for("rosa.nueva@example.pe")
    world.refuse("POST", ".*pending/mails", 429, "too-many-mails", "Puede pedir otro en 1 minuto.")
    assert "Puede pedir otro en 1 minuto" in rosa.post(f"{DATA}/correo/reenviar").words


def test_opening_the_link_uses_nothing_up_and_pressing_the_button_does(visitor: Visitor, world: FakeGateway) -> None:
    assert visitor.get("/confirmar-correo/enlace-bueno").h1 == "Confirmar su correo"
    assert not world.calls("POST", "identity/v1/email-confirmations")
    page = visitor.post("/confirmar-correo/enlace-bueno")
    assert page.h1 == "Correo confirmado"
    assert "r***@example.pe" in page.words


def test_a_link_that_is_over_says_so(visitor: Visitor) -> None:
    page = visitor.post("/confirmar-correo/viejo")
    assert (page.status, page.h1) == (410, "El enlace ya no sirve")


def test_other_pages_show_the_new_address_as_soon_as_it_counts(rosa: Visitor, world: FakeGateway) -> None:
    world.own.profile["email"] = "zoila@example.pe"
    rosa.get(DATA)
    assert "z***@example.pe" in rosa.get("/comprobantes/documentos").words


def test_a_client_reads_the_e_mail_and_whom_to_ask_voc_6(rosa: Visitor, world: FakeGateway) -> None:
    world.own.profile |= {"email_editable": False, "cmp_number": None, "council_label": None, "state": None}
    page = rosa.get(DATA)
    assert not page.all("//input[@id='email']")
    assert "pídalo al consejo" in page.words
    assert rosa.get(f"{DATA}/correo").h1 == "Actualización de datos"


def test_the_history_says_who_when_before_and_after(rosa: Visitor, world: FakeGateway) -> None:
    entry = {"at": "2026-11-20T15:00:00Z", "field": "email", "before": None, "after": "a@example.pe"}
    world.own.history = [
        entry | {"by_owner": True, "actor_name": "Rosa"},
        entry | {"by_owner": False, "actor_name": "Personal de prueba", "field": "photo"},
    ]
    rows = [row.text_content().split("\n") for row in rosa.get(f"{DATA}/historial").all("//tbody/tr")]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells[0] == ["20/11/2026 10:00:00", "Correo", "Sin registrar", "a@example.pe", "Usted"]
    assert cells[1][1:] == ["Foto", "Sin foto", "Una foto", "Personal de prueba"]


def test_an_empty_history_explains_itself(rosa: Visitor) -> None:
    assert "Todavía no hay cambios" in rosa.get(f"{DATA}/historial").words


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_travels_as_it_is_and_is_shown(rosa: Visitor, world: FakeGateway, kind: str) -> None:
    page = send_photo(rosa, picture(kind=kind))
    assert "Guardamos su foto" in page.words
    assert world.own.photo == picture(kind=kind)
    assert "Archivo actual: foto.jpg (1 KB)" in page.words.replace("2 KB", "1 KB")
    assert [button.text_content() for button in page.all("//main//form//button")] == ["Quitar foto", "Reemplazar"]
    image = rosa.client.get(page.one("//main//img").get("src"))
    assert (image.data, image.content_type) == (world.own.photo, "image/jpeg")


def test_quitar_removes_it(rosa: Visitor, world: FakeGateway) -> None:
    world.own.keep_photo(picture())
    page = rosa.post(f"{DATA}/foto/quitar", content_type="multipart/form-data")
    assert "Quitamos su foto" in page.words
    assert not page.all("//main//img")


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        (b"", "", "Seleccione una foto JPG o PNG"),
        (b"", "vacia.jpg", "El archivo está vacío"),
        (b"%PDF-1.4", "yo.jpg", "La foto debe ser un archivo JPG o PNG"),
        (picture(2 * 1024**2 + 1), "yo.jpg", "El archivo debe pesar 2 MB o menos"),
    ],
)
def test_each_fault_of_a_file_has_its_own_words_and_nothing_travels(
    rosa: Visitor, world: FakeGateway, data: bytes, name: str, text: str
) -> None:
    assert told_wrong(send_photo(rosa, data, name), text)
    assert not world.calls("PUT", "identity/v1/profile/photo")


def test_a_file_of_exactly_the_limit_is_taken(rosa: Visitor, world: FakeGateway) -> None:
    assert "Guardamos su foto" in send_photo(rosa, picture(2 * 1024**2)).words


def test_a_damaged_photo_is_told_in_the_words_of_identity(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("PUT", "identity/v1/profile/photo", 422, "identity/photo-damaged", "El archivo está dañado.")
    assert told_wrong(send_photo(rosa, picture()), "El archivo está dañado")


def test_the_hint_says_the_limits_and_the_field_names_hint_and_error(rosa: Visitor) -> None:
    page = send_photo(rosa, b"", "")
    assert "de hasta 2 MB" in page.one("//*[@id='photo-hint']").text_content()
    control = page.one("//input[@id='photo']")
    assert (control.get("type"), control.get("aria-describedby")) == ("file", "photo-hint photo-error")
    assert control.get("accept") == "image/jpeg,image/png"


def test_a_file_beyond_what_the_page_reads_is_413(rosa: Visitor) -> None:
    assert send_photo(rosa, picture(MOST_BYTES + 1)).status == 413


def test_only_the_page_for_files_reads_large_bodies_and_only_for_who_is_signed_in(rosa: Visitor, portal: Any) -> None:
    large = {"address": "x" * 70_000}
    assert rosa.post(DATA, large).status == 413
    stranger = Visitor(portal)
    assert send_photo(stranger, picture(100_000)).status == 413
    wide = [name for name, view in portal.view_functions.items() if hasattr(view, "__most_bytes__")]
    assert {"photo.edit", "photo.remove"} <= set(wide)
    assert takes_files(1)(lambda: None).__most_bytes__ == 1  # type: ignore[attr-defined]


def test_editar_perfil_stands_in_the_user_menu_acc_5(rosa: Visitor) -> None:
    entries = [entry.text_content().strip() for entry in rosa.get("/menu").all("//details[@class='user-menu']//li")]
    assert entries[:2] + entries[-1:] == ["CMP Digital", "Editar perfil", "Cerrar sesión"]
    assert rosa.get("/menu").one("//details//a[contains(., 'Editar perfil')]").get("href") == DATA
