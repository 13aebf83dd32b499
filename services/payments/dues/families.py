"""SEMEFA families from a CSV file: whom a holder's fund covers, from which month to which; the newest file wins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from chassis.outbox import publish
from services.payments import staff_acts
from services.payments.dues import Relation, cells
from services.payments.dues.cells import BadRow, Run, Summary
from services.payments.models import Beneficiary

COLUMNS = ("holder_cmp", "code", "relation", "name", "birth_date", "since", "until")
FIELDS = ("relation", "name", "birth_date", "since", "until")


@dataclass(frozen=True)
class Row:
    """One readable row."""

    holder_cmp: str
    code: str
    relation: Relation
    name: str
    birth_date: date
    since: str
    until: str | None


def import_beneficiaries(lines: Iterable[str], tell: Callable[[BadRow], None], *, dry_run: bool = False) -> Summary:
    """Enter or change the people of a file, a chunk per transaction; bad rows go to `tell`. Raises UnusableFile.

    Nobody is removed: cover ends by a last month (`until`). Dues that were assessed stay.
    """
    run = Run(tell, dry_run)
    for chunk in cells.chunks_of(lines, COLUMNS, (), _read, run):
        with cells.chunk_transaction(run) as session:
            _enter(session, chunk, run)
    return run.summary


def _read(line: int, row: cells.Cells) -> Row:
    """A row of text as a person of a family. Raises Refused."""
    relation = row["relation"].upper()
    since, until = cells.period("since", row["since"]), row["until"]
    if until:
        cells.check("until", cells.period("until", until), since <= until, "no puede ser anterior al primer mes")
    return Row(
        holder_cmp=cells.owner("holder_cmp", row["holder_cmp"]),
        code=cells.check("code", cells.code("code", row["code"], ""), bool(row["code"]), "falta el código"),
        relation=Relation(
            cells.check("relation", relation, relation in set(Relation), f"debe ser {', '.join(Relation)}")
        ),
        name=cells.one_line("name", row["name"], 200),
        birth_date=cells.past_day("birth_date", row["birth_date"]),
        since=since,
        until=until or None,
    )


def _enter(session: Session, chunk: list[Row], run: Run) -> None:
    key = tuple_(Beneficiary.holder_cmp, Beneficiary.code)
    wanted = select(Beneficiary).where(key.in_([(row.holder_cmp, row.code) for row in chunk])).with_for_update()
    known = {(person.holder_cmp, person.code): person for person in session.scalars(wanted)}
    facts = []
    for row in chunk:
        person = known.get((row.holder_cmp, row.code))
        if person is not None and all(getattr(person, name) == getattr(row, name) for name in FIELDS):
            run.summary.unchanged += 1
            continue
        if person is None:
            person = known[row.holder_cmp, row.code] = Beneficiary(**vars(row))
            session.add(person)
        for name in FIELDS:
            setattr(person, name, getattr(row, name))
        run.summary.entered += 1
        facts.append(person.changed())
        staff_acts.record(
            session, act="beneficiary.entered", subject=f"beneficiary:{row.holder_cmp}/{row.code}", council=None,
            after={"relation": row.relation, "since": row.since, "until": row.until},
        )  # fmt: skip
    publish(session, *facts)
