"""Actualización de datos, Editar perfil (ACC-5 to ACC-7, REC-4): contact, e-mail, history."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import profile as identity
from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.profile import ContactForm, EmailForm
from portal.parts import parts
from portal.session import signed_in
from portal.views.paging import pages_around

blueprint = Blueprint("profile", __name__, url_prefix="/actualizacion-de-datos")

FIELDS = {"email": "Correo", "phone": "Teléfono", "mobile": "Celular", "address": "Dirección", "photo": "Foto"}


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """Own data: the register's to read, the rest to change with Actualizar."""
    known = _known()
    form = ContactForm(data=known)
    if form.validate_on_submit():
        try:
            identity.update(form.contact())
        except ApiProblem as problem:
            if problem.status != 422 or not take_errors(form, problem):
                raise
            return _page(form, known)
        return _saved(form, known)
    return _page(form, known)


def _saved(form: ContactForm, known: dict[str, Any]) -> ResponseReturnValue:
    """Back to the page; an e-mail that was typed anew is confirmed on a page of its own."""
    flash(messages.CONTACT_SAVED, "success")
    typed = form.email.data or ""
    if known["email_editable"] and typed and typed.casefold() != (known["email"] or ""):
        session["typed_email"] = typed
        return redirect(url_for("profile.email"), 303)
    return redirect(url_for("profile.show"), 303)


@blueprint.route("/correo", methods=["GET", "POST"])
@signed_in
def email() -> ResponseReturnValue:
    """A new e-mail: what will happen, and the password once more (ASVS 7.5.1)."""
    known = _known()
    if not known["email_editable"]:
        return redirect(url_for("profile.show"), 303)
    form = EmailForm(email=session.get("typed_email", ""))
    if not form.validate_on_submit():
        return _email_page(form, known)
    try:
        identity.ask_for_email(form.email.data, form.password.data or "")
    except ApiProblem as problem:
        return _email_refused(form, known, problem)
    session.pop("typed_email", None)
    return redirect(url_for("profile.email_sent"), 303)


def _email_refused(form: EmailForm, known: dict[str, Any], problem: ApiProblem) -> ResponseReturnValue:
    if problem.status == 422 and take_errors(form, problem):
        return _email_page(form, known)
    if problem.status not in (403, 429):
        raise problem
    form.email.errors = [problem.detail]
    return _email_page(form, known)


@blueprint.get("/correo/enviado")
@signed_in
def email_sent() -> ResponseReturnValue:
    """Revise su correo: where the link went, sending it again, changing one's mind."""
    known = _known()
    if not known["pending_email"]:
        return redirect(url_for("profile.show"), 303)
    return render_template("profile/email_sent.html", known=known)


@blueprint.post("/correo/reenviar")
@signed_in
def resend() -> ResponseReturnValue:
    """Another link to the pending address."""
    return _about_pending(identity.resend_link, messages.EMAIL_LINK_SENT_AGAIN, "profile.email_sent")


@blueprint.post("/correo/anular")
@signed_in
def cancel() -> ResponseReturnValue:
    """Keep the registered address."""
    return _about_pending(identity.cancel_email, messages.EMAIL_CHANGE_CANCELLED, "profile.show")


def _about_pending(act: Any, done: str, then: str) -> ResponseReturnValue:
    """Do something about the pending address; that it is gone, or too soon, is told, not a page of errors."""
    try:
        act()
    except ApiProblem as problem:
        if problem.status not in (404, 429):
            raise
        flash(problem.detail, "warning")
    else:
        flash(done, "success")
    return redirect(url_for(then), 303)


@blueprint.get("/historial")
@signed_in
def history() -> ResponseReturnValue:
    """Who changed what, and when."""
    found = identity.history(request.args.get("after"), parts().settings.page_size)
    pages = pages_around("profile.history", found)
    return render_template("profile/history.html", page=found, pages=pages, fields=FIELDS)


def _known() -> dict[str, Any]:
    """Own data; the address that other pages show follows at once."""
    known = identity.show()
    if session["account"].get("email") != known["email"]:
        session["account"] = session["account"] | {"email": known["email"]}
    return known


def _page(form: ContactForm, known: dict[str, Any]) -> ResponseReturnValue:
    return render_template("profile/show.html", form=form, known=known), 422 if form.errors else 200


def _email_page(form: EmailForm, known: dict[str, Any]) -> ResponseReturnValue:
    return render_template("profile/email.html", form=form, known=known), 422 if form.errors else 200
