"""Recertifications for staff: found by CMP, constancia or diploma, and revoked with a reason."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import constancias_recert
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.recert_outcome import RecertifiedSearch
from portal.forms.treasury import ReasonForm
from portal.parts import parts
from portal.session import staff_only
from portal.views.paging import pages_around
from portal.views.staff.recertification.planning import VIEW, show

blueprint = Blueprint("staff_recertified", __name__, url_prefix="/gestion/recertificacion/recertificados")

REVOKE = "recert:revise"


@blueprint.get("")
@staff_only(VIEW)
def index() -> ResponseReturnValue:
    """Recertifications, newest first."""
    form = RecertifiedSearch(request.args)
    form.validate()
    page = constancias_recert.search(
        form.cmp.data or None, form.numero.data or None, request.args.get("after"), parts().settings.page_size
    )  # fmt: skip
    kept = {"cmp": form.cmp.data or None, "numero": form.numero.data or None}
    return show("recertified", form=form, page=page, pages=pages_around("staff_recertified.index", page, **kept))


@blueprint.get("/<uuid:recertification_id>")
@staff_only(VIEW)
def one(recertification_id: Any) -> ResponseReturnValue:
    """One recertification with its constancia."""
    return show("recertified_one", found=constancias_recert.inspect(str(recertification_id)))


@blueprint.route("/<uuid:recertification_id>/revocar", methods=["GET", "POST"])
@staff_only(REVOKE)
def revoke(recertification_id: Any) -> ResponseReturnValue:
    """Take it back with its constancia; the public pages say so from this moment."""
    form, found, refused = ReasonForm(), constancias_recert.inspect(str(recertification_id)), ""
    if form.validate_on_submit():
        try:
            constancias_recert.revoke(str(recertification_id), form.reason.data)
        except ApiProblem as problem:
            if problem.status not in (409, 422):
                raise
            refused = "" if take_errors(form, problem) else problem.detail
        else:
            flash(messages.RECERTIFICATION_REVOKED, "success")
            return redirect(url_for("staff_recertified.one", recertification_id=recertification_id), 303)
    wrong = bool(form.errors or refused)
    return show("recertified_revoke", 422 if wrong else 200, found=found, form=form, refused=refused)
