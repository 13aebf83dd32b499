"""A newcomer in a browser: registers, confirms from the mailbox, is matched, logs in, recovers password and user."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.test_main_job import eventually
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

EMAIL = "nadia.cardenas@example.pe"
NADIA = {
    "Número de CMP": "56789",
    "Número de documento": "40000056",
    "Nombres": "Nadia Ines",
    "Apellido paterno": "Cardenas",
    "Apellido materno": "Ruiz",
    "Correo electrónico": EMAIL,
}
FIRST, SECOND = "cuatro gatos miran la lluvia", "tres puertas y una ventana azul"


def mailed_link(platform: EmbeddedPlatform, page: Page, subject: str) -> str:
    """The path of the one-time link in the newest mail with this subject."""

    def arrived() -> list[dict[str, Any]]:
        answer = requests.get(f"{platform.ports.url('mailbox')}/api/messages", params={"to": EMAIL}, timeout=5)
        return [mail for mail in answer.json()["messages"] if subject in mail["subject"]]

    newest = max(eventually(page, arrived), key=lambda mail: int(mail["id"]))
    whole = requests.get(f"{platform.ports.url('mailbox')}/api/messages/{newest['id']}", timeout=5).json()
    found = re.search(re.escape(platform.ports.url("gateway")) + r"(/\S+/[\w-]{40,})", whole["text"])
    assert found, whole["text"]
    return found[1]


def log_in(page: Page, username: str, password: str) -> None:
    page.goto("/ingresar")
    page.get_by_label("Usuario").fill(username)
    page.get_by_label("Contraseña", exact=True).fill(password)
    page.get_by_role("button", name="Identificarse").click()
    page.get_by_text("Hola, Nadia Inés").wait_for()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Desconectar").click()
    page.get_by_role("heading", name="Inicio de sesión").wait_for()


def test_a_newcomer_registers_confirms_and_logs_in_and_recovers_password_and_user(
    platform: EmbeddedPlatform, page: Page, shoot: Callable[[str], None]
) -> None:
    """ACC-3, ACC-4, MAIL-1, REC-2, AMB-6, ASVS 6.5 and 7.5.2."""
    page.goto("/")
    page.get_by_role("link", name="regístrese").click()
    page.get_by_role("link", name="Empezar").click()
    for label, text in NADIA.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_text("056789")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Enviar mi registro").click()
    page.get_by_role("heading", name="Revise su correo").wait_for()
    status = page.url
    shoot("accounts-01-correo")

    page.goto(mailed_link(platform, page, "Confirme su correo"))
    page.reload()
    page.get_by_label("Contraseña nueva").fill(FIRST)
    page.get_by_role("button", name="Confirmar y crear contraseña").click()
    expect(page.get_by_text("su cuenta está abierta")).to_be_visible()
    log_in(page, "056789", FIRST)
    log_out(page)
    page.goto(status)
    page.get_by_role("heading", name="Su cuenta está abierta").wait_for()

    page.goto("/sistcere/ingreso")
    page.get_by_role("link", name="Solicitar ingreso").click()
    page.get_by_label("Número de colegiatura").fill("056789")
    page.get_by_role("button", name="Enviar").click()
    older = mailed_link(platform, page, "Su ingreso a SISTCERE")

    page.goto("/")
    page.get_by_role("link", name="¿Recordar contraseña?").click()
    page.get_by_label("Número de CMP, documento o correo").fill("40000056")
    page.get_by_role("button", name="Enviar el enlace").click()
    page.get_by_role("heading", name="Revise su correo").wait_for()
    page.goto(mailed_link(platform, page, "Cree una contraseña nueva"))
    page.get_by_label("Contraseña nueva").fill(SECOND)
    page.get_by_role("button", name="Guardar la contraseña").click()
    expect(page.get_by_text("Su contraseña cambió")).to_be_visible()
    page.goto(older)
    page.get_by_role("heading", name="El enlace ya no sirve").wait_for()

    page.goto("/recordar-usuario")
    page.get_by_label("Número de CMP, documento o correo").fill(EMAIL)
    page.get_by_role("button", name="Enviar mi usuario").click()
    page.goto(mailed_link(platform, page, "Su usuario de CMP Digital"))
    page.get_by_role("button", name="Ingresar").click()
    page.get_by_text("Hola, Nadia Inés").wait_for()
    page.goto("/mis-sesiones")
    expect(page.get_by_text("Esta sesión")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("Chrome en Linux"))).to_be_visible()
    shoot("accounts-02-sesiones")
    log_out(page)
    log_in(page, EMAIL, SECOND)
