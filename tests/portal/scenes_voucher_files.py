"""Scenes of the pages of exports for axe: offered, under way, ready, over, and their list."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fakes_vouchers import an_export

FILES = "/comprobantes/documentos/exportaciones"


def long_list(surfer: Surfer) -> None:
    surfer.world.exports.long = True
    surfer.sign_in().open("/comprobantes/documentos/exportar")


def export(state: str) -> Callable[[Surfer], None]:
    """The page of an export in a state."""

    def go(surfer: Surfer) -> None:
        surfer.world.exports.kept["e1"] = an_export(state)
        surfer.sign_in().open(f"{FILES}/e1?quieto=1")

    return go


def exports(surfer: Surfer) -> None:
    for state in ("waiting", "ready", "failed", "expired"):
        surfer.world.exports.kept[state] = an_export(state, id=state)
    surfer.sign_in().open(FILES)


VOUCHER_FILE_SCENES: dict[str, Callable[[Surfer], None]] = {
    "long export": long_list,
    "export waiting": export("waiting"),
    "export ready": export("ready"),
    "export expired": export("expired"),
    "exports": exports,
    "exports empty": lambda surfer: surfer.sign_in().open(FILES) and None,
}
