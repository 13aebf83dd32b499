"""What can go wrong while staff write the page."""

from chassis.errors import TITLES, FieldError, Problem


class PieceNotFound(Problem):
    """There is no such piece, or the public does not see it, or it has no file."""

    status, type, title, detail = 404, *TITLES[404]


class PieceOutdated(Problem):
    """Somebody saved the piece after this page was opened."""

    status, type, title = 409, "recert/content-outdated", "Otra persona cambió este contenido"
    detail = "Otra persona guardó este contenido mientras usted lo editaba. Ábralo de nuevo y repita su cambio."


class FileUnknown(Problem):
    """Only what was uploaded for the page may stand on it."""

    status, type, title = 422, "recert/content-file-unknown", "No encontramos el archivo"

    def __init__(self) -> None:
        """The complaint belongs to the file."""
        told = "No encontramos el archivo subido. Elíjalo otra vez."
        super().__init__(told, errors=[FieldError("/file", told)])
