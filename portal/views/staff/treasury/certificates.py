"""Constancias de habilidad: found by number or CMP, taken back with a reason."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.clients import treasury
from portal.formats import day_and_minute, short_date
from portal.forms.treasury import CertificateSearch, ReasonForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.acts import Act
from portal.views.staff.treasury.desk import CERTIFICATES, blueprint, carry_out, here, show


@blueprint.get("/constancias")
@staff_only(CERTIFICATES)
def certificates() -> ResponseReturnValue:
    """Constancias, newest first."""
    form = CertificateSearch(request.args)
    form.validate()
    wanted = {"cmp_number": form.cmp.data or None, "number": form.numero.data or None}
    page = treasury.fetch("certificates", after=request.args.get("after"), limit=parts().settings.page_size, **wanted)
    pages = pages_around("treasury.certificates", page, cmp=form.cmp.data or None, numero=form.numero.data or None)
    return show("certificates", form=form, page=page, pages=pages)


@blueprint.get("/constancias/<uuid:certificate_id>")
@staff_only(CERTIFICATES)
def certificate(certificate_id: Any) -> ResponseReturnValue:
    """One constancia."""
    found = treasury.fetch(f"certificates/{certificate_id}")
    return show("certificate", certificate=found, facts=_facts(found))


@blueprint.route("/constancias/<uuid:certificate_id>/revocar", methods=["GET", "POST"])
@staff_only(CERTIFICATES)
def revoke_certificate(certificate_id: Any) -> ResponseReturnValue:
    """Take a constancia back; its public page says so from this moment."""
    form, found = ReasonForm(), treasury.fetch(f"certificates/{certificate_id}")
    act = Act(
        title="Revocar la constancia",
        button="Revocar la constancia",
        back=here("certificate", certificate_id=certificate_id),
        form=form,
        facts=_facts(found),
        section=("Constancias", here("certificates")),
        warning="Quien la verifique verá desde ahora que fue revocada, y el médico verá el motivo. No se deshace.",
    )
    return carry_out(
        act,
        lambda: treasury.send(f"certificates/{certificate_id}/revocation", {"reason": form.reason.data}),
        "Constancia revocada.",
    )


def _facts(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": "Número", "value": found["number"]},
        {"key": "Médico", "value": found["name"], "note": f"CMP {found['cmp_number']}"},
        {"key": "Emitida", "value": day_and_minute(found["issued_at"])},
        {"key": "Vigente hasta", "value": short_date(found["valid_until"])},
    ]
