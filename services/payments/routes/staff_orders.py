"""Treasury looks: orders searched and opened, work lists, and charges in doubt asked about or ruled by evidence."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.payments.applying import apply_charge
from services.payments.desk_schemas import (
    Application,
    AttemptDossier,
    AttemptPage,
    OrderDossier,
    Reason,
    RulingView,
    RulingWish,
    StaffOrderPage,
    StaffOrderQuery,
    WorkCounts,
    WorkQuery,
)
from services.payments.errors import ReceiptNotReady
from services.payments.models import Attempt, AttemptEvent, GatewayMessage, Order, ReceiptSnapshot, Refund, Ruling
from services.payments.receipt_pdf import receipt_file
from services.payments.refunds import returned_lines
from services.payments.rulings import Evidence, ask_now, confirm_ruling, dismiss_ruling, propose_ruling
from services.payments.searching import (
    attempts_on,
    count_work,
    cursor_of,
    find_staff_attempt,
    find_staff_order,
    orders_matching,
)
from services.payments.staff_acts import acts_about
from services.payments.states import RulingOutcome

blueprint = Blueprint("staff_orders", __name__, url_prefix="/v1/staff", description="Tesorería: órdenes y cobros")


@blueprint.get("/orders")
@requires("payments:view")
@blueprint.arguments(StaffOrderQuery, location="query", unknown=RAISE)
@blueprint.response(200, StaffOrderPage)
def search_orders(query: dict[str, Any]) -> dict[str, Any]:
    """Search orders by number, purchase number, CMP, masked card, kind, day of creation in Lima, or state."""
    wanted = orders_matching(principal(), query).limit(query["limit"] + 1)
    with reading() as session:
        orders = list(session.scalars(wanted))
    page = orders[: query["limit"]]
    return {"items": page, "next": cursor_of(page[-1]) if len(orders) > len(page) else None}


@blueprint.get("/orders/<uuid:order_id>")
@requires("payments:view")
@blueprint.response(200, OrderDossier)
def show_order(order_id: Any) -> dict[str, Any]:
    """Open one order: its attempts with history and scrubbed conversation, its refunds, what staff did about it."""
    with reading() as session:
        return _dossier(session, find_staff_order(session, str(order_id), principal()))


@blueprint.get("/orders/<uuid:order_id>/receipt.pdf")
@requires("payments:view")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def download_receipt(order_id: Any) -> Response:
    """Draw the receipt of a paid order again, years later too: Niubiz may ask for a copy (payments.md 1.5)."""
    with reading() as session:
        order = find_staff_order(session, str(order_id), principal())
        snapshot = session.get(ReceiptSnapshot, order.id)
    if snapshot is None:
        raise ReceiptNotReady
    return receipt_file(snapshot)


@blueprint.post("/orders/<uuid:order_id>/application")
@requires("payments:settle")
@blueprint.arguments(Application)
@blueprint.response(200, OrderDossier)
def apply_to_dues(body: dict[str, Any], order_id: Any) -> dict[str, Any]:
    """Let a charge whose dues were paid elsewhere pay other dues of exactly that sum (case 8)."""
    with transaction() as session:
        due_ids = {int(due_id) for due_id in body["due_ids"]}
        apply_charge(session, str(order_id), principal(), due_ids, body["reason"])
    with reading() as session:
        return _dossier(session, find_staff_order(session, str(order_id), principal()))


@blueprint.get("/work-lists")
@requires("payments:view")
@blueprint.response(200, WorkCounts)
def count_work_lists() -> dict[str, int]:
    """How much waits for a person: charges in doubt, alarms, charges without a use, refunds by state."""
    with reading() as session:
        return count_work(session, principal())


@blueprint.get("/attempts")
@requires("payments:view")
@blueprint.arguments(WorkQuery, location="query", unknown=RAISE)
@blueprint.response(200, AttemptPage)
def list_attempts(query: dict[str, Any]) -> dict[str, Any]:
    """One work list, oldest first: `unknown`, `integrity` or `not-applied`."""
    wanted = attempts_on(query["list"], principal())
    if (query["after"] or "").isdigit():
        wanted = wanted.where(Attempt.id > int(query["after"]))
    with reading() as session:
        attempts = list(session.scalars(wanted.limit(query["limit"] + 1)))
        page = attempts[: query["limit"]]
        items = [_row(attempt, session.get_one(Order, attempt.order_id)) for attempt in page]
    return {"items": items, "next": str(page[-1].id) if len(attempts) > len(page) else None}


@blueprint.post("/attempts/<int:attempt_id>/query")
@requires("payments:settle")
@blueprint.response(200, AttemptDossier)
def ask_acquirer(attempt_id: int) -> dict[str, Any]:
    """Ask the acquirer now about a charge in doubt; what it says settles the charge."""
    ask_now(attempt_id, principal())
    return _show_attempt(attempt_id)


@blueprint.post("/attempts/<int:attempt_id>/rulings")
@requires("payments:settle")
@blueprint.arguments(RulingWish)
@blueprint.response(201, RulingView)
def propose(body: dict[str, Any], attempt_id: int) -> Ruling:
    """Propose by evidence what became of a charge; another person must confirm it."""
    seen = Evidence(**(body | {"outcome": RulingOutcome(body["outcome"])}))
    with transaction() as session:
        ruling = propose_ruling(session, attempt_id, principal(), seen)
        session.flush()
        return ruling


@blueprint.post("/rulings/<int:ruling_id>/confirmation")
@requires("payments:settle")
@blueprint.response(200, RulingView)
def confirm(ruling_id: int) -> Ruling:
    """Confirm what another person proposed: the charge is settled by it."""
    with transaction() as session:
        return confirm_ruling(session, ruling_id, principal())


@blueprint.post("/rulings/<int:ruling_id>/dismissal")
@requires("payments:settle")
@blueprint.arguments(Reason)
@blueprint.response(200, RulingView)
def dismiss(body: dict[str, Any], ruling_id: int) -> Ruling:
    """Put a proposed ruling aside; the charge stays in doubt."""
    with transaction() as session:
        return dismiss_ruling(session, ruling_id, principal(), body["reason"])


def _show_attempt(attempt_id: int) -> dict[str, Any]:
    with reading() as session:
        return _attempt_dossier(session, find_staff_attempt(session, attempt_id, principal()))


def _row(attempt: Attempt, order: Order) -> dict[str, Any]:
    return _plain(attempt) | {
        "order_number": order.number_text,
        "owner_cmp": order.owner_cmp,
        "owner_name": order.owner_name,
        "council": order.council,
        "kind": order.kind,
    }


def _dossier(session: Session, order: Order) -> dict[str, Any]:
    refunds = select(Refund).where(Refund.order_id == order.id).order_by(Refund.requested_at, Refund.id)
    parts = {
        "attempts": [_attempt_dossier(session, attempt) for attempt in order.attempts],
        "refunds": list(session.scalars(refunds)),
        "returned_due_ids": sorted(map(str, returned_lines(session, order))),
        "acts": acts_about(session, f"order:{order.id}"),
        "has_receipt": session.get(ReceiptSnapshot, order.id) is not None,
    }
    return _plain(order, "lines", "voucher", "number_text", "public_state", "attempt", "shown_refund") | parts


def _attempt_dossier(session: Session, attempt: Attempt) -> dict[str, Any]:
    def about(table: type[AttemptEvent] | type[GatewayMessage] | type[Ruling]) -> list[Any]:
        return list(session.scalars(select(table).where(table.attempt_id == attempt.id).order_by(table.id)))

    return _plain(attempt) | {
        "events": about(AttemptEvent),
        "messages": about(GatewayMessage),
        "rulings": about(Ruling),
    }


def _plain(row: Attempt | Order, *more: str) -> dict[str, Any]:
    """A row's columns and derived values, to be dumped beside what belongs to it."""
    names = [column.key for column in row.__mapper__.column_attrs]
    derived = ("number_text", "message", "masked_card", "differing_cents") if isinstance(row, Attempt) else more
    return {name: getattr(row, name) for name in (*names, *derived)}
