"""Taking in a daily file: all of it or nothing, each movement once, every one on the books, every misfit told."""

import hashlib
import logging
from collections.abc import Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from services.payments import staff_acts
from services.payments.ledger.posting import post_settlement
from services.payments.models import SettlementFile, SettlementRow
from services.payments.money import decimal
from services.payments.settlement.file import CURRENCY, Movement, read_file
from services.payments.settlement.matching import CHUNK, Verdict, attempts_of, council_of, judge
from services.payments.settlement.resolving import close_missing, compare_again, tell_settled
from services.payments.settlement.states import Match

log = logging.getLogger(__name__)


def import_file(session: Session, data: bytes, name: str) -> tuple[SettlementFile, bool]:
    """Take in a file; the second value is False when this very file was taken in before. Raises UnreadableFile."""
    digest = hashlib.sha256(data).hexdigest()
    _one_at_a_time(session)
    known = session.scalars(select(SettlementFile).where(SettlementFile.sha256 == digest)).one_or_none()
    if known is not None:
        return known, False
    movements = read_file(data)
    fresh = _fresh(session, movements)
    file = _new_file(session, name, digest, fresh, len(movements) - len(fresh))
    attempts = attempts_of(session, (movement.purchase_number for movement in fresh))
    for movement in fresh:
        verdict = judge(session, movement, attempts.get(movement.purchase_number))
        file.matched += verdict.match is Match.MATCHED
        _enter(session, file, movement, verdict)
    _note(session, file)
    compare_again(session)
    return file, True


def _one_at_a_time(session: Session) -> None:
    """Two files at once could both be the first to show a movement; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("payments.settlement"))))


def _fresh(session: Session, movements: Sequence[Movement]) -> list[Movement]:
    """The movements that no other file has brought."""
    key = tuple_(SettlementRow.fingerprint, SettlementRow.occurrence)
    known: set[tuple[str, int]] = set()
    for start in range(0, len(movements), CHUNK):
        wanted = [(movement.fingerprint, movement.occurrence) for movement in movements[start : start + CHUNK]]
        some = select(SettlementRow.fingerprint, SettlementRow.occurrence).where(key.in_(wanted))
        known |= {(row.fingerprint, row.occurrence) for row in session.execute(some)}
    return [movement for movement in movements if (movement.fingerprint, movement.occurrence) not in known]


def _new_file(
    session: Session, name: str, digest: str, fresh: Sequence[Movement], repeated: int
) -> SettlementFile:  # fmt: skip
    file = SettlementFile(
        name=name[:200],
        sha256=digest,
        imported_at=now(),
        imported_by="",
        rows=len(fresh),
        repeated=repeated,
        matched=0,
        gross_cents=sum(movement.gross_cents for movement in fresh),
        fee_cents=sum(movement.fee_cents for movement in fresh),
        fee_vat_cents=sum(movement.fee_vat_cents for movement in fresh),
        net_cents=sum(movement.net_cents for movement in fresh),
        currency=CURRENCY,
    )
    session.add(file)
    session.flush()
    return file


def _enter(session: Session, file: SettlementFile, movement: Movement, verdict: Verdict) -> None:
    """Keep a movement, post it, and tell how it fits."""
    row = SettlementRow(
        **vars(movement),
        file_id=file.id,
        fingerprint=movement.fingerprint,
        match=verdict.match,
        note=verdict.note,
        attempt_id=verdict.attempt.id if verdict.attempt else None,
        refund_id=verdict.refund.id if verdict.refund else None,
        council=council_of(session, verdict.attempt),
        created_at=now(),
    )
    session.add(row)
    session.flush()
    if verdict.match is Match.MATCHED:
        tell_settled(session, row, verdict)
        close_missing(session, row)
    else:
        log.warning("settlement row %s: %s", row.id, row.match)
        publish(session, row.differed())
    post_settlement(session, row, verdict.refund)


def _note(session: Session, file: SettlementFile) -> None:
    """Tell and audit the whole file."""
    act = staff_acts.record(
        session, act="settlement.imported", subject=f"settlement:{file.id}", council=None,
        after={
            "name": file.name, "rows": file.rows, "matched": file.matched, "repeated": file.repeated,
            "net": str(decimal(file.net_cents)),
        },
    )  # fmt: skip
    file.imported_by = act.actor_id
    session.flush()
    publish(session, file.imported())
