"""The voucher desk in a browser: a rejected boleta in the queue, another in its place, accepted, then voided (issue 5)."""

import re
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.test_main_job import eventually
from tests.e2e.test_staff import PASSWORD, code, command
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

EMAIL = "comprobantes.prueba@cmp.example"


def sign_in_at_the_desk(platform: EmbeddedPlatform, page: Page) -> None:
    """Invited with the role of vouchers, with a second factor."""
    words = ("--email", EMAIL, "--names", "Carla", "--surnames", "Prueba Comprobantes", "--roles", "vouchers")
    page.goto(command(platform, "staff", "invite", *words))
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    page.get_by_label("Código de 6 dígitos").fill(code(secret, -1))
    page.get_by_role("button", name="Activar mi cuenta").click()
    page.get_by_role("button", name="Ya los guardé").click()
    page.get_by_role("main").get_by_role("link", name="Comprobantes", exact=True).click()
    page.get_by_role("heading", name="Comprobantes", level=1).wait_for()


def sunat_will_reject_the_next(platform: EmbeddedPlatform) -> None:
    """As if a datum were wrong."""
    order = {"behaviour": "reject", "code": "2335", "operation": "sendBill"}
    address = f"{platform.ports.url('tax_authority')}/_control/next"
    requests.post(address, json=order, timeout=5).raise_for_status()


def type_a_boleta(page: Page) -> None:
    """A course, for somebody without an e-mail."""
    page.get_by_role("link", name="Emitir", exact=True).click()
    page.get_by_label("Boleta").check()
    page.get_by_label("Número de documento").fill("40000001")
    page.get_by_label("Nombre o razón social").fill("Quispe Ñaupari, Rosa Elvira")
    page.get_by_label("Descripción de la línea 1").fill("Curso de actualización")
    page.get_by_label("Importe con IGV (S/) de la línea 1").fill("118.00")
    page.get_by_label("Tratamiento del IGV de la línea 1").select_option("10")
    page.get_by_label("Motivo").fill("Venta en ventanilla")


def check_and_issue(page: Page) -> str:
    """Over the summary page; the number of the voucher."""
    page.get_by_role("button", name="Revisar antes de emitir").click()
    page.get_by_role("heading", name="Revisar antes de emitir").wait_for()
    expect(page.get_by_role("row").filter(has_text="Total")).to_contain_text("S/ 118.00")
    page.get_by_role("button", name="Emitir la boleta").click()
    heading = page.get_by_role("heading", level=1).inner_text()
    number = re.match(r"[A-Z0-9]{4}-\d{8}", heading)
    assert number, heading
    return number.group()


def reaches(page: Page, state: str) -> None:
    """The page, looked at again and again, says so."""
    heading = page.get_by_role("heading", level=1)
    eventually(page, lambda: page.reload() and state in heading.inner_text())


def test_a_rejected_boleta_is_found_replaced_accepted_and_the_new_one_voided(
    platform: EmbeddedPlatform, page: Page, shoot: Callable[[str], None]
) -> None:
    """VOC-7 on the way: the e-mail is asked for, its absence recorded."""
    sign_in_at_the_desk(platform, page)
    shoot("90-comprobantes")
    sunat_will_reject_the_next(platform)
    type_a_boleta(page)
    page.get_by_role("button", name="Revisar antes de emitir").click()
    expect(page.get_by_role("alert").get_by_text("marque que el cliente no tiene uno")).to_be_visible()
    page.get_by_label("El cliente no tiene correo o no quiso darlo").check()
    shoot("91-emitir")
    rejected = check_and_issue(page)
    reaches(page, "Rechazado")

    page.get_by_role("link", name="Cola", exact=True).click()
    page.get_by_label("Estado").select_option("rejected")
    page.get_by_role("button", name="Filtrar").click()
    row = page.get_by_role("row").filter(has_text=rejected)
    expect(row).to_contain_text("2335")
    expect(row).to_contain_text("emita otro en su lugar")
    shoot("92-cola")
    row.get_by_role("link", name=rejected).click()
    expect(page.get_by_text("El cliente no dio un correo de entrega")).to_be_visible()
    shoot("93-rechazado")

    page.get_by_role("link", name="Emitir otro en su lugar").click()
    expect(page.get_by_label("Nombre o razón social")).to_have_value("QUISPE ÑAUPARI, ROSA ELVIRA")
    page.get_by_label("Correo de entrega").fill("rosa.ventanilla@example.pe")
    page.get_by_label("Motivo").fill("Corrige lo que la SUNAT señaló")
    page.get_by_role("button", name="Revisar antes de emitir").click()
    shoot("94-revisar")
    page.get_by_role("button", name="Cambiar los datos").click()
    issued = check_and_issue(page)
    assert issued != rejected
    reaches(page, "Aceptado")
    shoot("95-aceptado")

    page.get_by_role("link", name="Cola", exact=True).click()
    expect(page.get_by_text(rejected)).to_have_count(0)
    page.get_by_role("link", name="Buscar", exact=True).click()
    page.get_by_label("Número", exact=True).fill(issued)
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name=issued).click()
    page.get_by_role("link", name="Anular", exact=True).click()
    page.get_by_label("Motivo de la baja").fill("El cliente desistió")
    page.get_by_role("button", name="Anular el comprobante").click()
    expect(page.get_by_text("Comunicaremos la baja a la SUNAT")).to_be_visible()
    reaches(page, "Anulado")
    expect(page.get_by_role("link", name="CDR de la baja")).to_be_visible()
    shoot("96-anulado")
    page.get_by_role("link", name="Reportes", exact=True).click()
    page.get_by_role("heading", name="Reporte del mes").wait_for()
    shoot("97-reporte")
