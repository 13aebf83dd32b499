"""Scenes for axe: the voucher desk."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fake_gateway import STAFF
from tests.portal.fakes_voucher_desk import ACCEPTED, AT, REJECTED, RIGHTS, SUMMARY, a_certificate, a_line

DESK = "/gestion/comprobantes"


def desk(path: str, button: str = "") -> Callable[[Surfer], None]:
    """A page of the desk as national staff see it; with a button, after pressing it on the empty form."""

    def go(surfer: Surfer) -> None:
        world = surfer.world
        world.person, world.permissions = STAFF | {"council": None}, [*RIGHTS, "identity:client-email"]
        world.voucher_desk.certificate = a_certificate("expiring", days_left=12)
        world.voucher_desk.pause = {"code": "0102", "text": "Clave errada", "paused_at": AT}
        world.voucher_desk.waiting = [
            {"order_number": "2026-000123", "council": "03", "total": "60.00", "heard_at": AT}
        ]
        world.voucher_desk.report["days"] = [a_line(f"{day:02d}/11/2026", f"{day * 60}.00") for day in range(1, 21)]
        surfer.sign_in().open(DESK + path)
        if button:
            surfer.press(button)

    return go


def nothing_waits(surfer: Surfer) -> None:
    surfer.world.voucher_desk.queue = []
    desk("/cola")(surfer)


def filled(surfer: Surfer) -> None:
    """A factura on credit with two lines, not yet checked."""
    desk("/emitir")(surfer)
    surfer.page.get_by_label("Factura").check()
    surfer.page.get_by_label("Crédito, en cuotas").check()
    surfer.press("Agregar una línea")


def checked(surfer: Surfer) -> None:
    desk(f"/emitir?reemplaza={REJECTED}")(surfer)
    surfer.page.get_by_label("El cliente no tiene correo o no quiso darlo").check()
    surfer.page.get_by_label("Motivo").fill("Se corrige el dato que señaló la SUNAT")
    surfer.press("Revisar antes de emitir")
    surfer.page.get_by_role("heading", name="Revisar antes de emitir").wait_for()


def note_checked(surfer: Surfer) -> None:
    desk(f"/{ACCEPTED}/nota")(surfer)
    surfer.page.get_by_label("Motivo", exact=True).fill("Devolución del curso")
    surfer.press("Revisar antes de emitir")
    surfer.page.get_by_role("heading", name="Revisar la nota").wait_for()


VOUCHER_DESK_SCENES: dict[str, Callable[[Surfer], None]] = {
    "voucher desk": desk(""),
    "voucher desk, queue": desk("/cola"),
    "voucher desk, queue empty": nothing_waits,
    "voucher desk, search": desk("/buscar?numero=B003"),
    "voucher desk, search in error": desk("/buscar?importe=mucho"),
    "voucher desk, rejected": desk(f"/{REJECTED}"),
    "voucher desk, accepted": desk(f"/{ACCEPTED}"),
    "voucher desk, act in error": desk(f"/{ACCEPTED}/anular", "Anular el comprobante"),
    "voucher desk, issue in error": desk("/emitir", "Revisar antes de emitir"),
    "voucher desk, issue filled": filled,
    "voucher desk, check": checked,
    "voucher desk, note in error": desk(f"/{ACCEPTED}/nota", "Revisar antes de emitir"),
    "voucher desk, note check": note_checked,
    "voucher desk, summaries": desk("/resumenes"),
    "voucher desk, summary": desk(f"/resumenes/{SUMMARY}"),
    "voucher desk, series": desk("/series"),
    "voucher desk, report": desk("/reportes?mes=2026-11"),
}
