"""Refunds: listed by state, opened, approved by another person than who asked, ended by evidence."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.clients import treasury
from portal.formats import period, soles
from portal.forms.treasury import ConfirmForm, ReasonForm, ReturnedForm
from portal.parts import parts
from portal.session import account, staff_only
from portal.views.paging import pages_around
from portal.views.staff.acts import Act
from portal.views.staff.treasury.desk import REFUND, REFUNDS, SETTLE, VIEW, blueprint, carry_out, here, show


@blueprint.get("/devoluciones")
@staff_only(VIEW)
def refunds() -> ResponseReturnValue:
    """Refunds of one state or of all, newest request first."""
    state = request.args.get("estado", "") if request.args.get("estado", "") in REFUNDS else ""
    page = treasury.fetch(
        "refunds", state=state or None, after=request.args.get("after"), limit=parts().settings.page_size
    )
    return show("refunds", page=page, state=state, pages=pages_around("treasury.refunds", page, estado=state or None))


@blueprint.get("/devoluciones/<uuid:refund_id>")
@staff_only(VIEW)
def refund(refund_id: Any) -> ResponseReturnValue:
    """One refund: how far it is, and what this person may do about it."""
    found = treasury.fetch(f"refunds/{refund_id}")
    own = found["requested_by"] == (account() or {}).get("id")
    return show("refund", refund=found, facts=_facts(found), own=own)


@blueprint.route("/devoluciones/<uuid:refund_id>/aprobar", methods=["GET", "POST"])
@staff_only(REFUND)
def approve_refund(refund_id: Any) -> ResponseReturnValue:
    """Approve what another person asked for."""
    return _decide(
        refund_id,
        "approval",
        ConfirmForm(),
        "Aprobar la devolución",
        "Aprobar la devolución",
        "El dinero volverá a la tarjeta: hoy por anulación si el cobro es de hoy; si no, cuando Niubiz lo admita.",
        "Devolución aprobada.",
    )


@blueprint.route("/devoluciones/<uuid:refund_id>/rechazar", methods=["GET", "POST"])
@staff_only(REFUND)
def reject_refund(refund_id: Any) -> ResponseReturnValue:
    """Turn a refund down, or call one back that the acquirer has not been told yet."""
    return _decide(
        refund_id,
        "rejection",
        ReasonForm(),
        "No aprobar la devolución",
        "No aprobar",
        "No se devolverá dinero.",
        "La devolución no procede.",
    )


@blueprint.route("/devoluciones/<uuid:refund_id>/reintentar", methods=["GET", "POST"])
@staff_only(REFUND)
def retry_refund(refund_id: Any) -> ResponseReturnValue:
    """Tell the acquirer again what it refused."""
    return _decide(
        refund_id,
        "retry",
        ReasonForm(),
        "Reintentar la devolución",
        "Reintentar",
        "Se pedirá otra vez a Niubiz.",
        "La devolución quedó programada otra vez.",
    )


@blueprint.route("/devoluciones/<uuid:refund_id>/dictamen", methods=["GET", "POST"])
@staff_only(SETTLE)
def rule_refund(refund_id: Any) -> ResponseReturnValue:
    """End a doubt or a refusal by evidence: the money went back, or it did not."""
    return _decide(
        refund_id,
        "ruling",
        ReturnedForm(),
        "Dictaminar la devolución",
        "Registrar el dictamen",
        "Si el dinero se devolvió, las cuotas vuelven a estar pendientes y se emite la nota de crédito.",
        "Dictamen registrado.",
    )


def _decide(
    refund_id: Any, step: str, form: Any, title: str, button: str, warning: str, done: str
) -> ResponseReturnValue:
    found = treasury.fetch(f"refunds/{refund_id}")
    act = Act(
        title=title,
        button=button,
        warning=warning,
        form=form,
        facts=_facts(found),
        back=here("refund", refund_id=refund_id),
        section=("Devoluciones", here("refunds")),
    )

    def decide() -> None:
        body = {"reason": form.reason.data} if "reason" in form else {}
        if "returned" in form:
            body["returned"] = form.returned.data == "si"
        treasury.send(f"refunds/{refund_id}/{step}", body)

    return carry_out(act, decide, done)


def _facts(found: dict[str, Any]) -> list[dict[str, Any]]:
    months = ", ".join(period(line["period"]) for line in found["lines"]) or "El cobro no había pagado cuotas"
    return [
        {"key": "Pedido", "value": found["order_number"]},
        {"key": "Colegiado", "value": found["owner_name"], "note": f"CMP {found['owner_cmp']}"},
        {
            "key": "Monto",
            "value": soles(found["amount"]),
            "note": "Todo el cobro" if found["whole"] else "Parte del cobro",
        },
        {"key": "Cuotas que vuelven a deberse", "value": months},
        {"key": "Motivo", "value": found["reason"], "note": f"Lo pidió {found['requested_by_name']}"},
    ]
