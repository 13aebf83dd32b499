"""The dues of one physician with the standing they make, corrections, and payments made elsewhere."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.clients import treasury
from portal.clients.gateway import ApiProblem
from portal.formats import period, soles
from portal.forms.treasury import AmountForm, CmpSearch, OutsidePaymentForm, ReasonForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.acts import Act
from portal.views.staff.treasury.desk import DUE_STATES, DUES, VIEW, blueprint, carry_out, here, show


@blueprint.get("/cuotas")
@staff_only(VIEW)
def dues() -> ResponseReturnValue:
    """Dues of a physician in whatever state, newest month first, and whether they leave the physician hábil."""
    form = CmpSearch(request.args)
    if "cmp" not in request.args:
        return show("dues", form=form, page=None, standing=None, pages=None)
    if not form.validate():
        return show("dues", 422, form=form, page=None, standing=None, pages=None)
    cmp_number = form.cmp.data
    standing = _standing(cmp_number)
    if standing is None:
        form.cmp.errors = ["No hay un médico con ese número de CMP"]
        return show("dues", 404, form=form, page=None, standing=None, pages=None)
    page = treasury.fetch("dues", cmp=cmp_number, after=request.args.get("after"), limit=parts().settings.page_size)
    pages = pages_around("treasury.dues", page, cmp=cmp_number)
    return show("dues", form=form, page=page, standing=standing, pages=pages)


@blueprint.get("/cuotas/<int:due_id>")
@staff_only(VIEW)
def due(due_id: int) -> ResponseReturnValue:
    """One due: its orders, its payments elsewhere, what staff did to it."""
    found = treasury.fetch(f"dues/{due_id}")
    return show("due", due=found, facts=_facts(found))


@blueprint.route("/cuotas/<int:due_id>/anular", methods=["GET", "POST"])
@staff_only(DUES)
def annul_due(due_id: int) -> ResponseReturnValue:
    """Say that a due never was owed."""
    return _correct(
        due_id, "annulment", ReasonForm(), "Anular la cuota", "La cuota dejará de deberse.", "Cuota anulada."
    )


@blueprint.route("/cuotas/<int:due_id>/reabrir", methods=["GET", "POST"])
@staff_only(DUES)
def reopen_due(due_id: int) -> ResponseReturnValue:
    """Let a due be owed again."""
    return _correct(
        due_id, "reopening", ReasonForm(), "Reabrir la cuota", "La cuota volverá a deberse.", "Cuota reabierta."
    )


@blueprint.route("/cuotas/<int:due_id>/monto", methods=["GET", "POST"])
@staff_only(DUES)
def correct_amount(due_id: int) -> ResponseReturnValue:
    """Let a due be owed in another amount."""
    warning = "Un pedido abierto con el monto anterior no se cobrará."
    return _correct(due_id, "amount", AmountForm(), "Corregir el monto", warning, "Monto corregido.")


@blueprint.route("/cuotas/<int:due_id>/pago", methods=["GET", "POST"])
@staff_only(DUES)
def enter_payment(due_id: int) -> ResponseReturnValue:
    """Enter a payment made at the bank or the counter."""
    warning = "La cuota quedará pagada. Este pago no emite comprobante aquí."
    return _correct(
        due_id, "outside-payments", OutsidePaymentForm(), "Registrar un pago hecho fuera", warning, "Pago registrado."
    )


def _correct(due_id: int, step: str, form: Any, title: str, warning: str, done: str) -> ResponseReturnValue:
    found = treasury.fetch(f"dues/{due_id}")
    act = Act(
        title=title,
        button=title,
        warning=warning,
        form=form,
        facts=_facts(found),
        back=here("due", due_id=due_id),
        section=("Cuotas", here("dues", cmp=found["owner_cmp"])),
    )

    def correct() -> None:
        body = {"reason": form.reason.data}
        for name in ("channel", "reference"):
            if name in form:
                body[name] = form[name].data
        if "amount" in form:
            body["amount"] = f"{form.amount.data:.2f}"
        if "paid_on" in form:
            body["paid_on"] = form.paid_on.data.isoformat()
        treasury.send(f"dues/{due_id}/{step}", body)

    return carry_out(act, correct, done)


def _standing(cmp_number: str) -> dict[str, Any] | None:
    try:
        return treasury.fetch(f"standing/{cmp_number}")
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return None


def _facts(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": "CMP", "value": found["owner_cmp"]},
        {"key": "Cuota", "value": found["description"], "note": period(found["period"])},
        {"key": "Monto", "value": soles(found["amount"])},
        {"key": "Estado", "value": DUE_STATES.get(found["state"], (found["state"], ""))[0]},
    ]
