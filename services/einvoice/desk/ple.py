"""The month's Registro de Ventas e Ingresos as the text file that SUNAT's PLE program loads (book 14.1).

Fields and their order: SUNAT, "Anexo 2: estructuras e información de los libros y registros electrónicos", structure
14.1 with its column of ICBPER (23), as two public implementations write it: `l10n_pe_reports` of Odoo
(handler `l10n_pe.tax.ple.14.1.report.handler`) and github.com/yamil564/odoo_13,
`addons/ple_sale/models/ple_sale_line.py`. Fields end in `|`, lines in CR LF; amounts have two decimals, those of a
credit note are negative, those of a voided voucher zero. The exchange rate of a foreign currency, which only vouchers
of earlier years have, is not known and left empty. Field 35 is 1 for an entry of the period and 2 for a void one.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from services.einvoice.desk.report import SOLES, VALID, issued_in
from services.einvoice.documents import CREDIT_NOTE, TREATMENTS
from services.einvoice.models import Voucher, VoucherState

CHUNK = 500
NAME_LIMIT = 100
ENTRY, VOID = "1", "2"
NO_DOCUMENT = "0"


def file_name(ruc: str, first: date, *, empty: bool) -> str:
    """LE, RUC, AAAAMM00, book 140100, 00, operation 1, content 1 or 0, currency 1 (soles), made by PLE 1."""
    return f"LE{ruc}{first:%Y%m}0014010000" + f"1{0 if empty else 1}11.txt"


def lines(session: Session, first: date) -> Iterator[str]:
    """The register's lines, in the order of issue; what SUNAT rejected or has not judged yet is not in it."""
    amended = aliased(Voucher)
    wanted = (
        select(Voucher, amended.issue_date)
        .outerjoin(amended, amended.id == Voucher.amended_id)
        .where(*issued_in(first), Voucher.state.in_(VALID | {VoucherState.VOIDED}))
        .options(selectinload(Voucher.lines))
        .order_by(Voucher.issued_at, Voucher.voucher_type, Voucher.series, Voucher.number)
        .execution_options(yield_per=CHUNK)
    )
    for voucher, amended_on in session.execute(wanted):
        yield "|".join(_fields(voucher, amended_on, first)) + "|\r\n"
        session.expunge(voucher)


def _fields(voucher: Voucher, amended_on: date | None, first: date) -> list[str]:
    """Fields 1 to 35."""
    void = voucher.state == VoucherState.VOIDED
    return [
        f"{first:%Y%m}00",
        f"{voucher.voucher_type}{voucher.series}{voucher.number:08d}",
        "M1",
        f"{voucher.issue_date:%d/%m/%Y}",
        _due(voucher),
        voucher.voucher_type,
        voucher.series,
        str(voucher.number),
        "",
        NO_DOCUMENT if voucher.customer_document_type == "-" else voucher.customer_document_type,
        voucher.customer_document_number,
        voucher.customer_name.replace("|", " ")[:NAME_LIMIT],
        *_amounts(voucher, void=void),
        voucher.currency,
        "1.000" if voucher.currency == SOLES else "",
        *_amended(voucher, amended_on),
        "",
        "",
        "",
        VOID if void else ENTRY,
    ]


def _amounts(voucher: Voucher, *, void: bool) -> list[str]:
    """Fields 13 to 25: export, base, its discount, IGV, its discount, exonerado, inafecto, ISC, two of IVAP, ICBPER,
    other, total. The base is what the value holds beside the lines that bear no tax: global discounts lower it."""
    by_total = {"exportacion": 0, "exonerado": 0, "inafecto": 0}
    for line in voucher.lines:
        total = TREATMENTS[line.tax_code].total
        if total in by_total:
            by_total[total] += line.value_cents
    base = voucher.value_cents - sum(by_total.values())
    other = voucher.total_cents - voucher.value_cents - voucher.tax_cents
    sign = 0 if void else -1 if voucher.voucher_type == CREDIT_NOTE else 1
    cents = (by_total["exportacion"], base, 0, voucher.tax_cents, 0, by_total["exonerado"], by_total["inafecto"],
             0, 0, 0, 0, other, voucher.total_cents)  # fmt: skip
    return [f"{Decimal(sign * each).scaleb(-2):.2f}" for each in cents]


def _due(voucher: Voucher) -> str:
    """The last cuota of a factura on credit; empty for what is paid at once."""
    instalments = voucher.particulars.get("instalments") or []
    days = [date.fromisoformat(each["due_date"]) for each in instalments]
    return f"{max(days):%d/%m/%Y}" if days else ""


def _amended(voucher: Voucher, amended_on: date | None) -> list[str]:
    """Fields 28 to 31 of a note: date, type, series and number of the voucher it amends."""
    amends = voucher.particulars.get("amends")
    if not amends:
        return ["", "", "", ""]
    series, _, number = amends["number"].partition("-")
    return [f"{amended_on:%d/%m/%Y}" if amended_on else "", amends["voucher_type"], series, str(int(number))]
