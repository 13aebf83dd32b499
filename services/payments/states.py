"""The life of an order and of an attempt as data: every edge that exists, and nothing else does (payments.md 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class DueState(StrEnum):
    """Whether a due is still owed."""

    OPEN = "OPEN"
    PAID = "PAID"
    ANNULLED = "ANNULLED"
    """Staff found that it never was owed."""


class OrderState(StrEnum):
    """Where an order stands. Dues stay reserved while it is READY or PAYING."""

    READY = "READY"
    PAYING = "PAYING"
    PAID = "PAID"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"
    PAID_NOT_APPLIED = "PAID_NOT_APPLIED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class AttemptState(StrEnum):
    """Where one purchase number stands with the acquirer."""

    CREATED = "CREATED"
    AUTHORIZING = "AUTHORIZING"
    PAID = "PAID"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    SUPERSEDED = "SUPERSEDED"
    UNKNOWN = "UNKNOWN"
    INTEGRITY = "INTEGRITY"
    PAID_NOT_APPLIED = "PAID_NOT_APPLIED"
    VOIDED = "VOIDED"
    REFUNDED = "REFUNDED"


class Happening(StrEnum):
    """What can happen to an attempt, whoever brings the news: the return POST, a job, or staff."""

    OPENED = "opened"
    """The payer asked for the card form: the attempt begins."""
    CLAIMED = "claimed"
    """The payer's form came back and the charge is about to be asked for."""
    DUES_CHANGED = "dues_changed"
    """At the claim a due was paid, or its price or the oldest-first rule no longer fits the summary."""
    REPLACED = "replaced"
    """The payer opened the card form again; only the newest form may charge."""
    LAPSED = "lapsed"
    """The form timed out, its life ended, it could not be opened, or the payer gave the order up."""
    APPROVED = "approved"
    APPROVED_TOO_LATE = "approved_too_late"
    """Approved by the acquirer, but a due of the order had been settled otherwise meanwhile."""
    DIFFERED = "differed"
    """Approved by the acquirer, but amount, currency or number are not what was asked for."""
    DECLINED = "declined"
    FORM_EXPIRED = "form_expired"
    """The acquirer refused because the form's session or token was too old (codes 674, 682, 683)."""
    NOT_CHARGED = "not_charged"
    """The request provably charged nothing: never sent, or refused without an action code."""
    DOUBTED = "doubted"
    """Nobody can say yet whether money moved."""
    NEVER_ARRIVED = "never_arrived"
    """The acquirer, asked often enough, knows no such sale of ours."""
    APPLIED = "applied"
    """Staff let a charge without a use pay other dues of the same physician."""
    VOIDED = "voided"
    """The acquirer undid the whole charge on its own day."""
    PARTLY_RETURNED = "partly_returned"
    """The acquirer took the return of some dues; others of the order stay paid."""
    RETURNED = "returned"
    """The acquirer took the return of all that was still paid."""


@dataclass(frozen=True)
class Edge:
    """Where a happening leads: the attempt's next state and the order's."""

    attempt: AttemptState
    order: OrderState


