"""Facturación electrónica, option 2 (PUB-3, VOC-2, VOC-3): how a client comes in, and comes in for the first time.

The number in both fields starts the first access, whose pages look the same whether or not the number is known (AMB-4).
What the browser holds between the steps is in the sealed session; the new password is the only way on.
"""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import messages, session
from portal.clients import client_access, identity
from portal.clients.gateway import ApiProblem
from portal.forms.client_access import ClientLoginForm, CodeForm, FirstPasswordForm, VoucherProofForm
from portal.views.access import safe_target

blueprint = Blueprint("client_access", __name__, url_prefix="/facturacion-electronica")
KEPT = "first_access"


@blueprint.route("", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Acceso al Sistema (VOC-2). The document number in both fields leads to the first access (VOC-3)."""
    if session.account():
        return redirect(url_for("vouchers.index"), 303)
    form = ClientLoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("client_access/login.html", form=form), 422 if form.errors else 200
    try:
        if form.is_first_access:
            return _begin(form)
        answer = identity.sign_in(form.login_name, form.password.data, form.remember.data)
    except ApiProblem as problem:
        return _refused("login", form, form.username, problem, messages.WRONG_CREDENTIALS)
    session.start(answer, remember=form.remember.data)
    return redirect(_target(form.next.data), 303)


@blueprint.get("/cambiar-clave")
def change_password() -> ResponseReturnValue:
    """Cambiar Clave (VOC-2): the ways to a new password, for who is in and for who is not."""
    return render_template("client_access/change.html")


@blueprint.get("/primer-ingreso")
def proof() -> ResponseReturnValue:
    """The ways to prove the case, all of them for everybody: the page cannot tell which one is open (AMB-4)."""
    if KEPT not in cookie:
        return redirect(url_for("client_access.login"), 303)
    if "token" in cookie[KEPT]:
        return redirect(url_for("client_access.first_password"), 303)
    return _proof_page(CodeForm(formdata=None), VoucherProofForm(formdata=None))


@blueprint.post("/primer-ingreso/codigo")
def prove_by_code() -> ResponseReturnValue:
    """The code from the mail or from the council's desk."""
    form = CodeForm()
    return _prove(form, form.code, lambda access: client_access.prove_by_code(access, form.code.data))


@blueprint.post("/primer-ingreso/comprobante")
def prove_by_voucher() -> ResponseReturnValue:
    """Type, number, date and total of an own voucher."""
    form = VoucherProofForm()
    return _prove(form, form.numero, lambda access: client_access.prove_by_voucher(access, form.proof()))


@blueprint.route("/primer-ingreso/contrasena", methods=["GET", "POST"])
def first_password() -> ResponseReturnValue:
    """The new password, which cannot be skipped (VOC-3), with the consents; then on to where the person was going."""
    kept = cookie.get(KEPT) or {}
    if "token" not in kept:
        return redirect(url_for("client_access.proof"), 303)
    form, texts = FirstPasswordForm(), client_access.consent_texts()
    given = {text["purpose"]: text["version"] for text in texts if request.form.get(f"consent-{text['purpose']}")}
    missing = [text for text in texts if text["needed"] and text["purpose"] not in given]
    if not form.validate_on_submit() or missing:
        return _password_page(form, texts, given, missing if request.method == "POST" else [])
    try:
        answer = client_access.set_password(kept["token"], form.password.data, given)
    except ApiProblem as problem:
        return _password_refused(form, texts, given, problem)
    session.start(answer)
    flash(messages.FIRST_PASSWORD_SET, "success")
    return redirect(_target(kept.get("next")), 303)


def _begin(form: ClientLoginForm) -> ResponseReturnValue:
    """Start the first access; nothing of an earlier one stays."""
    started = client_access.start(form.username.data, form.password.data, form.document_type.data or None)
    cookie[KEPT] = {"id": started["first_access"], "document": form.login_name, "next": (form.next.data or "")[:250]}
    return redirect(url_for("client_access.proof"), 303)


def _prove(form: Any, field: Any, ask: Any) -> ResponseReturnValue:
    """Show a proof to identity; what it gives back is good for the next page only."""
    kept = cookie.get(KEPT)
    if not kept:
        return redirect(url_for("client_access.login"), 303)
    if not form.validate_on_submit():
        return _failed(form)
    try:
        token = ask(kept["id"])
    except ApiProblem as problem:
        if problem.is_a("identity/first-access-over"):
            return _start_over()
        return _refused("proof", form, field, problem, problem.detail)
    cookie[KEPT] = {name: kept[name] for name in ("document", "next")} | {"token": token}
    return redirect(url_for("client_access.first_password"), 303)


def _start_over() -> ResponseReturnValue:
    """The first access is over: back to its beginning, with the target kept."""
    kept = cookie.pop(KEPT, {})
    flash(messages.FIRST_ACCESS_OVER, "warning")
    return redirect(url_for("client_access.login", next=kept.get("next") or None), 303)


def _failed(form: Any) -> ResponseReturnValue:
    """The page again with what was typed in the form that was sent."""
    code = form if isinstance(form, CodeForm) else CodeForm(formdata=None)
    voucher = form if isinstance(form, VoucherProofForm) else VoucherProofForm(formdata=None)
    return _proof_page(code, voucher, form), 422


def _proof_page(code: CodeForm, voucher: VoucherProofForm, form: Any = None) -> str:
    return render_template(
        "client_access/proof.html",
        form=form or code,
        code_form=code,
        voucher_form=voucher,
        document=cookie[KEPT]["document"],
    )


def _password_page(form: Any, texts: Any, given: Any, missing: Any) -> ResponseReturnValue:
    page = render_template(
        "client_access/first_password.html",
        form=form,
        texts=texts,
        given=given,
        missing=missing,
        document=cookie[KEPT]["document"],
    )
    return page, 422 if form.errors or missing else 200


def _password_refused(form: Any, texts: Any, given: Any, problem: ApiProblem) -> ResponseReturnValue:
    """Why the password will not do; an outlived token leads back to the beginning."""
    if problem.is_a("identity/first-access-over"):
        return _start_over()
    if problem.status not in (400, 422):
        raise problem
    details = [str(error.get("detail")) for error in problem.errors] or [problem.detail]
    form.password.errors = details
    return _password_page(form, texts, given, [])


def _refused(page: str, form: Any, field: Any, problem: ApiProblem, text: str) -> ResponseReturnValue:
    """The form again, with one sentence that tells nothing about the number; 429 says how long to wait."""
    if problem.status not in (400, 401, 409, 422, 429):
        raise problem
    field.errors = [messages.too_many_attempts(problem.retry_after) if problem.status == 429 else text]
    status = 429 if problem.status == 429 else 422
    body = _failed(form)[0] if page == "proof" else render_template("client_access/login.html", form=form)  # type: ignore[index]
    response = make_response(body, status)
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _target(wanted: str | None) -> str:
    """Where to go after coming in: the page asked for, else the list of vouchers."""
    target = safe_target(wanted)
    return url_for("vouchers.index") if target == url_for("home.menu") else target
