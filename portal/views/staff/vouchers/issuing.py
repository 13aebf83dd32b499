"""Issuing a factura or boleta by hand: what is typed, a summary with SUNAT's amounts to check, then the act (VOC-7)."""

import uuid
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import staff, voucher_desk
from portal.clients.gateway import ApiProblem
from portal.forms.fields import options_of
from portal.forms.treasury import TAX_CODES
from portal.forms.voucher_desk import IssueForm
from portal.session import account, staff_only
from portal.views.staff.vouchers.desk import ISSUE, blueprint, here, show
from portal.views.staff.vouchers.typed import Typed, grows, kept, pressed, typed


@blueprint.route("/emitir", methods=["GET", "POST"])
@staff_only(ISSUE)
def issue() -> ResponseReturnValue:
    """The form, its summary and the act, on one address: what was typed travels with the page and is never lost."""
    replaced = _replaced()
    form = IssueForm(data=_start(replaced)) if request.method == "GET" else IssueForm()
    form.council.choices = options_of(_councils())
    page = typed(form, _lines_of(replaced))
    if request.method == "GET" or grows():
        return _form(page, replaced)
    credit = form.payment.data == "Credito"
    if not credit:
        page.instalments = []
    instalments_missing = messages.INSTALMENTS_MISSING if credit else ""
    if not page.check(lines_missing=messages.LINES_MISSING, instalments_missing=instalments_missing):
        return _form(page, replaced)
    return _issue(page, replaced) if pressed() == "emitir" else _summary(page, replaced)


def _issue(page: Typed, replaced: dict[str, Any] | None) -> ResponseReturnValue:
    """The act; the same page sent twice gives the same voucher."""
    try:
        issued = voucher_desk.send("vouchers", _wish(page))
    except ApiProblem as problem:
        return _form(page, replaced, page.place(problem))
    flash(messages.voucher_issued(issued["number"]), "success")
    return redirect(here("voucher", voucher_id=issued["id"]), 303)


def _summary(page: Typed, replaced: dict[str, Any] | None) -> ResponseReturnValue:
    """The last page before the act; what SUNAT would reject is said here, before a number is spent."""
    try:
        checked = voucher_desk.send("vouchers/check", _wish(page))
    except ApiProblem as problem:
        return _form(page, replaced, page.place(problem))
    return show("check", page=page, form=page.form, checked=checked, kept=kept(), replaced=replaced, taxes=TAX_CODES)


def _form(page: Typed, replaced: dict[str, Any] | None, refused: str = "") -> ResponseReturnValue:
    if not page.instalments:
        page.instalments = typed(page.form).instalments
    wrong = bool(page.form.errors or page.wrong or refused)
    shown = {"page": page, "form": page.form, "refused": refused, "replaced": replaced}
    return show("issue", 422 if wrong else 200, **shown)


def _wish(page: Typed) -> dict[str, Any]:
    form = page.form
    customer = {name: form[name].data for name in ("document_type", "document_number", "name")}
    return page.wish() | {
        "voucher_type": form.voucher_type.data,
        "council": form.council.data or None,
        "customer": customer | {"address": form.address.data or None},
        "replaces": form.replaces.data or None,
    }


def _replaced() -> dict[str, Any] | None:
    """The rejected voucher whose place the new one takes."""
    voucher_id = request.args.get("reemplaza") if request.method == "GET" else request.form.get("replaces")
    if not voucher_id:
        return None
    try:
        return voucher_desk.fetch(f"vouchers/{uuid.UUID(voucher_id)}")
    except ValueError:
        abort(404)


def _start(replaced: dict[str, Any] | None) -> dict[str, Any]:
    """What the form begins with: a rejected voucher's data, to be put right."""
    if replaced is None:
        return {}
    return {
        "replaces": replaced["id"],
        "council": replaced["council"],
        "voucher_type": replaced["type"],
        "document_type": replaced["customer_document_type"],
        "document_number": replaced["customer_document_number"],
        "name": replaced["customer_name"],
        "address": replaced["customer_address"],
        "email": replaced["delivery_email"],
    }


def _lines_of(replaced: dict[str, Any] | None) -> list[dict[str, Any]] | None:
    names = ("description", "quantity", "amount", "tax_code")
    return [{name: line[name] for name in names} for line in replaced["lines"]] if replaced else None


def _councils() -> dict[str, str]:
    """Staff of a council issue in its series; national staff choose."""
    own = (account() or {}).get("council")
    if own:
        return {own: "Su consejo"}
    return {"": "Consejo Nacional"} | {row["code"]: row["label"] for row in staff.councils()}
