"""Searching vouchers: every filter of the page among many vouchers, beside the same among 50,000, in the same run.

`CMP_BENCH_VOUCHERS` says how many "many" are: 500,000 unless told, 5,000,000 for the full measurement (half an hour and
10 GB). The rows are invented: physicians have 45 vouchers each however many there are, surnames are as common as surnames are.
"""

import io
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import ColumnElement, Engine, make_url, text

from bench.events import administer
from chassis import migrations
from chassis.auth import Principal
from chassis.clock import LIMA
from services.einvoice.access import visible_to
from services.einvoice.app import create_app
from services.einvoice.listing import matching, newest_first
from services.einvoice.models import Base, CustomerName, Voucher
from services.einvoice.schemas import view
from services.einvoice.settings import Settings
from tests.databases import POSTGRESQL_URL

FEW, MANY = 50_000, int(os.environ.get("CMP_BENCH_VOUCHERS", "500000"))
EACH, SEARCHES, PAGE = 45, 100, 20
FIRST, DAYS = datetime(2019, 6, 1, 12, tzinfo=UTC), 2_700
TYPES = ("03",) * 180 + ("01",) * 12 + ("07",) * 7 + ("08",)
STATES = ("accepted",) * 970 + ("observed",) * 10 + ("rejected",) * 10 + ("voided",) * 9 + ("queued",)
COUNCILS = ("03",) * 26 + tuple(f"{council:02d}" for council in range(1, 27))
AMOUNTS = tuple(3000 * months for months in range(1, 13)) * 8 + tuple(range(4150, 4350, 50))
COLUMNS = (
    "id, voucher_type, series, number, file_name, operation, issued_at, issue_date, council, issuer, "
    "customer_document_type, customer_document_number, customer_name, search_name, currency, value_cents, tax_cents, "
    "total_cents, digest, particulars, owner_cmp, state, sunat_code, sunat_text, observations, attempts, in_doubt, "
    "accepted_at, pdf_attempts"
)
FILE_COLUMNS = "voucher_id, kind, service, sha256, size, media_type, name"
CHUNK = 20_000

Filters = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A stored voucher, of which a search is made up."""

    document: str
    name: str
    number: str
    day: datetime
    total: int


@dataclass
class Shelves:
    """A database with so many vouchers, and some of them to look for."""

    app: Flask
    count: int
    samples: list[Sample] = field(default_factory=list)


SEARCHED: dict[str, Callable[[Sample], Filters]] = {
    "no filter but Estado": lambda sample: {},
    "a month": lambda sample: {"from_date": sample.day.date(), "to_date": sample.day.date() + timedelta(days=30)},
    "number": lambda sample: {"number": sample.number},
    "client document": lambda sample: {"client_document": sample.document},
    "name, two surnames": lambda sample: {"name": " ".join(sample.name.split()[:2])},
    "name, one surname": lambda sample: {"name": sample.name.split()[0]},
    "type 03": lambda sample: {"type": "03"},
    "type 08": lambda sample: {"type": "08"},
    "state rejected": lambda sample: {"state": "rejected"},
    "amount": lambda sample: {"total": sample.total},
}


def rows(folder: Path) -> list[dict[str, Any]]:
    """One row of the table for each filter, as a physician and as staff of all councils search."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(shelves(folder, count)) for count in (FEW, MANY))
        return [row(who, filtered, few, many) for who in ("physician", "staff") for filtered in SEARCHED]


def row(who: str, filtered: str, few: Shelves, many: Shelves) -> dict[str, Any]:
    """p95 of the same searches in both, taken in turns; each is asked three times and the best counts."""
    waits: dict[int, list[float]] = {few.count: [], many.count: []}
    for number in range(SEARCHES):
        for shelf in (few, many):
            sample = shelf.samples[number % len(shelf.samples)]
            conditions = conditions_of(who, sample, SEARCHED[filtered](sample))
            waits[shelf.count].append(min(search(shelf, conditions) for _ in range(3)))
    one, other = (sorted(waits[shelf.count])[int(SEARCHES * 0.95)] for shelf in (many, few))
    return {
        "what": f"Search of vouchers as {who}, by {filtered}: p95 of {SEARCHES}",
        "ours": f"{one * 1000:.1f} ms among {many.count:,}",
        "beside": f"{other * 1000:.1f} ms among {few.count:,}",
        "ratio": one / other,
        "at_most": 1.5,
    }


def conditions_of(who: str, sample: Sample, filters: Filters) -> list[ColumnElement[bool]]:
    """As the routes put them together."""
    if "total" in filters:
        filters = filters | {"total": Decimal(filters["total"]).scaleb(-2)}
    owner = Principal(subject="x", kind="physician", document_type="1", document_number=sample.document)
    return [*([visible_to(owner)] if who == "physician" else []), *matching(filters)]


