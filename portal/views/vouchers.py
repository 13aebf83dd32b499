"""Facturación electrónica: a physician's own boletas and credit notes (option 1, VOU-4 to VOU-13), or all vouchers of a
client (option 2, VOC-1, VOC-4, VOC-5)."""

import csv
import io
import re
from typing import Any

import requests
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import einvoice
from portal.clients.gateway import ApiProblem
from portal.formats import masked_email, short_date
from portal.forms.vouchers import VoucherFilter
from portal.parts import parts
from portal.session import account, signed_in
from portal.views.paging import pages_around

blueprint = Blueprint("vouchers", __name__, url_prefix="/comprobantes")
MOST_SELECTED = 50
EXPORT_PAGE = 100
COLUMNS = ("DOCUMENTO", "TIPO", "FECHA", "CLIENTE", "NOMBRE", "ESTADO")


@blueprint.get("")
@signed_in
def greeting() -> ResponseReturnValue:
    """The greeting with the button Consulta (VOU-4); a client goes straight to the list."""
    if (account() or {}).get("kind") == "client":
        return redirect(url_for("vouchers.index"), 303)
    return render_template("vouchers/greeting.html")


@blueprint.get("/documentos")
@signed_in
def index() -> ResponseReturnValue:
    """DOCUMENTOS: the list with its filters, which stand in the address (VOU-5 to VOU-8, VOU-12)."""
    return _list_page(_filters())


@blueprint.post("/documentos/imprimir")
@signed_in
def print_selected() -> ResponseReturnValue:
    """Imprimir: the selected vouchers as one PDF (VOU-9). Nothing selected: a message, and no call."""
    ids, error = _selected()
    if error:
        return _list_page(_filters(), error)
    try:
        return _stream(einvoice.printed(ids), "comprobantes.pdf")
    except ApiProblem as problem:
        return _not_yet(problem)


@blueprint.post("/documentos/enviar")
@signed_in
def mail_selected() -> ResponseReturnValue:
    """Enviar por correo: only ever to the registered address (VOU-10); no field of this form names one."""
    ids, error = _selected()
    if error:
        return _list_page(_filters(), error)
    try:
        count = einvoice.mail(ids)
    except ApiProblem as problem:
        return _not_yet(problem)
    flash(messages.mail_requested(count, masked_email((account() or {}).get("email"))), "success")
    return _back_to_list()


@blueprint.get("/documentos/exportar")
@signed_in
def export() -> ResponseReturnValue:
    """Exportar: the filtered list as CSV that Excel opens (VOU-13)."""
    filters = _filters()
    if not filters.validate():
        return _list_page(filters)
    rows = _all(filters.query())
    if len(rows) > parts().settings.export_limit:
        return _list_page(filters, messages.too_many_to_export(parts().settings.export_limit))
    headers = {"Content-Disposition": 'attachment; filename="comprobantes.csv"'}
    return Response(_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/documentos/<voucher_id>.pdf")
@signed_in
def pdf(voucher_id: str) -> ResponseReturnValue:
    """One voucher's PDF; anybody else's is not found."""
    try:
        return _stream(einvoice.pdf(voucher_id), f"{re.sub('[^A-Za-z0-9-]', '', voucher_id)}.pdf")
    except ApiProblem as problem:
        return _not_yet(problem)


def _not_yet(problem: ApiProblem) -> ResponseReturnValue:
    """The PDF is drawn moments after the voucher is issued: say so on the list. Anything else is a real problem."""
    if problem.status != 409:
        raise problem
    flash(problem.detail, "warning")
    return _back_to_list()


def _back_to_list() -> ResponseReturnValue:
    links: dict[str, Any] = _filters().link()
    return redirect(url_for("vouchers.index", **links), 303)


def _list_page(filters: VoucherFilter, error: str = "") -> ResponseReturnValue:
    """The list; with wrong filters an empty one and no call."""
    valid = filters.validate()
    after = request.args.get("after")
    found = (
        einvoice.search(filters.query(), parts().settings.page_size, after) if valid else {"items": [], "next": None}
    )
    page = render_template(
        "vouchers/index.html",
        form=filters,
        page=found,
        selection_error=error,
        links=filters.link(),
        pages=pages_around("vouchers.index", found, **filters.link()),
    )
    return page, 422 if error or not valid else 200


def _filters() -> VoucherFilter:
    return VoucherFilter.for_((account() or {}).get("kind"), request.args)


def _selected() -> tuple[list[str], str]:
    """The ticked vouchers, and what is wrong with the selection."""
    ids = list(dict.fromkeys(request.form.getlist("seleccion")))
    if not ids:
        return [], messages.NOTHING_SELECTED
    return ids, messages.TOO_MANY_SELECTED if len(ids) > MOST_SELECTED else ""


def _all(query: dict[str, str]) -> list[dict[str, Any]]:
    """Every voucher of the search, up to one page more than an export may hold."""
    rows: list[dict[str, Any]] = []
    after = None
    while len(rows) <= parts().settings.export_limit:
        page = einvoice.search(query, EXPORT_PAGE, after)
        rows += page["items"]
        after = page.get("next")
        if not after:
            break
    return rows


def _csv(rows: list[dict[str, Any]]) -> str:
    """CSV with a byte-order mark and semicolons, which Excel in Peru expects; no cell starts a formula."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        values = (row["number"], row["type"], short_date(row["issue_date"]), row["customer_document_number"],
                  row["customer_name"], row["state_label"])  # fmt: skip
        writer.writerow([harmless(str(value)) for value in values])
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet reads as text (CSV formula injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _stream(upstream: requests.Response, name: str) -> Response:
    """Pass a PDF on as it arrives."""

    def chunks() -> Any:
        with upstream:
            yield from upstream.iter_content(64 * 1024)

    response = Response(chunks(), content_type="application/pdf")
    if length := upstream.headers.get("Content-Length"):
        response.headers["Content-Length"] = length
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
