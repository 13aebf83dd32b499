"""The cockpit as XLSX: the same figures as on the page, a sheet a subject, charts beside them."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from services.recert.cockpit.forecast import LOOK_BACK, Forecast
from services.recert.cockpit.production import Output, Production
from services.recert.cockpit.queues import Queue, total_of
from services.recert.states import STATE_WORDS, DossierState

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = (DossierState.EMITIDO, DossierState.EN_EVALUACION, DossierState.OBSERVADO, DossierState.APROBADO)
QUEUES = ("Consejo", *(STATE_WORDS[state] for state in STATES), "Diplomas por entregar", "Vencidos", "Vencen en 3 días")
OUTPUT = (
    "Consejo", "Solicitudes", "Observados", "Aprobados", "Dictámenes", "Devueltos", "Revisados", "Descartados",
    "Resultados a tiempo", "Resultados tarde",
)  # fmt: skip
FORECAST = (
    "Consejo", "Por dictaminar", "Ya vencidos", f"Dictámenes en {LOOK_BACK} días hábiles", "Por día hábil",
    "Vencerían", "Primer vencimiento",
)  # fmt: skip

Row = Sequence[str | int | float]


def as_xlsx(queues: list[Queue], forecasts: list[Forecast], done: Production) -> bytes:
    """Four sheets: Colas, Producción, Motivos, Pronóstico. Texts never become formulas."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _sheet(book, "Colas", QUEUES, (_queue(row) for row in (*queues, total_of(queues))))
        rows: list[Row] = [_output(row) for row in (*done.councils, done.total)]
        sheet = _sheet(book, "Producción", OUTPUT, rows, f"Del {done.since:%d/%m/%Y} al {done.until:%d/%m/%Y}")
        _chart(book, sheet, "Producción", "Dictámenes", 4, len(done.councils))
        reasons: list[Row] = [(each.reason, each.count, *_by_council(each.by_council, done)) for each in done.reasons]
        codes = sorted({code for each in done.reasons for code in each.by_council})
        sheet = _sheet(book, "Motivos", ("Motivo", "Total", *(done.label(code) for code in codes)), reasons)
        _chart(book, sheet, "Motivos", "Observaciones", 1, len(reasons))
        _sheet(book, "Pronóstico", FORECAST, (_forecast(row) for row in forecasts))
    return buffer.getvalue()


def _sheet(
    book: xlsxwriter.Workbook, name: str, headings: Sequence[str], rows: Iterable[Row], title: str = ""
) -> Worksheet:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    sheet.write_string(0, 0, title or name, bold)
    sheet.write_row(2, 0, headings, bold)
    for number, row in enumerate(rows, 3):
        sheet.write_row(number, 0, row)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(headings), 16)
    sheet.freeze_panes(3, 1)
    return sheet


def _chart(book: xlsxwriter.Workbook, sheet: Worksheet, name: str, title: str, column: int, count: int) -> None:
    """A bar a row, without the total."""
    if not count:
        return
    chart = book.add_chart({"type": "bar"})
    last = 2 + count
    chart.add_series({"categories": [name, 3, 0, last, 0], "values": [name, 3, column, last, column]})
    chart.set_legend({"none": True})
    chart.set_title({"name": title})
    sheet.insert_chart(last + 3, 0, chart)


def _queue(row: Queue) -> Row:
    return (row.label, *(row.by_state.get(state, 0) for state in STATES), row.diplomas, row.overdue, row.soon)


def _output(row: Output) -> Row:
    names = ("label", "submitted", "observed", "approved", "ruled", "returned", "revised", "discarded", "in_time")
    return tuple(getattr(row, name) for name in (*names, "late"))


def _by_council(counts: dict[str, int], done: Production) -> list[int]:
    codes = sorted({code for each in done.reasons for code in each.by_council})
    return [counts.get(code, 0) for code in codes]


def _forecast(row: Forecast) -> Row:
    first = f"{row.first_breach_on:%d/%m/%Y}" if row.first_breach_on else ""
    return (row.label, row.open, row.late, row.ruled, row.pace, row.breaches, first)
