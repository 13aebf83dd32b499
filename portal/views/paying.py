"""Pago Online up to the card (PAY-1 to PAY-8): kind, voucher, dues, summary."""

import uuid
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import draft, messages
from portal.clients import payments
from portal.clients.gateway import ApiProblem, GatewayDown
from portal.draft import KINDS
from portal.formats import soles
from portal.forms.paying import DuesForm, KindForm, OwnerForm, PayForm, VoucherForm
from portal.session import account, kept_form, signed_in
from portal.views.card import start_checkout

blueprint = Blueprint("paying", __name__, url_prefix="/pago-online")
UNFINISHED = ("pendiente", "rechazado", "en confirmación")


@blueprint.get("")
@signed_in
def start() -> ResponseReturnValue:
    """The greeting with the CMP number that will be paid for, and what was left unfinished (PAY-2)."""
    latest = payments.orders(after=None, limit=5)["items"]
    unfinished = [order for order in latest if order["public_state"] in UNFINISHED]
    return render_template("paying/start.html", unfinished=unfinished, owners=payments.owners())


@blueprint.post("")
@signed_in
def begin() -> ResponseReturnValue:
    """The button Pago: start with nothing chosen. Who may pay for others is asked for whom."""
    draft.forget()
    owners = payments.owners()
    if len(owners) > 1:
        return redirect(url_for("paying.owner"), 303)
    if owners and not owners[0]["own"]:
        _pay_for(owners[0])
        return _onward()
    if not owners:
        flash(messages.NOBODY_TO_PAY_FOR, "warning")
        return redirect(url_for("paying.start"), 303)
    return redirect(url_for("paying.kind"), 303)


@blueprint.route("/por-quien", methods=["GET", "POST"])
@signed_in
def owner() -> ResponseReturnValue:
    """For whom to pay: oneself, or as heir the SEMEFA of a holder (payments.md 4)."""
    owners = payments.owners()
    form = OwnerForm() if request.method == "POST" else OwnerForm(data={"owner": draft.owner_cmp()})
    form.offer(owners)
    if form.validate_on_submit():
        _pay_for(next(found for found in owners if found["owner_cmp"] == form.owner.data))
        return _onward()
    return _page("paying/owner.html", form)


def _pay_for(found: dict[str, Any]) -> None:
    """Keep for whom; an heir has one kind to pay, so it is not asked for."""
    if found["own"]:
        draft.choose(owner=None, kind=draft.draft().get("kind") if not draft.owner_cmp() else None)
    else:
        draft.choose(owner=found, kind=found["kinds"][0])


@blueprint.route("/tipo", methods=["GET", "POST"])
@signed_in
def kind() -> ResponseReturnValue:
    """One kind of due (PAY-3)."""
    form = KindForm(kept_form(), kind=draft.draft().get("kind")) if request.method == "GET" else KindForm()
    if form.validate_on_submit():
        draft.choose(kind=form.kind.data)
        return _onward()
    owed = payments.summary(draft.owner_cmp())
    form.kind.choices = [(found["kind"], KINDS[found["kind"]]) for found in owed["kinds"]]
    return _page("paying/kind.html", form, hints=_owed(owed))


def _owed(summary: dict[str, Any]) -> dict[str, str]:
    """Beside each kind, how much is pending of it."""
    return {owed["kind"]: _how_much(owed) for owed in summary["kinds"]}


def _how_much(owed: dict[str, Any]) -> str:
    return f"{messages.dues(owed['count'])} por {soles(owed['total'])}" if owed["count"] else messages.NO_DUES


@blueprint.route("/comprobante", methods=["GET", "POST"])
@signed_in
def voucher() -> ResponseReturnValue:
    """Boleta or factura, and the e-mail it goes to (PAY-6, PAY-7, PAY-11)."""
    if request.method == "POST":
        form = VoucherForm()
        if form.validate_on_submit():
            draft.choose(voucher=form.choice())
            return _onward()
    else:
        form = VoucherForm(kept_form(), data=_voucher_so_far())
    return _page("paying/voucher.html", form)


def _voucher_so_far() -> dict[str, str]:
    chosen = dict(draft.draft().get("voucher") or {"email": (account() or {}).get("email")})
    return chosen | {"voucher_type": chosen.pop("type", None)}


