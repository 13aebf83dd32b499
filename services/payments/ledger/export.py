"""The books as CSV or XLSX for the accountant. A text that a spreadsheet would run as a formula is made plain text."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import xlsxwriter

from services.payments.ledger.reports import BookedLine
from services.payments.money import decimal

HEADINGS = ("Fecha", "Asiento", "Causa", "Glosa", "Cuenta", "Nombre de la cuenta", "Debe", "Haber")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(lines: Iterable[BookedLine]) -> Iterator[str]:
    """The entries as CSV, a row at a time."""
    for row in (HEADINGS, *map(_cells, lines)):
        buffer = io.StringIO()
        csv.writer(buffer).writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
        yield buffer.getvalue()


def as_xlsx(lines: Iterable[BookedLine], title: str) -> bytes:
    """The entries as a workbook with one sheet; written row by row, so that memory stays flat."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.set_column(0, 2, 12)
        sheet.set_column(3, 3, 46)
        sheet.set_column(4, 7, 16)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, HEADINGS, bold)
        for number, row in enumerate(map(_cells, lines), 1):
            sheet.write_datetime(number, 0, row[0], day)
            sheet.write_number(number, 1, row[1])
            for column in (2, 3, 4, 5):
                sheet.write_string(number, column, str(row[column]))
            sheet.write_number(number, 6, float(row[6]), money)
            sheet.write_number(number, 7, float(row[7]), money)
    return buffer.getvalue()


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cells(line: BookedLine) -> tuple[date, int, str, str, str, str, Decimal, Decimal]:
    booked, entry, account = line.transaction, line.entry, line.account
    return (
        booked.day, booked.id, booked.cause, booked.text, account.code, account.name,
        decimal(entry.debit_cents), decimal(entry.credit_cents),
    )  # fmt: skip
