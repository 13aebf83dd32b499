"""A constancia de habilidad from its owner to a stranger and to treasury, which takes it back (issue 4)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_staff import PASSWORD, code, command
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

EMAIL = "tesoreria.prueba@cmp.example"
REASON = "Datos de colegiatura por corregir"


def sign_in_as_treasury(
    platform: EmbeddedPlatform, page: Page, email: str = EMAIL, names: str = "Nora", surnames: str = "Prueba Tesorera"
) -> None:
    """Invited, with a second factor."""
    words = ("--email", email, "--names", names, "--surnames", surnames, "--roles", "treasury")
    page.goto(command(platform, "staff", "invite", *words))
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name="Enlazar su aplicación de códigos").wait_for()
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    page.get_by_label("Código de 6 dígitos").fill(code(secret, -1))
    page.get_by_role("button", name="Activar mi cuenta").click()
    page.get_by_role("button", name="Ya los guardé").click()
    page.get_by_role("heading", name="Gestión", level=1).wait_for()


def test_a_constancia_is_issued_verified_by_a_stranger_and_revoked_by_treasury(
    platform: EmbeddedPlatform, page: Page, log_in: Callable[[str], None], shoot: Callable[[str], None]
) -> None:
    log_in("100001")
    page.get_by_role("link", name="Constancia de habilidad").first.click()
    expect(page.get_by_text("Usted está HÁBIL")).to_be_visible()
    page.get_by_role("button", name="Obtener constancia").click()
    page.get_by_role("heading", name="Constancia vigente").wait_for()
    number = page.locator(".panel-number strong").inner_text()
    printed = page.locator("dd", has_text="Está impreso junto al código QR").inner_text().split("\n")[0]
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar el PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    shoot("60-constancia")
    page.get_by_role("button", name="Desconectar").click()

    page.goto("/verificar")
    page.get_by_label("Código de verificación").fill(printed)
    page.get_by_role("button", name="Verificar").click()
    page.get_by_role("heading", name="Constancia vigente").wait_for()
    expect(page.get_by_text(number).first).to_be_visible()
    verified = page.url
    shoot("61-verificada")

    sign_in_as_treasury(platform, page)
    page.get_by_role("main").get_by_role("link", name="Tesorería").click()
    expect(
        page.get_by_role("cell", name="Cobros: por confirmar").or_(page.get_by_text("Cobros: por confirmar")).first
    ).to_be_visible()
    shoot("62-tesoreria")
    page.get_by_role("link", name="Cuotas", exact=True).click()
    page.get_by_label("Número de CMP").fill("023546")
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_text("No hábil").first).to_be_visible()
    shoot("63-cuotas")
    page.get_by_role("link", name="Reportes", exact=True).click()
    page.get_by_role("heading", name="Reportes de recaudación").wait_for()
    page.get_by_role("link", name="Constancias", exact=True).click()
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Revocar la constancia").click()
    page.get_by_role("button", name="Revocar la constancia").click()
    expect(page.get_by_role("alert").get_by_text("Escriba el motivo")).to_be_visible()
    page.get_by_label("Motivo").fill(REASON)
    page.get_by_role("button", name="Revocar la constancia").click()
    expect(page.get_by_text("Constancia revocada.")).to_be_visible()

    page.goto(verified)
    page.get_by_role("heading", name="Constancia revocada").wait_for()
    expect(page.get_by_text(REASON)).to_have_count(0)
    shoot("64-revocada")
