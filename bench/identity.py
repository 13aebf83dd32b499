"""Logins beside argon2 alone with the same parameters, and the import of the whole register, on PostgreSQL.

As a script (`python -m bench.identity URL FILE`) it imports FILE into the database and prints seconds and peak memory.
"""

import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import make_url

from chassis import migrations
from chassis.clock import now
from services.identity.accounts import open_physician_account
from services.identity.app import create_app
from services.identity.demo import PHYSICIANS
from services.identity.models import Physician
from services.identity.registry import import_physicians
from services.identity.registry_csv import COLUMNS
from services.identity.settings import Settings
from tests.databases import POSTGRESQL_URL

PHYSICIAN_COUNT = 110_000
"""About half of them in Lima (product 2.1)."""
LOGINS = 300
ROUNDS = 3
THREADS = os.cpu_count() or 2
PASSWORD = "una frase larga y tranquila"
GIVEN = ("Rosa Elvira", "Julio César", "María Inés", "Luis Ángel", "Óscar", "Carmen Rosa", "Víctor Raúl")
SURNAMES = ("Quispe", "Rengifo", "Ibáñez", "O'Higgins", "Huamán", "Ñaupari", "Güere", "Lozano", "Medina")
SPECIALITIES = ("Pediatría", "Cardiología", "Medicina Interna", "Psiquiatría", "Neonatología")


def administer(statement: str) -> None:
    """Run a statement on the maintenance database."""
    with psycopg.connect(POSTGRESQL_URL.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@contextmanager
def identity(folder: Path) -> Iterator[Flask]:
    """Identity on a PostgreSQL database of its own."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    administer(f"CREATE DATABASE {name}")
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    app = create_app(settings(url, folder))
    migrations.upgrade(app.extensions["cmp"])
    try:
        yield app
    finally:
        app.extensions["cmp"].db.close()
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def settings(url: str, folder: Path) -> Settings:
    """As in production, but for the counters: a bench comes from one address."""
    many = 10**6
    return Settings(
        database_url=url, data_dir=str(folder), key_secret="bench", password_concurrency=THREADS,
        throttle_tries=many, throttle_address_tries=many, throttle_account_tries=many,
    )  # fmt: skip


def write_register(file: Path, count: int) -> None:
    """Invented physicians, each with a document, one in three with a speciality."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for number in range(1, count + 1):
            council = 3 if number % 2 else number % 27 + 1
            special = f"{SPECIALITIES[number % 5]}|{number % 999999:06d}|2019-03-01" if number % 3 == 0 else ""
            rows.writerow([
                f"{number:06d}", "DNI", f"{50000000 + number}", GIVEN[number % 7], SURNAMES[number % 9],
                SURNAMES[number // 9 % 9], f"{council:02d}", "2001-05-17", "ACTIVO", special,
            ])  # fmt: skip


def import_rate(app: Flask, folder: Path) -> dict[str, float]:
    """The import in a process of its own, so that its peak memory is its own."""
    file = folder / "padron.csv"
    write_register(file, PHYSICIAN_COUNT)
    url = app.extensions["cmp"].settings.database_url
    run = subprocess.run(
        [sys.executable, "-m", "bench.identity", url, str(file)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(run.stdout))


def open_accounts(app: Flask) -> list[str]:
    """An account for each thread, so that no two wait for the same row."""
    hashed = app.extensions["identity.passwords"].hash(PASSWORD)
    entries = list(PHYSICIANS.values())[:THREADS]
    with app.app_context(), app.extensions["cmp"].db.transaction() as session:
        for number, entry in enumerate(entries):
            if session.get(Physician, entry.cmp_number) is None:
                session.add(Physician.enter(entry, now())[0])
                session.flush()
            account, _ = open_physician_account(
                session, entry.cmp_number, email=f"bench{number}@example.pe", username=None, moment=now()
            )
            account.password_hash = hashed
    return [entry.cmp_number for entry in entries]


def login_rate(app: Flask, users: list[str]) -> float:
    """Logins a second through the whole service, a thread a core."""

    def worker(user: str) -> Callable[[], None]:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{int(user) % 250}"

        def log_in() -> None:
            answer = client.post("/v1/sessions", json={"username": user, "password": PASSWORD})
            assert answer.status_code == 201, answer.data

        return log_in

    return rate([worker(user) for user in users])


def argon2_rate(app: Flask, users: list[str]) -> float:
    """Nothing but argon2 with the same parameters and as many threads."""
    told = app.extensions["cmp"].settings
    hasher = PasswordHasher(told.password_time_cost, told.password_memory_kib, told.password_parallelism)
    hashed = hasher.hash(PASSWORD)
    return rate([lambda: hasher.verify(hashed, PASSWORD) for _ in users])


def rate(workers: list[Callable[[], object]]) -> float:
    """Calls a second when each worker calls again and again in a thread of its own."""
    each = LOGINS // len(workers)

    def repeat(work: Callable[[], object]) -> None:
        for _ in range(each):
            work()

    with ThreadPoolExecutor(len(workers)) as pool:
        started = time.perf_counter()
        list(pool.map(repeat, workers))
        return each * len(workers) / (time.perf_counter() - started)


def measure(folder: Path) -> list[dict[str, Any]]:
    """Logins and argon2 in alternation, medians of three; then the import."""
    with identity(folder) as app:
        users = open_accounts(app)
        pairs = [(login_rate(app, users), argon2_rate(app, users)) for _ in range(ROUNDS)]
        imported = import_rate(app, folder)
    ours, alone = statistics.median([pair[0] for pair in pairs]), statistics.median([pair[1] for pair in pairs])
    return [
        {
            "what": "Login, password to session", "ours": f"{ours:,.1f} logins/s",
            "beside": f"argon2id alone, same parameters: {alone:,.1f}/s", "ratio": ours / alone, "limit": 0.9,
        },
        {
            "what": f"Import of {PHYSICIAN_COUNT:,} physicians", "ours": f"{imported['seconds']:.0f} s",
            "beside": "at most 60 s", "ratio": imported["seconds"] / 60, "at_most": 1.0,
        },
        {
            "what": "Import, peak memory", "ours": f"{imported['megabytes']:.0f} MB",
            "beside": "at most 300 MB", "ratio": imported["megabytes"] / 300, "at_most": 1.0,
        },
    ]  # fmt: skip


def main() -> None:
    """Import a file and say how long it took and how much memory at most."""
    url, file = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(url, Path(folder)))
        started = time.perf_counter()
        with app.app_context(), file.open(encoding="utf-8") as lines:
            summary = import_physicians(lines, app.extensions["cmp"].settings.states, lambda bad: None)
        seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": megabytes, "entered": summary.entered}))


if __name__ == "__main__":
    main()
