"""Facturación electrónica: a physician's own boletas and credit notes (option 1, VOU-4 to VOU-13), or all vouchers of a
client (option 2, VOC-1, VOC-4, VOC-5). Exporting stands in `voucher_exports`."""

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import einvoice
from portal.clients.gateway import ApiProblem
from portal.formats import masked_email
from portal.forms.vouchers import FORMATS, VoucherFilter
from portal.parts import parts
from portal.passing import passed_on, passed_pdf
from portal.session import account, signed_in
from portal.views.paging import pages_around

blueprint = Blueprint("vouchers", __name__, url_prefix="/comprobantes")
MOST_SELECTED = 50
PDF, ZIP = "application/pdf", "application/zip"


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
    return list_page(asked_filters())


@blueprint.post("/documentos/imprimir")
@signed_in
def print_selected() -> ResponseReturnValue:
    """Imprimir: the selected vouchers as one PDF (VOU-9). Nothing selected: a message, and no call."""
    ids, error = _selected()
    if error:
        return list_page(asked_filters(), error)
    try:
        return passed_pdf(einvoice.printed(ids), "comprobantes.pdf")
    except ApiProblem as problem:
        return _not_yet(problem)


@blueprint.post("/documentos/zip")
@signed_in
def bundle_selected() -> ResponseReturnValue:
    """Descargar ZIP: PDF, XML and CDR of the selected vouchers. Nothing selected: a message, and no call."""
    ids, error = _selected()
    if error:
        return list_page(asked_filters(), error)
    try:
        return passed_on(einvoice.bundled(ids), media_type=ZIP, disposition='attachment; filename="comprobantes.zip"')
    except ApiProblem as problem:
        return _not_yet(problem)


@blueprint.post("/documentos/enviar")
@signed_in
def mail_selected() -> ResponseReturnValue:
    """Enviar por correo: only ever to the registered address (VOU-10); no field of this form names one."""
    ids, error = _selected()
    if error:
        return list_page(asked_filters(), error)
    try:
        count = einvoice.mail(ids)
    except ApiProblem as problem:
        return _not_yet(problem)
    if email := (account() or {}).get("email"):
        flash(messages.mail_requested(count, masked_email(email)), "success")
    else:
        flash(messages.MAIL_WITHOUT_ADDRESS, "warning")
    return back_to_list()


@blueprint.get("/documentos/<voucher_id>.pdf")
@signed_in
def pdf(voucher_id: str) -> ResponseReturnValue:
    """One voucher's PDF; anybody else's is not found."""
    try:
        return passed_pdf(einvoice.pdf(voucher_id), f"{re.sub('[^A-Za-z0-9-]', '', voucher_id)}.pdf")
    except ApiProblem as problem:
        return _not_yet(problem)


def asked_filters() -> VoucherFilter:
    """The filters of the address, as the kind of person may use them."""
    return VoucherFilter.for_((account() or {}).get("kind"), request.args)


def list_page(filters: VoucherFilter, error: str = "") -> ResponseReturnValue:
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
        formats=FORMATS,
        pages=pages_around("vouchers.index", found, **filters.link()),
    )
    return page, 422 if error or not valid else 200


def back_to_list() -> ResponseReturnValue:
    """To the list as it was filtered."""
    links: dict[str, Any] = asked_filters().link()
    return redirect(url_for("vouchers.index", **links), 303)


def _not_yet(problem: ApiProblem) -> ResponseReturnValue:
    """The PDF is drawn moments after the voucher is issued: say so on the list. Anything else is a real problem."""
    if problem.status != 409:
        raise problem
    flash(problem.detail, "warning")
    return back_to_list()


def _selected() -> tuple[list[str], str]:
    """The ticked vouchers, or all that the filters find, and what is wrong with the selection."""
    if request.form.get("todos"):
        return _all_found()
    ids = list(dict.fromkeys(request.form.getlist("seleccion")))
    if not ids:
        return [], messages.NOTHING_SELECTED
    return ids, messages.TOO_MANY_SELECTED if len(ids) > MOST_SELECTED else ""


def _all_found() -> tuple[list[str], str]:
    """Every result of the search, on whichever page, as far as one selection goes."""
    filters = asked_filters()
    if not filters.validate():
        return [], messages.NOTHING_SELECTED
    found = einvoice.search(filters.query(), MOST_SELECTED)
    ids = [voucher["id"] for voucher in found["items"]]
    if found.get("next"):
        return ids, messages.TOO_MANY_RESULTS
    return ids, "" if ids else messages.NOTHING_SELECTED
