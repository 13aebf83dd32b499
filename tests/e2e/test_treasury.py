"""A payment that goes back: one of treasury asks, another approves, the payer sees it, and Niubiz's file fits (issue 4)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from chassis.clock import LIMA
from tests.e2e.test_bad_input import api, place, walk_of, wanted
from tests.e2e.test_constancia import sign_in_as_treasury
from tests.e2e.test_main_job import GOOD_CARD, accept_and_open_card_form, choose_dues, eventually, type_card
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

PAYER = "023546"
MAIL = "devolucion@example.pe"
MASKED = "447411****2240"
REASON = "El colegiado pagó dos meses por error"
FILE = "niubiz-del-dia.csv"
NOT_ONESELF = "Usted la solicitó: otra persona debe aprobarla."


def test_a_payment_is_given_back_by_two_of_treasury_and_the_day_settles(
    platform: EmbeddedPlatform,
    page: Page,
    another_person: Callable[[], Page],
    log_in: Callable[[str], None],
    shoot: Callable[..., None],
) -> None:
    """PAY-9, case 15, VOU-4: void on the same day, credit note, settlement."""
    kept = pay_semefa(platform)
    log_in(PAYER)
    order = pay_two_dues(page)

    asking, approving = another_person(), another_person()
    sign_in_as_treasury(platform, asking, "ines.pide@cmp.example", "Inés", "Prueba Solicitante")
    find_order(asking, order)
    shoot("70-tesoreria-pedido", asking)
    ask_for_refund(asking, lambda: shoot("71-tesoreria-solicitar", asking))
    shoot("72-tesoreria-devolucion-propia", asking)
    is_refused_the_own_approval(asking)
    shoot("73-tesoreria-propia-negada", asking)

    sign_in_as_treasury(platform, approving, "bruno.aprueba@cmp.example", "Bruno", "Prueba Aprobador")
    approve(approving, order)
    shoot("74-tesoreria-aprobada", approving)
    eventually(approving, lambda: returned(approving))
    expect(approving.get_by_text("Por anulación del cobro")).to_be_visible()
    shoot("75-tesoreria-devuelta", approving)
    approving.get_by_role("link", name="Ver el pedido").click()
    history = approving.get_by_role("table", name=re.compile("Historia de la operación"))
    expect(history.get_by_role("row").last).to_contain_text("Proceso automático")
    shoot("76-tesoreria-pedido-devuelto", approving)

    page.goto("/pago-online/pedidos")
    expect(page.get_by_role("row").filter(has_text=order)).to_contain_text("Devuelto")
    shoot("77-mis-pagos")
    page.get_by_role("link", name=order).click()
    page.get_by_role("heading", name="El pago fue devuelto").wait_for()
    shoot("78-pago-devuelto")
    find_credit_note(page)
    shoot("79-nota-de-credito")

    bring_the_daily_file(platform, approving)
    row = approving.get_by_role("row").filter(has_text=kept)
    expect(row).to_contain_text("Venta")
    expect(row).to_contain_text("Coincide")
    shoot("80-tesoreria-movimientos", approving)
    approving.get_by_role("link", name="Liquidación", exact=True).first.click()
    expect(approving.get_by_role("link", name=FILE).first).to_be_visible()
    shoot("81-tesoreria-liquidacion", approving)


def pay_semefa(platform: EmbeddedPlatform) -> str:
    """A due that stays paid, so that the day's file has a sale; the operation's number."""
    walk = walk_of(platform, PAYER)
    due = walk.http.get(api(platform, "payments/v1/dues/pending?kind=SEMEFA"), timeout=10).json()["items"][0]
    version = walk.http.get(api(platform, "payments/v1/terms"), timeout=10).json()["version"]
    order = place(walk, platform, wanted([due["id"]], version, email=MAIL) | {"kind": "SEMEFA"}).json()
    attempt: dict[str, Any] = walk.authorize(order)["attempt"]
    return str(attempt["purchase_number"])


def pay_two_dues(page: Page) -> str:
    """The order's number as the receipt tells it."""
    choose_dues(page, MAIL, until=2)
    accept_and_open_card_form(page)
    type_card(page, GOOD_CARD)
    page.get_by_role("heading", name="FINALIZAR COMPRA").wait_for()
    number = re.search(r"Pedido (\d{9})", page.inner_text("main"))
    assert number is not None
    return number[1]


