"""Twenty uploads of 5 MB at once through portal, gateway and recert: memory stays flat, because no part holds a file.

The whole platform runs in one process, as `make up` runs it, so one figure holds all three. Measured is by how much its
resident memory rises above rest while files come in: with one, and with twenty at once, in the same run.
`python -m bench.recert` measures this alone.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import requests
from lxml import html

from chassis.clock import now
from chassis.db import Database
from chassis.outbox import publish
from cli import names
from cli.environment import Ports, environment
from services.identity.accounts import find_account, issue_login_token, open_physician_account
from services.identity.models import ContactDetails, Physician
from services.identity.models.registry import RegistryEntry
from tests.recert.pdfs import of_size

AT_ONCE = 20
SIZE = 5_242_880
MOST_OF_THE_FILES = 0.5
"""Growth with twenty at once beside the files themselves: parts that held them whole would need three times as much."""

FIRST = 500_000
"""CMP numbers of the bench's own invented physicians."""


def measure(folder: Path) -> list[dict[str, Any]]:
    """Figures for the page of performance."""
    platform = Uploading(folder / "uploads")
    with platform:
        one, many, seconds = platform.growth(1), platform.growth(AT_ONCE), platform.seconds
    files = AT_ONCE * SIZE / 1e6
    return [
        {
            "what": f"{AT_ONCE} uploads of 5 MB at once, growth of memory (RSS) of portal, gateway and services",
            "ours": f"{many:.0f} MB in {seconds:.1f} s ({one:.0f} MB with one)",
            "beside": f"{files:.0f} MB of files, held by none of the three",
            "ratio": many / files,
            "at_most": MOST_OF_THE_FILES,
        }
    ]


class Uploading:
    """The embedded platform in a process of its own, with physicians who may apply."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports, self.seconds = folder, Ports.free(), 0.0
        self._data = of_size(SIZE)

    def __enter__(self) -> "Uploading":
        self._start()
        self._stop()
        tokens = self._enrol()
        self._start()
        self._people = [self._sign_in(number, token) for number, token in tokens]
        self._upload(self._people[0])
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def growth(self, count: int) -> float:
        """Megabytes by which the process grew above rest while so many uploads ran at once."""
        self._measured = psutil.Process(self._process.pid)
        time.sleep(2)
        rest = most = self._measured.memory_info().rss
        done, began = threading.Event(), time.monotonic()

        def watch() -> None:
            nonlocal most
            while not done.wait(0.02):
                most = max(most, self._measured.memory_info().rss)

        watcher = threading.Thread(target=watch)
        watcher.start()
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(self._upload, self._people[:count]))
        self.seconds = time.monotonic() - began
        done.set()
        watcher.join()
        return (most - rest) / 1e6

    def _start(self) -> None:
        code = "import sys, pathlib, signal, threading; from cli.embedded import Platform; from cli.environment import Ports; import json;"
        code += "p = Platform(pathlib.Path(sys.argv[1]), Ports(**json.loads(sys.argv[2]))); p.start(); print('ready', flush=True);"
        code += "stop = threading.Event(); signal.signal(signal.SIGTERM, lambda *_: stop.set()); stop.wait(); p.stop()"
        arguments = [sys.executable, "-c", code, str(self.folder), json.dumps(vars(self.ports))]
        self._process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=60)

    def _enrol(self) -> list[tuple[str, str]]:
        """Twenty physicians with account and mobile, and a one-time login of each; events leave at the next start."""
        os.environ.update(environment(self.folder, self.ports))
        app = names.make_app("identity", broker_url="memory://")
        db: Database = app.extensions["cmp"].db
        tokens = []
        with app.app_context(), db.transaction() as session:
            for number in range(FIRST, FIRST + AT_ONCE):
                entry = RegistryEntry(
                    cmp_number=str(number), document_type="1", document_number=str(40_100_000 + number), given_names="Nadie",
                    paternal_surname="Ejemplo", maternal_surname="Prueba", council="03", registered_on=date(2020, 2, 14),
                    state="ACTIVO",
                )  # fmt: skip
                physician, entered = Physician.enter(entry, now())
                session.add(physician)
                session.flush()
                account, told = open_physician_account(
                    session, str(number), email=f"m{number}@example.pe", username=None, moment=now()
                )
                account.contact = ContactDetails(mobile="+51 999 000 009", updated_at=now())
                publish(session, entered, told[0], account.contact_changed())
            session.flush()
            for number in range(FIRST, FIRST + AT_ONCE):
                found = find_account(session, str(number))
                assert found is not None
                tokens.append((str(number), issue_login_token(session, found, minutes=30, moment=now())))
        db.close()
        return tokens

    def _sign_in(self, number: str, token: str) -> "Person":
        person = Person(number, self.ports.url("gateway"))
        person.post(f"/ingresar/{token}", {})
        deadline = time.monotonic() + 60
        while not person.begin() and time.monotonic() < deadline:
            time.sleep(0.5)
        return person

    def _upload(self, person: "Person") -> None:
        person.upload(self._data)


class Person:
    """A physician's browser without scripts: the plain form sends the file whole."""

    def __init__(self, number: str, url: str) -> None:
        self.number, self._url, self._http = number, url, requests.Session()
        self._http.headers["X-Forwarded-For"] = f"10.0.0.{int(number) % 250}"  # log-ins are counted by address
        self.place = ""

    def token(self, path: str) -> str:
        """The session's token, from a page with a form."""
        page = html.fromstring(self._http.get(self._url + path, timeout=60).content)
        return str(page.xpath("//input[@name='csrf_token']")[0].value)

    def post(self, path: str, data: dict[str, str], **options: Any) -> requests.Response:
        """Send a form."""
        form = {"csrf_token": self.token("/ingresar" if path.startswith("/ingresar") else "/ayuda")} | data
        return self._http.post(self._url + path, data=form, timeout=120, **options)

    def begin(self) -> bool:
        """Nueva Solicitud, once recert knows the physician."""
        answer = self.post("/recertificacion/solicitudes/nueva", {})
        self.place = answer.url.removeprefix(self._url)
        return "/preparacion/" in self.place

    def upload(self, data: bytes) -> None:
        """The file, which must come in."""
        files = {"archivo": (f"{self.number}-2026.pdf", data, "application/pdf")}
        answer = self.post(f"{self.place}/expediente", {}, files=files)
        assert answer.status_code == 200 and "guardamos su expediente" in answer.text, answer.status_code


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="cmp-bench-") as place:
        for figure in measure(Path(place)):
            sys.stdout.write(f"{figure['what']}: {figure['ours']}, beside {figure['beside']}: {figure['ratio']:.2f}\n")
