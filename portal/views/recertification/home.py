"""Inicio of SISTCERE: who one is, how one is reached, what comes next (REC-4)."""

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import profile as identity
from portal.clients import recert
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.profile import ContactForm
from portal.views.recertification.frame import blueprint, physicians_only


@blueprint.route("", methods=["GET", "POST"])
@physicians_only
def home() -> ResponseReturnValue:
    """The register's data to read, the contact to change with Actualizar; identity keeps both."""
    known = identity.show()
    form = ContactForm(data=known)
    if not form.validate_on_submit():
        return _page(form, known)
    try:
        identity.update(form.contact())
    except ApiProblem as problem:
        if problem.status != 422 or not take_errors(form, problem):
            raise
        return _page(form, known)
    flash(messages.CONTACT_SAVED, "success")
    if known["email_editable"] and form.email.data and form.email.data.casefold() != (known["email"] or ""):
        session["typed_email"] = form.email.data
        return redirect(url_for("profile.email"), 303)
    return redirect(url_for("recertification.home"), 303)


def _page(form: ContactForm, known: dict[str, Any]) -> ResponseReturnValue:
    found = recert.own(None, 5)
    # What was just saved reaches recert by an event, some moments later.
    arriving = bool(known["email"] and (known["phone"] or known["mobile"]))
    page = render_template("recertification/home.html", form=form, known=known, found=found, arriving=arriving)
    return page, 422 if form.errors else 200
