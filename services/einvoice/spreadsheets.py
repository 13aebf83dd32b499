"""The list of vouchers as CSV or XLSX (VOU-13), written row by row, so that memory stays flat whatever its length."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import BinaryIO

import xlsxwriter
from sqlalchemy import Row

from services.einvoice.documents import printed_number
from services.einvoice.models import Voucher
from services.einvoice.models.states import LABELS, VoucherState

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = ("DOCUMENTO", "TIPO", "FECHA", "CLIENTE", "NOMBRE", "ESTADO")
WIDTHS = (16, 6, 12, 14, 48, 28)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

FIELDS = (
    Voucher.issued_at,
    Voucher.id,
    Voucher.series,
    Voucher.number,
    Voucher.voucher_type,
    Voucher.issue_date,
    Voucher.customer_document_number,
    Voucher.customer_name,
    Voucher.state,
)
"""What a row needs of a voucher: its place in the list first, then what its cells say."""

Cells = tuple[str, str, date, str, str, str]


def cells_of(row: Row[tuple[object, ...]]) -> Cells:
    """The columns of the list (VOU-8), and the state."""
    number, label = printed_number(row.series, row.number), LABELS[VoucherState(row.state)]
    return number, row.voucher_type, row.issue_date, row.customer_document_number, row.customer_name, label


def write_csv(out: BinaryIO, rows: Iterable[Cells]) -> int:
    """With a byte-order mark and semicolons, as Excel in Peru expects; no cell starts a formula. How many rows."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow([f"{cell:%d/%m/%Y}" if isinstance(cell, date) else inert(cell) for cell in row])
        count += 1
    text.detach()
    return count


def write_xlsx(out: BinaryIO, rows: Iterable[Cells]) -> int:
    """One sheet: documents stay text with their zeros, dates are dates. How many rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Comprobantes")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(count, column, cell, day)
                else:
                    sheet.write_string(count, column, cell)
    return count


WRITERS: dict[str, Callable[[BinaryIO, Iterable[Cells]], int]] = {CSV: write_csv, XLSX: write_xlsx}


def inert(cell: str) -> str:
    """A cell that a spreadsheet reads as text (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
