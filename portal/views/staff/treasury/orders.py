"""Orders: searched, opened with their conversation with the acquirer, charges in doubt settled by evidence."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from chassis.clock import LIMA
from portal.clients import treasury
from portal.clients.gateway import ApiProblem
from portal.formats import period, soles
from portal.forms.fields import take_errors
from portal.forms.treasury import ApplicationForm, ConfirmForm, OrderSearch, ReasonForm, RefundForm, RulingForm
from portal.parts import parts
from portal.passing import passed_on
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.acts import Act
from portal.views.staff.treasury.desk import (
    OUTCOMES,
    REFUND,
    SETTLE,
    VIEW,
    blueprint,
    carry_out,
    here,
    show,
)

FIELDS = {
    "number": "pedido",
    "purchase_number": "operacion",
    "owner_cmp": "cmp",
    "card": "tarjeta",
    "start": "desde",
    "end": "hasta",
}


@blueprint.get("/pedidos")
@staff_only(VIEW)
def orders() -> ResponseReturnValue:
    """The search of orders, newest first; what is looked for stands in the address."""
    form = OrderSearch(request.args)
    page: dict[str, Any] = {"items": [], "next": None}
    if form.validate():
        try:
            page = treasury.fetch(
                "orders", after=request.args.get("after"), limit=parts().settings.page_size, **form.query()
            )
        except ApiProblem as problem:
            _place(form, problem)
    pages = pages_around("treasury.orders", page, **form.link())
    return show("orders", 422 if form.errors else 200, form=form, page=page, pages=pages)


def _place(form: OrderSearch, problem: ApiProblem) -> None:
    """Put the service's complaints beside the fields of this form."""
    for error in problem.errors:
        error["pointer"] = "/" + FIELDS.get(str(error.get("pointer", "")).strip("/"), "pedido")
    if problem.status != 422 or not take_errors(form, problem):
        raise problem


@blueprint.get("/pedidos/<uuid:order_id>")
@staff_only(VIEW)
def order(order_id: Any) -> ResponseReturnValue:
    """One order with its attempts, the scrubbed conversation, its refunds and what staff did."""
    return show("order", order=treasury.fetch(f"orders/{order_id}"))


@blueprint.get("/pedidos/<uuid:order_id>/constancia.pdf")
@staff_only(VIEW)
def receipt(order_id: Any) -> ResponseReturnValue:
    """The receipt of a paid order, drawn again."""
    return passed_on(treasury.download(f"orders/{order_id}/receipt.pdf"))


@blueprint.post("/pedidos/<uuid:order_id>/cobros/<int:attempt_id>/consulta")
@staff_only(SETTLE)
def ask_acquirer(order_id: Any, attempt_id: int) -> ResponseReturnValue:
    """Preguntar a Niubiz ahora: asks, never charges; the answer settles the charge if it can."""
    try:
        attempt = treasury.send(f"attempts/{attempt_id}/query")
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        flash(problem.detail, "warning")
    else:
        doubtful = attempt["state"] in ("UNKNOWN", "INTEGRITY")
        flash(
            "Niubiz todavía no lo aclara." if doubtful else "Niubiz respondió y el cobro quedó resuelto.",
            "warning" if doubtful else "success",
        )
    return redirect(here("order", order_id=order_id), 303)


@blueprint.route("/pedidos/<uuid:order_id>/cobros/<int:attempt_id>/dictamen", methods=["GET", "POST"])
@staff_only(SETTLE)
def propose_ruling(order_id: Any, attempt_id: int) -> ResponseReturnValue:
    """Propose by evidence what became of a charge; another person confirms it."""
    form, found = RulingForm(), treasury.fetch(f"orders/{order_id}")
    attempt = _attempt(found, attempt_id)
    act = Act(
        title="Proponer un dictamen",
        button="Proponer",
        back=here("order", order_id=order_id),
        form=form,
        facts=[*_facts(found), {"key": "Operación", "value": attempt["purchase_number"]}],
        warning="Otra persona de Tesorería deberá confirmarlo. Si Niubiz cobró, las cuotas quedarán pagadas.",
    )
    return carry_out(
        act,
        lambda: treasury.send(f"attempts/{attempt_id}/rulings", _ruling(form)),
        "Dictamen propuesto. Otra persona debe confirmarlo.",
    )


@blueprint.route("/pedidos/<uuid:order_id>/dictamenes/<int:ruling_id>/confirmar", methods=["GET", "POST"])
@staff_only(SETTLE)
def confirm_ruling(order_id: Any, ruling_id: int) -> ResponseReturnValue:
    """Confirm what another person proposed: the charge is settled by it."""
    found = treasury.fetch(f"orders/{order_id}")
    act = Act(
        title="Confirmar el dictamen",
        button="Confirmar el dictamen",
        back=here("order", order_id=order_id),
        form=ConfirmForm(),
        facts=[*_facts(found), *_ruling_facts(found, ruling_id)],
        warning="El cobro quedará resuelto según la evidencia. No se puede deshacer.",
    )
    return carry_out(act, lambda: treasury.send(f"rulings/{ruling_id}/confirmation"), "Dictamen confirmado.")