EDGES: Mapping[tuple[AttemptState, Happening], Edge] = {
    (AttemptState.CREATED, Happening.CLAIMED): Edge(AttemptState.AUTHORIZING, OrderState.PAYING),
    (AttemptState.CREATED, Happening.DUES_CHANGED): Edge(AttemptState.SUPERSEDED, OrderState.CANCELLED),
    (AttemptState.CREATED, Happening.REPLACED): Edge(AttemptState.SUPERSEDED, OrderState.READY),
    (AttemptState.CREATED, Happening.LAPSED): Edge(AttemptState.EXPIRED, OrderState.READY),
    (AttemptState.AUTHORIZING, Happening.APPROVED): Edge(AttemptState.PAID, OrderState.PAID),
    (AttemptState.AUTHORIZING, Happening.APPROVED_TOO_LATE): Edge(
        AttemptState.PAID_NOT_APPLIED, OrderState.PAID_NOT_APPLIED
    ),
    (AttemptState.AUTHORIZING, Happening.DIFFERED): Edge(AttemptState.INTEGRITY, OrderState.PAYING),
    (AttemptState.AUTHORIZING, Happening.DECLINED): Edge(AttemptState.DECLINED, OrderState.READY),
    (AttemptState.AUTHORIZING, Happening.FORM_EXPIRED): Edge(AttemptState.EXPIRED, OrderState.READY),
    (AttemptState.AUTHORIZING, Happening.NOT_CHARGED): Edge(AttemptState.FAILED, OrderState.READY),
    (AttemptState.AUTHORIZING, Happening.DOUBTED): Edge(AttemptState.UNKNOWN, OrderState.PAYING),
    (AttemptState.UNKNOWN, Happening.APPROVED): Edge(AttemptState.PAID, OrderState.PAID),
    (AttemptState.UNKNOWN, Happening.APPROVED_TOO_LATE): Edge(
        AttemptState.PAID_NOT_APPLIED, OrderState.PAID_NOT_APPLIED
    ),
    (AttemptState.UNKNOWN, Happening.DIFFERED): Edge(AttemptState.INTEGRITY, OrderState.PAYING),
    (AttemptState.UNKNOWN, Happening.DECLINED): Edge(AttemptState.DECLINED, OrderState.READY),
    (AttemptState.UNKNOWN, Happening.NEVER_ARRIVED): Edge(AttemptState.FAILED, OrderState.READY),
    (AttemptState.INTEGRITY, Happening.APPROVED): Edge(AttemptState.PAID, OrderState.PAID),
    (AttemptState.INTEGRITY, Happening.APPROVED_TOO_LATE): Edge(
        AttemptState.PAID_NOT_APPLIED, OrderState.PAID_NOT_APPLIED
    ),
    (AttemptState.INTEGRITY, Happening.DECLINED): Edge(AttemptState.DECLINED, OrderState.READY),
    (AttemptState.INTEGRITY, Happening.NEVER_ARRIVED): Edge(AttemptState.FAILED, OrderState.READY),
    (AttemptState.INTEGRITY, Happening.VOIDED): Edge(AttemptState.VOIDED, OrderState.REFUNDED),
    (AttemptState.INTEGRITY, Happening.RETURNED): Edge(AttemptState.REFUNDED, OrderState.REFUNDED),
    (AttemptState.PAID_NOT_APPLIED, Happening.APPLIED): Edge(AttemptState.PAID, OrderState.PAID),
    (AttemptState.PAID_NOT_APPLIED, Happening.VOIDED): Edge(AttemptState.VOIDED, OrderState.REFUNDED),
    (AttemptState.PAID_NOT_APPLIED, Happening.RETURNED): Edge(AttemptState.REFUNDED, OrderState.REFUNDED),
    (AttemptState.PAID, Happening.PARTLY_RETURNED): Edge(AttemptState.PAID, OrderState.PARTLY_REFUNDED),
    (AttemptState.PAID, Happening.VOIDED): Edge(AttemptState.VOIDED, OrderState.REFUNDED),
    (AttemptState.PAID, Happening.RETURNED): Edge(AttemptState.REFUNDED, OrderState.REFUNDED),
}
"""The whole state machine of attempts (payments.md 5; what it lacks: docs/decisions/0006).

INTEGRITY moves only when staff ask the acquirer again, rule by evidence, or have the money returned.
"""

CHARGED_ATTEMPTS = frozenset({AttemptState.PAID, AttemptState.PAID_NOT_APPLIED})
"""Attempts whose money is ours for certain: what happens to them moves an order that has ended, too."""

RETURNABLE = CHARGED_ATTEMPTS | {AttemptState.INTEGRITY}
"""Attempts whose money can be given back."""

LIVE_ORDERS = frozenset({OrderState.READY, OrderState.PAYING})
"""Orders that hold their dues."""

ENDINGS_WITHOUT_CHARGE: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.READY: frozenset({OrderState.EXPIRED, OrderState.CANCELLED}),
}
"""How an order may end on its own: only while no attempt is AUTHORIZING, UNKNOWN or INTEGRITY, which READY means."""

PUBLIC_WORDS: Mapping[OrderState, str] = {
    OrderState.READY: "pendiente",
    OrderState.PAYING: "en confirmación",
    OrderState.PAID: "pagado",
    OrderState.PARTLY_REFUNDED: "pagado",
    OrderState.REFUNDED: "devuelto",
    OrderState.PAID_NOT_APPLIED: "en confirmación",
    OrderState.EXPIRED: "vencido",
    OrderState.CANCELLED: "vencido",
}


_WAIT = "Estamos confirmando su pago con el banco. No vuelva a pagar; le avisaremos por correo."

MESSAGES: Mapping[AttemptState, str] = {
    AttemptState.AUTHORIZING: _WAIT,
    AttemptState.UNKNOWN: _WAIT,
    AttemptState.INTEGRITY: _WAIT,
    AttemptState.PAID_NOT_APPLIED: (
        "Su pago fue aprobado, pero las cuotas ya estaban pagadas. Le devolveremos el dinero; no vuelva a pagar."
    ),
    AttemptState.VOIDED: "Anulamos el cobro. Su banco dejará de mostrarlo en los próximos días.",
    AttemptState.REFUNDED: "Devolvimos el dinero a su tarjeta. Su banco puede tardar hasta 30 días en mostrarlo.",
    AttemptState.FAILED: ("No pudimos procesar su pago. No se realizó ningún cobro. Intente de nuevo en unos minutos."),
    AttemptState.EXPIRED: (
        "El tiempo para pagar terminó. No se realizó ningún cobro. Abra de nuevo el formulario de pago."
    ),
    AttemptState.SUPERSEDED: (
        "Las cuotas o sus montos cambiaron, o abrió el formulario otra vez. No se realizó ningún cobro."
    ),
}
"""What the payer is told where the action code does not say it."""


