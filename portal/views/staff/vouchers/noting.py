"""A note of credit or debit by hand on an accepted voucher: what is typed, a summary to check, then the act."""

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import voucher_desk
from portal.clients.gateway import ApiProblem
from portal.forms.treasury import TAX_CODES
from portal.forms.voucher_desk import NOTE_KINDS, NoteForm
from portal.session import staff_only
from portal.views.staff.vouchers.desk import ISSUE, blueprint, here, show
from portal.views.staff.vouchers.typed import Typed, grows, kept, pressed, typed

RESCHEDULING = "07-13"


@blueprint.route("/<uuid:voucher_id>/nota", methods=["GET", "POST"])
@staff_only(ISSUE)
def note(voucher_id: Any) -> ResponseReturnValue:
    """A note with its reason; without lines a note of credit gives all of it back."""
    found = voucher_desk.fetch(f"vouchers/{voucher_id}")
    start = {"email": found["delivery_email"]} if request.method == "GET" else {}
    page = typed(NoteForm(data=start) if start else NoteForm())
    if request.method == "GET" or grows():
        return _form(page, found)
    if not _good(page):
        return _form(page, found)
    if pressed() != "emitir":
        return show(
            "check_note", page=page, form=page.form, voucher=found, kept=kept(), kinds=NOTE_KINDS, taxes=TAX_CODES
        )
    try:
        issued = voucher_desk.send(f"vouchers/{voucher_id}/notes", _wish(page))
    except ApiProblem as problem:
        return _form(page, found, page.place(problem))
    flash(messages.voucher_issued(issued["number"]), "success")
    return redirect(here("voucher", voucher_id=issued["id"]), 303)


def _good(page: Typed) -> bool:
    """A note of debit says what it adds, new dates of payment say which; others need neither."""
    kind = str(page.form.kind.data)
    if kind != RESCHEDULING:
        page.instalments = []
    return page.check(
        lines_missing=messages.NOTE_LINES_MISSING if kind.startswith("08") else "",
        instalments_missing=messages.INSTALMENTS_MISSING if kind == RESCHEDULING else "",
    )


def _form(page: Typed, found: dict[str, Any], refused: str = "") -> ResponseReturnValue:
    if not page.instalments:
        page.instalments = typed(page.form).instalments
    wrong = bool(page.form.errors or page.wrong or refused)
    return show("note", 422 if wrong else 200, page=page, form=page.form, voucher=found, refused=refused)


def _wish(page: Typed) -> dict[str, Any]:
    voucher_type, _, code = str(page.form.kind.data).partition("-")
    return page.wish() | {"voucher_type": voucher_type, "reason_code": code}
