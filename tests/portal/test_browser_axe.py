"""axe on every page, empty, in error and filled, on a phone and on a desktop (ux.md, "Accessibility, automated")."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.portal import scenes_recert_desk, scenes_treasury
from tests.portal.browser import WIDTHS, Surfer, a_window, surfing_again
from tests.portal.fake_gateway import STAFF, FakeGateway, due, voucher
from tests.portal.fakes_paying import HOLDER, OWN
from tests.portal.fakes_staff import CLIENT, MEMBER
from tests.portal.scenes_accounts import SCENES as ACCOUNT_SCENES
from tests.portal.scenes_clients import CLIENT_SCENES
from tests.portal.scenes_own_data import OWN_DATA_SCENES
from tests.portal.scenes_recert_planning import PLANNING_SCENES
from tests.portal.scenes_recertification import RECERTIFICATION_SCENES
from tests.portal.scenes_recertified import RECERTIFIED_SCENES
from tests.portal.scenes_register import REGISTER_SCENES
from tests.portal.scenes_voucher_check import VOUCHER_CHECK_SCENES
from tests.portal.scenes_voucher_desk import VOUCHER_DESK_SCENES
from tests.portal.scenes_voucher_files import VOUCHER_FILE_SCENES

pytestmark = pytest.mark.e2e

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REASON = "Tarjeta sin fondos. Contacte a su banco."


def opens(path: str) -> Callable[[Surfer], None]:
    def go(surfer: Surfer) -> None:
        surfer.sign_in().open(path)

    return go


def login_error(surfer: Surfer) -> None:
    surfer.open("/")
    surfer.press("Identificarse")


def kind_error(surfer: Surfer) -> None:
    surfer.sign_in().open("/pago-online/tipo")
    surfer.press("Continuar")


def voucher_error(surfer: Surfer) -> None:
    surfer.sign_in().open("/pago-online/comprobante")
    surfer.page.get_by_label("Factura").check()
    surfer.press("Continuar")


def voucher_filled(surfer: Surfer) -> None:
    surfer.sign_in().open("/pago-online/comprobante")
    surfer.page.get_by_label("Boleta").check()


def dues_empty(surfer: Surfer) -> None:
    surfer.world.dues = []
    surfer.sign_in().choose_kind_and_boleta()


def dues_filled(surfer: Surfer) -> None:
    surfer.world.older = {"count": 2, "total": "40.00"}
    surfer.sign_in().choose_kind_and_boleta()
    surfer.page.get_by_label("Pagar Mayo 2025").check()


def dues_error(surfer: Surfer) -> None:
    surfer.sign_in().choose_kind_and_boleta()
    surfer.press("Continuar")


def dues_long(surfer: Surfer) -> None:
    surfer.world.dues = [due(n, f"{2023 + n // 12}{n % 12 + 1:02d}") for n in range(36)]
    surfer.sign_in().choose_kind_and_boleta()


def summary_error(surfer: Surfer) -> None:
    surfer.sign_in().walk_to_summary()
    surfer.press("PAGA AQUÍ")


def card(surfer: Surfer) -> None:
    surfer.sign_in().walk_to_card()
    surfer.page.locator("#acquirer-pay").wait_for()


def timed_out(surfer: Surfer) -> None:
    card(surfer)
    surfer.page.goto(str(surfer.page.locator("#card-form script").get_attribute("data-timeouturl")))


def order(state: str) -> Callable[[Surfer], None]:
    def go(surfer: Surfer) -> None:
        surfer.world.add_order("o1", state, attempt={"purchase_number": "1", "state": "X", "action_text": REASON})
        surfer.sign_in().open("/pago-online/pedidos/o1?quieto=1")

    return go


def history(surfer: Surfer) -> None:
    for number, state in enumerate(("pagado", "rechazado", "en confirmación", "pendiente", "vencido")):
        surfer.world.add_order(f"o{number}", state)
    surfer.sign_in().open("/pago-online/pedidos")


def unfinished(surfer: Surfer) -> None:
    surfer.world.add_order("o1", "pendiente")
    surfer.sign_in().open("/pago-online")


def vouchers_empty(surfer: Surfer) -> None:
    surfer.world.vouchers = []
    surfer.sign_in().open("/comprobantes/documentos")


def vouchers_long(surfer: Surfer) -> None:
    surfer.world.vouchers = [voucher(n, state_label="Anulado" if n % 2 else "Aceptado") for n in range(60)]
    surfer.sign_in().open("/comprobantes/documentos?after=20")


def vouchers_error(surfer: Surfer) -> None:
    surfer.sign_in().open("/comprobantes/documentos")
    surfer.press("Imprimir")


def outage(surfer: Surfer) -> None:
    surfer.sign_in().world.refuse("GET", ".*", 503)
    surfer.open("/pago-online")


def session_notice(surfer: Surfer) -> None:
    surfer.sign_in().open("/menu")
    surfer.page.evaluate(
        "() => { const n = document.getElementById('session-notice'); n.hidden = false;"
        " n.querySelector('p').textContent = n.querySelector('p').dataset.warning; }"
    )


def menu_open(surfer: Surfer) -> None:
    surfer.sign_in().open("/menu").get_by_text("Hola, Rosa Elvira").click()


def owner(surfer: Surfer) -> None:
    surfer.world.paying.owners = [OWN, HOLDER]
    surfer.sign_in().open("/pago-online/por-quien")


def refunded(surfer: Surfer) -> None:
    refund = {
        "public_state": "devuelto",
        "amount": "40.00",
        "returned_at": "2026-11-20T15:00:00Z",
        "periods": ["202503"],
    }
    surfer.world.add_order(
        "o1", "devuelto", refund=refund, attempt={"state": "VOIDED", "action_text": "Anulamos el cobro."}
    )
    surfer.sign_in().open("/pago-online/pedidos/o1")


def returning(surfer: Surfer) -> None:
    surfer.world.add_order("o1", "en confirmación", state="PAID_NOT_APPLIED")
    surfer.sign_in().open("/pago-online/pedidos/o1")


def staff_scene(path: str, button: str = "") -> Callable[[Surfer], None]:
    """A desk as national staff see it; with a button, after pressing it on the empty form."""

    def go(surfer: Surfer) -> None:
        surfer.world.person, surfer.world.permissions = STAFF, STAFF_PERMISSIONS
        surfer.sign_in().open(path)
        if button:
            surfer.press(button)

    return go


def second_step(path: str, wanted: str) -> Callable[[Surfer], None]:
    """The page after the first factor, with a wrong code."""

    def go(surfer: Surfer) -> None:
        reply = {"challenge": "reto-1", "next": wanted, "expires_in": 600}
        surfer.world.answers["POST", "identity/v1/sessions"] = (202, reply, {})
        surfer.log_in()
        surfer.page.get_by_label("Código de 6 dígitos").fill("000000")
        surfer.page.locator("main form button").first.click()

    return go


STAFF_PERMISSIONS = [
    "identity:staff", "identity:audit", "identity:registry", "identity:match", "identity:catalogues",
    "identity:client-email",
]  # fmt: skip
STAFF_SCENES = {
    "staff code, error": second_step("/ingresar/codigo", "second_factor"),
    "staff enrolment, error": second_step("/personal/segundo-factor", "enrol"),
    "staff people": staff_scene("/gestion/personal"),
    "staff invitation, error": staff_scene("/gestion/personal/invitar", "Crear la cuenta"),
    "staff member, error": staff_scene(f"/gestion/personal/{MEMBER}", "Guardar"),
    "staff act": staff_scene(f"/gestion/personal/{MEMBER}/cerrar"),
    "staff register": staff_scene("/gestion/padron?q=quispe"),
    "staff entry": staff_scene("/gestion/padron/012345"),
    "staff correction, error": staff_scene("/gestion/padron/012345/corregir", "Guardar"),
    "staff clients": staff_scene("/gestion/clientes?documento=2099"),
    "staff clients, error": staff_scene("/gestion/clientes?documento=1"),
    "staff client": staff_scene(f"/gestion/clientes/{CLIENT}"),
    "staff client's email, error": staff_scene(f"/gestion/clientes/{CLIENT}/correo", "Cambiar el correo"),
    "staff desk code, error": staff_scene(f"/gestion/clientes/{CLIENT}/codigo", "Dar el código"),
    "staff registrations": staff_scene("/gestion/registros"),
    "staff registration, error": staff_scene("/gestion/registros/reg-1", "Rechazar el registro"),
    "staff catalogues": staff_scene("/gestion/catalogos"),
    "staff council, error": staff_scene("/gestion/catalogos/consejos/03", "Guardar"),
    "staff audit": staff_scene("/gestion/auditoria"),
}

SCENES: dict[str, Callable[[Surfer], None]] = STAFF_SCENES | {
    "login": lambda surfer: surfer.open("/") and None,
    "login in error": login_error,
    "one-time link": lambda surfer: surfer.open("/ingresar/x") and None,
    "help": lambda surfer: surfer.open("/ayuda") and None,
    "accessibility": lambda surfer: surfer.open("/accesibilidad") and None,
    "not found": lambda surfer: surfer.open("/no-existe") and None,
    "outage": outage,
    "menu": opens("/menu"),
    "menu open": menu_open,
    "session notice": session_notice,
    "start": opens("/pago-online"),
    "start, unfinished": unfinished,
    "owner": owner,
    "refunded": refunded,
    "returning": returning,
    "kind": opens("/pago-online/tipo"),
    "kind in error": kind_error,
    "voucher": opens("/pago-online/comprobante"),
    "voucher filled": voucher_filled,
    "voucher in error": voucher_error,
    "dues empty": dues_empty,
    "dues filled": dues_filled,
    "dues in error": dues_error,
    "dues long": dues_long,
    "summary": lambda surfer: surfer.sign_in().walk_to_summary(),
    "summary in error": summary_error,
    "terms": opens("/pago-online/condiciones"),
    "card": card,
    "timed out": timed_out,
    "paid": order("pagado"),
    "declined": order("rechazado"),
    "verifying": order("en confirmación"),
    "pending": order("pendiente"),
    "expired": order("vencido"),
    "history": history,
    "history empty": opens("/pago-online/pedidos"),
    "greeting": opens("/comprobantes"),
    "vouchers": opens("/comprobantes/documentos"),
    "vouchers empty": vouchers_empty,
    "vouchers long": vouchers_long,
    "vouchers in error": vouchers_error,
    **VOUCHER_FILE_SCENES,
    **scenes_treasury.SCENES,
    **scenes_recert_desk.SCENES,
}


SCENES |= OWN_DATA_SCENES
SCENES |= ACCOUNT_SCENES
SCENES |= CLIENT_SCENES
SCENES |= RECERTIFICATION_SCENES
SCENES |= VOUCHER_CHECK_SCENES
SCENES |= PLANNING_SCENES
SCENES |= REGISTER_SCENES
SCENES |= RECERTIFIED_SCENES
SCENES |= VOUCHER_DESK_SCENES


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all scenes."""
    window = a_window(browser)
    yield window.new_page()
    window.close()


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing(page: Page, address: str, world: FakeGateway, scene: str) -> None:
    with surfing_again(page, address, world) as surfer:
        SCENES[scene](surfer)
        for name, (width, height) in WIDTHS.items():
            surfer.page.set_viewport_size({"width": width, "height": height})
            found = Axe().run(surfer.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
            assert found.violations_count == 0, f"on a {name}: {found.generate_report()}"
            assert surfer.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"scrolls sideways on a {name}"
            )
        assert surfer.strangers == []
        assert surfer.complaints == []
