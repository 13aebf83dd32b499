"""The import of vouchers of earlier years, on PostgreSQL: documents a second beside verifying alone, and peak memory at
two sizes, which must not differ.

As a script (`python -m bench.history URL ZIP`) it imports ZIP into the database and prints seconds and peak memory.
`CMP_BENCH_HISTORY=20000` makes the larger size so many vouchers.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import make_url

from bench.identity import administer
from chassis import migrations
from services.einvoice.app import create_app
from services.einvoice.history.importing import Import
from services.einvoice.history.signatures import read_xml, verify
from services.einvoice.history.trust import Trust
from services.einvoice.settings import Settings
from tests.databases import POSTGRESQL_URL
from tests.einvoice import old_papers as papers

LARGE = int(os.environ.get("CMP_BENCH_HISTORY", "3000"))
SMALL = LARGE // 10
SIGNED = 200
"""Distinct receipts and vouchers are made one by one: signing is what takes long here."""


def write_archive(path: Path, count: int) -> None:
    """So many boletas with their receipts, each signed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(1, count + 1):
            number = f"B{place % 9:03d}-{place:08d}"
            name = papers.file_name("03", number)
            xml = papers.sign(papers.voucher("03", number, document=("1", f"{40000000 + place}")), papers.issuer())
            archive.writestr(f"{name}.xml", xml)
            text = f"La Boleta numero {number}, ha sido aceptada"
            archive.writestr(f"R-{name}.zip", papers.zipped({f"R-{name}.xml": papers.receipt(number, text=text)}))


@contextmanager
def einvoice(folder: Path) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database of its own."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    administer(f"CREATE DATABASE {name}")
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    app = open_app(url, folder)
    migrations.upgrade(app.extensions["cmp"])
    app.extensions["cmp"].db.close()
    try:
        yield url
    finally:
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def open_app(url: str, folder: Path) -> Flask:
    """Einvoice on that database, its files in a folder of its own."""
    return create_app(Settings(database_url=url, data_dir=str(folder)))


def import_apart(archive: Path, folder: Path) -> dict[str, float]:
    """The import in a process of its own, so that its peak memory is its own."""
    with einvoice(folder) as url:
        run = subprocess.run(
            [sys.executable, "-m", "bench.history", url, str(archive)], capture_output=True, text=True, check=True
        )
    return dict(json.loads(run.stdout.splitlines()[-1]))


def verifying_alone() -> float:
    """Vouchers a second when both signatures are verified and nothing else is done."""
    xml, receipt = papers.sign(papers.voucher(), papers.issuer()), papers.receipt()
    started = time.perf_counter()
    for _ in range(SIGNED):
        verify(read_xml(xml))
        verify(read_xml(receipt))
    return SIGNED / (time.perf_counter() - started)


def measure(folder: Path) -> list[dict[str, Any]]:
    """Both sizes, each into a database of its own."""
    results = {}
    for count in (SMALL, LARGE):
        archive = folder / f"history-{count}.zip"
        write_archive(archive, count)
        results[count] = import_apart(archive, folder / f"files-{count}")
    alone = verifying_alone()
    small, large = results[SMALL], results[LARGE]
    rate = large["entered"] / large["seconds"]
    return [
        {
            "what": f"Import of {LARGE:,} old vouchers", "ours": f"{rate:,.0f} vouchers/s",
            "beside": f"verifying both signatures alone: {alone:,.0f}/s", "ratio": rate / alone,
        },
        {
            "what": f"Import, peak memory at {LARGE:,} vouchers", "ours": f"{large['megabytes']:.0f} MB",
            "beside": f"at {SMALL:,}: {small['megabytes']:.0f} MB",
            "ratio": large["megabytes"] / small["megabytes"], "at_most": 1.2,
        },
    ]  # fmt: skip


def main() -> None:
    """Import an archive and say how long it took and how much memory at most."""
    url, archive = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        app = open_app(url, Path(folder))
        work = Import(Trust(issuer_ruc=papers.RUC, receipt_rucs=("20131312955",), listed=None), "00")
        started = time.perf_counter()
        with app.app_context():
            work.find([archive], lambda _: None)
            work.enter(lambda _: None)
        seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": megabytes, "entered": work.entered}))


if __name__ == "__main__":
    main()
