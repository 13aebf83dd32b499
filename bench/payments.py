"""Payments on PostgreSQL: lists that do not slow down with a hundred times the dues, the monthly assessment, payers at once."""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import make_url, text

from bench.events import administer
from chassis import migrations
from chassis.auth import Keys
from chassis.clock import SystemClock, today
from chassis.testing import ServiceUnderTest, jwks
from services.payments.app import create_app
from services.payments.dues import add_months, period_of
from services.payments.dues.assessment import assess
from services.payments.settings import Settings
from tests.databases import POSTGRESQL_URL
from tests.payments.desk import Acquirer, Desk, Socket
from tests.people import physician

PHYSICIANS = {"small": 1_112, "large": 111_112}
MONTHS = 36
"""So many months each: 40,032 and 4,000,032 dues."""
OPEN_MONTHS = 8
ASKED = 300
PAYERS = 20
READS = {"Pending list": "/v1/dues/pending?kind=COLEGIADO", "Summary": "/v1/dues/summary"}


@contextmanager
def payments_service(folder: Path, **changes: Any) -> Iterator[ServiceUnderTest]:
    """Payments on a PostgreSQL database of its own."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    administer(f"CREATE DATABASE {name}")
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    app = new_app(url, folder, **changes)
    migrations.upgrade(app.extensions["cmp"])
    try:
        yield ServiceUnderTest(app, SystemClock())  # type: ignore[arg-type]
    finally:
        app.extensions["cmp"].db.close()
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def new_app(url: str, folder: Path, **changes: Any) -> Flask:
    """The service on a database, with keys for tokens of the measurement's own."""
    return create_app(Settings(database_url=url, data_dir=str(folder), **changes), keys=Keys(jwks))


