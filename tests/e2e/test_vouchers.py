"""Both portals of the electronic vouchers in a browser: option 1 of a physician, option 2 of a client."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Download, Page, expect

from services.identity.clients.demo import SAMPLE_EMAIL, SAMPLE_RUC
from tests.e2e.test_client import factura_number, pay_with_factura, type_document_twice
from tests.e2e.test_main_job import GOOD_CARD, accept_and_open_card_form, choose_dues, eventually, mails_to, type_card
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

REGISTERED = "julio.rengifo@example.pe"
PASSWORD = "veinte lunas redondas"
THREE = ["application/pdf", "application/xml", "application/zip"]


def saved(page: Page, button: str) -> bytes:
    """The file that a button gives."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=button).click()
    download: Download = coming.value
    return download.path().read_bytes()


def tick(page: Page, number: str) -> None:
    """Select a row."""
    page.get_by_label(f"Seleccionar {number}").check()


def printed(page: Page) -> bytes:
    """What Imprimir answers; the browser itself would open a viewer, so the same form is sent beside it."""
    form = page.locator("form#seleccion")
    fields = {name: form.locator(f"[name={name}]:checked, input[type=hidden][name={name}]").first.input_value()
              for name in ("csrf_token", "seleccion")}  # fmt: skip
    target = page.get_by_role("button", name="Imprimir").get_attribute("formaction") or ""
    return page.request.post(target, form=fields).body()


def wait_for(page: Page, number: re.Pattern[str]) -> str:
    """The number of the newest voucher of the list, once SUNAT has accepted one and its PDF is drawn."""
    row = page.get_by_role("link", name=number)
    eventually(page, lambda: page.reload() and row.count() > 0)

    def drawn() -> bool:
        answer = page.request.get(row.first.get_attribute("href") or "")
        return bool(answer.headers["content-type"] == "application/pdf")

    eventually(page, drawn)
    found = number.search(row.first.inner_text())
    assert found is not None
    return found.group()


def mail_about(page: Page, platform: EmbeddedPlatform, address: str, number: str) -> dict[str, Any]:
    """The mail that was asked for on the list."""
    (mail,) = eventually(
        page, lambda: mails_to(platform, address, about=f"Copia de su {'factura' if number[0] == 'F' else 'boleta'}")
    )
    assert number in mail["subject"]
    found: dict[str, Any] = mail
    return found


def files_of(bundle: bytes) -> list[str]:
    """The names in a ZIP that reads well."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_option_1_finds_prints_mails_and_exports_a_boleta(
    platform: EmbeddedPlatform, page: Page, log_in: Callable[[str], None], shoot: Callable[[str], None]
) -> None:
    """VOU-4 to VOU-10, VOU-12, VOU-13: the mail has the PDF alone."""
    log_in("023546")
    choose_dues(page, "boleta.julio@example.pe", until=1)
    accept_and_open_card_form(page)
    type_card(page, GOOD_CARD)
    page.get_by_role("heading", name="FINALIZAR COMPRA").wait_for()

    page.get_by_role("link", name="Facturación Electrónica").first.click()
    expect(page.get_by_text("Julio César, podrá consultar todos sus comprobantes")).to_be_visible()
    page.get_by_role("link", name="Consulta", exact=True).click()
    number = wait_for(page, re.compile(r"B015-\d{8}"))
    page.get_by_role("button", name="Imprimir").click()
    expect(page.get_by_role("heading", name="Hay un problema")).to_be_visible()
    shoot("60-documentos-nada-seleccionado")

    page.get_by_label("Documento", exact=True).fill(number)
    page.get_by_label("Nombre").fill("garcía rengifo")
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_text("No hay comprobantes con estos filtros")).to_be_visible()
    page.get_by_label("Nombre").fill("julio cesar rengifo")
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_role("row")).to_have_count(2)
    shoot("61-documentos-opcion-1")

    tick(page, number)
    assert printed(page).startswith(b"%PDF")
    assert [name[-3:] for name in files_of(saved(page, "Descargar ZIP"))] == ["pdf", "xml", "zip"]
    assert number.encode() in saved(page, "Exportar")
    page.get_by_label("Formato de Exportar").select_option("xlsx")
    assert "xl/worksheets/sheet1.xml" in files_of(saved(page, "Exportar"))

    tick(page, number)
    page.get_by_role("button", name="Enviar por correo").click()
    expect(page.get_by_text("Enviaremos el comprobante a su correo registrado (j***@example.pe)")).to_be_visible()
    mail = mail_about(page, platform, REGISTERED, number)
    assert [attachment["media_type"] for attachment in mail["attachments"]] == THREE[:1]


def test_option_2_finds_and_mails_a_factura_with_xml_and_cdr(
    platform: EmbeddedPlatform,
    page: Page,
    another_person: Callable[[], Page],
    log_in: Callable[[str], None],
    shoot: Callable[..., None],
) -> None:
    """VOC-1 to VOC-5: the first access by the mailed code, all results as one ZIP, a mail with three files."""
    log_in("023546")
    pay_with_factura(page, SAMPLE_RUC, "factura.clinica@example.pe")
    number = eventually(page, lambda: factura_number(platform, "factura.clinica@example.pe"))

    client = another_person()
    client.goto("/facturacion-electronica")
    type_document_twice(client, SAMPLE_RUC)
    (mail,) = eventually(client, lambda: mails_to(platform, SAMPLE_EMAIL, about="Su código"))
    code = re.search(r"^\s*([A-Z0-9]{10})\s*$", mail["text"], re.MULTILINE)
    assert code is not None
    client.get_by_label("Código", exact=True).fill(code[1])
    client.get_by_role("button", name="Continuar con el código").click()
    client.get_by_label("Contraseña nueva").fill(PASSWORD)
    client.get_by_label("He leído y acepto").check()
    client.get_by_role("button", name="Crear contraseña e ingresar").click()
    client.get_by_role("heading", name="DOCUMENTOS").wait_for()
    assert wait_for(client, re.compile(re.escape(number))) == number
    shoot("62-documentos-opcion-2", client)

    client.get_by_label("Seleccionar todos los resultados").check()
    assert f"20000000001-01-{number}.xml" in files_of(saved(client, "Descargar ZIP"))
    tick(client, number)
    client.get_by_role("button", name="Enviar por correo").click()
    mail = mail_about(client, platform, SAMPLE_EMAIL, number)
    assert [attachment["media_type"] for attachment in mail["attachments"]] == THREE
