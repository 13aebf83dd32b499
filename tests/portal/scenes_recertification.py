"""The pages of a request for recertification, for axe: empty, in error, filled."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fakes_recert import DOSSIER, DRAFT, a_dossier, an_item

PLACE = f"/recertificacion/preparacion/{DRAFT}"
Scene = Callable[[Surfer], None]


def opens(path: str, button: str = "", **draft: object) -> Scene:
    """With a draft just begun; with a button, after pressing it on the empty form."""

    def go(surfer: Surfer) -> None:
        surfer.world.recert.begin(**draft)
        surfer.sign_in().open(path)
        if button:
            surfer.press(button)

    return go


def ready(path: str) -> Scene:
    """With a draft that can be sent."""

    def go(surfer: Surfer) -> None:
        surfer.world.recert.ready()
        surfer.sign_in().open(path)

    return go


def sent(path: str, state: str = "EMITIDO", text: str = "Emitido") -> Scene:
    """With requests that were sent."""

    def go(surfer: Surfer) -> None:
        surfer.world.recert.sent = [
            a_dossier(state, text, steps=[{"act": "claimed", "state_text": text, "at": "2026-11-23T15:00:00Z"}])
        ]
        surfer.sign_in().open(path)

    return go


def blocked(surfer: Surfer) -> None:
    surfer.world.recert.missing = ["email", "phone"]
    surfer.sign_in().open("/recertificacion/solicitudes")


def home_error(surfer: Surfer) -> None:
    errors = [{"pointer": "/mobile", "detail": "El celular tiene 9 dígitos"}]
    surfer.world.refuse("PATCH", "identity/v1/profile/contact", 422, errors=errors)
    surfer.sign_in().open("/recertificacion")
    surfer.press("Actualizar")


def points_filled(surfer: Surfer) -> None:
    surfer.world.recert.ready()
    late = an_item(3, points="0", reason="Tiene más de 5 años: ya no cuenta.", pages_wrong=True)
    surfer.world.recert.begin(items=[an_item(1), late])
    surfer.sign_in().open(f"{PLACE}/puntaje")


def refused_file(surfer: Surfer) -> None:
    surfer.world.recert.begin()
    surfer.world.recert.fault = ("password", "El archivo tiene contraseña")
    surfer.sign_in().open(f"{PLACE}/expediente")
    surfer.page.get_by_label("Expediente", exact=True).set_input_files(
        {"name": "012345-2026.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    )
    surfer.press("Subir expediente")
    surfer.page.get_by_text("El archivo tiene contraseña").wait_for()


FILE = {"name": "escaneo.pdf", "size": 700_000, "pages": 12, "name_right": False}
RECERTIFICATION_SCENES: dict[str, Scene] = {
    "recert home": opens("/recertificacion"),
    "recert home, error": home_error,
    "recert requests, empty": lambda surfer: surfer.sign_in().open("/recertificacion/solicitudes") and None,
    "recert requests, blocked": blocked,
    "recert requests": sent("/recertificacion/solicitudes"),
    "recert request": sent(f"/recertificacion/solicitudes/{DOSSIER}"),
    "recert request, observed": sent(f"/recertificacion/solicitudes/{DOSSIER}", "OBSERVADO", "Observado"),
    "recert tasks": opens(PLACE),
    "recert tasks, ready": ready(PLACE),
    "recert data, error": opens(f"{PLACE}/datos", "Guardar"),
    "recert file, error": opens(f"{PLACE}/expediente", "Subir expediente"),
    "recert file, wrong name": opens(f"{PLACE}/expediente", file=FILE),
    "recert file, refused": refused_file,
    "recert points, empty": opens(f"{PLACE}/puntaje"),
    "recert points": points_filled,
    "recert item, error": opens(f"{PLACE}/puntaje/nueva", "Guardar"),
    "recert check": ready(f"{PLACE}/revisar"),
}
