"""The SOAP client against a simulated SUNAT, over real connections that hang, break and lie (sunat.md 2.10)."""

import dataclasses
import hashlib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from chassis.clock import LIMA, ManualClock
from services.einvoice.certificates import SigningKey
from services.einvoice.documents import Document
from services.einvoice.signing import sign
from services.einvoice.sunat import (
    Accepted,
    AlreadyRegistered,
    Answer,
    CredentialsRefused,
    NotFound,
    NotProcessed,
    Observed,
    Rejected,
    Retry,
    SunatClient,
    Unknown,
    zip_voucher,
)
from services.einvoice.sunat.client import SERVICE, WSSE, Endpoint, envelope
from services.einvoice.ubl import build
from tests.einvoice.conftest import TaxAuthority
from tests.einvoice.facts import a_boleta, a_factura, mixed_lines


@dataclasses.dataclass
class Line:
    """A client, the SUNAT it talks to, and a document to talk about."""

    endpoint: Endpoint
    sunat: TaxAuthority
    key: SigningKey
    at: datetime

    def send(self, document: Document | None = None, **endpoint: Any) -> Answer:
        """Sign a document and send it."""
        document = dataclasses.replace(document or a_boleta(), issued_at=self.at)
        archive = zip_voucher(document.file_name, sign(build(document), self.key).xml)
        client = SunatClient(dataclasses.replace(self.endpoint, **endpoint))
        return client.send_bill(document.file_name, archive, number=document.id)

    def ask(self, document: Document) -> Answer:
        """Ask for the receipt of a document."""
        return SunatClient(self.endpoint).get_status_cdr(
            ruc=document.issuer.ruc, voucher_type=document.type, series=document.series, number=document.number
        )


@pytest.fixture
def line(sunat: TaxAuthority, key: SigningKey, clock: ManualClock) -> Line:
    """A client with the right credentials and short time-outs."""
    endpoint = Endpoint(
        url=f"{sunat.url}/ol-ti-itcpfegem/billService",
        consult_url=f"{sunat.url}/ol-it-wsconscpegem/billConsultService",
        user="20000000001MODDATOS",
        password="moddatos",
        connect_timeout=1.0,
        read_timeout=1.0,
    )
    return Line(endpoint, sunat, key, clock.now().astimezone(LIMA))


@pytest.mark.parametrize(
    "document", [a_boleta(), a_boleta(lines=mixed_lines()), a_factura(), a_factura(lines=mixed_lines())]
)
def test_what_we_issue_is_accepted_without_observations(line: Line, document: Document) -> None:
    """Issue 5: observations count too."""
    assert isinstance(line.send(document), Accepted)


def test_an_observation_is_told_with_its_code(line: Line) -> None:
    """A voucher accepted with observations is accepted."""
    line.sunat.will("observe", code="4252")
    answer = line.send()
    assert isinstance(answer, Observed)
    assert answer.cdr.observations[0].startswith("4252 - ")


@pytest.mark.parametrize("form", ["cdr", "fault"])
def test_a_rejection_may_come_as_a_receipt_or_as_a_fault(line: Line, form: str) -> None:
    """Production sends a CDR, beta a fault (greenter #41)."""
    line.sunat.will("reject", code="2335", **{"as": form})
    answer = line.send()
    assert isinstance(answer, Rejected)
    assert (answer.code, answer.cdr is not None) == ("2335", form == "cdr")


@pytest.mark.parametrize("style", ["faultcode", "faultstring"])
@pytest.mark.parametrize(("code", "kind"), [("0109", Retry), ("0111", CredentialsRefused), ("1001", NotProcessed)])
def test_a_fault_is_understood_in_both_styles(line: Line, code: str, kind: type, style: str) -> None:
    """sunat.md 2.10."""
    line.sunat.will("fault", code=code, style=style)
    answer = line.send()
    assert (type(answer), answer.code) == (kind, code)  # type: ignore[union-attr]


def test_sending_the_same_bytes_twice_says_that_they_are_registered(line: Line) -> None:
    """1033, and the answer itself is kept as evidence."""
    line.send()
    answer = line.send()
    assert isinstance(answer, AlreadyRegistered)
    assert b"1033" in answer.evidence


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_told_apart_from_everything_else(line: Line, password: str) -> None:
    """0102: stop the queue."""
    answer = line.send(password=password)
    assert isinstance(answer, Retry if not password else CredentialsRefused)


