"""What can go wrong while people change their own data."""

from datetime import timedelta
from math import ceil

from chassis.errors import TITLES, FieldError, Problem

PHOTO_TITLE = "No pudimos usar la foto"


def size_text(size: int) -> str:
    """`2 MB`, `500 KB`: bytes as people say them."""
    return f"{size / 1024**2:g} MB" if size >= 1024**2 else f"{size / 1024:g} KB"


class PhotoEmpty(Problem):
    """A file without a byte."""

    status, type, title = 422, "identity/photo-empty", PHOTO_TITLE
    detail = "El archivo está vacío. Elija otra foto."


class PhotoTooBig(Problem):
    """More bytes than the limit."""

    status, type, title = 413, "identity/photo-too-big", PHOTO_TITLE

    def __init__(self, max_bytes: int) -> None:
        """`max_bytes` is the limit."""
        super().__init__(f"El archivo debe pesar {size_text(max_bytes)} o menos.", max_bytes=max_bytes)


class PhotoWrongType(Problem):
    """Neither JPEG nor PNG, by what the file holds and not by its name."""

    status, type, title = 415, "identity/photo-wrong-type", PHOTO_TITLE
    detail = "El archivo debe ser una foto JPG o PNG."


class PhotoTooSmall(Problem):
    """Too few pixels to recognise a face."""

    status, type, title = 422, "identity/photo-too-small", PHOTO_TITLE

    def __init__(self, min_pixels: int) -> None:
        """`min_pixels` is the limit of the shorter side."""
        super().__init__(f"La foto debe tener al menos {min_pixels} píxeles de ancho y de alto.", min_pixels=min_pixels)


class PhotoTooManyPixels(Problem):
    """More pixels than we decode."""

    status, type, title = 422, "identity/photo-too-many-pixels", PHOTO_TITLE

    def __init__(self, max_pixels: int) -> None:
        """`max_pixels` is the limit of the longer side."""
        super().__init__(f"La foto debe tener {max_pixels} píxeles o menos por lado.", max_pixels=max_pixels)


class PhotoDamaged(Problem):
    """It begins like an image and cannot be read to its end."""

    status, type, title = 422, "identity/photo-damaged", PHOTO_TITLE
    detail = "El archivo está dañado o no es una foto. Ábralo en su equipo, guarde una copia y vuelva a subirla."


class NoPhoto(Problem):
    """The account has no photo, or not one the asking person may see."""

    status, type, title = 404, "identity/no-photo", TITLES[404][1]
    detail = "No hay una foto."


class EmailByCouncil(Problem):
    """VOC-6: a client does not change the e-mail; the council that gave the service does."""

    status, type, title = 403, "identity/email-by-council", "El correo lo cambia su consejo"
    detail = "Pida el cambio de correo al consejo regional o nacional que le prestó el servicio."


class SameEmail(Problem):
    """The new address is the registered one."""

    status, type, title = 422, "identity/same-email", TITLES[422][1]
    detail = "Ese ya es su correo registrado."

    def __init__(self) -> None:
        """Names the field."""
        super().__init__(errors=[FieldError("/email", self.detail)])


class WrongPassword(Problem):
    """The current password, asked for before the e-mail changes (ASVS 7.5.1), does not fit."""

    status, type, title = 422, "identity/wrong-password", TITLES[422][1]
    detail = "La contraseña no es correcta."

    def __init__(self) -> None:
        """Names the field."""
        super().__init__(errors=[FieldError("/password", self.detail)])


class LoginTooOld(Problem):
    """An account without a password may change its e-mail only shortly after coming in by a link (ASVS 7.5.1)."""

    status, type, title = 403, "identity/login-too-old", "Identifíquese otra vez"
    detail = "Para cambiar su correo, cierre su sesión, ingrese otra vez y repita el cambio."


class NothingPending(Problem):
    """No change of e-mail waits to be confirmed."""

    status, type, title = 404, "identity/no-pending-email", TITLES[404][1]
    detail = "No hay un cambio de correo por confirmar."


class TooManyMails(Problem):
    """Links are not sent as fast as somebody can press a button, nor to ever new addresses."""

    status, type, title = 429, "identity/too-many-mails", TITLES[429][1]

    def __init__(self, wait: timedelta) -> None:
        """`wait` is told in minutes, rounded up."""
        minutes = ceil(wait / timedelta(minutes=1))
        unit = "minuto" if minutes == 1 else "minutos"
        super().__init__(
            f"Ya le enviamos un enlace. Revise también su correo no deseado. Puede pedir otro en {minutes} {unit}.",
            headers={"Retry-After": str(ceil(wait.total_seconds()))},
            minutes=minutes,
        )
