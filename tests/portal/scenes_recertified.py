"""Recertifications and diplomas as axe sees them: empty, filled, in error."""

from collections.abc import Callable
from typing import Any

from tests.portal.browser import Surfer
from tests.portal.fake_gateway import STAFF
from tests.portal.fakes_recertified import CODE, HANDOVER, ID, a_recertification, signed

Scene = Callable[[Surfer], None]
LIST = "/recertificacion/recertificaciones"
DIPLOMAS = "/gestion/recertificacion/diplomas"
STAFF_LIST = "/gestion/recertificacion/recertificados"
ASKED = [
    {"at": "2026-11-21T15:00:00+00:00", "result": result, "origin": "QR, red 190.12"}
    for result in ("VIGENTE", "VENCIDA", "REVOCADA", "ALTERED")
]


def own(path: str, *rows: dict[str, Any]) -> Scene:
    """As the physician sees it."""

    def go(surfer: Surfer) -> None:
        surfer.world.recertified.rows, surfer.world.recertified.questions = list(rows), ASKED
        surfer.sign_in().open(path)

    return go


def desk(path: str, *rows: dict[str, Any], press: str = "") -> Scene:
    """As national staff with every permission see it."""

    def go(surfer: Surfer) -> None:
        surfer.world.person = STAFF | {"council": None}
        surfer.world.permissions = ["recert:view", "recert:evaluate", "recert:revise"]
        surfer.world.recertified.rows = list(rows)
        surfer.sign_in().open(path)
        if press:
            surfer.press(press)

    return go


def away(surfer: Surfer) -> None:
    """The services do not answer; the signature does."""
    surfer.world.refuse("GET", "(payments|recert)/.*", 503)
    surfer.open(f"/verificar/{CODE}?firma={signed()}")


GOOD, OVER, REVOKED = a_recertification(), a_recertification("VENCIDA"), a_recertification("REVOCADA")
READY = a_recertification(diploma="LISTO", ready_at="2026-12-01T15:00:00+00:00")
HANDED = a_recertification(diploma="ENTREGADO", handover=HANDOVER)
RECERTIFIED_SCENES: dict[str, Scene] = {
    "recertified": own(LIST, GOOD, OVER, REVOKED),
    "recertified, empty": own(LIST),
    "recertified, one": own(f"{LIST}/{ID}", READY),
    "recertified, revoked": own(f"{LIST}/{ID}", REVOKED),
    "verify, recertified": lambda surfer: surfer.open(f"/verificar/{CODE}?firma=buena") and None,
    "verify, recertified, away": away,
    "diplomas": desk(DIPLOMAS, GOOD, REVOKED),
    "diplomas, empty": desk(DIPLOMAS),
    "diploma": desk(f"{DIPLOMAS}/{ID}", GOOD),
    "diploma, handed over": desk(f"{DIPLOMAS}/{ID}", HANDED),
    "diploma handover": desk(f"{DIPLOMAS}/{ID}/entrega", READY),
    "diploma handover, error": desk(f"{DIPLOMAS}/{ID}/entrega", READY, press="Registrar la entrega"),
    "staff recertified": desk(STAFF_LIST, GOOD, OVER, REVOKED),
    "staff recertified, one": desk(f"{STAFF_LIST}/{ID}", REVOKED),
    "staff recertified, revoke, error": desk(f"{STAFF_LIST}/{ID}/revocar", GOOD, press="Revocar la recertificación"),
}
