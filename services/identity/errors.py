"""What can go wrong in identity, as problems its clients can tell apart."""

from datetime import timedelta
from math import ceil

from chassis.errors import TITLES, FieldError, Problem


class WrongCredentials(Problem):
    """User unknown, password wrong, account disabled: always the same answer, so that nobody learns which."""

    status, type = 401, "identity/wrong-credentials"
    title = "No pudimos identificarle"
    detail = "El usuario o la contraseña no son correctos."


class LinkNotValid(Problem):
    """A one-time link that is unknown, used, replaced or too old."""

    status, type = 401, "identity/link-not-valid"
    title = "El enlace ya no es válido"
    detail = "El enlace ya se usó o venció. Solicite uno nuevo."


class SessionEnded(Problem):
    """The session is over: by logout, by time, or because one of its tokens was used twice."""

    status, type = 401, "identity/session-ended"
    title = "Su sesión terminó"
    detail = "Su sesión terminó. Inicie sesión de nuevo."


class TooManyAttempts(Problem):
    """Too many wrong passwords from here: says after how many minutes to try again (ASVS 6.3.1)."""

    status, type = 429, "identity/too-many-attempts"
    title = "Demasiados intentos"

    def __init__(self, wait: timedelta) -> None:
        """`wait` is rounded up, so that a try after it is not refused again."""
        minutes = ceil(wait / timedelta(minutes=1))
        unit = "minuto" if minutes == 1 else "minutos"
        super().__init__(
            f"Hubo demasiados intentos fallidos. Vuelva a intentarlo en {minutes} {unit}.",
            headers={"Retry-After": str(ceil(wait.total_seconds()))},
            minutes=minutes,
        )


class Busy(Problem):
    """More people are logging in than this process can check passwords for."""

    status, type, title, detail = 503, *TITLES[503]

    def __init__(self) -> None:
        """The client may try again almost at once."""
        super().__init__(headers={"Retry-After": "2"})


class WrongClient(Problem):
    """A service that is unknown or showed another secret."""

    status, type = 401, "identity/wrong-client"
    title = "Servicio no reconocido"
    detail = "El servicio o su secreto no son correctos."


class AudienceNotAllowed(Problem):
    """A service that has no permission at the service it asks a token for."""

    status, type = 403, "identity/audience-not-allowed"
    title = "No tiene permiso"
    detail = "El servicio no tiene permisos en el destino que indica."


class MailRequestGone(Problem):
    """The mail is no longer wanted: a newer one replaced it, its link was used, or it is too old."""

    status, type = 410, "identity/mail-request-gone"
    title = "El correo ya no hace falta"
    detail = "Un pedido más nuevo lo reemplazó, su enlace ya se usó o venció."


class MailRequestNotFound(Problem):
    """There is no such request."""

    status, type = 404, "identity/mail-request-not-found"
    title = "Pedido de correo no encontrado"
    detail = "No hay un pedido de correo con ese identificador."


class RegistrationNotFound(Problem):
    """There is no such registration, or it belongs to another council."""

    status, type = 404, "identity/registration-not-found"
    title = "Registro no encontrado"
    detail = "No hay un registro con ese código. Revise que esté completo."


class RegistrationDecided(Problem):
    """The registration is no longer in a state in which this can be done."""

    status, type = 409, "identity/registration-decided"
    title = "El registro ya avanzó"
    detail = "El registro ya no está en el estado que esta operación necesita. Actualice la página."


class WrongCode(Problem):
    """The code of the second factor is wrong, too old, or was used already."""

    status, type = 401, "identity/wrong-code"
    title = "El código no es correcto"
    detail = "El código no es correcto o ya se usó. Espere a que su aplicación muestre uno nuevo y escríbalo."


class ChallengeOver(Problem):
    """Too much time passed between the password and the code, or the step was taken already."""

    status, type = 401, "identity/challenge-over"
    title = "Debe identificarse de nuevo"
    detail = "Pasó demasiado tiempo desde que escribió su contraseña. Identifíquese de nuevo."


class NotFound(Problem):
    """There is nothing of that name, or it is outside of the council of who asks."""

    status, type, title, detail = 404, *TITLES[404]


class StaffRefused(Problem):
    """A staff account cannot be made or changed like this; `detail` says why."""

    status, type = 422, "identity/staff-refused"
    title = "No se puede hacer ese cambio"


class OwnAccess(Problem):
    """Nobody changes the own roles, council or second factor: another administrator does."""

    status, type = 403, "identity/own-access"
    title = "No puede cambiar su propio acceso"
    detail = "Pida a otra persona administradora que haga este cambio."


PASSWORD_REASONS = {
    "short": "La contraseña debe tener 12 caracteres o más.",
    "long": "La contraseña debe tener 1024 caracteres o menos.",
    "common": "Esa contraseña es muy común y fácil de adivinar. Elija otra, por ejemplo cuatro palabras al azar.",
    "personal": "La contraseña no puede basarse en su nombre, sus números, su correo o el nombre del Colegio.",
}


class PasswordRefused(Problem):
    """The new password is too short, common, or made of what everybody knows about its owner (ASVS 6.2)."""

    status, type = 422, "identity/password-refused"
    title = "Elija otra contraseña"

    def __init__(self, reason: str) -> None:
        """`reason` is `short`, `long`, `common` or `personal`."""
        text = PASSWORD_REASONS[reason]
        super().__init__(text, errors=[FieldError("/password", text)], reason=reason)


class WrongPassword(Problem):
    """The current password, asked for again before a change, is not right."""

    status, type = 422, "identity/wrong-password"
    title = "La contraseña actual no es correcta"
    detail = "Escriba su contraseña actual. Si no la recuerda, use «¿Recordar contraseña?»."

    def __init__(self) -> None:
        """Told at its field."""
        super().__init__(errors=[FieldError("/current_password", self.detail)])


class SessionNotFound(Problem):
    """There is no such session, or it is another person's."""

    status, type = 404, "identity/session-not-found"
    title = "Sesión no encontrada"
    detail = "Esa sesión no existe o ya terminó."


class RegistrationUnmatchable(Problem):
    """The registration cannot be accepted: there is nobody in the register to match, or an account already."""

    status, type = 409, "identity/registration-unmatchable"
    title = "No se puede aceptar el registro"


class NationalOnly(Problem):
    """What concerns every council is changed by national staff only."""

    status, type = 403, "identity/national-only"
    title = "Solo el Consejo Nacional"
    detail = "Este dato vale para todos los consejos. Pida el cambio al Consejo Nacional."


class CatalogueRefused(Problem):
    """A catalogue entry that would mean two things; `detail` says which."""

    status, type = 422, "identity/catalogue-refused"
    title = "No se puede guardar"


class CmpNumberRefused(Problem):
    """The CMP number of an account cannot be corrected like this; `detail` says why."""

    status, type = 409, "identity/cmp-number-refused"
    title = "No se puede corregir el número de CMP"


class EntryRefused(Problem):
    """An entry of the register that an import would refuse as well; `errors` says what and where."""

    status, type, title, detail = 422, "identity/entry-refused", *TITLES[422][1:]
