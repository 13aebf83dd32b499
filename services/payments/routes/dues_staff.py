"""Dues as staff see and correct them, payments made elsewhere, and files of both."""

import io
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import select, tuple_

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.payments.dues import cells
from services.payments.dues.corrections import annul_due, change_amount, reopen_due
from services.payments.dues.elsewhere import PaidElsewhere, mark_paid_elsewhere, resolve_outside_payment
from services.payments.dues.entry import import_dues
from services.payments.dues.errors import FileNotReadable, OutsidePaymentNotFound
from services.payments.dues.families import import_beneficiaries
from services.payments.dues.outside_file import import_outside_payments
from services.payments.dues.schemas import (
    AmountWish,
    BeneficiaryList,
    BeneficiaryQuery,
    DueDossier,
    ImportQuery,
    ImportReport,
    OutsidePaymentPage,
    OutsidePaymentQuery,
    OutsidePaymentView,
    OutsidePaymentWish,
    ReasonWish,
    StaffDuePage,
    StaffDuesQuery,
)
from services.payments.models import Beneficiary, Channel, Due, Order, OrderLine, OutsidePayment, Payer
from services.payments.routes.desk import body_of_file, find_due, national, page
from services.payments.staff_acts import acts_about

IMPORTS = {
    "dues": import_dues,
    "outside-payments": import_outside_payments,
    "beneficiaries": import_beneficiaries,
}
MAX_TOLD = 200

blueprint = Blueprint("dues-staff", __name__, url_prefix="/v1/staff", description="Cuotas: consulta y correcciones")


@blueprint.get("/dues")
@requires("payments:view")
@blueprint.arguments(StaffDuesQuery, location="query")
@blueprint.response(200, StaffDuePage)
def list_dues(query: dict[str, Any]) -> dict[str, Any]:
    """The dues of one physician in whatever state, newest month first; another council's physician has none."""
    cmp_number = query["cmp"].zfill(6)
    wanted = select(Due).where(Due.owner_cmp == cmp_number)
    for name in ("kind", "state"):
        if query[name]:
            wanted = wanted.where(getattr(Due, name) == query[name])
    period, _, due_id = (query["after"] or "").partition("-")
    if due_id.isdigit():
        wanted = wanted.where(tuple_(Due.period, Due.id) < (period, int(due_id)))
    newest = wanted.order_by(Due.period.desc(), Due.id.desc()).limit(query["limit"] + 1)
    with reading() as session:
        payer = session.get(Payer, cmp_number)
        hidden = principal().council not in (None, payer.council if payer else None)
        rows = [] if hidden else list(session.scalars(newest))
    shown = rows[: query["limit"]]
    following = f"{shown[-1].period}-{shown[-1].id}" if len(rows) > len(shown) else None
    return {"items": shown, "next": following}


@blueprint.get("/dues/<int:due_id>")
@requires("payments:view")
@blueprint.response(200, DueDossier)
def show_due(due_id: int) -> dict[str, Any]:
    """One due with its orders, its payments elsewhere, and what staff did to it."""
    return _dossier(due_id)


@blueprint.post("/dues/<int:due_id>/annulment")
@requires("payments:dues")
@blueprint.arguments(ReasonWish)
@blueprint.response(200, DueDossier)
def annul(body: dict[str, Any], due_id: int) -> dict[str, Any]:
    """Say that a due never was owed."""
    with transaction() as session:
        due, council = find_due(session, due_id, lock=True)
        annul_due(session, due, reason=body["reason"], council=council)
    return _dossier(due_id)


@blueprint.post("/dues/<int:due_id>/amount")
@requires("payments:dues")
@blueprint.arguments(AmountWish)
@blueprint.response(200, DueDossier)
def correct_amount(body: dict[str, Any], due_id: int) -> dict[str, Any]:
    """Let a due be owed in another amount; an order that was placed with the old one charges nothing (case 7)."""
    with transaction() as session:
        due, council = find_due(session, due_id, lock=True)
        change_amount(session, due, body["amount"], reason=body["reason"], council=council)
    return _dossier(due_id)


@blueprint.post("/dues/<int:due_id>/reopening")
@requires("payments:dues")
@blueprint.arguments(ReasonWish)
@blueprint.response(200, DueDossier)
def reopen(body: dict[str, Any], due_id: int) -> dict[str, Any]:
    """Let an annulled due, or one whose payment elsewhere was none, be owed again."""
    with transaction() as session:
        due, council = find_due(session, due_id, lock=True)
        reopen_due(session, due, reason=body["reason"], council=council)
    return _dossier(due_id)


