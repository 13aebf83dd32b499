"""What can be wrong with the file of a dossier, as its owner reads it (REC-6 to REC-9)."""

from enum import StrEnum

from chassis.errors import FieldError, Problem

MOST_BYTES = 5_242_880
"""5 MB, binary: this many come in, one more does not (REC-7)."""


class Fault(StrEnum):
    """One way in which a file is wrong."""

    EMPTY = "empty"
    TOO_BIG = "too-big"
    WRONG_TYPE = "wrong-type"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105
    NO_PAGES = "no-pages"
    ACTIVE = "active"
    EMBEDDED = "embedded"
    VIRUS = "virus"


WORDS = {
    Fault.EMPTY: "El archivo está vacío",
    Fault.TOO_BIG: "El archivo debe pesar 5 MB o menos",
    Fault.WRONG_TYPE: "El archivo debe ser PDF",
    Fault.DAMAGED: "El archivo está dañado o no es un PDF",
    Fault.PASSWORD: "El archivo tiene contraseña. Guarde una copia sin contraseña y vuelva a subirla",
    Fault.NO_PAGES: "El archivo no tiene páginas",
    Fault.ACTIVE: "El archivo ejecuta acciones al abrirse. Imprímalo como PDF para quitarlas y vuelva a subirlo",
    Fault.EMBEDDED: "El archivo lleva otros archivos adjuntos. Guarde una copia sin adjuntos y vuelva a subirla",
    Fault.VIRUS: "El archivo tiene un virus. Límpielo o vuelva a escanear sus documentos",
}


class FileRefused(Problem):
    """The file cannot come in; `fault` says why to programs, the detail to people."""

    status, type, title = 422, "recert/file-refused", "El archivo no se puede recibir"

    def __init__(self, fault: Fault) -> None:
        """The complaint belongs to the field of the file."""
        self.fault = fault
        super().__init__(WORDS[fault], errors=[FieldError("/file", WORDS[fault])], fault=fault)


class CheckNotPossible(Problem):
    """The antivirus does not answer: closed, not open. What was uploaded stays, and is checked when asked again."""

    status, type, title = 503, "recert/check-not-possible", "No pudimos revisar el archivo"
    detail = "No pudimos revisar el archivo. Lo que subió está guardado: vuelva a intentar en unos minutos."
