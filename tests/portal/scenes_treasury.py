"""Scenes for axe: constancias, their verification, and treasury's desk."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fake_gateway import STAFF
from tests.portal.fakes_standing import CODE, ID, a_certificate, signed
from tests.portal.fakes_treasury import ALL, ORDER, REFUND, a_report_line, a_ruling, an_order

DESK = "/gestion/tesoreria"


def habil(surfer: Surfer) -> None:
    surfer.world.standing.certificates = [a_certificate(), a_certificate("VENCIDA"), a_certificate("REVOCADA")]
    surfer.sign_in().open("/constancia-de-habilidad")


def inhabil(surfer: Surfer) -> None:
    surfer.world.standing.own_two_too_many()
    surfer.sign_in().open("/constancia-de-habilidad")


def constancia(surfer: Surfer) -> None:
    surfer.world.standing.certificates = [a_certificate()]
    answers = ("ALTERED", "VIGENTE", "VENCIDA")
    surfer.world.standing.verifications = [
        {"at": "2026-11-21T16:00:00+00:00", "result": result, "origin": "QR, red 190.12"} for result in answers
    ]
    surfer.sign_in().open(f"/constancia-de-habilidad/{ID}")


def services_away(surfer: Surfer) -> None:
    surfer.world.refuse("GET", "payments/.*", 503)
    surfer.open(f"/verificar/{CODE}?firma={signed()}")


def opens(path: str) -> Callable[[Surfer], None]:
    def go(surfer: Surfer) -> None:
        surfer.open(path)

    return go


def desk(path: str) -> Callable[[Surfer], None]:
    """A page of treasury, with something of everything on it."""

    def go(surfer: Surfer) -> None:
        world = surfer.world
        world.person, world.permissions = STAFF, list(ALL)
        world.standing.certificates = [a_certificate()]
        world.treasury.order = an_order("PAYING", "en confirmación", "UNKNOWN")
        world.treasury.order["attempts"][0]["rulings"] = [a_ruling()]
        world.treasury.report = [a_report_line(f"{day:02d}/11/2026", f"{day * 60}.00") for day in range(1, 21)]
        surfer.sign_in().open(DESK + path)

    return go


def act_in_error(surfer: Surfer) -> None:
    desk("/cuotas/17/pago")(surfer)
    surfer.press("Registrar un pago hecho fuera")


def conversation_open(surfer: Surfer) -> None:
    desk(f"/pedidos/{ORDER}")(surfer)
    surfer.page.get_by_text("Conversación con Niubiz").click()


SCENES: dict[str, Callable[[Surfer], None]] = {
    "constancia, signed out": opens("/constancia-de-habilidad"),
    "constancia, hábil": habil,
    "constancia, not hábil": inhabil,
    "constancia, one": constancia,
    "verify": opens("/verificar"),
    "verify in error": opens("/verificar?codigo="),
    "verify, good": opens(f"/verificar/{CODE}?firma=buena"),
    "verify, altered": opens(f"/verificar/{CODE}?firma=alterada"),
    "verify, services away": services_away,
    "treasury": desk(""),
    "treasury, orders": desk("/pedidos"),
    "treasury, order": conversation_open,
    "treasury, work list empty": desk("/trabajo/integrity"),
    "treasury, refund": desk(f"/devoluciones/{REFUND}"),
    "treasury, refunds": desk("/devoluciones"),
    "treasury, settlement": desk("/liquidacion"),
    "treasury, movements": desk("/liquidacion/movimientos?pendientes=1"),
    "treasury, movement to settle": desk("/liquidacion/movimientos/31/resolver"),
    "treasury, dues": desk("/cuotas?cmp=012345"),
    "treasury, due": desk("/cuotas/17"),
    "treasury, act in error": act_in_error,
    "treasury, ruling": desk(f"/pedidos/{ORDER}/cobros/9/dictamen"),
    "treasury, tariffs": desk("/tarifas"),
    "treasury, new tariff": desk("/tarifas/nueva"),
    "treasury, reports": desk("/reportes?desde=2026-11-01&hasta=2026-11-20&por=day"),
    "treasury, constancias": desk("/constancias"),
    "treasury, revoke": desk(f"/constancias/{ID}/revocar"),
}
