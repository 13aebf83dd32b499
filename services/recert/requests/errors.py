"""What can go wrong on the way to sending a dossier, as problems its clients can tell apart."""

from chassis.errors import Problem


class NotKnownYet(Problem):
    """The register has not told of this physician, or the account has no CMP number."""

    status, type, title = 404, "recert/physician-not-known", "Todavía no está en el registro"
    detail = "Todavía no recibimos sus datos del registro de médicos. Vuelva a intentar en unos minutos."


class ContactMissing(Problem):
    """No request without e-mail and telephone (REC-4); `missing` names what is not there."""

    status, type, title = 409, "recert/contact-missing", "Complete sus datos de contacto"
    detail = "Registre su correo y un teléfono o celular antes de iniciar una solicitud."


class DraftNotFound(Problem):
    """No such draft of this physician; another's answers the same."""

    status, type, title = 404, "recert/draft-not-found", "Solicitud en preparación no encontrada"
    detail = "Esta solicitud en preparación no existe o ya se envió."


class ItemNotFound(Problem):
    """The draft has no such item."""

    status, type, title = 404, "recert/item-not-found", "Actividad no encontrada"
    detail = "Esta actividad ya no está en su solicitud."


class WrongInput(Problem):
    """Fields that cannot be as they are; each is pointed at."""

    status, type, title = 422, "recert/wrong-input", "Hay datos que corregir"
    detail = "Revise los campos señalados."


class UploadNotFound(Problem):
    """No such upload under way; another's answers the same, and so does one that was completed or replaced."""

    status, type, title = 404, "recert/upload-not-found", "Esta subida ya no existe"
    detail = "Esta subida terminó o fue reemplazada por otra. Actualice la página."


class OffsetWrong(Problem):
    """What is sent does not begin where the last byte stopped; `offset` says where to go on."""

    status, type, title = 409, "recert/upload-offset", "La subida debe continuar en otro punto"
    detail = "Se cortó la subida. Continúe desde lo último que recibimos."

    def __init__(self, offset: int) -> None:
        """`offset` is the number of bytes that are here."""
        super().__init__(offset=offset, headers={"Upload-Offset": str(offset)})


class NoFile(Problem):
    """The draft has no file yet."""

    status, type, title = 404, "recert/no-file", "Todavía no hay archivo"
    detail = "Todavía no subió el expediente."


class NotReady(Problem):
    """The request cannot be sent yet; each error names the task it belongs to."""

    status, type, title = 422, "recert/not-ready", "La solicitud no está completa"
    detail = "Complete lo que falta antes de enviar."


class AlreadyOpen(Problem):
    """A physician has one dossier of a kind under way at a time."""

    status, type, title = 409, "recert/already-open", "Ya tiene una solicitud en curso"
    detail = "Ya tiene una solicitud en curso de este tipo. Espere su resultado antes de enviar otra."


class NothingToCorrect(Problem):
    """Only what was observed can be corrected."""

    status, type, title = 409, "recert/nothing-to-correct", "No hay nada que subsanar"
    detail = "Este expediente no está observado: no se puede cambiar."


class CorrectionTooLate(Problem):
    """The last day ended in Lima (REC-20); the calendar's job discards the dossier."""

    status, type, title = 409, "recert/correction-too-late", "El plazo de subsanación terminó"
    detail = "El plazo de subsanación terminó. El expediente queda descartado: debe iniciar una solicitud nueva."
