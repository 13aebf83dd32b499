"""Tariffs: what a month costs, for whom, from when to when."""

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

from portal.clients import treasury
from portal.formats import period, soles
from portal.forms.treasury import KINDS, RELATIONS, TAX_CODES, ReasonForm, TariffEndForm, TariffForm
from portal.session import staff_only
from portal.views.staff.acts import Act
from portal.views.staff.treasury.desk import DUES, VIEW, blueprint, carry_out, here, show

SECTION = "Tarifas"


@blueprint.get("/tarifas")
@staff_only(VIEW)
def tariffs() -> ResponseReturnValue:
    """All tariffs, by kind, relation and first month."""
    return show(
        "tariffs", rows=treasury.fetch("tariffs")["items"], kinds=KINDS, relations=RELATIONS, tax_codes=TAX_CODES
    )


@blueprint.route("/tarifas/nueva", methods=["GET", "POST"])
@staff_only(DUES)
def enter_tariff() -> ResponseReturnValue:
    """Enter a tariff; refused when another prices one of its months for the same people."""
    form = TariffForm()
    act = Act(
        title="Ingresar una tarifa",
        button="Ingresar la tarifa",
        back=here("tariffs"),
        form=form,
        warning="Las cuotas que se generen desde su primer mes tendrán este monto.",
        section=(SECTION, here("tariffs")),
    )

    def enter() -> None:
        names = ("reason", "kind", "concept", "relation", "age_from", "age_to", "tax_code", "valid_from", "valid_until")
        body = {name: form[name].data for name in names if form[name].data not in ("", None)}
        treasury.send("tariffs", body | {"amount": f"{form.amount.data:.2f}"})

    return carry_out(act, enter, "Tarifa ingresada.")


@blueprint.route("/tarifas/<int:tariff_id>/terminar", methods=["GET", "POST"])
@staff_only(DUES)
def end_tariff(tariff_id: int) -> ResponseReturnValue:
    """Let a tariff end with a month."""
    form = TariffEndForm()
    act = Act(
        title="Terminar la tarifa",
        button="Terminar la tarifa",
        back=here("tariffs"),
        form=form,
        facts=_facts(tariff_id),
        warning="Después de ese mes no se generarán cuotas con ella.",
        section=(SECTION, here("tariffs")),
    )
    return carry_out(
        act,
        lambda: treasury.send(
            f"tariffs/{tariff_id}/end", {"valid_until": form.valid_until.data, "reason": form.reason.data}
        ),
        "Tarifa terminada.",
    )


@blueprint.route("/tarifas/<int:tariff_id>/retirar", methods=["GET", "POST"])
@staff_only(DUES)
def withdraw_tariff(tariff_id: int) -> ResponseReturnValue:
    """Take back a tariff that nothing was assessed by."""
    form = ReasonForm()
    act = Act(
        title="Retirar la tarifa",
        button="Retirar la tarifa",
        back=here("tariffs"),
        form=form,
        facts=_facts(tariff_id),
        warning="Solo se retira una tarifa con la que todavía no se generó ninguna cuota.",
        section=(SECTION, here("tariffs")),
    )
    return carry_out(
        act, lambda: treasury.send(f"tariffs/{tariff_id}/withdrawal", {"reason": form.reason.data}), "Tarifa retirada."
    )


def _facts(tariff_id: int) -> list[dict[str, Any]]:
    found = next((row for row in treasury.fetch("tariffs")["items"] if int(row["id"]) == tariff_id), None)
    if found is None:
        abort(404)
    return [
        {"key": "Cuota", "value": KINDS.get(found["kind"], found["kind"]), "note": found["concept"].capitalize()},
        {"key": "Monto", "value": soles(found["amount"])},
        {
            "key": "Vigencia",
            "value": f"Desde {period(found['valid_from'])}"
            + (f" hasta {period(found['valid_until'])}" if found["valid_until"] else ""),
        },
    ]
