"""The desk's front page, the queue with what to do, and the search of vouchers."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.clients import voucher_desk
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.voucher_desk import QUEUE_STATES, QueueFilter, VoucherSearch
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.vouchers.desk import VIEW, blueprint, show

SEARCH_FIELDS = {"number": "numero", "client_document": "cliente", "total": "importe", "from": "hasta", "to": "hasta"}
NOTHING: dict[str, Any] = {"items": [], "next": None}


@blueprint.get("")
@staff_only(VIEW)
def home() -> ResponseReturnValue:
    """How much waits in each state, payments without a voucher, whether filing stands still, the certificate."""
    desk = voucher_desk.fetch("desk")
    return show("home", desk=desk, states={name: text for name, text in QUEUE_STATES.items() if name})


@blueprint.get("/cola")
@staff_only(VIEW)
def queue() -> ResponseReturnValue:
    """What SUNAT has not taken, oldest first, with its code, its words and what to do."""
    form, page = QueueFilter(request.args), NOTHING
    if form.validate():
        page = voucher_desk.fetch(
            "queue", after=request.args.get("after"), limit=parts().settings.page_size, **form.query()
        )
    pages = pages_around("voucher_desk.queue", page, **form.link())
    return show("queue", 422 if form.errors else 200, form=form, page=page, pages=pages)


@blueprint.get("/buscar")
@staff_only(VIEW)
def search() -> ResponseReturnValue:
    """The search of vouchers; nothing is looked up before something is asked, as each look is written down."""
    form, page, asked = VoucherSearch(request.args), NOTHING, bool(request.args)
    if asked and form.validate():
        try:
            page = voucher_desk.fetch(
                "vouchers", after=request.args.get("after"), limit=parts().settings.page_size, **form.query()
            )
        except ApiProblem as problem:
            _place(form, problem)
    pages = pages_around("voucher_desk.search", page, **form.link())
    return show("search", 422 if form.errors else 200, form=form, page=page, pages=pages, asked=asked)


def _place(form: VoucherSearch, problem: ApiProblem) -> None:
    """Put the service's complaints beside the fields of this form."""
    for error in problem.errors:
        error["pointer"] = "/" + SEARCH_FIELDS.get(str(error.get("pointer", "")).strip("/"), "numero")
    if problem.status != 422 or not take_errors(form, problem):
        raise problem
