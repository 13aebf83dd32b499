"""RC and RA: where each stands, which vouchers it tells of, and sending again what waits for a person."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import voucher_desk
from portal.formats import short_date
from portal.forms.voucher_desk import DeskReasonForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.acts import Act
from portal.views.staff.vouchers.desk import OPERATE, VIEW, blueprint, carry_out, here, show


@blueprint.get("/resumenes")
@staff_only(VIEW)
def summaries() -> ResponseReturnValue:
    """Those that SUNAT has not settled, or all of them; newest first."""
    everything = bool(request.args.get("todos"))
    page = voucher_desk.fetch(
        "summaries",
        after=request.args.get("after"),
        limit=parts().settings.page_size,
        settled=True if everything else None,
    )
    pages = pages_around("voucher_desk.summaries", page, todos=1 if everything else None)
    return show("summaries", page=page, pages=pages, everything=everything)


@blueprint.get("/resumenes/<uuid:summary_id>")
@staff_only(VIEW)
def summary(summary_id: Any) -> ResponseReturnValue:
    """One RC or RA with its vouchers and the conversation about it."""
    return show("summary", summary=voucher_desk.fetch(f"summaries/{summary_id}"))


@blueprint.route("/resumenes/<uuid:summary_id>/reenviar", methods=["GET", "POST"])
@staff_only(OPERATE)
def resend_summary(summary_id: Any) -> ResponseReturnValue:
    """Send an RC or RA that waits for a person again."""
    form, found = DeskReasonForm(), voucher_desk.fetch(f"summaries/{summary_id}")
    last_word = f"{found['sunat_code']} {found['sunat_text']}".strip()
    act = Act(
        title="Reenviar el resumen",
        button="Reenviar",
        back=here("summary", summary_id=summary_id),
        form=form,
        facts=[
            {"key": "Resumen", "value": found["number"]},
            {"key": "De los comprobantes del", "value": short_date(found["reference_date"])},
            {"key": "Respuesta de la SUNAT", "value": last_word or "—"},
        ],
        section=("Resúmenes", here("summaries")),
        warning="Reenvíe solo si ya corrigió la causa. Irán el mismo número y los mismos datos.",
    )

    def send() -> None:
        body = {"request_id": form.request_id.data, "reason": form.reason.data}
        voucher_desk.send(f"summaries/{summary_id}/resend", body)

    return carry_out(act, send, messages.SUMMARY_RESENT)
