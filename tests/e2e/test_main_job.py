"""The main job in a browser: log in, pay the two oldest dues, see the result, find the boleta, read the mail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

GOOD_CARD = "4474118355632240"
NO_FUNDS = "4041650444437904"
CHARGES_AND_DROPS = "4990000000000012"


def choose_dues(page: Page, email: str, until: int) -> None:
    """From the menu to the summary."""
    page.get_by_role("link", name="Pago Online").first.click()
    page.get_by_role("link", name="Pago", exact=True).or_(
        page.get_by_role("button", name="Pago", exact=True)
    ).first.click()
    page.get_by_label("Cuota Colegiado").check()
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Boleta").check()
    page.get_by_label("Correo electrónico para el comprobante").fill(email)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Pagar hasta").select_option(index=until)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name="Revisar y pagar").wait_for()


def accept_and_open_card_form(page: Page) -> None:
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="PAGA AQUÍ").click()
    page.locator("#acquirer-pay").click()


def type_card(page: Page, number: str, expiry: str = "03/28") -> None:
    """In the acquirer's own frame."""
    frame = page.frame_locator("#acquirer-frame")
    for field, value in {
        "#number": number, "#expiry": expiry, "#cvv": "111", "#name": "ROSA", "#surname": "QUISPE", "#email": "rosa@example.pe",
    }.items():  # fmt: skip
        frame.locator(field).fill(value)
    frame.locator("#pay").click()


def mails_to(platform: EmbeddedPlatform, address: str, about: str = "electrónica") -> list[dict[str, Any]]:
    """The mails at an address whose subject says this; of a payment those with the voucher."""
    answer = requests.get(f"{platform.ports.url('mailbox')}/api/messages", params={"to": address}, timeout=5)
    return [mail for mail in answer.json()["messages"] if about in mail["subject"]]


def test_a_physician_pays_the_two_oldest_dues_and_has_boleta_and_mail(
    platform: EmbeddedPlatform, page: Page, log_in: Callable[[str], None], shoot: Callable[[str], None]
) -> None:
    """PAY-1 to PAY-11, VOU-4 to VOU-9, MAIL-4."""
    log_in("012345")
    shoot("01-menu")
    choose_dues(page, "pago.uno@example.pe", until=2)
    expect(page.get_by_text("S/ 120.00").first).to_be_visible()
    shoot("02-resumen")
    accept_and_open_card_form(page)
    page.frame_locator("#acquirer-frame").locator("#number").wait_for()
    shoot("03-tarjeta")
    type_card(page, GOOD_CARD)

    page.get_by_role("heading", name="FINALIZAR COMPRA").wait_for()
    expect(page.get_by_text("447411****2240")).to_be_visible()
    expect(page.get_by_text("Aprobado y completado con éxito").first).to_be_visible()
    shoot("04-resultado")
    page.reload()
    page.get_by_role("heading", name="FINALIZAR COMPRA").wait_for()

    boleta = find_boleta(page)
    shoot("05-documentos")
    expect(page.get_by_role("cell", name="40000001")).to_be_visible()
    assert read_pdf(page, boleta).startswith(b"%PDF")

    (mail,) = eventually(page, lambda: mails_to(platform, "pago.uno@example.pe"))
    assert [attachment["media_type"] for attachment in mail["attachments"]] == ["application/pdf"]
    (receipt,) = eventually(page, lambda: mails_to(platform, "pago.uno@example.pe", "Constancia de su pago"))
    assert [attachment["media_type"] for attachment in receipt["attachments"]] == ["application/pdf"]
    page.goto(platform.ports.url("mailbox"))
    shoot("06-correo")


def test_a_declined_card_costs_nothing_and_may_be_tried_again(
    platform: EmbeddedPlatform, page: Page, log_in: Callable[[str], None], shoot: Callable[[str], None]
) -> None:
    """PAY-12."""
    log_in("034567")
    choose_dues(page, "pago.dos@example.pe", until=1)
    accept_and_open_card_form(page)
    type_card(page, NO_FUNDS)
    page.get_by_role("heading", name="El pago fue rechazado").wait_for()
    expect(page.get_by_text("No se realizó ningún cobro").first).to_be_visible()
    shoot("07-rechazado")
    page.get_by_role("button", name="Intentar de nuevo").click()
    page.locator("#acquirer-pay").click()
    type_card(page, GOOD_CARD)
    page.get_by_role("heading", name="FINALIZAR COMPRA").wait_for()
    assert len(eventually(page, lambda: mails_to(platform, "pago.dos@example.pe"))) == 1


def test_an_unknown_outcome_is_told_as_such_and_settles_by_itself(
    platform: EmbeddedPlatform, page: Page, log_in: Callable[[str], None], shoot: Callable[[str], None]
) -> None:
    """Failure case 1: the acquirer charges and drops the connection."""
    log_in("023546")
    choose_dues(page, "pago.tres@example.pe", until=1)
    accept_and_open_card_form(page)
    type_card(page, CHARGES_AND_DROPS, expiry="03/30")
    page.get_by_role("heading", name="Estamos verificando su pago").wait_for()
    expect(page.get_by_text("No pague otra vez")).to_be_visible()
    shoot("08-verificando")
    eventually(page, lambda: settled(page), tries=150)
    page.get_by_role("heading", name="FINALIZAR COMPRA").wait_for()
    assert len(eventually(page, lambda: mails_to(platform, "pago.tres@example.pe"))) == 1


def read_pdf(page: Page, boleta: Locator) -> bytes:
    """The file behind the link; it is drawn a moment after SUNAT's answer."""

    def drawn() -> bytes | None:
        answer = page.request.get(boleta.get_attribute("href") or "")
        return answer.body() if answer.headers["content-type"] == "application/pdf" else None

    found: bytes = eventually(page, drawn)
    return found


def settled(page: Page) -> bool:
    page.reload()
    return page.get_by_role("heading", name="FINALIZAR COMPRA").count() > 0


def find_boleta(page: Page) -> Locator:
    """In the list of option 1, where it appears when SUNAT has accepted it."""
    page.get_by_role("link", name="Facturación Electrónica").first.click()
    page.get_by_role("link", name="Consulta", exact=True).click()
    row = page.get_by_role("link", name=re.compile(r"^B003-\d{8}"))

    def shown() -> bool:
        page.reload()
        return row.count() == 1

    eventually(page, shown)
    return row.first


def eventually(page: Page, look: Callable[[], Any], tries: int = 100) -> Any:
    """Ask until there is something to see."""
    for _ in range(tries):
        if found := look():
            return found
        page.wait_for_timeout(200)
    raise AssertionError("it never came")