@blueprint.post("/dues/<int:due_id>/outside-payments")
@requires("payments:dues")
@blueprint.arguments(OutsidePaymentWish)
@blueprint.response(201, DueDossier)
def enter_outside_payment(body: dict[str, Any], due_id: int) -> dict[str, Any]:
    """Enter a payment made at the bank or the counter by its document; no voucher is issued here."""
    paid = PaidElsewhere(
        channel=Channel(body["channel"]), reference=body["reference"],
        amount_cents=body["amount"], paid_on=body["paid_on"],
    )  # fmt: skip
    with transaction() as session:
        due, council = find_due(session, due_id, lock=True)
        mark_paid_elsewhere(session, due, paid, reason=body["reason"], council=council)
    return _dossier(due_id)


@blueprint.get("/outside-payments")
@requires("payments:view")
@blueprint.arguments(OutsidePaymentQuery, location="query")
@blueprint.response(200, OutsidePaymentPage)
def list_outside_payments(query: dict[str, Any]) -> dict[str, Any]:
    """Payments made elsewhere, newest first: those whose due had been settled before, unless told otherwise."""
    wanted = select(OutsidePayment).where(OutsidePayment.state == query["state"])
    if principal().council is not None:
        owned = select(Due.id).join(Payer, Payer.cmp_number == Due.owner_cmp)
        wanted = wanted.where(OutsidePayment.due_id.in_(owned.where(Payer.council == principal().council)))
    with reading() as session:
        return page(
            session, wanted, OutsidePayment.id, query,
            lambda payment: _outside(payment, session.get_one(Due, payment.due_id)),
        )  # fmt: skip


@blueprint.post("/outside-payments/<int:payment_id>/resolution")
@requires("payments:dues")
@blueprint.arguments(ReasonWish)
@blueprint.response(200, OutsidePaymentView)
def resolve_payment(body: dict[str, Any], payment_id: int) -> dict[str, Any]:
    """Note what became of money that found its due settled."""
    with transaction() as session:
        payment = session.get(OutsidePayment, payment_id, with_for_update=True)
        if payment is None:
            raise OutsidePaymentNotFound
        due, council = find_due(session, payment.due_id)
        resolve_outside_payment(session, payment, reason=body["reason"], council=council)
        return _outside(payment, due)


@blueprint.get("/beneficiaries")
@requires("payments:view")
@blueprint.arguments(BeneficiaryQuery, location="query")
@blueprint.response(200, BeneficiaryList)
def list_beneficiaries(query: dict[str, Any]) -> dict[str, Any]:
    """Whom a holder's SEMEFA covers; another council's holder has nobody."""
    cmp_number = query["cmp"].zfill(6)
    family = select(Beneficiary).where(Beneficiary.holder_cmp == cmp_number).order_by(Beneficiary.code)
    with reading() as session:
        payer = session.get(Payer, cmp_number)
        hidden = principal().council not in (None, payer.council if payer else None)
        return {"items": [] if hidden else list(session.scalars(family))}


@blueprint.post("/dues/imports")
@requires("payments:dues")
@blueprint.arguments(ImportQuery, location="query")
@blueprint.response(200, ImportReport)
def import_file(query: dict[str, Any]) -> dict[str, Any]:
    """Take a CSV file (the body) of dues, payments made elsewhere or families; by default it is only tried."""
    national()
    told: list[cells.BadRow] = []
    lines = io.StringIO(body_of_file().decode("utf-8-sig", errors="surrogateescape"), newline="")
    try:
        summary = IMPORTS[query["content"]](lines, told.append, dry_run=query["dry_run"])
    except cells.UnusableFile as error:
        raise FileNotReadable(f"No pudimos leer el archivo: {error}. No se registró nada.") from error
    return {**vars(summary), **query, "rows": told[:MAX_TOLD], "more": len(told) > MAX_TOLD}


def _dossier(due_id: int) -> dict[str, Any]:
    with reading() as session:
        due, _ = find_due(session, due_id)
        orders = select(Order).join(OrderLine, OrderLine.order_id == Order.id).where(OrderLine.due_id == due.id)
        payments = select(OutsidePayment).where(OutsidePayment.due_id == due.id).order_by(OutsidePayment.id)
        facts = {column.key: getattr(due, column.key) for column in Due.__table__.columns}
        return facts | {
            "spelled_period": due.spelled_period,
            "orders": list(session.scalars(orders.order_by(Order.number))),
            "outside_payments": [_outside(payment, due) for payment in session.scalars(payments)],
            "acts": acts_about(session, f"due:{due.id}"),
        }


def _outside(payment: OutsidePayment, due: Due) -> dict[str, Any]:
    facts = {column.key: getattr(payment, column.key) for column in OutsidePayment.__table__.columns}
    return facts | {"owner_cmp": due.owner_cmp, "kind": due.kind, "period": due.period}
