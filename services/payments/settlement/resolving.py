"""The work list of settlement: what does not fit waits here until it fits by itself or a person says what it is."""

import hashlib
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from services.payments import staff_acts
from services.payments.ledger.posting import post_resolution
from services.payments.models import Attempt, Order, Refund, SettlementFile, SettlementRow
from services.payments.refunds import see_settled
from services.payments.settings import current_settings
from services.payments.settlement.errors import RowNotFound, WrongResolution
from services.payments.settlement.matching import Verdict, attempts_of, judge
from services.payments.settlement.states import ALLOWED, Match, Resolution, RowType
from services.payments.states import AttemptState

SYSTEM = "system"
HOPEFUL = (Match.UNKNOWN_PURCHASE, Match.NOT_RECORDED)
"""Rows that may fit later, when the janitor or a person has settled the charge."""
EXPECTED = (AttemptState.PAID, AttemptState.PAID_NOT_APPLIED, AttemptState.REFUNDED)
"""Charges that a file must show; a void of the same day may leave no trace."""
WATCHED_DAYS = 120
"""Older charges are not looked at again: they were settled or told long ago."""
BATCH = 200


def resolve_row(session: Session, row_id: int, how: Resolution, *, reason: str) -> SettlementRow:
    """Settle a row of the work list as staff say, with its posting. Raises RowNotFound, WrongResolution."""
    row = session.get(SettlementRow, row_id, with_for_update=True)
    if row is None:
        raise RowNotFound
    if not row.is_open or how not in ALLOWED[row.match] or how is Resolution.CAME_LATER:
        raise WrongResolution
    act = staff_acts.record(
        session, act="settlement.resolved", subject=f"settlement_row:{row.id}", council=row.council,
        before={"match": row.match}, after={"resolution": how}, reason=reason,
    )  # fmt: skip
    _close(session, row, how, reason=reason, by=act.actor_id)
    return row


def compare_again(session: Session) -> int:
    """Look again at rows that did not fit anything; return how many fit now."""
    hopeful = select(SettlementRow).where(SettlementRow.match.in_(HOPEFUL), SettlementRow.resolved_at.is_(None))
    rows = list(session.scalars(hopeful.order_by(SettlementRow.id).with_for_update(skip_locked=True)))
    attempts = attempts_of(session, (row.purchase_number for row in rows))
    fitting = 0
    for row in rows:
        verdict = judge(session, row, attempts.get(row.purchase_number))
        if verdict.match is Match.MATCHED and verdict.attempt is not None:
            row.attempt_id, row.refund_id = verdict.attempt.id, verdict.refund.id if verdict.refund else None
            _close(session, row, Resolution.CAME_LATER, reason="coincide con lo registrado después", by=SYSTEM)
            fitting += 1
    return fitting


def close_missing(session: Session, shown: SettlementRow) -> None:
    """What was said to be missing has come: it leaves the work list."""
    missing = select(SettlementRow).where(
        SettlementRow.attempt_id == shown.attempt_id,
        SettlementRow.match == Match.MISSING_IN_FILE,
        SettlementRow.resolved_at.is_(None),
    )
    for row in session.scalars(missing) if shown.type is RowType.SALE else ():
        _close(session, row, Resolution.CAME_LATER, reason=f"llegó en la fila {shown.id}", by=SYSTEM)


def tell_settled(session: Session, row: SettlementRow, verdict: Verdict) -> None:
    """Publish that a charge was paid out, or let the refund know that it was seen."""
    if verdict.refund is not None:
        see_settled(session, verdict.refund.id, now())
    elif row.type is RowType.SALE and verdict.attempt is not None:
        publish(session, row.settled(verdict.attempt.order_id))


def list_missing(session: Session) -> int:
    """Put charges that no file has shown within the days of the setting into the work list; return how many.

    Only files that came after those days speak: without any, nothing is missing.
    """
    limit = now() - timedelta(days=current_settings().settlement_days)
    newest = session.scalar(select(func.max(SettlementFile.imported_at)))
    if newest is None:
        return 0
    shown = exists().where(SettlementRow.attempt_id == Attempt.id, SettlementRow.type == RowType.SALE)
    late = (
        select(Attempt, Order.council)
        .join(Order, Order.id == Attempt.order_id)
        .where(Attempt.state.in_(EXPECTED), ~shown)
        .where(Attempt.charged_at < min(limit, newest), Attempt.charged_at > limit - timedelta(days=WATCHED_DAYS))
    )
    rows = [_missing(attempt, council) for attempt, council in session.execute(late.order_by(Attempt.id).limit(BATCH))]
    session.add_all(rows)
    session.flush()
    publish(session, *(row.differed() for row in rows))
    return len(rows)


def _missing(attempt: Attempt, council: str) -> SettlementRow:
    return SettlementRow(
        fingerprint=hashlib.sha256(f"missing:{attempt.id}".encode()).hexdigest(),
        type=RowType.SALE,
        purchase_number=str(attempt.purchase_number),
        transaction_id=attempt.transaction_id or "",
        sold_at=attempt.charged_at or attempt.created_at,
        gross_cents=attempt.charged_cents,
        fee_cents=0,
        fee_vat_cents=0,
        net_cents=0,
        currency=attempt.currency,
        match=Match.MISSING_IN_FILE,
        note="Ningún archivo ha traído este cobro.",
        attempt_id=attempt.id,
        council=council,
        created_at=now(),
    )


def _close(session: Session, row: SettlementRow, how: Resolution, *, reason: str, by: str) -> None:
    """The row leaves the work list, its money moves to where it belongs, and it is told."""
    attempt = session.get(Attempt, row.attempt_id) if row.attempt_id else None
    refund = session.get(Refund, row.refund_id) if row.refund_id else None
    fact = row.resolve(how, reason=reason, by=by, at=now())
    if fact is None:
        raise WrongResolution
    publish(session, fact)
    fits = how in (Resolution.MATCH, Resolution.CAME_LATER) and row.match is not Match.MISSING_IN_FILE
    if fits:
        tell_settled(session, row, Verdict(Match.MATCHED, attempt=attempt, refund=refund))
        close_missing(session, row)
    post_resolution(session, row, attempt if fits else None, refund if fits else None)
