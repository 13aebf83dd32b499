"""What can go wrong in recert, as problems its clients can tell apart."""

from chassis.errors import Problem


class PhysicianNotFound(Problem):
    """No physician has that CMP number."""

    status, type = 404, "recert/physician-not-found"
    title = "No encontrado"
    detail = "No hay un médico registrado con ese número de CMP."


class DossierNotFound(Problem):
    """No such dossier of this physician, or none in the council's scope; another's answers the same."""

    status, type, title = 404, "recert/dossier-not-found", "Expediente no encontrado"
    detail = "Este expediente no existe o no está a su nombre."


class IllegalStep(Problem):
    """The dossier's state has no such edge: somebody was faster, or the page is old."""

    status, type, title = 409, "recert/illegal-step", "El expediente ya cambió de estado"
    detail = "El expediente ya cambió de estado. Vuelva a abrirlo."