@blueprint.route("/pedidos/<uuid:order_id>/dictamenes/<int:ruling_id>/descartar", methods=["GET", "POST"])
@staff_only(SETTLE)
def dismiss_ruling(order_id: Any, ruling_id: int) -> ResponseReturnValue:
    """Put a proposed ruling aside; the charge stays in doubt."""
    form, found = ReasonForm(), treasury.fetch(f"orders/{order_id}")
    act = Act(
        title="Descartar el dictamen",
        button="Descartar",
        back=here("order", order_id=order_id),
        form=form,
        facts=[*_facts(found), *_ruling_facts(found, ruling_id)],
    )
    return carry_out(
        act,
        lambda: treasury.send(f"rulings/{ruling_id}/dismissal", {"reason": form.reason.data}),
        "Dictamen descartado.",
    )


@blueprint.route("/pedidos/<uuid:order_id>/devolucion", methods=["GET", "POST"])
@staff_only(REFUND)
def request_refund(order_id: Any) -> ResponseReturnValue:
    """Ask for the return of the latest dues, or of all that is left; another person approves it."""
    form, found = RefundForm(), treasury.fetch(f"orders/{order_id}")
    left = [line for line in found["lines"] if line["due_id"] not in found["returned_due_ids"]]
    form.count.choices = [(count, _share(left, count)) for count in range(len(left), 0, -1)]
    act = Act(
        title="Solicitar una devolución",
        button="Solicitar la devolución",
        back=here("order", order_id=order_id),
        form=form,
        facts=_facts(found),
        warning="Otra persona de Tesorería deberá aprobarla. Las cuotas devueltas volverán a deberse y se emitirá "
        "una nota de crédito.",
    )

    def ask() -> None:
        whole = form.count.data == len(left)
        chosen = [] if whole else [line["due_id"] for line in left[len(left) - form.count.data :]]
        treasury.send(f"orders/{order_id}/refunds", {"due_ids": chosen, "reason": form.reason.data})

    return carry_out(act, ask, "Devolución solicitada. Otra persona debe aprobarla.")


@blueprint.route("/pedidos/<uuid:order_id>/aplicar", methods=["GET", "POST"])
@staff_only(SETTLE)
def apply_charge(order_id: Any) -> ResponseReturnValue:
    """Let a charge whose dues were paid elsewhere pay other dues of exactly its sum, oldest first."""
    form, found = ApplicationForm(), treasury.fetch(f"orders/{order_id}")
    owed = treasury.fetch("dues", cmp=found["owner_cmp"], kind=found["kind"], state="OPEN", limit=100)["items"][::-1]
    form.dues.choices = _fitting(owed, Decimal(found["total"]))
    if not form.dues.choices:
        flash("Ninguna serie de cuotas pendientes suma exactamente lo cobrado: devuelva el dinero.", "warning")
        return redirect(here("order", order_id=order_id), 303)
    act = Act(
        title="Aplicar el cobro a otras cuotas",
        button="Aplicar",
        back=here("order", order_id=order_id),
        form=form,
        facts=_facts(found),
        warning="Esas cuotas quedarán pagadas y se emitirá el comprobante.",
    )
    return carry_out(
        act,
        lambda: treasury.send(
            f"orders/{order_id}/application", {"due_ids": form.dues.data.split(","), "reason": form.reason.data}
        ),
        "El cobro pagó esas cuotas.",
    )


def _facts(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": "Pedido", "value": found["number"]},
        {"key": "Colegiado", "value": found["owner_name"], "note": f"CMP {found['owner_cmp']}"},
        {"key": "Cuotas", "value": ", ".join(period(line["period"]) for line in found["lines"])},
        {"key": "Total", "value": soles(found["total"])},
    ]


def _attempt(found: dict[str, Any], attempt_id: int) -> dict[str, Any]:
    return next((one for one in found["attempts"] if int(one["id"]) == attempt_id), {"purchase_number": "—"})


def _ruling_facts(found: dict[str, Any], ruling_id: int) -> list[dict[str, Any]]:
    rulings = [ruling for attempt in found["attempts"] for ruling in attempt["rulings"] if ruling["id"] == ruling_id]
    return [
        fact
        for ruling in rulings
        for fact in (
            {"key": "Dictamen", "value": OUTCOMES.get(ruling["outcome"], ruling["outcome"])},
            {"key": "Evidencia", "value": ruling["evidence"], "note": ruling["reason"]},
            {"key": "Lo propuso", "value": ruling["proposed_by_name"]},
        )
    ]


def _ruling(form: RulingForm) -> dict[str, Any]:
    body = {name: form[name].data for name in ("outcome", "evidence", "reason")}
    body |= {name: form[name].data or None for name in ("transaction_id", "authorization_code")}
    if form.charged_on.data:
        hour, _, minute = (form.charged_time.data or "0:00").partition(":")
        moment = datetime.combine(form.charged_on.data, time(int(hour), int(minute)), LIMA)
        body["charged_at"] = moment.isoformat()
    return body


def _share(left: list[dict[str, Any]], count: int) -> str:
    chosen = left[len(left) - count :]
    total = soles(sum((Decimal(line["amount"]) for line in chosen), Decimal(0)))
    months = ", ".join(period(line["period"]) for line in chosen)
    some = f"Las {count} últimas" if count > 1 else "La última"
    return f"{'Todo lo que queda' if count == len(left) else some}: {months} ({total})"


def _fitting(owed: list[dict[str, Any]], total: Decimal) -> list[tuple[str, str]]:
    """The series of oldest dues that adds up to the charge, if there is one."""
    chosen: list[dict[str, Any]] = []
    for due in owed:
        chosen.append(due)
        if sum(Decimal(one["amount"]) for one in chosen) >= total:
            break
    if not chosen or sum(Decimal(one["amount"]) for one in chosen) != total:
        return []
    return [(",".join(due["id"] for due in chosen), ", ".join(period(due["period"]) for due in chosen))]
