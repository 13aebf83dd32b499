"""A report as XLSX, with the same figures as on the page and a chart beside them."""

import io

import xlsxwriter

from services.payments.reports.collected import By, Report

HEADINGS = {By.DAY: "Día", By.KIND: "Tipo de cuota", By.COUNCIL: "Consejo regional"}
COLUMNS = ("Pedidos", "Cuotas", "Recaudado (S/)", "Devuelto (S/)", "Neto (S/)")
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_xlsx(report: Report) -> bytes:
    """One sheet: what it is about, a row a line, the total, a column chart. Texts never become formulas."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Recaudación")
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        sum_format = book.add_format({"num_format": "#,##0.00", "bold": True})
        sheet.write_string(0, 0, f"Recaudación del {report.since:%d/%m/%Y} al {report.until:%d/%m/%Y}", bold)
        sheet.write_row(2, 0, (HEADINGS[report.by], *COLUMNS), bold)
        for number, line in enumerate([*report.items, report.total], 3):
            last = line is report.total
            sheet.write_string(number, 0, line.label, bold if last else None)
            sheet.write_number(number, 1, line.orders)
            sheet.write_number(number, 2, line.dues)
            for column, cents in enumerate((line.collected_cents, line.refunded_cents, line.net_cents), 3):
                sheet.write_number(number, column, cents / 100, sum_format if last else money)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 5, 15)
        sheet.freeze_panes(3, 0)
        if report.items:
            sheet.insert_chart(2, 7, _chart(book, report))
    return buffer.getvalue()


def _chart(book: xlsxwriter.Workbook, report: Report) -> object:
    last = 2 + len(report.items)
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "Neto (S/)",
            "categories": ["Recaudación", 3, 0, last, 0],
            "values": ["Recaudación", 3, 5, last, 5],
        }
    )
    chart.set_legend({"none": True})
    chart.set_title({"name": "Neto (S/)"})
    return chart
