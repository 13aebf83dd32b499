"""What can go wrong in recert, as problems its clients can tell apart."""

from chassis.errors import Problem


class PhysicianNotFound(Problem):
    """No physician has that CMP number."""

    status, type = 404, "recert/physician-not-found"
    title = "No encontrado"
    detail = "No hay un médico registrado con ese número de CMP."
