"""Treasury's front page and the work lists of charges that wait for a person."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal.clients import treasury
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.treasury.desk import VIEW, blueprint, show

LISTS = {
    "unknown": (
        "Por confirmar",
        "Cobros cuyo resultado no se conoce. Un proceso pregunta a Niubiz cada cierto tiempo.",
    ),
    "integrity": (
        "No coinciden",
        "Niubiz cobró algo distinto de lo que se pidió. Nadie debe volver a pagar hasta resolverlos.",
    ),
    "not-applied": (
        "Cobrados sin aplicar",
        "Las cuotas ya estaban pagadas. Devuelva el dinero o aplíquelo a otras cuotas.",
    ),
}


@blueprint.get("")
@staff_only(VIEW)
def home() -> ResponseReturnValue:
    """How much waits for a person, and the ways to everything else."""
    return show("home", counts=treasury.fetch("work-lists"), lists=LISTS)


@blueprint.get("/trabajo/<name>")
@staff_only(VIEW)
def work(name: str) -> ResponseReturnValue:
    """One work list, oldest first."""
    if name not in LISTS:
        abort(404)
    page = treasury.fetch("attempts", list=name, after=request.args.get("after"), limit=parts().settings.page_size)
    return show("work", name=name, lists=LISTS, page=page, pages=pages_around("treasury.work", page, name=name))