class RefundState(StrEnum):
    """Where the return of money stands: asked for, approved by another person, told to the acquirer, seen settled."""

    REQUESTED = "REQUESTED"
    SCHEDULED = "SCHEDULED"
    """Approved; waits until `next_attempt_at`, when the acquirer can be told ("devolución programada")."""
    SENT = "SENT"
    """The row stands before the call; nothing else is known yet."""
    UNKNOWN = "UNKNOWN"
    REFUSED = "REFUSED"
    """The acquirer turned it down: a person must look."""
    RETURNED = "RETURNED"
    SETTLED = "SETTLED"
    """Seen in the acquirer's settlement."""
    REJECTED = "REJECTED"
    """Turned down or called back by staff before any money moved."""


class RefundNews(StrEnum):
    """What can happen to a return of money, whoever brings the news: staff, the job, or the settlement."""

    APPROVED = "approved"
    REJECTED = "rejected"
    SENT = "sent"
    RETURNED = "returned"
    REFUSED = "refused"
    TOO_LATE_TO_VOID = "too_late_to_void"
    """The day's batch was closed: the same money goes back as a refund."""
    NOT_SENT = "not_sent"
    DOUBTED = "doubted"
    NOT_RETURNED = "not_returned"
    """The acquirer, asked again, still holds the charge."""
    RETRIED = "retried"
    SETTLED = "settled"


REFUND_EDGES: Mapping[tuple[RefundState, RefundNews], RefundState] = {
    (RefundState.REQUESTED, RefundNews.APPROVED): RefundState.SCHEDULED,
    (RefundState.REQUESTED, RefundNews.REJECTED): RefundState.REJECTED,
    (RefundState.SCHEDULED, RefundNews.REJECTED): RefundState.REJECTED,
    (RefundState.SCHEDULED, RefundNews.SENT): RefundState.SENT,
    (RefundState.SENT, RefundNews.RETURNED): RefundState.RETURNED,
    (RefundState.SENT, RefundNews.REFUSED): RefundState.REFUSED,
    (RefundState.SENT, RefundNews.TOO_LATE_TO_VOID): RefundState.SCHEDULED,
    (RefundState.SENT, RefundNews.NOT_SENT): RefundState.SCHEDULED,
    (RefundState.SENT, RefundNews.DOUBTED): RefundState.UNKNOWN,
    (RefundState.UNKNOWN, RefundNews.RETURNED): RefundState.RETURNED,
    (RefundState.UNKNOWN, RefundNews.NOT_RETURNED): RefundState.SCHEDULED,
    (RefundState.UNKNOWN, RefundNews.REFUSED): RefundState.REFUSED,
    (RefundState.UNKNOWN, RefundNews.TOO_LATE_TO_VOID): RefundState.SCHEDULED,
    (RefundState.REFUSED, RefundNews.RETRIED): RefundState.SCHEDULED,
    (RefundState.REFUSED, RefundNews.RETURNED): RefundState.RETURNED,
    (RefundState.REFUSED, RefundNews.REJECTED): RefundState.REJECTED,
    (RefundState.RETURNED, RefundNews.SETTLED): RefundState.SETTLED,
}
"""The whole state machine of refunds. Money moves on no other edge than those into RETURNED."""

LIVE_REFUNDS = frozenset(
    {RefundState.REQUESTED, RefundState.SCHEDULED, RefundState.SENT, RefundState.UNKNOWN, RefundState.REFUSED}
)
"""Refunds that are not over: an order has one of them at most."""

SHOWN_REFUNDS = frozenset(RefundState) - {RefundState.REQUESTED, RefundState.REJECTED}
"""Refunds the payer is told about: what staff only consider is not."""

REFUND_WORDS: Mapping[RefundState, str] = {
    RefundState.REQUESTED: "devolución solicitada",
    RefundState.SCHEDULED: "devolución programada",
    RefundState.SENT: "devolución en proceso",
    RefundState.UNKNOWN: "devolución en proceso",
    RefundState.REFUSED: "devolución en revisión",
    RefundState.RETURNED: "devuelto",
    RefundState.SETTLED: "devuelto",
    RefundState.REJECTED: "devolución no aprobada",
}
"""What payer and staff read."""


class RefundMethod(StrEnum):
    """How the acquirer is told to give money back."""

    VOID = "VOID"
    """The whole charge, on its own day in Lima."""
    REFUND = "REFUND"


class RulingOutcome(StrEnum):
    """What staff say by evidence about a charge the acquirer does not settle."""

    CHARGED = "CHARGED"
    NOT_CHARGED = "NOT_CHARGED"


class RulingState(StrEnum):
    """A ruling is proposed by one person and applied or dismissed by another."""

    PROPOSED = "PROPOSED"
    APPLIED = "APPLIED"
    DISMISSED = "DISMISSED"


def public_word(order: OrderState, last_attempt: AttemptState | None) -> str:
    """The one Spanish word the payer sees for an order; a refused card shows until the next try (PAY-12)."""
    refused = last_attempt in (AttemptState.DECLINED, AttemptState.FAILED)
    return "rechazado" if order is OrderState.READY and refused else PUBLIC_WORDS[order]
