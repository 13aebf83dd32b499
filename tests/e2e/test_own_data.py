"""Own data in a browser: contact, a new e-mail confirmed from the mailbox, a photo, and the library (ACC-7, REC-4)."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.test_main_job import eventually, mails_to
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

OLD, NEW = "luis.ohiggins@example.pe", "luis.nuevo@example.pe"


def test_a_physician_changes_e_mail_and_photo_and_both_count_at_once(
    platform: EmbeddedPlatform, page: Page, log_in: Callable[[str], None], shoot: Callable[[str], None]
) -> None:
    """ACC-7, REC-4: phone, e-mail with the link of the mailbox, photo; the old address is told."""
    log_in("100001")
    page.get_by_role("link", name="Actualización de datos").first.click()
    page.get_by_label("Celular").fill("999000004")
    page.get_by_label("Correo", exact=True).fill(NEW)
    page.get_by_role("button", name="Actualizar").click()
    page.get_by_role("heading", name="Cambiar el correo").wait_for()
    page.get_by_role("button", name="Enviar el enlace").click()
    page.get_by_role("heading", name="Revise su correo").wait_for()

    (mail,) = eventually(page, lambda: mails_to(platform, NEW, about="Confirme su nuevo correo"))
    link = re.search(r"http\S+/confirmar-correo/\S+", mail["text"])
    assert link is not None
    page.goto(link.group())
    page.get_by_role("button", name="Confirmar mi correo").click()
    page.get_by_role("heading", name="Correo confirmado").wait_for()
    page.get_by_role("link", name="Ver mis datos").click()
    expect(page.get_by_label("Correo", exact=True)).to_have_value(NEW)
    expect(page.get_by_label("Celular")).to_have_value("+51 999 000 004")
    assert eventually(page, lambda: mails_to(platform, OLD, about="Su correo registrado"))

    page.get_by_role("link", name="Subir mi foto").click()
    out = io.BytesIO()
    Image.linear_gradient("L").resize((400, 480)).save(out, "PNG")
    page.get_by_label("Foto").set_input_files({"name": "yo.png", "mimeType": "image/png", "buffer": out.getvalue()})
    page.get_by_role("button", name="Subir foto").click()
    portrait = page.get_by_role("img", name="Su foto actual")
    expect(portrait).to_be_visible()
    assert portrait.evaluate("image => image.complete && image.naturalWidth") == 400
    shoot("20-mis-datos-foto")

    page.goto("/actualizacion-de-datos/historial")
    expect(page.get_by_role("cell", name=NEW)).to_be_visible()
    page.goto("/biblioteca-virtual")
    page.get_by_role("main").get_by_role("link").nth(1).click()
    expect(page.get_by_role("heading", name="Va a salir de CMP Digital")).to_be_visible()
