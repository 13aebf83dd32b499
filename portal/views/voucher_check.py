"""Validar un comprobante: for anybody who holds one, without an account; what was typed never stands in an address."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from portal.clients import voucher_check
from portal.clients.gateway import ApiProblem
from portal.forms.voucher_check import VoucherCheckForm

blueprint = Blueprint("voucher_check", __name__, url_prefix="/comprobantes/validar")

ASK = "voucher_check/ask.html"


@blueprint.after_request
def keep_out_of_search_engines(response: Response) -> Response:
    """A page about somebody's voucher is nobody's search result."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.route("", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """The four facts, and the answer; unknown and wrong look alike."""
    form = VoucherCheckForm()
    if not form.validate_on_submit():
        return render_template(ASK, form=form), 422 if form.errors else 200
    try:
        found = voucher_check.check(form.proof())
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return render_template(ASK, form=form, unknown=True), 404
    return render_template("voucher_check/result.html", found=found)
