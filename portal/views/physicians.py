"""Conoce a tu médico: who is a physician, hábil, certified and recertified; for anybody, without an account (PUB-6)."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import register
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.register import PhysicianSearch
from portal.parts import parts
from portal.views.paging import pages_around

blueprint = Blueprint("physicians", __name__, url_prefix="/conoce-a-tu-medico")


@blueprint.after_request
def keep_people_out_of_search_engines(response: Response) -> Response:
    """The search is found by search engines; a page about a person is nobody's search result."""
    if request.args or request.endpoint == "physicians.show":
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The search, and a page of what was found; a CMP number leads to its physician."""
    form = PhysicianSearch(request.args)
    if not request.args:
        return render_template("physicians/index.html", form=PhysicianSearch(), page=None)
    if not form.validate():
        return render_template("physicians/index.html", form=form, page=None), 422
    text, speciality = form.q.data, form.especialidad.data
    try:
        page = register.find(text, speciality, request.args.get("after"), parts().settings.page_size)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        if not take_errors(form, problem):
            form.q.errors = [messages.REGISTER_SEARCH_SHORT]
        return render_template("physicians/index.html", form=form, page=None), 422
    if text.isdigit() and page["items"]:
        return redirect(url_for("physicians.show", cmp_number=page["items"][0]["cmp_number"]), 303)
    pages = pages_around("physicians.index", page, q=text or None, especialidad=speciality or None)
    return render_template("physicians/index.html", form=form, page=page, pages=pages)


@blueprint.get("/especialidades")
def specialities() -> ResponseReturnValue:
    """Every speciality, to browse its physicians."""
    return render_template("physicians/specialities.html", names=register.specialities())


@blueprint.get("/<cmp_number>")
def show(cmp_number: str) -> ResponseReturnValue:
    """One physician: the least that answers the question, and when each statement was made."""
    return render_template("physicians/show.html", found=register.physician(cmp_number))
