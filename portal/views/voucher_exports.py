"""Exportar (VOU-13): the filtered list as CSV or Excel; a long one is prepared meanwhile, and told by mail."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.clients import einvoice
from portal.clients.gateway import ApiProblem
from portal.forms.vouchers import FORMATS
from portal.parts import parts
from portal.passing import passed_on
from portal.session import signed_in
from portal.views.vouchers import asked_filters, back_to_list, list_page

blueprint = Blueprint("voucher_exports", __name__, url_prefix="/comprobantes/documentos")

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/exportar")
@signed_in
def export() -> ResponseReturnValue:
    """The filtered list as a file; when it is long, the offer to prepare it."""
    filters = asked_filters()
    if not filters.validate():
        return list_page(filters)
    format = _format()
    try:
        content = einvoice.exported(filters.query(), format).content
    except ApiProblem as problem:
        if not problem.is_a("einvoice/too-many-to-export"):
            raise
        most, links = int(problem.body.get("most", 0)), filters.link()
        return render_template("vouchers/long_export.html", most=most, format=format, formats=FORMATS, links=links)
    return _attached(content, format, f"comprobantes.{format}")


@blueprint.post("/exportaciones")
@signed_in
def ask() -> ResponseReturnValue:
    """Have the long list prepared; its page shows how far it is."""
    filters = asked_filters()
    if not filters.validate():
        return list_page(filters)
    try:
        wanted = einvoice.ask_for_export(filters.query(), _format())
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        flash(str(problem.errors[0].get("detail")) if problem.errors else problem.detail, "warning")
        return back_to_list() if problem.status == 422 else redirect(url_for("voucher_exports.index"), 303)
    return redirect(url_for("voucher_exports.show", export_id=wanted["id"]), 303)


@blueprint.get("/exportaciones")
@signed_in
def index() -> ResponseReturnValue:
    """The files asked for lately."""
    return render_template("vouchers/exports.html", exports=einvoice.exports(), formats=FORMATS)


@blueprint.get("/exportaciones/<export_id>")
@signed_in
def show(export_id: str) -> ResponseReturnValue:
    """One file: how far it is, and where to fetch it. The mail leads here; another person's is not found."""
    wanted = einvoice.one_export(export_id)
    response = make_response(render_template("vouchers/export.html", export=wanted, formats=FORMATS))
    if wanted["state"] == "waiting" and "quieto" not in request.args:
        response.headers["Refresh"] = str(parts().settings.verify_seconds)
    return response


@blueprint.get("/exportaciones/<export_id>/archivo")
@signed_in
def download(export_id: str) -> ResponseReturnValue:
    """The finished file, passed on as it arrives; before and after its time, the page that says so."""
    try:
        upstream = einvoice.export_file(export_id)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return redirect(url_for("voucher_exports.show", export_id=export_id), 303)

    return passed_on(upstream)


def _format() -> str:
    """The format of the address; anything else is CSV."""
    wanted = request.args.get("formato", "")
    return wanted if wanted in FORMATS else "csv"


def _attached(content: bytes, format: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=MEDIA_TYPES[format], headers=headers)
