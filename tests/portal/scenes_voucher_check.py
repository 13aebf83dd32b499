"""Scenes of the public check of vouchers for axe: empty, in error, found, not found."""

from collections.abc import Callable

from tests.portal.browser import Surfer

PATH = "/comprobantes/validar"


def in_error(surfer: Surfer) -> None:
    surfer.open(PATH)
    surfer.press("Validar")


def filled(surfer: Surfer, total: str) -> None:
    """The four facts of the fake's boleta, or a wrong total."""
    surfer.open(PATH)
    page = surfer.page
    page.get_by_label("Tipo de comprobante").select_option("03")
    page.get_by_label("Serie y número").fill("bcn7-5170")
    for label, value in (("Día", "11"), ("Mes", "7"), ("Año", "2019")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Importe total").fill(total)
    surfer.press("Validar")


VOUCHER_CHECK_SCENES: dict[str, Callable[[Surfer], None]] = {
    "voucher check": lambda surfer: surfer.open(PATH) and None,
    "voucher check in error": in_error,
    "voucher check, found": lambda surfer: filled(surfer, "60.00"),
    "voucher check, not found": lambda surfer: filled(surfer, "61.00"),
}
