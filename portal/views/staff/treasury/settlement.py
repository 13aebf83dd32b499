"""Settlement: the acquirer's daily files, the movements they told, and the work list of what does not fit."""

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.clients import treasury
from portal.clients.gateway import ApiProblem
from portal.formats import day_and_minute, soles
from portal.forms.treasury import MAX_SETTLEMENT_BYTES, ResolutionForm, SettlementForm
from portal.parts import parts
from portal.session import staff_only
from portal.uploads import takes_files
from portal.views.paging import pages_around
from portal.views.staff.acts import Act
from portal.views.staff.treasury.desk import (
    MATCHES,
    RESOLUTIONS,
    ROW_TYPES,
    SETTLE,
    VIEW,
    blueprint,
    carry_out,
    here,
    show,
)

FORM_AROUND = 64 * 1024


@blueprint.get("/liquidacion")
@staff_only(VIEW)
def settlement() -> ResponseReturnValue:
    """The files that were taken in, and the place to bring the next one."""
    return _files_page(SettlementForm())


@blueprint.post("/liquidacion")
@takes_files(MAX_SETTLEMENT_BYTES + FORM_AROUND)
@staff_only(SETTLE)
def upload_settlement() -> ResponseReturnValue:
    """Take a daily file in, whole or not at all; the same file again changes nothing."""
    form = SettlementForm()
    if not form.validate_on_submit():
        return _files_page(form)
    file = form.archivo.data
    try:
        found, new = treasury.upload("settlement/files", file.stream.read(), name=(file.filename or "archivo")[:200])
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        form.archivo.errors = [problem.detail, *(str(error.get("detail")) for error in problem.errors[:5])]
        return _files_page(form)
    if new:
        moved = "1 movimiento" if found["rows"] == 1 else f"{found['rows']} movimientos"
        flash(f"Archivo recibido: {moved}, {found['differing']} por revisar.", "success")
    else:
        flash("Ese archivo ya se había recibido. No cambió nada.", "info")
    return redirect(here("movements", archivo=found["id"]), 303)


@blueprint.get("/liquidacion/movimientos")
@staff_only(VIEW)
def movements() -> ResponseReturnValue:
    """Movements of the files; the work list shows those that do not fit."""
    wanted = {
        "open": True if request.args.get("pendientes") else None,
        "file_id": request.args.get("archivo"),
        "match": request.args.get("coincide") if request.args.get("coincide") in MATCHES else None,
    }
    page = treasury.fetch(
        "settlement/rows", after=request.args.get("after"), limit=parts().settings.page_size, **wanted
    )
    kept = {name: request.args.get(name) or None for name in ("pendientes", "archivo", "coincide")}
    return show("movements", page=page, kept=kept, pages=pages_around("treasury.movements", page, **kept))


@blueprint.route("/liquidacion/movimientos/<int:row_id>", methods=["GET", "POST"])
@staff_only(VIEW)
def movement(row_id: int) -> ResponseReturnValue:
    """One movement and how it fits."""
    row = treasury.fetch(f"settlement/rows/{row_id}")
    return show("movement", row=row, facts=_facts(row))


@blueprint.route("/liquidacion/movimientos/<int:row_id>/resolver", methods=["GET", "POST"])
@staff_only(SETTLE)
def resolve_movement(row_id: int) -> ResponseReturnValue:
    """Settle a movement that does not fit; its money moves in the books."""
    row, form = treasury.fetch(f"settlement/rows/{row_id}"), ResolutionForm()
    form.resolution.choices = [(way, RESOLUTIONS.get(way, way)) for way in row["ways"]]
    act = Act(
        title="Resolver el movimiento",
        button="Resolver",
        back=here("movement", row_id=row_id),
        form=form,
        facts=_facts(row),
        warning="El asiento queda en el libro y no se puede deshacer.",
        section=("Liquidación", here("settlement")),
    )

    def resolve() -> None:
        body = {"resolution": form.resolution.data, "reason": form.reason.data}
        treasury.send(f"settlement/rows/{row_id}/resolution", body)

    return carry_out(act, resolve, "Movimiento resuelto.")


def _facts(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": "Movimiento", "value": ROW_TYPES.get(row["type"], row["type"]), "note": day_and_minute(row["sold_at"])},
        {"key": "Operación", "value": row["purchase_number"], "note": f"Transacción {row['transaction_id']}"},
        {"key": "Bruto", "value": soles(row["gross"])},
        {"key": "Comisión e IGV", "value": f"{soles(row['fee'])} + {soles(row['fee_vat'])}"},
        {"key": "Neto", "value": soles(row["net"])},
        {"key": "Cómo coincide", "value": MATCHES.get(row["match"], (row["match"], ""))[0], "note": row["note"]},
    ]


def _files_page(form: SettlementForm) -> ResponseReturnValue:
    page = treasury.fetch("settlement/files", after=request.args.get("after"), limit=parts().settings.page_size)
    pages = pages_around("treasury.settlement", page)
    return show("settlement", 422 if form.errors else 200, form=form, page=page, pages=pages)