@blueprint.route("/cuotas", methods=["GET", "POST"])
@signed_in
def dues() -> ResponseReturnValue:
    """Which dues: the oldest up to the one chosen, or all of them (PAY-4, PAY-5)."""
    if not draft.draft().get("kind"):
        return _onward()
    pending = payments.pending_dues(draft.draft()["kind"], draft.owner_cmp())
    form = DuesForm(kept_form(), until=draft.draft().get("until")) if request.method == "GET" else DuesForm()
    form.offer(pending["items"])
    if request.method == "POST" and "all" in request.form and pending["items"]:
        form.until.data = str(pending["items"][-1]["id"])
        form.until.raw_data = [form.until.data]
    if form.validate_on_submit():
        draft.choose(until=form.until.data)
        return _onward()
    holder = next((due["order_id"] for due in pending["items"] if due.get("order_id")), None)
    return _page("paying/dues.html", form, pending=pending, holder=holder)


@blueprint.route("/resumen", methods=["GET", "POST"])
@signed_in
def summary() -> ResponseReturnValue:
    """Everything once more, the terms, and PAGA AQUÍ (PAY-8). What is ordered is exactly what was shown."""
    if draft.next_step():
        return _onward()
    chosen = draft.chosen_dues(payments.pending_dues(draft.draft()["kind"], draft.owner_cmp()))
    if not chosen:
        draft.choose(until=None)
        flash(messages.UNTIL_WRONG, "danger")
        return _onward()
    terms = payments.terms()
    shown = draft.fingerprint(chosen, str(terms["version"]))
    form = PayForm()
    if request.method == "GET":
        return _summary_page(form, chosen, terms, shown)
    if form.shown.data != shown:
        flash(messages.SUMMARY_CHANGED, "warning")
        return redirect(url_for("paying.summary"), 303)
    if not form.validate():
        return _summary_page(form, chosen, terms, shown, 422)
    return _pay(form, chosen, terms, shown)


def _pay(form: PayForm, chosen: list[dict[str, Any]], terms: dict[str, Any], shown: str) -> ResponseReturnValue:
    """Place the order and open the card form; the same key twice is the same order (double click)."""
    wanted = {
        "kind": draft.draft()["kind"],
        "due_ids": [due["id"] for due in chosen],
        "voucher": draft.draft()["voucher"] | {"terms_accepted": True, "terms_version": terms["version"]},
    } | ({"owner_cmp": draft.owner_cmp()} if draft.owner_cmp() else {})
    key = form.idempotency_key.data or str(uuid.uuid4())
    try:
        answer = start_checkout(key, lambda: payments.place_order(wanted, key))
    except GatewayDown:
        flash(messages.ORDER_NOT_PLACED, "danger")
        return _summary_page(form, chosen, terms, shown, 503)
    except ApiProblem as problem:
        return _not_ordered(problem)
    draft.forget()
    return answer


def _not_ordered(problem: ApiProblem) -> ResponseReturnValue:
    """Lead to the page where the reason can be put right."""
    if problem.status in (401, 403, 429):
        raise problem
    if problem.is_a("idempotency-key-reused"):
        flash(messages.SUMMARY_CHANGED, "warning")
        return redirect(url_for("paying.summary"), 303)
    pointers = " ".join(str(error.get("pointer", "")) for error in problem.errors)
    details = " ".join(str(error.get("detail", "")) for error in problem.errors)
    flash(details or problem.detail or messages.ORDER_NOT_PLACED, "danger")
    if problem.body.get("order_id"):
        return redirect(url_for("orders.show", order_id=problem.body["order_id"]), 303)
    if problem.is_a("payments/terms-changed"):
        return redirect(url_for("paying.summary"), 303)
    if "/voucher" in pointers:
        return redirect(url_for("paying.voucher"), 303)
    if problem.status == 409:
        return redirect(url_for("paying.start"), 303)
    draft.choose(until=None)
    return redirect(url_for("paying.dues"), 303)


@blueprint.get("/condiciones")
@signed_in
def conditions() -> ResponseReturnValue:
    """The payment terms on a page of their own, for the link on the result page (PAY-9)."""
    return render_template("paying/terms.html", terms=payments.terms())


def _summary_page(
    form: PayForm, chosen: list[dict[str, Any]], terms: dict[str, Any], shown: str, status: int = 200
) -> ResponseReturnValue:
    form.shown.data = shown
    form.idempotency_key.data = form.idempotency_key.data or str(uuid.uuid4())
    total = sum(Decimal(str(due["amount"])) for due in chosen)
    parts = {"chosen": chosen, "terms": terms, "draft": draft.draft(), "total": total}
    return render_template("paying/summary.html", form=form, **parts), status


def _onward() -> ResponseReturnValue:
    """To the first question without an answer, or to the summary: so "Cambiar" comes back to the summary."""
    return redirect(url_for(draft.next_step() or "paying.summary"), 303)


def _page(template: str, form: Any, **parts: Any) -> ResponseReturnValue:
    return render_template(template, form=form, **parts), 422 if form.errors else 200
