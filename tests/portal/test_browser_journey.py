"""Journeys in a real browser: with scripts, without them, with the keyboard, on a narrow screen."""

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.browser import surfing
from tests.portal.fake_gateway import FakeGateway

pytestmark = pytest.mark.e2e


def test_from_login_to_the_voucher(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.log_in().walk_to_card()
        surfer.page.locator("#acquirer-pay").click()
        expect(surfer.page.get_by_role("heading", level=1)).to_have_text("FINALIZAR COMPRA")
        world.order_voucher = {
            "number": "B001-00000012", "type": "03", "state": "accepted", "state_label": "Aceptado", "visible": True, "id": "v1",
        }  # fmt: skip
        surfer.page.reload()
        expect(surfer.page.get_by_text("Su comprobante B001-00000012 está listo")).to_be_visible()
        assert len(world.calls("POST", r"payments/v1/orders/o1/attempts/\d+/authorization")) == 1
        assert surfer.strangers == []
        assert surfer.complaints == []


def test_going_back_after_paying_does_not_pay_again(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.sign_in().walk_to_card()
        surfer.page.locator("#acquirer-pay").click()
        expect(surfer.page.get_by_role("heading", level=1)).to_have_text("FINALIZAR COMPRA")
        surfer.page.go_back()
        expect(surfer.page.get_by_role("heading", level=1)).to_have_text("FINALIZAR COMPRA")


def test_a_double_click_on_paga_aqui_makes_one_order(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.sign_in().walk_to_summary()
        surfer.page.get_by_label("Acepto los términos").check()
        surfer.page.get_by_role("button", name="PAGA AQUÍ").dblclick(no_wait_after=True)
        expect(surfer.page.get_by_role("heading", level=1)).to_have_text("Pagar con tarjeta")
        assert len(world.orders) == 1
        assert len(world.calls("POST", "payments/v1/orders/o1/attempts")) == 1


def test_ticking_a_due_ticks_the_older_ones_and_tells_the_total(
    browser: Browser, address: str, world: FakeGateway
) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.sign_in().choose_kind_and_boleta()
        boxes = surfer.page.locator("#dues-table tbody input[type=checkbox]")
        total = surfer.page.locator("[data-total]")
        expect(total).to_have_attribute("aria-live", "polite")
        boxes.nth(2).check()
        assert [boxes.nth(n).is_checked() for n in range(4)] == [True, True, True, False]
        expect(total).to_have_text("Va a pagar 3 cuotas: S/ 65.50")
        expect(surfer.page.get_by_label("Pagar hasta")).to_have_value("3")
        boxes.nth(1).uncheck()
        assert [boxes.nth(n).is_checked() for n in range(4)] == [True, False, False, False]
        expect(total).to_have_text("Va a pagar 1 cuota: S/ 20.00")
        surfer.page.get_by_label("Pagar hasta").select_option("4")
        assert boxes.nth(3).is_checked()


def test_the_fields_of_the_factura_show_when_they_are_needed(
    browser: Browser, address: str, world: FakeGateway
) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.sign_in().open("/pago-online/comprobante")
        expect(surfer.page.get_by_label("RUC", exact=True)).to_be_hidden()
        surfer.page.get_by_label("Factura").check()
        expect(surfer.page.get_by_label("RUC", exact=True)).to_be_visible()


def test_the_password_can_be_shown(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        field = surfer.open("/").get_by_label("Contraseña", exact=True)
        surfer.page.get_by_role("button", name="Mostrar la contraseña").click()
        expect(field).to_have_attribute("type", "text")
        surfer.page.get_by_role("button", name="Ocultar la contraseña").click()
        expect(field).to_have_attribute("type", "password")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(
    browser: Browser, address: str, world: FakeGateway
) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.open("/")
        surfer.press("Identificarse")
        expect(surfer.page.locator("#error-summary")).to_be_focused()
        surfer.page.get_by_role("link", name="Ingrese su contraseña").click()
        expect(surfer.page.locator("#password")).to_be_focused()


def test_every_row_of_the_page_can_be_selected_at_once(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.sign_in().open("/comprobantes/documentos")
        surfer.page.get_by_label("Seleccionar todos los de esta página").check()
        surfer.press("Enviar por correo")
        expect(surfer.page.get_by_role("status")).to_contain_text("Enviaremos los 3 comprobantes")
        assert world.calls("POST", "einvoice/v1/vouchers/mail")[0].body == {"ids": ["v3", "v2", "v1"]}


def test_the_search_stands_in_the_address(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.sign_in().open("/comprobantes/documentos")
        surfer.page.get_by_label("Estado").select_option("any")
        surfer.press("Buscar")
        assert "estado=any" in surfer.page.url
        with surfer.page.expect_download() as download:
            surfer.press("Exportar")
        assert download.value.suggested_filename == "comprobantes.csv"


def test_the_skip_link_comes_first_and_the_order_is_that_of_the_page(
    browser: Browser, address: str, world: FakeGateway
) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.open("/")
        visited = []
        for _ in range(12):
            surfer.page.keyboard.press("Tab")
            visited.append(
                surfer.page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id")
            )
            box = surfer.page.evaluate(
                "(() => { const r = document.activeElement.getBoundingClientRect(); return r.width > 0; })()"
            )
            assert box
        assert visited[0] == "Saltar al contenido"
        assert visited[2:] == ["Inicio", "Constancia de habilidad", "Facturación electrónica", "Ayuda", "username",
                               "password", "Mostrar la contraseña", "remember", "Identificarse",
                               "¿Recordar usuario?"]  # fmt: skip


def test_the_focus_can_be_seen(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.open("/")
        surfer.page.get_by_label("Usuario").focus()
        surfer.page.keyboard.press("Tab")
        style = surfer.page.evaluate("getComputedStyle(document.activeElement).outline")
        assert "3px" in style
        assert "rgb(255, 184, 28)" in style


@pytest.mark.parametrize("path", ["/", "/menu", "/pago-online/cuotas", "/comprobantes/documentos"])
def test_pages_fit_320_pixels_with_wide_text_spacing(
    browser: Browser, address: str, world: FakeGateway, path: str
) -> None:
    """Reflow (1.4.10) and text spacing (1.4.12)."""
    with surfing(browser, address, world) as surfer:
        if path != "/":
            surfer.sign_in().choose_kind_and_boleta()
        surfer.page.set_viewport_size({"width": 320, "height": 640})
        surfer.open(path)
        surfer.page.evaluate(
            "() => document.querySelectorAll('*').forEach(e => { e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em';"
            " e.style.lineHeight = '1.5'; })"
        )
        assert surfer.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/", "/menu", "/comprobantes/documentos"])
def test_targets_are_at_least_24_pixels_high(browser: Browser, address: str, world: FakeGateway, path: str) -> None:
    """2.5.8; links inside a sentence are exempt."""
    with surfing(browser, address, world, "phone") as surfer:
        if path != "/":
            surfer.sign_in()
        surfer.open(path)
        small = surfer.page.evaluate(
            "() => [...document.querySelectorAll('main button, main input:not([type=hidden]), main select, nav a, summary')]"
            ".filter(e => { const r = e.getBoundingClientRect(); return r.height && (r.height < 24 || r.width < 24); })"
            ".map(e => e.outerHTML)"
        )
        assert small == []


def test_everything_but_the_card_works_without_javascript(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world, java_script_enabled=False) as surfer:
        surfer.sign_in().choose_kind_and_boleta()
        assert surfer.page.locator("#dues-table input").count() == 0
        surfer.page.get_by_label("Pagar hasta").select_option("2")
        surfer.press("Continuar")
        surfer.page.get_by_label("Acepto los términos").check()
        surfer.press("PAGA AQUÍ")
        expect(surfer.page.get_by_role("heading", level=1)).to_have_text("Pagar con tarjeta")
        expect(surfer.page.get_by_text("active JavaScript en su navegador")).to_be_visible()
        surfer.page.get_by_role("link", name="Cancelar y volver al pedido").click()
        surfer.press("Cancelar el pedido")
        expect(surfer.page.get_by_role("heading", level=1)).to_have_text("El pedido se canceló")
        surfer.open("/comprobantes/documentos")
        surfer.page.get_by_label("Seleccionar B001-00000002").check()
        surfer.press("Enviar por correo")
        expect(surfer.page.get_by_role("status")).to_contain_text("Enviaremos el comprobante")
        surfer.page.get_by_text("Hola, Rosa Elvira").click()
        surfer.press("Cerrar sesión")
        expect(surfer.page.get_by_role("heading", level=1)).to_have_text("Inicio de sesión")


def test_a_form_of_another_site_cannot_sign_anybody_out(browser: Browser, address: str, world: FakeGateway) -> None:
    with surfing(browser, address, world) as surfer:
        surfer.log_in()
        surfer.page.goto(f"http://localhost:{world.port}/livez")
        surfer.page.set_content(f"<form method=post action='{address}/salir'><button>Ir</button></form>")
        with surfer.page.expect_response("**/salir") as answer:
            surfer.press("Ir")
        assert answer.value.status == 403
        assert not world.calls("DELETE", "identity/v1/sessions/current")
