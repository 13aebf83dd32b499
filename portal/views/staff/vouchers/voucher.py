"""A voucher's page, its files, and what staff do to it: send again, void, mail, leave it out of the queue."""

from typing import Any

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import voucher_desk
from portal.clients.gateway import ApiProblem
from portal.formats import short_date, soles
from portal.forms.voucher_desk import DeskReasonForm, OnceForm, VoidForm
from portal.passing import passed_on
from portal.session import staff_only
from portal.views.staff.acts import Act
from portal.views.staff.vouchers.desk import FILES, ISSUE, OPERATE, VIEW, VOID, blueprint, carry_out, here, show


@blueprint.get("/<uuid:voucher_id>")
@staff_only(VIEW)
def voucher(voucher_id: Any) -> ResponseReturnValue:
    """One voucher with its lines, files, notes, conversation and history; the look is written down."""
    found = voucher_desk.fetch(f"vouchers/{voucher_id}")
    return show("voucher", voucher=found, mail_form=OnceForm())


@blueprint.get("/<uuid:voucher_id>/archivos/<kind>")
@staff_only(VIEW)
def file(voucher_id: Any, kind: str) -> ResponseReturnValue:
    """Its PDF, XML or CDR, passed on."""
    if kind not in FILES:
        abort(404)
    return passed_on(voucher_desk.download(f"vouchers/{voucher_id}/files/{kind}"))


@blueprint.get("/intentos/<uuid:attempt_id>/respuesta")
@staff_only(VIEW)
def answer(attempt_id: Any) -> ResponseReturnValue:
    """What SUNAT answered to one attempt, passed on."""
    return passed_on(voucher_desk.download(f"attempts/{attempt_id}/answer"))


@blueprint.route("/<uuid:voucher_id>/reenviar", methods=["GET", "POST"])
@staff_only(OPERATE)
def resend(voucher_id: Any) -> ResponseReturnValue:
    """Send what waits for a person again."""
    form, found = DeskReasonForm(), voucher_desk.fetch(f"vouchers/{voucher_id}")
    act = Act(
        title="Reenviar a la SUNAT",
        button="Reenviar",
        back=here("voucher", voucher_id=voucher_id),
        form=form,
        facts=_facts(found),
        section=("Cola", here("queue")),
        warning="Reenvíe solo si ya corrigió la causa. Irán el mismo número y los mismos datos.",
    )
    return carry_out(act, lambda: _send(voucher_id, "resend", form), messages.VOUCHER_RESENT)


@blueprint.route("/<uuid:voucher_id>/atendido", methods=["GET", "POST"])
@staff_only(ISSUE)
def settle(voucher_id: Any) -> ResponseReturnValue:
    """Say why a rejected voucher needs no other in its place."""
    form, found = DeskReasonForm(), voucher_desk.fetch(f"vouchers/{voucher_id}")
    act = Act(
        title="Dar por atendido",
        button="Dar por atendido",
        back=here("voucher", voucher_id=voucher_id),
        form=form,
        facts=_facts(found),
        section=("Cola", here("queue")),
        warning="Saldrá de la cola sin que se emita otro comprobante en su lugar.",
    )
    return carry_out(act, lambda: _send(voucher_id, "settlement", form), messages.VOUCHER_SETTLED)


@blueprint.route("/<uuid:voucher_id>/anular", methods=["GET", "POST"])
@staff_only(VOID)
def void(voucher_id: Any) -> ResponseReturnValue:
    """Have SUNAT told that it is void, while the days for that run."""
    form, found = VoidForm(), voucher_desk.fetch(f"vouchers/{voucher_id}")
    act = Act(
        title="Anular el comprobante",
        button="Anular el comprobante",
        back=here("voucher", voucher_id=voucher_id),
        form=form,
        facts=_facts(found),
        section=("Buscar", here("search")),
        warning="Comunicaremos la baja a la SUNAT. No se puede deshacer.",
    )
    return carry_out(act, lambda: _send(voucher_id, "void", form), messages.VOID_ASKED)


@blueprint.post("/<uuid:voucher_id>/correo")
@staff_only(VIEW)
def mail(voucher_id: Any) -> ResponseReturnValue:
    """Enviar de nuevo: only ever to the customer's registered address; no field names one (VOC-6)."""
    form = OnceForm()
    if form.validate_on_submit():
        try:
            voucher_desk.send(f"vouchers/{voucher_id}/mail", {"request_id": form.request_id.data})
        except ApiProblem as problem:
            if problem.status != 409:
                raise
            flash(problem.detail, "warning")
        else:
            flash(messages.VOUCHER_MAILED, "success")
    return redirect(here("voucher", voucher_id=voucher_id), 303)


def _send(voucher_id: Any, what: str, form: Any) -> None:
    body = {"request_id": form.request_id.data, "reason": form.reason.data}
    voucher_desk.send(f"vouchers/{voucher_id}/{what}", body)


def _facts(found: dict[str, Any]) -> list[dict[str, Any]]:
    last_word = f"{found['sunat_code']} {found['sunat_text']}".strip()
    return [
        {"key": found["type_label"], "value": found["number"]},
        {"key": "Fecha", "value": short_date(found["issue_date"])},
        {"key": "Cliente", "value": found["customer_name"], "note": found["customer_document_number"]},
        {"key": "Total", "value": soles(found["total"])},
        *([{"key": "Respuesta de la SUNAT", "value": last_word}] if last_word else []),
    ]
