"""The desk of auditors: who did what."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from portal.clients import staff
from portal.forms.staff import AuditForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around

blueprint = Blueprint("staff_audit", __name__, url_prefix="/gestion/auditoria")

PERMISSION = "identity:audit"


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """The entries, newest first."""
    form = AuditForm(request.args)
    if not form.validate():
        return render_template("staff/audit/index.html", page={"items": []}, pages=None, form=form, links={}), 422
    filters = form.filters()
    found = staff.audit(filters, request.args.get("after"), parts().settings.page_size)
    links = _links(form)
    pages = pages_around("staff_audit.index", found, **links)
    return render_template("staff/audit/index.html", page=found, pages=pages, form=form, links=links)


@blueprint.get("/archivo.<any(csv, xlsx):kind>")
@staff_only(PERMISSION)
def export(kind: str) -> ResponseReturnValue:
    """The same entries as a file; that it was taken is an entry itself."""
    form = AuditForm(request.args)
    upstream = staff.audit_file((form.filters() if form.validate() else {}) | {"format": kind})
    headers = {name: upstream.headers[name] for name in ("Content-Disposition", "Content-Type")}
    return Response(upstream.content, headers=headers)


def _links(form: AuditForm) -> dict[str, str]:
    texts = {name: form[name].data for name in ("act", "subject", "actor")}
    return {
        name: str(value)
        for name, value in (texts | {"desde": form.desde.data, "hasta": form.hasta.data}).items()
        if value
    }
