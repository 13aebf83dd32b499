"""The pages of registering, recovering and sessions, for axe and for pictures."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fakes_accounts import CODE

Scene = Callable[[Surfer], None]
ANA = {
    "Número de CMP": "45678",
    "Número de documento": "40000045",
    "Nombres": "Ana María",
    "Apellido paterno": "Ñahui",
    "Apellido materno": "O'Connor",
    "Correo electrónico": "ana@example.pe",
}


def opens(path: str, *presses: str) -> Scene:
    """Open a page without a login, press buttons."""

    def go(surfer: Surfer) -> None:
        surfer.open(path)
        for name in presses:
            surfer.press(name)

    return go


def signed_in(path: str, *presses: str) -> Scene:
    """The same, signed in."""

    def go(surfer: Surfer) -> None:
        surfer.sign_in()
        opens(path, *presses)(surfer)

    return go


def check(surfer: Surfer) -> None:
    """Type Ana's data and go on."""
    page = surfer.open("/registro/datos")
    for label, text in ANA.items():
        page.get_by_label(label, exact=True).fill(text)
    surfer.press("Continuar")
    page.get_by_role("heading", name="Revise sus datos").wait_for()


def check_error(surfer: Surfer) -> None:
    """Forget the consent."""
    check(surfer)
    surfer.press("Enviar mi registro")


def state(name: str) -> Scene:
    """The status page of a registration in a state."""

    def go(surfer: Surfer) -> None:
        surfer.world.accounts.state = name
        surfer.open(f"/registro/estado/{CODE}")

    return go


SCENES: dict[str, Scene] = {
    "register": opens("/registro"),
    "register, data": opens("/registro/datos"),
    "register, data in error": opens("/registro/datos", "Continuar"),
    "register, check": check,
    "register, check in error": check_error,
    "register, find in error": opens("/registro/estado", "Ver el avance"),
    "register, mail": state("unconfirmed"),
    "register, review": state("in_review"),
    "register, accepted": state("accepted"),
    "register, rejected": state("rejected"),
    "register, expired": state("expired"),
    "register, confirm": opens("/registro/confirmar/enlace-bueno"),
    "register, confirm in error": opens("/registro/confirmar/enlace-bueno", "Confirmar y crear contraseña"),
    "register, link over": opens("/registro/confirmar/malo"),
    "recover user": opens("/recordar-usuario"),
    "recover password in error": opens("/recordar-contrasena", "Enviar el enlace"),
    "recover, sent": opens("/recordar-contrasena/enviado"),
    "new password in error": opens("/contrasena/nueva/enlace-bueno", "Guardar la contraseña"),
    "new password, link over": opens("/contrasena/nueva/malo"),
    "sistcere": opens("/sistcere/ingreso"),
    "sistcere, entry in error": opens("/sistcere/ingreso/solicitud", "Enviar"),
    "sistcere, sent": opens("/sistcere/ingreso/enviado"),
    "own sessions": signed_in("/mis-sesiones"),
    "change password in error": signed_in("/cambiar-contrasena", "Cambiar la contraseña"),
}
