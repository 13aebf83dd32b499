"""A client in a browser: a factura to a RUC, the first access proven by it, a new password, the factura (VOC-1 to VOC-3)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from chassis.clock import LIMA
from tests.e2e.test_main_job import GOOD_CARD, accept_and_open_card_form, eventually, type_card
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

RUC = "20600000013"
"""Invented; only its check digit is right."""
EMAIL = "factura.cliente@example.pe"
PASSWORD = "diecisiete puertas azules"


def pay_with_factura(page: Page, ruc: str = RUC, email: str = EMAIL) -> str:
    """A physician pays one due and asks for a factura to a firm's RUC; the amount paid."""
    page.goto("/pago-online")
    page.get_by_role("button", name="Pago", exact=True).click()
    page.get_by_label("Cuota Colegiado").check()
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Factura").check()
    page.get_by_label("Correo electrónico para el comprobante").fill(email)
    page.get_by_label("RUC", exact=True).fill(ruc)
    page.get_by_label("Razón social").fill("Policlínico de Ejemplo S.A.C.")
    page.get_by_label("Dirección fiscal").fill("Jr. de Ejemplo 123, Lima")
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Pagar hasta").select_option(index=1)
    page.get_by_role("button", name="Continuar").click()
    accept_and_open_card_form(page)
    type_card(page, GOOD_CARD)
    page.get_by_role("heading", name="FINALIZAR COMPRA").wait_for()
    paid = re.search(r"S/\s*(\d+\.\d\d)", page.inner_text("main"))
    assert paid is not None
    return paid[1]


def factura_number(platform: EmbeddedPlatform, email: str = EMAIL) -> str | None:
    """As the mail with the factura says it."""
    found = requests.get(f"{platform.ports.url('mailbox')}/api/messages", params={"to": email}, timeout=5).json()
    for mail in found["messages"]:
        if number := re.search(r"F\w{3}-\d{8}", str(mail)):
            return number.group()
    return None


def type_document_twice(page: Page, ruc: str = RUC) -> None:
    """The manual's gesture."""
    page.get_by_label("Usuario").fill(ruc)
    page.get_by_label("Contraseña", exact=True).fill(ruc)
    page.get_by_role("button", name="Ingresar", exact=True).click()


def test_a_client_proves_the_case_by_a_factura_sets_a_password_and_sees_the_factura(
    platform: EmbeddedPlatform, page: Page, log_in: Callable[[str], None], shoot: Callable[[str], None]
) -> None:
    """VOC-1, VOC-2, VOC-3, AMB-4 without an address on file; PUB-3; Ley 29733."""
    log_in("034567")
    total = pay_with_factura(page)
    number: Any = eventually(page, lambda: factura_number(platform))
    page.get_by_role("button", name="Desconectar").click()

    page.goto("/")
    page.get_by_role("link", name="Facturación electrónica", exact=True).click()
    shoot("20-acceso-al-sistema")
    type_document_twice(page)
    page.get_by_role("heading", name="Comprobar que es usted").wait_for()
    shoot("21-primer-ingreso")

    today = datetime.now(LIMA)
    page.get_by_label("Tipo de comprobante").select_option("01")
    page.get_by_label("Serie y número").fill(number)
    for part, value in (("Día", today.day), ("Mes", today.month), ("Año", today.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_label("Importe total").fill(total)
    page.get_by_role("button", name="Continuar con el comprobante").click()

    page.get_by_role("heading", name="Crear su contraseña").wait_for()
    page.get_by_label("Contraseña nueva").fill(RUC + "2026")
    page.get_by_label("He leído y acepto").check()
    page.get_by_role("button", name="Crear contraseña e ingresar").click()
    expect(page.get_by_role("heading", name="Hay un problema")).to_be_visible()
    shoot("22-contrasena-rechazada")
    page.get_by_label("Contraseña nueva").fill(PASSWORD)
    page.get_by_role("button", name="Crear contraseña e ingresar").click()

    page.get_by_role("heading", name="DOCUMENTOS").wait_for()
    factura = page.get_by_role("link", name=number)
    eventually(page, lambda: page.reload() and factura.count() == 1)
    shoot("23-documentos-del-cliente")
    assert page.request.get(factura.get_attribute("href") or "").body().startswith(b"%PDF")

    page.get_by_role("link", name="Mis datos").first.click()
    expect(page.get_by_text("Aceptó la versión")).to_be_visible()
    shoot("24-mis-datos")
    page.get_by_role("button", name="Desconectar").click()

    page.goto("/facturacion-electronica")
    type_document_twice(page)
    page.get_by_role("heading", name="Comprobar que es usted").wait_for()
    page.goto("/facturacion-electronica")
    page.get_by_label("Usuario").fill(RUC)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Ingresar", exact=True).click()
    expect(page.get_by_role("heading", name="DOCUMENTOS")).to_be_visible()
