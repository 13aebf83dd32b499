"""The list of granted applications as MINSA takes it: XLSX, or CSV. No cell is ever read as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook

from chassis.clock import LIMA
from services.identity.models import SinadefRequest

COLUMNS = (
    "N.º de solicitud",
    "CMP",
    "Tipo de documento",
    "Documento",
    "Apellidos",
    "Nombres",
    "Consejo regional",
    "Estado en el registro",
    "Hábil al",
    "Correo",
    "Teléfono",
    "Establecimiento",
    "Código RENIPRESS",
    "DIRESA/GERESA",
    "Cargo",
    "Fecha de solicitud",
    "Fecha de aprobación",
)
DOCUMENTS = {"1": "DNI", "4": "CE", "7": "PASAPORTE"}
XLSX, CSV = "xlsx", "csv"
MEDIA_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def cells(request: SinadefRequest) -> list[str]:
    """One row, all text: numbers keep their zeros."""
    return [
        request.number,
        request.cmp_number,
        DOCUMENTS.get(request.document_type, request.document_type),
        request.document_number,
        request.surnames,
        request.given_names,
        request.council,
        request.physician_state,
        f"{request.standing_as_of:%d/%m/%Y}",
        request.email,
        request.phone,
        request.establishment,
        request.establishment_code,
        request.health_authority,
        request.position,
        f"{request.filed_at.astimezone(LIMA):%d/%m/%Y}",
        f"{request.changed_at.astimezone(LIMA):%d/%m/%Y}",
    ]


def write(requests: Iterable[SinadefRequest], form: str) -> bytes:
    """The file in one of the two forms."""
    rows = [list(COLUMNS), *(cells(request) for request in requests)]
    return _xlsx(rows) if form == XLSX else _csv(rows)


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Every cell is written as a string, so a spreadsheet calculates none of them."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("SINADEF")
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 18)
    return out.getvalue()


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """With a byte-order mark and semicolons, which Excel in Peru expects; what looks like a formula is quoted."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A cell that a spreadsheet reads as text (CSV formula injection, CWE-1236)."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