def load(service: ServiceUnderTest, physicians: int) -> None:
    """So many physicians with three years of dues, in whatever order the years left them; the newest are open."""
    newest = add_months(period_of(today()), -1)
    with psycopg.connect(service.settings.database_url.replace("+psycopg", "")) as connection:
        connection.execute(
            "INSERT INTO payer (cmp_number, document_type, document_number, given_names, paternal_surname,"
            " maternal_surname, council, state, registered_on, sequence)"
            " SELECT lpad(n::text, 6, '0'), '1', lpad(n::text, 8, '4'), 'Rosa', 'Prueba', 'Prueba', '03', 'ACTIVO',"
            " '2000-01-01', 1 FROM generate_series(1, %s) n",
            (physicians,),
        )
        unique = "uq_due_owner_cmp_kind_period_person_concept"
        connection.execute(f"ALTER TABLE due DROP CONSTRAINT {unique}")
        connection.execute(
            "INSERT INTO due (owner_cmp, kind, period, person, concept, description, amount_cents, currency, tax_code,"
            " state, settled_at, created_at)"
            " SELECT lpad(n::text, 6, '0'), 'COLEGIADO', to_char(month, 'YYYYMM'), '', 'ORDINARIA', 'Cuota', 6000, 'PEN',"
            " '30', CASE WHEN ago < %(open)s THEN 'OPEN' ELSE 'PAID' END,"
            " CASE WHEN ago < %(open)s THEN NULL ELSE month END, month"
            " FROM generate_series(0, %(months)s - 1) ago,"
            " LATERAL (SELECT to_date(%(newest)s, 'YYYYMM') - make_interval(months => ago) AS month) m,"
            " generate_series(1, %(physicians)s) n",
            {"open": OPEN_MONTHS, "months": MONTHS, "newest": newest, "physicians": physicians},
        )
        connection.execute(f"ALTER TABLE due ADD CONSTRAINT {unique} UNIQUE (owner_cmp, kind, period, person, concept)")
    with psycopg.connect(service.settings.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def reading_times(services: dict[str, ServiceUnderTest], path: str) -> dict[str, float]:
    """p95 of a read in milliseconds in each database, asked in turns so that both see the same machine."""
    times: dict[str, list[float]] = {name: [] for name in services}
    for number in range(ASKED + 20):
        for name, service in services.items():
            client = service.client(physician(f"{1 + number * 7919 % PHYSICIANS[name]:06d}"))
            began = time.perf_counter()
            response = client.get(path)
            times[name].append((time.perf_counter() - began) * 1000)
            assert response.status_code == 200, response.text
    return {name: sorted(found[20:])[int(ASKED * 0.95)] for name, found in times.items()}


def read_figures(services: dict[str, ServiceUnderTest]) -> list[dict[str, Any]]:
    """Each list with 4 million dues beside itself with 40,000."""
    figures = []
    for what, path in READS.items():
        found = reading_times(services, path)
        figures.append(
            {
                "what": f"Payments, {what.lower()}, p95 with 4 million dues", "ours": f"{found['large']:.1f} ms",
                "beside": f"with 40,000: {found['small']:.1f} ms", "ratio": found["large"] / found["small"], "at_most": 1.5,
            }
        )  # fmt: skip
    return figures


def assessment_figures(service: ServiceUnderTest, folder: Path) -> list[dict[str, Any]]:
    """The job in a process of its own, as it runs: how long, and how much memory at most."""
    with service.transaction() as session:
        session.execute(
            text(
                "INSERT INTO tariff (kind, concept, age_from, age_to, amount_cents, tax_code, valid_from, sample, created_at)"
                " VALUES ('COLEGIADO', 'ORDINARIA', 0, 150, 6000, '30', '202001', true, now())"
            )
        )
    command = [sys.executable, "-m", "bench.payments", service.settings.database_url, str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["count"] == PHYSICIANS["large"] and found["again"] == 0, found
    return [
        {
            "what": f"Payments, monthly assessment of {found['count']:,} physicians", "ours": f"{found['seconds']:.1f} s",
            "beside": "at most 60 s", "ratio": found["seconds"] / 60, "at_most": 1.0,
        },
        {
            "what": "Payments, memory of the assessment", "ours": f"{found['megabytes']:.0f} MB",
            "beside": "at most 400 MB", "ratio": found["megabytes"] / 400, "at_most": 1.0,
        },
    ]  # fmt: skip


def assess_once(url: str, folder: str) -> None:
    """Assess this month twice and tell seconds and memory; run as a process of its own."""
    app = new_app(url, Path(folder))
    with app.app_context():
        began = time.perf_counter()
        count = sum(assessed.count for assessed in assess(period_of(today())))
        seconds = time.perf_counter() - began
        again = sum(assessed.count for assessed in assess(period_of(today())))
    # Not ru_maxrss: that one begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text()
    megabytes = int(status.split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps({"count": count, "again": again, "seconds": seconds, "megabytes": megabytes}) + "\n")


def payer_figures(folder: Path) -> list[dict[str, Any]]:
    """Twenty physicians order and pay at once; the database counts deadlocks."""
    socket = Socket()
    acquirer = Acquirer(socket)
    with payments_service(folder, niubiz_url=acquirer.url) as service:
        desk = Desk(service, acquirer)
        desk.publish_terms()
        months = [add_months(period_of(today()), -ago) for ago in (3, 2, 1)]
        dues = {}
        for number in range(1, PAYERS + 1):
            desk.welcome(cmp_number=f"{number:06d}", document_number=f"400001{number:02d}")
            dues[number] = desk.owe(*months, cmp_number=f"{number:06d}")

        def pay(number: int) -> str:
            who = physician(f"{number:06d}")
            return str(desk.pay(desk.place(*dues[number], who=who), who=who)["state"])

        seconds, states = timed(pay)
        deadlocks = deadlocks_of(service)
    socket.close()
    assert states == {"PAID"} and len(acquirer.charges()) == PAYERS, states
    return [
        {
            "what": f"Payments, {PAYERS} payers at once, all paid, deadlocks", "ours": f"{deadlocks} in {seconds:.1f} s",
            "beside": "none", "ratio": float(deadlocks), "at_most": 0,
        }
    ]  # fmt: skip


def timed(act: Callable[[int], str]) -> tuple[float, set[str]]:
    """Do it for every payer at the same time; seconds, and what came out."""
    began = time.perf_counter()
    with ThreadPoolExecutor(PAYERS) as crowd:
        states = set(crowd.map(act, range(1, PAYERS + 1)))
    return time.perf_counter() - began, states


def deadlocks_of(service: ServiceUnderTest) -> int:
    """How many deadlocks the database has counted."""
    with service.db.reading() as session:
        counted = text(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return int(session.execute(counted).one().deadlocks)


def measure(folder: Path) -> list[dict[str, Any]]:
    """All of it; some minutes, most of them loading."""
    with payments_service(folder) as small, payments_service(folder) as large:
        services = {"small": small, "large": large}
        for name, service in services.items():
            load(service, PHYSICIANS[name])
        figures = [*read_figures(services), *assessment_figures(large, folder)]
    return [*figures, *payer_figures(folder)]


if __name__ == "__main__":
    assess_once(*sys.argv[1:])
