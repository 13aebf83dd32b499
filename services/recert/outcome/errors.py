"""What can go wrong with recertifications, constancias and diplomas."""

from chassis.errors import TITLES, Problem


class RecertificationNotFound(Problem):
    """No such recertification of this physician, or none in the council's scope; another's answers the same."""

    status, type, title = 404, "recert/recertification-not-found", "Recertificación no encontrada"
    detail = "Esta recertificación no existe o no está a su nombre."


class CodeNotFound(Problem):
    """No constancia has that code."""

    status, type, title = 404, "recert/code-not-found", "Constancia no encontrada"
    detail = "No encontramos una constancia con ese código."


class AlreadyRevoked(Problem):
    """It was revoked before: nothing more can be done with it."""

    status, type, title = 409, "recert/recertification-revoked", "La recertificación está revocada"
    detail = "Esta recertificación ya fue revocada."


class DiplomaNotWaiting(Problem):
    """The diploma is where this act would bring it, or further: somebody was faster."""

    status, type, title = 409, "recert/diploma-not-waiting", "El diploma ya no está pendiente"
    detail = "Otra persona ya lo registró. Vuelva a abrir el diploma."


class UnlikelyHandover(Problem):
    """The day cannot be: before the dictamen, or still to come."""

    status, type, title, detail = 422, *TITLES[422]