def find_order(page: Page, number: str) -> None:
    """Search it by its number; its charge is shown with a conversation that holds no card."""
    page.get_by_role("main").get_by_role("link", name="Tesorería").click()
    page.get_by_role("link", name="Pedidos", exact=True).click()
    page.get_by_label("Número de pedido").fill(number)
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name=number, exact=True).click()
    page.get_by_role("heading", name=f"Pedido {number} Pagado").wait_for()
    page.get_by_text("Conversación con Niubiz").click()
    expect(page.get_by_role("region", name=re.compile("Mensaje 1 de la operación"))).to_be_visible()
    expect(page.get_by_text(MASKED).first).to_be_visible()
    assert GOOD_CARD not in page.content()


def ask_for_refund(page: Page, look: Callable[[], None]) -> None:
    """All of it, with a reason, through the page that asks before it is done."""
    page.get_by_role("link", name="Solicitar una devolución").click()
    page.get_by_role("button", name="Solicitar la devolución").click()
    expect(page.get_by_role("alert").get_by_text("Escriba el motivo")).to_be_visible()
    page.get_by_label("Motivo").fill(REASON)
    expect(page.get_by_label("Cuotas que se devuelven").locator("option:checked")).to_contain_text("S/ 120.00")
    look()
    page.get_by_role("button", name="Solicitar la devolución").click()
    expect(page.get_by_text("Devolución solicitada. Otra persona debe aprobarla.")).to_be_visible()
    page.get_by_role("table", name="Devoluciones de este pedido").get_by_role("link").click()
    expect(page.get_by_text(NOT_ONESELF)).to_be_visible()
    expect(page.get_by_role("link", name="Aprobar", exact=True)).to_have_count(0)


def is_refused_the_own_approval(page: Page) -> None:
    """By the address of the page, too."""
    page.goto(f"{page.url}/aprobar")
    page.get_by_role("button", name="Aprobar la devolución").click()
    expect(page.get_by_role("alert")).to_contain_text("Quien solicita no puede aprobar")


def approve(page: Page, order: str) -> None:
    """From the list of what waits."""
    page.get_by_role("main").get_by_role("link", name="Tesorería").click()
    page.get_by_role("link", name="Devoluciones: por aprobar").click()
    page.get_by_role("row").filter(has_text=order).get_by_role("link").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_role("link", name="Aprobar", exact=True).click()
    page.get_by_role("button", name="Aprobar la devolución").click()
    expect(page.get_by_text("Devolución aprobada.")).to_be_visible()


def returned(page: Page) -> bool:
    """A job voids the charge; the page tells it when it is read again."""
    page.reload()
    return page.get_by_role("heading", name="Devolución Devuelta").count() > 0


def find_credit_note(page: Page) -> None:
    """Of the physician's council, listed when SUNAT has accepted it."""
    page.goto("/comprobantes/documentos")
    note = page.get_by_role("link", name=re.compile(r"^BC15-\d{8}"))

    def listed() -> bool:
        page.reload()
        return note.count() == 1

    eventually(page, listed, tries=150)


def bring_the_daily_file(platform: EmbeddedPlatform, page: Page) -> None:
    """What Niubiz hands out for today; a charge voided on its own day is not in it."""
    today = datetime.now(LIMA).date().isoformat()
    address = f"{platform.ports.url('acquirer')}/_control/settlement.csv"
    file = requests.get(address, params={"date": today}, timeout=5).content
    page.get_by_role("link", name="Liquidación", exact=True).click()
    page.get_by_label("Archivo de liquidación").set_input_files(
        {"name": FILE, "mimeType": "text/csv", "buffer": file}
    )  # fmt: skip
    page.get_by_role("button", name="Subir el archivo").click()
    expect(page.get_by_text("Archivo recibido:")).to_be_visible()
