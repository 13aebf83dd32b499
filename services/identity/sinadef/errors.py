"""What can go wrong with an application for access to SINADEF."""

from chassis.errors import TITLES, Problem

TITLE = "No puede solicitar el acceso todavía"


class CannotApply(Problem):
    """Something the applicant or the college must put right first; `reasons` are stable names, `texts` what to do."""

    status, type, title = 409, "identity/sinadef-blocked", TITLE

    def __init__(self, blocks: dict[str, str]) -> None:
        """`blocks` is text by reason."""
        super().__init__(" ".join(blocks.values()), reasons=list(blocks), texts=list(blocks.values()))


class AlreadyApplied(Problem):
    """One application at a time."""

    status, type, title = 409, "identity/sinadef-open-request", "Ya tiene una solicitud en curso"
    detail = "Espere el resultado de su solicitud en curso, o anúlela para enviar otra."


class RequestNotFound(Problem):
    """No such application, or it belongs to somebody else or to another council."""

    status, type, title, detail = 404, "identity/sinadef-not-found", *TITLES[404][1:]


class RequestMoved(Problem):
    """The application is no longer in a state that allows this."""

    status, type, title = 409, "identity/sinadef-moved", "La solicitud ya avanzó"
    detail = "La solicitud ya no está en el estado que esta operación necesita. Actualice la página."


class NotYourReview(Problem):
    """Only who took the review decides it; a colleague takes it over first."""

    status, type, title = 409, "identity/sinadef-not-your-review", "Otra persona la está revisando"
    detail = "Tome la solicitud antes de decidir."


class NoLongerEntitled(Problem):
    """Between filing and decision the physician stopped being entitled."""

    status, type, title = 409, "identity/sinadef-not-entitled", "No se puede aprobar"

    def __init__(self, blocks: dict[str, str]) -> None:
        """`blocks` is text by reason, in the words for staff."""
        super().__init__("Hoy no cumple los requisitos: " + " ".join(blocks.values()), reasons=list(blocks))


class NothingToExport(Problem):
    """No approved application in that range."""

    status, type, title = 404, "identity/sinadef-nothing-to-export", "No hay nada que exportar"
    detail = "No hay solicitudes atendidas con esas fechas."
