"""The report of a month as XLSX: the same figures as on the page, and the same chart."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from services.einvoice.desk.report import Line, Report

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COUNTS = {
    "issued": "Emitidos", "accepted": "Aceptados", "rejected": "Rechazados", "voided": "Anulados",
    "pending": "Por aceptar",
}  # fmt: skip
AMOUNTS = {
    "gravado_cents": "Gravado (S/)", "exonerado_cents": "Exonerado (S/)", "inafecto_cents": "Inafecto (S/)",
    "exportacion_cents": "Exportación (S/)", "igv_cents": "IGV (S/)", "other_cents": "Otros (S/)",
    "total_cents": "Total (S/)",
}  # fmt: skip
TOTAL_COLUMN = 2 + len(COUNTS) + len(AMOUNTS) - 1


def as_xlsx(report: Report) -> bytes:
    """Three sheets: by type and series with the total, by day with a chart, by origin. Texts never become formulas."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        span = f"Comprobantes del {report.first:%d/%m/%Y} al {report.last:%d/%m/%Y}"
        _sheet(book, "Tipo y serie", span, [*report.items, report.total])
        days = _sheet(book, "Por día", span, report.days)
        _sheet(book, "Por origen", span, report.origins)
        if report.days:
            days.insert_chart(2, TOTAL_COLUMN + 2, _chart(book, len(report.days)))
    return buffer.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, title: str, lines: Sequence[Line]) -> Any:
    sheet = book.add_worksheet(name)
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet.write_string(0, 0, title, bold)
    sheet.write_row(2, 0, ("Concepto", "Serie", *COUNTS.values(), *AMOUNTS.values()), bold)
    for row, line in enumerate(lines, 3):
        sheet.write_string(row, 0, line.label)
        sheet.write_string(row, 1, line.series)
        for column, count in enumerate(COUNTS, 2):
            sheet.write_number(row, column, getattr(line, count))
        for column, amount in enumerate(AMOUNTS, 2 + len(COUNTS)):
            sheet.write_number(row, column, getattr(line, amount) / 100, money)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, TOTAL_COLUMN, 14)
    sheet.freeze_panes(3, 0)
    return sheet


def _chart(book: xlsxwriter.Workbook, days: int) -> object:
    last = 2 + days
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "Total (S/)",
            "categories": ["Por día", 3, 0, last, 0],
            "values": ["Por día", 3, TOTAL_COLUMN, last, TOTAL_COLUMN],
        }
    )
    chart.set_legend({"none": True})
    chart.set_title({"name": "Total por día (S/)"})
    return chart
