"""Payments made at banks and counters from a CSV file: each settles its due once, or is told, or waits for a person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from services.payments.dues import DueKind, cells
from services.payments.dues.cells import BadRow, Run, Summary
from services.payments.dues.elsewhere import PaidElsewhere, Taken, known_payments, take_payment, write_down
from services.payments.dues.errors import OutsideAmountDiffers
from services.payments.models import Channel, Due, Payer

COLUMNS = ("owner_cmp", "kind", "period", "channel", "reference", "amount", "paid_on")
OPTIONAL = ("person", "concept")

Key = tuple[str, DueKind, str, str, str]


@dataclass(frozen=True)
class Row:
    """One readable row: which due, and how it was paid."""

    line: int
    key: Key
    paid: PaidElsewhere


def import_outside_payments(lines: Iterable[str], tell: Callable[[BadRow], None], *, dry_run: bool = False) -> Summary:
    """Settle the dues of a file, a chunk per transaction; bad rows go to `tell`. Raises UnusableFile.

    `pending` counts money whose due was settled before. A file that comes again changes nothing.
    """
    run = Run(tell, dry_run)
    for chunk in cells.chunks_of(lines, COLUMNS, OPTIONAL, _read, run):
        with cells.chunk_transaction(run) as session:
            _enter(session, chunk, run)
    return run.summary


def _read(line: int, row: cells.Cells) -> Row:
    """A row of text as a payment. Raises Refused."""
    channel = row["channel"].upper()
    return Row(
        line=line,
        key=(
            cells.owner("owner_cmp", row["owner_cmp"]),
            cells.kind(row["kind"]),
            cells.period("period", row["period"]),
            cells.code("person", row.get("person", ""), ""),
            cells.concept(row),
        ),
        paid=PaidElsewhere(
            channel=Channel(cells.check("channel", channel, channel in set(Channel), "debe ser BANCO o CAJA")),
            reference=cells.one_line("reference", row["reference"], 60),
            amount_cents=cells.amount(row["amount"]),
            paid_on=cells.past_day("paid_on", row["paid_on"]),
        ),
    )


def _dues(session: Session, chunk: list[Row]) -> dict[Key, Due]:
    """The dues of a chunk under row locks, in the order of their ids so that nobody deadlocks with orders."""
    key = tuple_(Due.owner_cmp, Due.kind, Due.period, Due.person, Due.concept)
    wanted = select(Due).where(key.in_([row.key for row in chunk])).order_by(Due.id).with_for_update()
    return {(due.owner_cmp, due.kind, due.period, due.person, due.concept): due for due in session.scalars(wanted)}


def _councils(session: Session, chunk: list[Row]) -> dict[str, str]:
    owners = select(Payer.cmp_number, Payer.council).where(Payer.cmp_number.in_({row.key[0] for row in chunk}))
    return {found.cmp_number: found.council for found in session.execute(owners)}


def _enter(session: Session, chunk: list[Row], run: Run) -> None:
    """Let each row settle its due, in the order of the file; they are written down together."""
    dues, councils = _dues(session, chunk), _councils(session, chunk)
    known = known_payments(session, [due.id for due in dues.values()])
    taken = []
    for row in chunk:
        due = dues.get(row.key)
        if due is None:
            run.refuse(row.line, "", "no existe una cuota de ese médico, tipo y mes")
        elif (key := (due.id, row.paid.channel, row.paid.reference)) in known:
            run.summary.unchanged += 1
        elif settled := _settle(row, due, councils.get(due.owner_cmp), run):
            known.add(key)
            taken.append(settled)
    write_down(session, taken)


def _settle(row: Row, due: Due, council: str | None, run: Run) -> Taken | None:
    """Let one row settle its due, and count what became of it; None when the amount is another."""
    try:
        taken = take_payment(due, row.paid, council)
    except OutsideAmountDiffers:
        run.refuse(row.line, "amount", "no es igual al monto de la cuota")
        return None
    if taken.fact:
        run.summary.entered += 1
    else:
        run.summary.pending += 1
        run.tell(BadRow(row.line, "", "la cuota ya estaba pagada o anulada: el pago queda por resolver"))
    return taken
