"""The pages of own data, SINADEF, its desk and the library, for axe and for pictures."""

import io
from collections.abc import Callable

from PIL import Image

from tests.portal.browser import Surfer
from tests.portal.fake_gateway import STAFF
from tests.portal.fakes_own_data import WHEN, an_application

DATA = "/actualizacion-de-datos"
Scene = Callable[[Surfer], None]


def opens(path: str, *presses: str) -> Scene:
    """Sign in, open a page, press buttons."""

    def go(surfer: Surfer) -> None:
        surfer.sign_in().open(path)
        for name in presses:
            surfer.press(name)

    return go


def pending(path: str) -> Scene:
    """With a new e-mail that waits, and incomplete data."""

    def go(surfer: Surfer) -> None:
        surfer.world.own.ask_for("rosa.nueva@example.pe")
        surfer.world.own.profile |= {"complete": False, "phone": None, "mobile": None}
        surfer.sign_in().open(path)

    return go


def with_photo(path: str) -> Scene:
    """With a photo."""

    def go(surfer: Surfer) -> None:
        out = io.BytesIO()
        Image.linear_gradient("L").resize((300, 360)).save(out, "JPEG")
        surfer.world.own.keep_photo(out.getvalue())
        surfer.sign_in().open(path)

    return go


def history(surfer: Surfer) -> None:
    """Some changes, by the owner and by staff."""
    entry = {"at": WHEN, "field": "email", "before": "rosa.quispe@example.pe", "after": "rosa.nueva@example.pe"}
    surfer.world.own.history = [
        entry | {"by_owner": True, "actor_name": ""},
        entry | {"by_owner": False, "actor_name": "Personal de prueba", "field": "photo"},
    ]
    surfer.sign_in().open(f"{DATA}/historial")


def contact_error(surfer: Surfer) -> None:
    """A number that identity does not understand."""
    errors = [{"pointer": "/mobile", "detail": "El celular tiene 9 dígitos y empieza con 9, por ejemplo 999 000 001."}]
    surfer.world.refuse("PATCH", "identity/v1/profile/contact", 422, "invalid", errors=errors)
    opens(DATA, "Actualizar")(surfer)


def free(then: Scene) -> Scene:
    """Without an application yet."""

    def go(surfer: Surfer) -> None:
        surfer.world.own.applications = []
        then(surfer)

    return go


def blocked(surfer: Surfer) -> None:
    """Not entitled."""
    surfer.world.own.applications = []
    surfer.world.own.blocks = [
        {"reason": "not-in-good-standing", "text": "No está hábil: tiene cuotas vencidas."},
        {"reason": "phone-missing", "text": "Registre su teléfono o celular en Actualización de datos."},
    ]
    surfer.sign_in().open("/sinadef")


def application(state: str, label: str, path: str = "/sinadef/1", **more: object) -> Scene:
    """An application in a state."""

    def go(surfer: Surfer) -> None:
        surfer.world.own.applications = [an_application(state=state, label=label, **more)]
        surfer.sign_in().open(path)

    return go


def at_the_desk(then: Scene) -> Scene:
    """As staff of the registry."""

    def go(surfer: Surfer) -> None:
        surfer.world.person, surfer.world.permissions = STAFF, ["identity:sinadef"]
        then(surfer)

    return go


REVIEWED = {"mine": True, "reviewer_name": "Personal de prueba"}
OBSTACLE = [{"reason": "not-in-good-standing", "text": "No está hábil: tiene cuotas vencidas."}]

OWN_DATA_SCENES: dict[str, Scene] = {
    "own data": opens(DATA),
    "own data incomplete": pending(DATA),
    "own data in error": contact_error,
    "own data with photo": with_photo(DATA),
    "e-mail": opens(f"{DATA}/correo"),
    "e-mail in error": opens(f"{DATA}/correo", "Enviar el enlace"),
    "e-mail sent": pending(f"{DATA}/correo/enviado"),
    "confirm e-mail": lambda surfer: surfer.open("/confirmar-correo/x") and None,
    "photo": opens(f"{DATA}/foto"),
    "photo in error": opens(f"{DATA}/foto", "Subir foto"),
    "photo stored": with_photo(f"{DATA}/foto"),
    "changes": history,
    "changes empty": opens(f"{DATA}/historial"),
    "sinadef": opens("/sinadef"),
    "sinadef empty": free(opens("/sinadef")),
    "sinadef blocked": blocked,
    "sinadef new": free(opens("/sinadef/nueva")),
    "sinadef new in error": free(opens("/sinadef/nueva", "Enviar solicitud")),
    "sinadef filed": application("EMITIDO", "Emitido"),
    "sinadef rejected": application("RECHAZADO", "Rechazado", reason="Falta el código del establecimiento."),
    "sinadef cancel": opens("/sinadef/1/anular"),
    "desk": at_the_desk(opens("/gestion/sinadef")),
    "desk empty": at_the_desk(free(opens("/gestion/sinadef?estado=ATENDIDO"))),
    "desk export in error": at_the_desk(opens("/gestion/sinadef", "Exportar")),
    "desk request": at_the_desk(opens("/gestion/sinadef/1")),
    "desk review": at_the_desk(application("EN_REVISION", "En revisión", "/gestion/sinadef/1", **REVIEWED)),
    "desk obstacle": at_the_desk(
        application("EN_REVISION", "En revisión", "/gestion/sinadef/1", obstacles=OBSTACLE, **REVIEWED)
    ),
    "desk approve": at_the_desk(opens("/gestion/sinadef/1/aprobar")),
    "library": opens("/biblioteca-virtual"),
    "library leave": opens("/biblioteca-virtual/ir/1"),
}