BROKEN = [
    ("http_500", {}, Retry),
    ("down", {}, Retry),
    ("drop_before", {}, Unknown),
    ("process_then_drop", {}, Unknown),
    ("hang", {"seconds": 2}, Unknown),
    ("slow", {"seconds": 2}, Unknown),
    ("empty_cdr", {}, Unknown),
    ("corrupt_cdr", {}, Unknown),
]


@pytest.mark.parametrize(("behaviour", "order", "kind"), BROKEN)
def test_trouble_on_the_line_never_raises(line: Line, behaviour: str, order: dict[str, Any], kind: type) -> None:
    """Fault F11: hang, 500, dropped connection, empty and corrupt receipts."""
    line.sunat.will(behaviour, **order)
    assert type(line.send()) is kind


def test_a_slow_answer_within_the_time_out_is_an_answer(line: Line) -> None:
    """SUNAT may take its time."""
    line.sunat.will("slow", seconds=0.3)
    assert isinstance(line.send(), Accepted)


def test_a_door_that_is_closed_was_not_reached(line: Line) -> None:
    """Nothing arrived, so nothing is in doubt."""
    answer = line.send(url="http://127.0.0.1:9/none")
    assert isinstance(answer, Retry)
    assert answer.reached is False


@pytest.mark.parametrize("url", ["", "nonsense", "http://", "http://no-such-host.invalid/x"])
def test_an_address_that_cannot_be_called_was_not_reached(line: Line, url: str) -> None:
    """A mistake in the configuration loses no voucher."""
    answer = line.send(url=url)
    assert isinstance(answer, Retry)
    assert answer.reached is False


def test_a_receipt_can_be_fetched_later(line: Line) -> None:
    """getStatusCdr, series F."""
    line.send(a_factura())
    answer = line.ask(a_factura())
    assert isinstance(answer, Accepted)
    assert answer.cdr.is_about("FCN1-00000001")


def test_a_receipt_of_what_never_arrived_is_not_found(line: Line) -> None:
    """0011."""
    assert isinstance(line.ask(a_factura()), NotFound)


def test_boletas_cannot_be_queried(line: Line) -> None:
    """sunat.md 2.10: only 01, 07 and 08 with series F."""
    line.send()
    assert isinstance(line.ask(a_boleta()), NotProcessed)


def test_sunat_gets_exactly_the_bytes_that_were_signed(line: Line) -> None:
    """sunat.md 2.8: stored, hashed, zipped: the same bytes."""
    document = dataclasses.replace(a_boleta(), issued_at=line.at)
    line.send(document)
    expected = hashlib.sha256(sign(build(document), line.key).xml).hexdigest()
    assert line.sunat.document()["sha256"] == expected


def test_the_request_is_the_one_the_service_describes() -> None:
    """sunat.md 2.10: UsernameToken PasswordText, parameters unqualified."""
    root = etree.fromstring(envelope("sendBill", {"fileName": "a.zip", "contentFile": "QQ=="}, "RUCUSER", "<&>"))
    assert root.findtext(f".//{{{WSSE}}}Username") == "RUCUSER"
    password = root.find(f".//{{{WSSE}}}Password")
    assert password is not None
    assert (password.text, (password.get("Type") or "").rpartition("#")[2]) == ("<&>", "PasswordText")
    call = root.find(f".//{{{SERVICE}}}sendBill")
    assert call is not None
    assert [(child.tag, child.text) for child in call] == [("fileName", "a.zip"), ("contentFile", "QQ==")]


@pytest.fixture
def babbler() -> Iterator[str]:
    """A server that answers with more than any receipt can weigh."""
    listener = socket.create_server(("127.0.0.1", 0))

    def babble() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000000000\r\n\r\n<a>")
            try:
                while True:
                    connection.sendall(b"x" * 65536)
            except OSError:
                pass

    thread = threading.Thread(target=babble, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()
    thread.join(5)


def test_an_endless_answer_is_cut_off(line: Line, babbler: str) -> None:
    """Memory stays bounded, and the outcome is unknown."""
    assert isinstance(line.send(url=babbler), Unknown)


def test_the_clock_of_these_tests_is_the_simulators(line: Line) -> None:
    """So that dates are judged by the test's time."""
    assert line.at.astimezone(UTC) == line.sunat.clock.inner.now()
