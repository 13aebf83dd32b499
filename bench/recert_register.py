"""The public lookup with 110,000 physicians beside 1,000, through the whole service, on PostgreSQL.

Asked are two letters of a name and whole CMP numbers, in turns on both databases, so that load on the machine hits both.
`python -m bench.recert_register` measures this alone.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url

from bench.identity import administer
from chassis import migrations
from services.recert.app import create_app
from services.recert.register.words import places_of, plain, sort_key
from services.recert.settings import Settings
from tests.databases import POSTGRESQL_URL

FEW, MANY = 1_000, 110_000
ROUNDS = 1_000
WARM_UP = 100
SYLLABLES = (
    "qui",
    "hua",
    "ñau",
    "ro",
    "me",
    "ga",
    "lo",
    "pa",
    "chu",
    "ca",
    "ri",
    "sa",
    "to",
    "vi",
    "zu",
    "be",
    "ma",
    "ye",
)
GIVEN = ("Rosa", "Elvira", "Julio", "César", "María", "Inés", "Luis", "Ángel", "Óscar", "Carmen", "Víctor", "Raúl", "Ana",
         "José", "Juan", "Jorge", "Miguel", "Flor", "Nilda", "Quintina", "Wilfredo", "Yolanda", "Zoila")  # fmt: skip
SPECIALITIES = ("Pediatría", "Cardiología", "Medicina Interna", "Psiquiatría", "Neonatología")

Names = tuple[str, str, str]


@contextmanager
def register(folder: Path, people: list[Names]) -> Iterator[FlaskClient]:
    """Recert on a database of its own that holds these people."""
    name = f"bench_{uuid4().hex[:8]}"
    administer(f"CREATE DATABASE {name}")
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    app: Flask = create_app(Settings(database_url=url, data_dir=str(folder)))
    migrations.upgrade(app.extensions["cmp"])
    load(url, people)
    try:
        yield app.test_client()
    finally:
        app.extensions["cmp"].db.close()
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def invent(count: int) -> list[Names]:
    """People whose surnames are as unevenly shared as surnames are: the tenth commonest has a tenth of the first's."""
    rng = random.Random(7)
    surnames = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))).capitalize() for _ in range(3000)]
    shares = [1 / (rank + 3) for rank in range(len(surnames))]
    fathers, mothers = rng.choices(surnames, shares, k=count), rng.choices(surnames, shares, k=count)
    return [(" ".join(rng.sample(GIVEN, 2)), fathers[each], mothers[each]) for each in range(count)]


def load(url: str, people: list[Names]) -> None:
    """Write the tables of the register by COPY."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for table, columns, rows in (
            ("public_physician", "cmp_number, given_names, paternal_surname, maternal_surname, sort_key, council, state,"
             " registered_on, certified_until, specialities, recertified, in_good_standing, standing_stated_at,"
             " standing_sequence", physicians(people)),
            ("public_word", "cmp_number, word, place, sort_key", words(people)),
            ("public_speciality", "cmp_number, search_name, name, sort_key", specialities(people)),
        ):  # fmt: skip
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # type: ignore[arg-type]
                for row in rows:
                    copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def physicians(people: list[Names]) -> Iterator[tuple[Any, ...]]:
    """A row each, one in three with a speciality."""
    for number, names in enumerate(people, start=1):
        special = [{"name": SPECIALITIES[number % 5], "rne": f"{number:06d}", "registered_on": "2022-06-10",
                    "certified_until": "2027-06-09"}] if number % 3 == 0 else []  # fmt: skip
        council = f"{3 if number % 2 else number % 27 + 1:02d}"
        yield (f"{number:06d}", *names, sort_key(*names), council, "ACTIVO", "2001-05-17", "2006-05-16",
               json.dumps(special), "{}", number % 4 > 0, "2026-11-20T15:00:00+00:00", 1)  # fmt: skip


def words(people: list[Names]) -> Iterator[tuple[Any, ...]]:
    """The words each is found by."""
    for number, names in enumerate(people, start=1):
        for word, place in places_of(*names).items():
            yield f"{number:06d}", word, int(place), sort_key(*names)


def specialities(people: list[Names]) -> Iterator[tuple[Any, ...]]:
    """What one in three is browsed by."""
    for number, names in enumerate(people, start=1):
        if number % 3 == 0:
            name = SPECIALITIES[number % 5]
            yield f"{number:06d}", plain(name), name, sort_key(*names)


def questions(people: list[Names]) -> Iterator[str]:
    """In turns two letters of somebody's name, and somebody's CMP number."""
    rng = random.Random(11)
    for by_number in cycle((False, True)):
        number = rng.randrange(FEW)
        yield str(number + 1) if by_number else rng.choice(list(places_of(*people[number])))[:2]


def seconds(client: FlaskClient, question: str) -> float:
    """How long one answer takes."""
    started = time.perf_counter()
    answer = client.get("/v1/public/physicians", query_string={"q": question})
    taken = time.perf_counter() - started
    assert answer.status_code == 200, answer.data
    assert answer.get_json()["items"]
    return taken


def p95(taken: list[float]) -> float:
    """Milliseconds that 95 of 100 answers keep to."""
    return statistics.quantiles(taken, n=20)[-1] * 1000


def measure(folder: Path) -> list[dict[str, Any]]:
    """The same questions in turns; one figure for names, one for numbers."""
    people = invent(MANY)
    with ExitStack() as stack:
        few = stack.enter_context(register(folder, people[:FEW]))
        many = stack.enter_context(register(folder, people))
        asked = questions(people)
        pairs = [
            (question, seconds(few, question), seconds(many, question))
            for question, _ in zip(asked, range(WARM_UP + ROUNDS), strict=False)
        ]
    return [figure(what, [pair for pair in pairs[WARM_UP:] if is_one(pair[0])]) for what, is_one in KINDS.items()]


KINDS: dict[str, Callable[[str], bool]] = {
    "Public lookup by two letters of a name, p95": lambda question: not question.isdigit(),
    "Public lookup by CMP number, p95": str.isdigit,
}


def figure(what: str, pairs: list[tuple[str, float, float]]) -> dict[str, Any]:
    """A line of the table."""
    few, many = p95([pair[1] for pair in pairs]), p95([pair[2] for pair in pairs])
    return {
        "what": what, "ours": f"{MANY:,} physicians: {many:.1f} ms",
        "beside": f"{FEW:,} physicians: {few:.1f} ms", "ratio": many / few, "at_most": 1.5,
    }  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="cmp-bench-") as place:
        for line in measure(Path(place)):
            sys.stdout.write(f"{line}\n")
