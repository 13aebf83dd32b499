"""What is owed, and on which conditions it can be paid."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.db import reading
from services.payments.dues import LABELS, DueKind
from services.payments.heirs import owner_for, payable_kinds
from services.payments.models import Due, Order, Payer, Terms
from services.payments.ordering import current_terms, holding_orders, owed, payable_dues, window_start
from services.payments.schemas import DuesSummary, OwnerQuery, PendingDues, PendingQuery, TermsView

CURRENCY = "PEN"

blueprint = Blueprint("dues", __name__, url_prefix="/v1", description="Cuotas pendientes y condiciones de pago")


@blueprint.get("/dues/summary")
@requires("payments:pay")
@blueprint.arguments(OwnerQuery, location="query")
@blueprint.response(200, DuesSummary)
def summarize_dues(query: dict[str, Any]) -> dict[str, Any]:
    """What is owed of each kind that the person may pay, and for which CMP number the payment will be (PAY-2)."""
    with reading() as session:
        owner_cmp, kinds_allowed = payable_kinds(session, principal(), query["owner_cmp"])
        payer = session.get(Payer, owner_cmp)
        kinds = [
            {
                "kind": kind,
                "label": LABELS[kind],
                **vars(owed(session, owner_cmp, kind)),
                "older": owed(session, owner_cmp, kind, older=True),
            }
            for kind in kinds_allowed
        ]
    return {
        "owner_cmp": owner_cmp,
        "owner_name": payer.name if payer else None,
        "currency": CURRENCY,
        "kinds": kinds,
    }


@blueprint.get("/dues/pending")
@requires("payments:pay")
@blueprint.arguments(PendingQuery, location="query")
@blueprint.response(200, PendingDues)
def list_pending_dues(query: dict[str, Any]) -> dict[str, Any]:
    """The dues of one kind that can be paid here, oldest first; older debt is told apart (PAY-4, PAY-5)."""
    kind = DueKind(query["kind"])
    with reading() as session:
        owner_cmp, _ = owner_for(session, principal(), query["owner_cmp"], kind)
        dues = payable_dues(session, owner_cmp, kind)
        held = holding_orders(session, [due.id for due in dues])
        older = owed(session, owner_cmp, kind, older=True)
    return {
        "owner_cmp": owner_cmp,
        "kind": kind,
        "items": [_item(due, held.get(due.id)) for due in dues],
        "total_cents": sum(due.amount_cents for due in dues),
        "currency": CURRENCY,
        "older": older,
        "window_start": window_start(),
    }


def _item(due: Due, holder: Order | None) -> dict[str, Any]:
    return {
        "id": due.id,
        "kind": due.kind,
        "period": due.period,
        "spelled_period": due.spelled_period,
        "description": due.description,
        "amount_cents": due.amount_cents,
        "order_id": holder.id if holder else None,
    }


@blueprint.get("/terms")
@requires("payments:pay")
@blueprint.response(200, TermsView)
def show_terms() -> Terms:
    """The payment conditions in force, to be read before they are accepted (PAY-6)."""
    with reading() as session:
        return current_terms(session)
