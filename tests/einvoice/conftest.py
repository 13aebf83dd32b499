"""What every test of einvoice starts from: a service that can sign, and a SUNAT that answers over real HTTP."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import waitress
from sqlalchemy import select

from chassis.clock import Clock, ManualClock, SystemClock
from chassis.testing import MORNING, ServiceUnderTest
from services.einvoice.app import create_app
from services.einvoice.certificates import SigningKey, load_or_make_demo, make_demo_pfx
from services.einvoice.cli import load_demo
from services.einvoice.jobs import compose_summaries, file_summaries, render_pdf, send_queued_vouchers
from services.einvoice.models import Summary, Voucher
from services.einvoice.settings import Settings
from services.einvoice.voiding import request_void
from simulators.tax_authority.app import create_app as create_tax_authority
from tests.einvoice.shelf import Shelf


@pytest.fixture(scope="session")
def demo_pfx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demonstration certificate for all tests; making a key takes a while."""
    path = tmp_path_factory.mktemp("certificate") / "demo-certificate.pfx"
    name = "COLEGIO MÉDICO DEL PERÚ (MUESTRA)"
    path.write_bytes(make_demo_pfx(ruc="20000000001", name=name, since=MORNING - timedelta(days=365)))
    return path


@pytest.fixture(scope="session")
def key(demo_pfx: Path) -> SigningKey:
    """The key of that certificate."""
    return load_or_make_demo(demo_pfx, ruc="", name="")


class MovedClock:
    """The simulator's clock: whatever the current test's service says, the machine's otherwise."""

    def __init__(self) -> None:
        self.inner: Clock = SystemClock()


@dataclass
class TaxAuthority:
    """A simulated SUNAT on a port of this machine, and the gestures by which tests make it misbehave."""

    url: str
    clock: MovedClock

    def will(self, behaviour: str, **order: Any) -> None:
        """The next call (or `count` calls) goes wrong in this way."""
        self._post("next", {"behaviour": behaviour, **order})

    def settle_for(self, **settings: Any) -> None:
        """Change how SUNAT answers from now on."""
        self._post("settings", settings)

    def reset(self) -> None:
        """Forget everything."""
        self._post("reset", {"documents": True})
        self._post("settings", {"rejection_as": "cdr", "fault_style": "faultcode", "latency": 0.0, "ticket_polls": 1})

    def documents(self) -> list[dict[str, Any]]:
        """What SUNAT knows, newest first, with each attempt's SHA-256."""
        return list(requests.get(f"{self.url}/_control/documents", timeout=5).json()["documents"])

    def document(self) -> dict[str, Any]:
        """The one document SUNAT knows."""
        (known,) = self.documents()
        return known

    def _post(self, path: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.url}/_control/{path}", json=body, timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def tax_authority_server() -> Iterator[TaxAuthority]:
    """The server, once for all tests of this part."""
    clock = MovedClock()
    app = create_tax_authority({"clock": lambda: clock.inner.now()})
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=16)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield TaxAuthority(f"http://127.0.0.1:{server.effective_port}", clock)
    server.close()


@pytest.fixture
def sunat(tax_authority_server: TaxAuthority, clock: ManualClock) -> Iterator[TaxAuthority]:
    """A SUNAT that knows nothing yet and lives at the test's time."""
    tax_authority_server.clock.inner = clock
    tax_authority_server.reset()
    yield tax_authority_server
    tax_authority_server.reset()


@pytest.fixture
def settle(
    make_service: Callable[..., ServiceUnderTest], demo_pfx: Path, tmp_path: Path
) -> Callable[..., ServiceUnderTest]:
    """Make a service with settings of the test's own choice; it has the demonstration's series."""

    def build(**changes: Any) -> ServiceUnderTest:
        (tmp_path / "einvoice").mkdir(exist_ok=True)
        shutil.copy(demo_pfx, tmp_path / "einvoice" / "demo-certificate.pfx")
        return make_service(create_app, Settings(**changes), first=load_demo)

    return build


@pytest.fixture
def service(settle: Callable[..., ServiceUnderTest]) -> ServiceUnderTest:
    """Einvoice with its usual settings; nobody answers at SUNAT's address."""
    return settle(sunat_url="http://127.0.0.1:9/none", sunat_consult_url="http://127.0.0.1:9/none")


@dataclass
class Office:
    """Einvoice and SUNAT face to face, and the few gestures the tests make."""

    service: ServiceUnderTest
    sunat: TaxAuthority

    def voucher(self, order_id: str = "order-1") -> Voucher:
        """The voucher of an order, with all that hangs on it."""
        with self.service.transaction() as session:
            voucher = session.scalars(select(Voucher).where(Voucher.order_id == order_id)).one()
            _ = voucher.lines, voucher.files, voucher.transitions
            return voucher

    def send(self, times: int = 1) -> None:
        """Let the filing job run, a while apart."""
        for _ in range(times):
            self.service.run(send_queued_vouchers)
            self.service.clock.advance(minutes=40)

    def tell(self, times: int = 3) -> None:
        """Let the RC and RA jobs run: put together, send, ask about the ticket, a while apart."""
        for _ in range(times):
            while self.service.run(compose_summaries):
                pass
            while self.service.run(file_summaries):
                pass
            self.service.clock.advance(minutes=40)

    def note(self, order_id: str = "order-1") -> Voucher:
        """The one note on the voucher of an order."""
        amended = self.voucher(order_id).id
        with self.service.transaction() as session:
            note = session.scalars(select(Voucher).where(Voucher.amended_id == amended)).one()
            _ = note.lines, note.files, note.transitions
            return note

    def void(self, voucher: Voucher, reason: str = "Error en el cliente") -> None:
        """Staff ask for a void."""
        with self.service.transaction() as session:
            request_void(session, session.get_one(Voucher, voucher.id), reason)

    def summaries(self) -> list[Summary]:
        """Every RC and RA, oldest first."""
        with self.service.transaction() as session:
            return list(session.scalars(select(Summary).order_by(Summary.kind, Summary.issue_date, Summary.number)))

    def print(self) -> None:
        """Let the rendering job run until nothing is left."""
        while self.service.run(render_pdf):
            pass


@pytest.fixture
def furnish(settle: Callable[..., ServiceUnderTest], sunat: TaxAuthority) -> Callable[..., Office]:
    """Make an office with settings of the test's own choice."""

    def build(**changes: Any) -> Office:
        addresses = {
            "sunat_url": f"{sunat.url}/ol-ti-itcpfegem/billService",
            "sunat_consult_url": f"{sunat.url}/ol-it-wsconscpegem/billConsultService",
            "sunat_connect_timeout": 2.0,
            "sunat_read_timeout": 5.0,
        }
        return Office(settle(**addresses | changes), sunat)

    return build


@pytest.fixture
def office(furnish: Callable[..., Office]) -> Office:
    """Einvoice and SUNAT with their usual settings."""
    return furnish()


@pytest.fixture
def clock_at(clock: ManualClock) -> Callable[[timedelta], None]:
    """Move the clock by a timedelta."""

    def move(delta: timedelta) -> None:
        clock.set(clock.now() + delta)

    return move


@pytest.fixture
def shelf(service: ServiceUnderTest) -> Shelf:
    """An empty shelf."""
    return Shelf(service)
