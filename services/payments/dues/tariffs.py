"""Entering and ending tariffs: no two price the same month of the same person, and none that was used changes."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from services.payments import staff_acts
from services.payments.dues import DueKind, Relation, spell_period
from services.payments.dues.errors import TariffNotFound, TariffOverlaps, TariffUsed
from services.payments.models import Due, Tariff
from services.payments.money import decimal

Facts = dict[str, str | int | None]


@dataclass(frozen=True, kw_only=True)
class TariffWish:
    """What staff want to charge, for whom, from when to when; months are `yyyymm`, ages whole years."""

    kind: DueKind
    concept: str
    relation: Relation | None
    age_from: int
    age_to: int
    amount_cents: int
    tax_code: str
    valid_from: str
    valid_until: str | None
    sample: bool = False


def enter_tariff(session: Session, wish: TariffWish, *, reason: str) -> Tariff:
    """Add a tariff. Raises TariffOverlaps when another prices one of its months for the same people."""
    _one_at_a_time(session)
    tariff = Tariff(**vars(wish), created_at=now())
    _refuse_overlap(session, tariff)
    session.add(tariff)
    session.flush()
    _record(session, "tariff.entered", tariff, None, reason)
    publish(session, tariff.changed())
    return tariff


def end_tariff(session: Session, tariff_id: int, until: str, *, reason: str) -> Tariff:
    """Let a tariff end with a month, or end earlier or later than it did.

    Raises TariffNotFound, TariffUsed when a later month was assessed by it, TariffOverlaps when it would run into the
    next one.
    """
    _one_at_a_time(session)
    tariff = session.get(Tariff, tariff_id, with_for_update=True)
    if tariff is None:
        raise TariffNotFound
    used = session.scalar(select(func.max(Due.period)).where(Due.tariff_id == tariff.id))
    if until < tariff.valid_from or (used and until < used):
        raise TariffUsed(
            f"La tarifa no puede terminar antes de {spell_period(used or tariff.valid_from)}: "
            "ese mes ya se emitió con ella o es su primer mes."
        )
    before = facts_of(tariff)
    tariff.valid_until = until
    _refuse_overlap(session, tariff)
    _record(session, "tariff.ended", tariff, before, reason)
    publish(session, tariff.changed())
    return tariff


def delete_tariff(session: Session, tariff_id: int, *, reason: str) -> None:
    """Take back a tariff that nothing was assessed by. Raises TariffNotFound, TariffUsed."""
    tariff = session.get(Tariff, tariff_id, with_for_update=True)
    if tariff is None:
        raise TariffNotFound
    if session.scalar(select(exists().where(Due.tariff_id == tariff.id))):
        raise TariffUsed
    _record(session, "tariff.deleted", tariff, facts_of(tariff), reason)
    publish(session, tariff.withdrawn())
    session.delete(tariff)


def facts_of(tariff: Tariff) -> Facts:
    """A tariff as the audit keeps it."""
    return {
        "kind": tariff.kind,
        "concept": tariff.concept,
        "relation": tariff.relation,
        "age_from": tariff.age_from,
        "age_to": tariff.age_to,
        "amount": str(decimal(tariff.amount_cents)),
        "tax_code": tariff.tax_code,
        "valid_from": tariff.valid_from,
        "valid_until": tariff.valid_until,
    }


def _one_at_a_time(session: Session) -> None:
    """Two who enter tariffs at once could not see each other's; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("payments.tariff"))))


def _refuse_overlap(session: Session, tariff: Tariff) -> None:
    same = select(Tariff).where(Tariff.kind == tariff.kind, Tariff.concept == tariff.concept)
    with session.no_autoflush:
        others = [other for other in session.scalars(same) if other is not tariff]
    for other in others:
        if tariff.overlaps(other):
            since = spell_period(other.valid_from)
            raise TariffOverlaps(
                f"Ya hay una tarifa para esos meses y esas edades, vigente desde {since}. Termínela primero.",
                tariff_id=str(other.id),
            )


def _record(session: Session, act: str, tariff: Tariff, before: Facts | None, reason: str) -> None:
    after = None if act == "tariff.deleted" else facts_of(tariff)
    staff_acts.record(
        session, act=act, subject=f"tariff:{tariff.id}", council=None, before=before, after=after, reason=reason
    )
