"""Staff in a browser: from the invitation to a desk, with a second factor, and what stays written down."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from cli.environment import environment
from services.identity.staff.second_factor import code_at
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

PASSWORD = "cuatro gatos duermen lejos"
EMAIL = "elena.paredes@cmp.example"


def command(platform: EmbeddedPlatform, *words: str) -> str:
    """What a command of identity prints on the platform's own database."""
    env = os.environ | environment(platform.folder, platform.ports)
    run = subprocess.run(
        [sys.executable, "-m", "cli.main", "identity", *words], env=env, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def code(secret: str, steps: int = 0) -> str:
    """What the authenticator shows, or so many steps later."""
    return code_at(secret, datetime.fromtimestamp(datetime.now(UTC).timestamp() + 30 * steps, UTC))


def test_invited_staff_enrol_a_second_factor_edit_a_council_and_are_audited(
    platform: EmbeddedPlatform, page: Page, shoot: Callable[[str], None]
) -> None:
    link = command(
        platform, "staff", "invite", "--email", EMAIL, "--names", "Elena", "--surnames", "Paredes Soto",
        "--roles", "registry,administrator",
    )  # fmt: skip
    page.goto(link)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    shoot("40-personal-activar")
    page.get_by_role("button", name="Continuar").click()

    page.get_by_role("heading", name="Enlazar su aplicación de códigos").wait_for()
    expect(page.get_by_role("img", name="Código QR")).to_be_visible()
    shoot("41-personal-segundo-factor")
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    page.get_by_label("Código de 6 dígitos").fill(code(secret, -1))
    page.get_by_role("button", name="Activar mi cuenta").click()
    page.get_by_role("heading", name="Códigos de recuperación").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    shoot("42-personal-codigos")
    page.get_by_role("button", name="Ya los guardé").click()

    page.get_by_role("heading", name="Gestión", level=1).wait_for()
    shoot("43-personal-gestion")
    edit_council(page)
    shoot("44-personal-catalogos")
    page.goto("/gestion/auditoria")
    row = page.get_by_role("row").filter(has_text="council.changed")
    expect(row).to_contain_text("Elena Paredes Soto")
    expect(row).to_contain_text("name: Tarapoto")
    shoot("45-personal-auditoria")

    page.get_by_role("button", name="Desconectar").click()
    page.goto(link)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_text("El enlace ya se usó o venció").first).to_be_visible()
    come_back(page, secret)


def edit_council(page: Page) -> None:
    """Give the council of San Martín its seat's name, with a reason."""
    page.get_by_role("link", name="Catálogos").first.click()
    page.get_by_role("link", name="Cambiar CR XV SAN MARTÍN").click()
    page.get_by_label("Sede").fill("Tarapoto")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Escriba el motivo")
    page.get_by_label("Motivo").fill("Resolución de ejemplo 12-2026")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Guardamos el cambio").first).to_be_visible()
    expect(page.get_by_role("cell", name="Tarapoto", exact=True)).to_be_visible()


def come_back(page: Page, secret: str) -> None:
    """Password, then the code; nothing in between opens a desk."""
    page.goto("/ingresar")
    page.get_by_label("Usuario").fill(EMAIL)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Identificarse").click()
    page.get_by_role("heading", name="Segundo paso").wait_for()
    assert page.request.get("/gestion/personal", max_redirects=0).status == 303
    page.get_by_label("Código de 6 dígitos").fill(code(secret, +1))
    page.get_by_role("button", name="Ingresar").click()
    page.get_by_role("heading", name="Gestión", level=1).wait_for()
