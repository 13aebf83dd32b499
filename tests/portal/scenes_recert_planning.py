"""Scenes for axe: the calendar, the cockpit and the deadlines of recertification."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fake_gateway import STAFF
from tests.portal.fakes_recert_calendar import AT, DOSSIER, KEEPER, a_day, a_deadline

DESK = "/gestion/recertificacion"
CHECK = f"{DESK}/calendario/nuevo/revisar?day=2026-12-24&kind=CLOSURE&reason=Asueto+por+Nochebuena"
COCKPIT = f"{DESK}/tablero?desde=2026-11-01&hasta=2026-11-20"


def desk(path: str, button: str = "") -> Callable[[Surfer], None]:
    """A page as national staff see it; with a button, after pressing it on the empty form."""

    def go(surfer: Surfer) -> None:
        surfer.world.person, surfer.world.permissions = STAFF | {"council": None}, list(KEEPER)
        taken = {"withdrawn_at": AT, "withdrawn_by_name": "Ana Ríos", "withdrawal_reason": "Se registró por error"}
        surfer.world.calendar.withdrawn = [a_day(4, kind="EXTRA", **taken)]
        surfer.sign_in().open(path)
        if button:
            surfer.press(button)

    return go


def empty(path: str) -> Callable[[Surfer], None]:
    """A page with nothing on it."""

    def go(surfer: Surfer) -> None:
        fake = surfer.world.calendar
        fake.queues, fake.outputs, fake.reasons, fake.moves, fake.open, fake.days = [], [], [], [], [], []
        surfer.world.person, surfer.world.permissions = STAFF | {"council": None}, list(KEEPER)
        surfer.sign_in().open(path)

    return go


def own_deadlines(surfer: Surfer) -> None:
    surfer.world.calendar.own = [a_deadline(), a_deadline("RESULT", running=False, moves=[])]
    surfer.sign_in().open(f"/recertificacion/solicitudes/{DOSSIER}/plazos")
    surfer.page.get_by_text("Cómo se cuenta").first.click()


PLANNING_SCENES: dict[str, Callable[[Surfer], None]] = {
    "recert, calendar": desk(f"{DESK}/calendario?anio=2026"),
    "recert, calendar empty": empty(f"{DESK}/calendario"),
    "recert, new day in error": desk(f"{DESK}/calendario/nuevo", "Continuar"),
    "recert, day to check": desk(CHECK),
    "recert, day to withdraw, error": desk(f"{DESK}/calendario/5/retirar", "Retirar el día"),
    "recert, cockpit": desk(COCKPIT),
    "recert, cockpit empty": empty(COCKPIT),
    "recert, cockpit in error": desk(f"{DESK}/tablero?desde=2026-11-20&hasta=2026-11-01"),
    "recert, open deadlines": desk(f"{DESK}/plazos"),
    "recert, own deadlines": own_deadlines,
}
