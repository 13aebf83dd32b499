"""The desk of clients (option 2): finding one, changing the e-mail (VOC-6), a code of first access (AMB-4)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import staff
from portal.clients.gateway import ApiProblem
from portal.forms.clients_desk import ClientEmailForm, ClientSearchForm, DeskCodeForm
from portal.forms.fields import take_errors
from portal.session import staff_only

blueprint = Blueprint("staff_clients", __name__, url_prefix="/gestion/clientes")

PERMISSION = "identity:client-email"
DOCUMENTS = {"1": "DNI", "4": "CE", "6": "RUC", "7": "Pasaporte"}


@blueprint.get("")
@staff_only(PERMISSION)
def index() -> ResponseReturnValue:
    """The search; whoever is found learns that staff looked."""
    form, found = ClientSearchForm(request.args), None
    if "documento" not in request.args:
        form = ClientSearchForm()
    elif form.validate():
        found = staff.find_clients(form.documento.data)
    page = render_template("staff/clients/index.html", form=form, found=found, documents=DOCUMENTS)
    return page, 422 if form.errors else 200


@blueprint.get("/<uuid:account_id>")
@staff_only(PERMISSION)
def show(account_id: str) -> ResponseReturnValue:
    """One client and what can be done."""
    return render_template("staff/clients/show.html", client=staff.client(str(account_id)), documents=DOCUMENTS)


@blueprint.route("/<uuid:account_id>/correo", methods=["GET", "POST"])
@staff_only(PERMISSION)
def change_email(account_id: str) -> ResponseReturnValue:
    """Another address, with the reason; the old one is told."""
    client, form = staff.client(str(account_id)), ClientEmailForm()
    if form.validate_on_submit():
        try:
            staff.change_client_email(client["id"], form.email.data, form.reason.data)
        except ApiProblem as problem:
            if problem.status != 422 or not take_errors(form, problem):
                raise
        else:
            flash(messages.CLIENT_EMAIL_CHANGED, "success")
            return redirect(url_for("staff_clients.show", account_id=account_id), 303)
    return render_template("staff/clients/email.html", client=client, form=form), 422 if form.errors else 200


@blueprint.route("/<uuid:account_id>/codigo", methods=["GET", "POST"])
@staff_only(PERMISSION)
def give_code(account_id: str) -> ResponseReturnValue:
    """A one-time code for a client at the desk: checked first, shown once; a new one replaces it."""
    client, form = staff.client(str(account_id)), DeskCodeForm()
    if form.validate_on_submit():
        try:
            given = staff.give_desk_code(client["id"], form.reason.data)
        except ApiProblem as problem:
            if problem.status != 422 or not take_errors(form, problem):
                raise
        else:
            # Not behind a redirect: the code is kept nowhere, so there is no page to come back to.
            return render_template("staff/clients/given.html", client=client, given=given)
    page = render_template("staff/clients/code.html", client=client, form=form, documents=DOCUMENTS)
    return page, 422 if form.errors else 200
