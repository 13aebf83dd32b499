"""What staff do about a charge in doubt: ask the acquirer now, or rule by evidence, which takes two people."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from chassis.db import transaction
from services.payments import staff_acts
from services.payments.acquirer import acquirer, journal_of, sale_request
from services.payments.errors import (
    EvidenceMissing,
    NothingToSettle,
    RulingNotFound,
    RulingOpen,
    SamePerson,
)
from services.payments.models import Attempt, Order, Ruling
from services.payments.money import decimal
from services.payments.news import News
from services.payments.niubiz import CardDetails, Sale
from services.payments.searching import find_staff_attempt, in_scope
from services.payments.states import AttemptState, Happening, RulingOutcome, RulingState
from services.payments.transitions import dues_are_open, lock, move, settle

DOUBTFUL = frozenset({AttemptState.UNKNOWN, AttemptState.INTEGRITY})


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What somebody saw outside of this system, and where it can be looked up again."""

    outcome: RulingOutcome
    evidence: str
    reason: str
    transaction_id: str | None = None
    authorization_code: str | None = None
    charged_at: datetime | None = None


def ask_now(attempt_id: int, who: Principal) -> None:
    """Ask the acquirer about a doubtful charge at once; its answer settles it, as the janitor's question would.

    Raises AttemptNotFound, NothingToSettle.
    """
    with transaction() as session:
        attempt = find_staff_attempt(session, attempt_id, who)
        _check_doubtful(attempt)
        order = session.get_one(Order, attempt.order_id)
        attempt.checks += 1
        _note(session, order, attempt, "attempt.asked", "")
        asked = sale_request(attempt)
    settle(attempt_id, acquirer().find_sale(asked, journal=journal_of(attempt_id)), actor=who.subject)


def propose_ruling(session: Session, attempt_id: int, who: Principal, seen: Evidence) -> Ruling:
    """Say by evidence what became of a charge; nothing changes before another person confirms it.

    Raises AttemptNotFound, NothingToSettle, RulingOpen, EvidenceMissing.
    """
    find_staff_attempt(session, attempt_id, who)
    order, attempt = lock(session, attempt_id)
    _check_doubtful(attempt)
    if seen.outcome is RulingOutcome.CHARGED and not (seen.transaction_id and seen.charged_at):
        raise EvidenceMissing
    proposed = (Ruling.attempt_id == attempt_id, Ruling.state == RulingState.PROPOSED)
    if session.scalar(select(Ruling.id).where(*proposed)) is not None:
        raise RulingOpen
    ruling = Ruling(
        attempt_id=attempt_id, state=RulingState.PROPOSED, proposed_by=who.subject, proposed_by_name=who.name,
        proposed_at=now(), **vars(seen),
    )  # fmt: skip
    session.add(ruling)
    _note(session, order, attempt, "ruling.proposed", seen.reason, outcome=seen.outcome, evidence=seen.evidence)
    return ruling


def confirm_ruling(session: Session, ruling_id: int, who: Principal) -> Ruling:
    """Apply what another person proposed. Raises RulingNotFound, SamePerson, NothingToSettle."""
    order, attempt, ruling = _lock_ruling(session, ruling_id, who)
    if ruling.proposed_by == who.subject:
        raise SamePerson
    _check_doubtful(attempt)
    _decide(ruling, RulingState.APPLIED, who)
    move(session, order, attempt, _news(session, order, attempt, ruling, who))
    _note(session, order, attempt, "ruling.confirmed", ruling.reason, ruling=ruling.id, state=attempt.state)
    return ruling


def dismiss_ruling(session: Session, ruling_id: int, who: Principal, reason: str) -> Ruling:
    """Put a proposal aside, one's own too; the charge stays in doubt. Raises RulingNotFound."""
    order, attempt, ruling = _lock_ruling(session, ruling_id, who)
    _decide(ruling, RulingState.DISMISSED, who)
    _note(session, order, attempt, "ruling.dismissed", reason, ruling=ruling.id)
    return ruling


def _lock_ruling(session: Session, ruling_id: int, who: Principal) -> tuple[Order, Attempt, Ruling]:
    visible = select(Ruling.attempt_id).join(Attempt, Attempt.id == Ruling.attempt_id)
    visible = visible.join(Order, Order.id == Attempt.order_id).where(Ruling.id == ruling_id, *in_scope(who))
    attempt_id = session.scalar(visible)
    if attempt_id is None:
        raise RulingNotFound
    order, attempt = lock(session, attempt_id)
    ruling = session.get_one(Ruling, ruling_id, with_for_update=True, populate_existing=True)
    if ruling.state is not RulingState.PROPOSED:
        raise RulingNotFound
    return order, attempt, ruling


def _decide(ruling: Ruling, state: RulingState, who: Principal) -> None:
    ruling.state, ruling.decided_by, ruling.decided_by_name, ruling.decided_at = state, who.subject, who.name, now()


def _news(session: Session, order: Order, attempt: Attempt, ruling: Ruling, who: Principal) -> News:
    """What a confirmed ruling means for the attempt."""
    reason = f"por evidencia: {ruling.evidence}"
    if ruling.outcome is RulingOutcome.NOT_CHARGED:
        return News(happening=Happening.NEVER_ARRIVED, actor=who.subject, reason=reason)
    applies = dues_are_open(session, order)
    happening = Happening.APPROVED if applies else Happening.APPROVED_TOO_LATE
    return News(happening=happening, actor=who.subject, reason=reason, sale=_sale(attempt, ruling))


def _sale(attempt: Attempt, ruling: Ruling) -> Sale:
    """The charge as the evidence shows it; what the acquirer told of the card before is kept."""
    return Sale(
        amount=decimal(attempt.charged_cents),
        action_code="000",
        description="Por evidencia",
        status=attempt.status_text,
        authorization_code=ruling.authorization_code or attempt.authorization_code,
        transaction_id=ruling.transaction_id,
        trace_number=attempt.trace_number,
        signature=attempt.signature,
        eci=attempt.eci,
        installments=attempt.installments,
        charged_at=ruling.charged_at,
        card=CardDetails(brand=attempt.card_brand, first6=attempt.card_first6, last4=attempt.card_last4),
    )


def _check_doubtful(attempt: Attempt) -> None:
    if attempt.state not in DOUBTFUL:
        raise NothingToSettle(state=attempt.state)


def _note(session: Session, order: Order, attempt: Attempt, act: str, reason: str, **after: object) -> None:
    staff_acts.record(
        session,
        act=act,
        subject=f"order:{order.id}",
        council=order.council,
        before={"attempt": attempt.number_text, "state": attempt.state},
        after=dict(after) or None,
        reason=reason,
    )