def search(shelf: Shelves, conditions: list[ColumnElement[bool]]) -> float:
    """Seconds from the question to the rows of the page."""
    with shelf.app.app_context(), shelf.app.extensions["cmp"].db.reading() as session:
        started = time.perf_counter()
        page = newest_first(session, conditions, after=None, limit=PAGE)
        _ = [view(voucher) for voucher in page.items]
        return time.perf_counter() - started


@contextmanager
def shelves(folder: Path, count: int) -> Iterator[Shelves]:
    """A migrated database filled by COPY; its indexes are made afterwards, as the models say them."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    administer(f"CREATE DATABASE {name}")
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=str(folder / name)))
    service = app.extensions["cmp"]
    try:
        migrations.upgrade(service)
        shelf = Shelves(app, count)
        fill(service.db.engine, url, shelf)
        yield shelf
    finally:
        service.db.close()
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def fill(engine: Engine, url: str, shelf: Shelves) -> None:
    """Put the vouchers in, then the indexes, then let PostgreSQL count. Nothing is logged: who reads notices nothing."""
    indexes = [*Voucher.__table__.indexes, *CustomerName.__table__.indexes]  # type: ignore[attr-defined]
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(text(f"ALTER TABLE {table.name} SET UNLOGGED"))
        for index in indexes:
            index.drop(connection)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for vouchers, documents in chunks(shelf):
            for statement, lines in (("voucher", vouchers), ("voucher_file", documents)):
                columns = COLUMNS if statement == "voucher" else FILE_COLUMNS
                with connection.cursor().copy(f"COPY {statement} ({columns}) FROM STDIN") as copy:
                    copy.write(lines)
    with engine.begin() as connection:
        connection.execute(text("SET maintenance_work_mem = '512MB'"))
        for index in indexes:
            index.create(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def chunks(shelf: Shelves) -> Iterator[tuple[str, str]]:
    """The lines of COPY, some thousand vouchers at a time; one voucher in so many is remembered as a sample."""
    chance = random.Random(5)
    people = names(chance, max(1, shelf.count // EACH))
    every, numbers = max(1, shelf.count // SEARCHES), dict[str, int]()
    vouchers, documents = io.StringIO(), io.StringIO()
    for place in range(shelf.count):
        sample = write(vouchers, documents, chance, people, numbers, place / shelf.count)
        if place % every == every // 2:
            shelf.samples.append(sample)
        if place % CHUNK == CHUNK - 1 or place == shelf.count - 1:
            yield vouchers.getvalue(), documents.getvalue()
            vouchers, documents = io.StringIO(), io.StringIO()


def names(chance: random.Random, count: int) -> list[str]:
    """Two surnames and two given names each; a few surnames are very common."""
    surnames = [invented(chance) for _ in range(3_000)]
    given = [invented(chance) for _ in range(400)]
    weights = [1 / (rank + 15) for rank in range(len(surnames))]
    both = iter(chance.choices(surnames, weights, k=2 * count))
    return [f"{next(both)} {next(both)} {chance.choice(given)} {chance.choice(given)}" for _ in range(count)]


def invented(chance: random.Random) -> str:
    """A word that sounds like a name, and is hardly ever a part of another."""
    syllables = "".join(chance.choice("bcdfghjlmnpqrstv") + chance.choice("aeiou") for _ in range(3))
    return syllables + chance.choice(("", "s", "n", "z", "r"))


def write(
    vouchers: io.StringIO,
    documents: io.StringIO,
    chance: random.Random,
    people: list[str],
    numbers: dict[str, int],
    part: float,
) -> Sample:
    """One voucher and its XML as lines of COPY, `part` of the way through the years."""
    person, voucher_type, council = chance.randrange(len(people)), chance.choice(TYPES), chance.choice(COUNCILS)
    state, total, name = chance.choice(STATES), chance.choice(AMOUNTS), people[person]
    document, series = f"{person + 1:08d}", f"{'F' if voucher_type == '01' else 'B'}{voucher_type[1]}{council}"
    number = numbers[series] = numbers.get(series, 0) + 1
    moment = FIRST + timedelta(days=part * DAYS)
    identity, file_name = uuid.UUID(int=chance.getrandbits(128)), f"20000000001-{voucher_type}-{series}-{number:08d}"
    day = moment.astimezone(LIMA).date()
    vouchers.write(
        f"{identity}\t{voucher_type}\t{series}\t{number}\t{file_name}\t0101\t{moment.isoformat()}\t{day}\t{council}\t{{}}\t"
        f"1\t{document}\t{name.upper()}\t{name}\tPEN\t{total}\t0\t{total}\t{'x' * 28}\t{{}}\t{document[2:]}\t{state}\t0\t"
        f"La Boleta ha sido aceptada\t[]\t1\tf\t{moment.isoformat()}\t1\n"
    )
    documents.write(f"{identity}\txml\teinvoice\t{'0' * 64}\t9000\tapplication/xml\t{file_name}.xml\n")
    return Sample(document, name, f"{series}-{number:08d}", moment, total)
