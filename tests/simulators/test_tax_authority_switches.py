"""Every way in which the simulated SUNAT can be told to fail, and what it remembers afterwards."""

from __future__ import annotations

import base64
import http.client
import io
import statistics
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from waitress.server import create_server

from simulators.tax_authority import sample
from simulators.tax_authority.app import create_app
from simulators.tax_authority.cdr import make_seal

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
SEAL = make_seal(NOW)
BILL = "/ol-ti-itcpfegem/billService"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def request_of(number: str, operation: str = "sendBill") -> bytes:
    stem = f"{sample.RUC}-03-{number}"
    content = sample.pack(stem, sample.sign(sample.voucher("03", number, date(2026, 11, 21)), SEAL))
    return envelope(
        f"<fileName>{stem}.zip</fileName><contentFile>{base64.b64encode(content).decode()}</contentFile>", operation
    )


def envelope(parameters: str, operation: str) -> bytes:
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="http://service.sunat.gob.pe">'
        f'<e:Header><w:Security xmlns:w="{WSSE}"><w:UsernameToken><w:Username>20000000001MODDATOS</w:Username>'
        "<w:Password>moddatos</w:Password></w:UsernameToken></w:Security></e:Header>"
        f"<e:Body><s:{operation}>{parameters}</s:{operation}></e:Body></e:Envelope>"
    ).encode()


class Sunat:
    """A simulator with a clock that stands and a sleep that only writes down."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.web: FlaskClient = create_app({"clock": lambda: NOW, "sleep": self.slept.append}).test_client()

    def order(self, behaviour: str, **more: Any) -> None:
        assert self.web.post("/_control/next", json={"behaviour": behaviour, **more}).status_code == 200

    def send(self, number: str = "B001-1") -> Any:
        return self.web.post(BILL, data=request_of(number))

    def states(self) -> dict[str, str]:
        rows = self.web.get("/_control/documents").get_json()["documents"]
        return {row["file_name"].removeprefix(f"{sample.RUC}-03-"): row["state"] for row in rows}

    def cdr(self, number: str = "B001-1") -> tuple[str, list[str]]:
        content = field(self.send(number), "applicationResponse")
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(content)))
        root = etree.fromstring(archive.read(archive.namelist()[-1]))
        return root.findtext(".//{*}ResponseCode", ""), [note.text or "" for note in root.findall("{*}Note")]


def field(response: Any, name: str) -> str:
    return etree.fromstring(response.data).findtext(f".//{name}") or ""


@pytest.fixture
def sunat() -> Sunat:
    return Sunat()


def test_observe_accepts_with_a_note_of_the_asked_code(sunat: Sunat) -> None:
    sunat.order("observe", code="4252")
    code, notes = sunat.cdr()
    assert code == "0"
    assert notes[0].startswith("4252 - ")
    assert sunat.states() == {"B001-1": "observed"}


def test_observe_can_put_its_code_into_the_response_code(sunat: Sunat) -> None:
    sunat.order("observe", code="4252", **{"as": "response_code"})
    assert sunat.cdr()[0] == "4252"


def test_reject_answers_a_cdr_and_spends_the_number(sunat: Sunat) -> None:
    sunat.order("reject", code="2335")
    assert sunat.cdr()[0] == "2335"
    assert sunat.states() == {"B001-1": "rejected"}


def test_reject_as_fault_spends_the_number_too(sunat: Sunat) -> None:
    sunat.order("reject", code="2335", **{"as": "fault"})
    assert field(sunat.send(), "faultcode") == "soap-env:Client.2335"
    assert sunat.states() == {"B001-1": "rejected"}


def test_all_rejections_can_be_turned_into_faults_by_a_setting(sunat: Sunat) -> None:
    sunat.web.post("/_control/settings", json={"rejection_as": "fault", "fault_style": "faultstring"})
    sunat.order("reject", code="3244")
    assert field(sunat.send(), "faultstring") == "3244"


def test_accept_lets_pass_what_the_rules_would_not(sunat: Sunat) -> None:
    sunat.web.post("/_control/settings", json={"boleta_days": -1})
    assert field(sunat.send(), "faultcode").endswith(".1079")
    sunat.order("accept")
    assert sunat.cdr()[0] == "0"


@pytest.mark.parametrize(
    ("code", "faultcode"),
    [("0109", "Server.0109"), ("0130", "Server.0130"), ("0200", "Server.0200"), ("0102", "Client.0102"), ("0111", "Client.0111")],
)  # fmt: skip
def test_fault_answers_the_code_and_registers_nothing(sunat: Sunat, code: str, faultcode: str) -> None:
    sunat.order("fault", code=code)
    assert field(sunat.send(), "faultcode") == f"soap-env:{faultcode}"
    assert sunat.states() == {}


def test_http_500_is_no_soap_at_all(sunat: Sunat) -> None:
    sunat.order("http_500")
    response = sunat.send()
    assert (response.status_code, response.mimetype) == (500, "text/plain")
    assert sunat.states() == {}


def test_down_lasts_until_reset_and_covers_every_operation(sunat: Sunat) -> None:
    sunat.order("down", count=-1)
    assert [sunat.send().status_code for _ in range(3)] == [503, 503, 503]
    status = sunat.web.post(BILL, data=envelope("<ticket>1</ticket>", "getStatus"))
    assert status.status_code == 503
    sunat.web.post("/_control/reset")
    assert sunat.cdr()[0] == "0"


def test_slow_registers_first_and_answers_after_the_asked_seconds(sunat: Sunat) -> None:
    sunat.order("slow", seconds=7)
    assert sunat.cdr()[0] == "0"
    assert sunat.slept == [7]


def test_hang_waits_and_then_ends_the_connection_unprocessed(sunat: Sunat) -> None:
    sunat.order("hang", seconds=120)
    with pytest.raises(ConnectionResetError):
        sunat.send()
    assert (sunat.slept, sunat.states()) == ([120], {})


def test_hang_may_have_processed_the_file(sunat: Sunat) -> None:
    sunat.order("hang", seconds=120, processed=True)
    with pytest.raises(ConnectionResetError):
        sunat.send()
    assert sunat.states() == {"B001-1": "accepted"}


def test_drop_before_registers_nothing(sunat: Sunat) -> None:
    sunat.order("drop_before")
    with pytest.raises(ConnectionResetError):
        sunat.send()
    assert sunat.states() == {}


def test_process_then_drop_is_the_lost_answer_and_the_resend_proves_it_arrived(sunat: Sunat) -> None:
    sunat.order("process_then_drop")
    with pytest.raises(ConnectionResetError):
        sunat.send()
    assert sunat.states() == {"B001-1": "accepted"}
    assert field(sunat.send(), "faultcode").endswith(".1033")


@pytest.mark.parametrize(
    ("behaviour", "content"), [("empty_cdr", b""), ("corrupt_cdr", b"PK\x03\x04 esto no es un zip")]
)
def test_a_cdr_can_come_empty_or_corrupt_although_it_was_registered(
    sunat: Sunat, behaviour: str, content: bytes
) -> None:
    sunat.order(behaviour)
    assert base64.b64decode(field(sunat.send(), "applicationResponse")) == content
    assert sunat.states() == {"B001-1": "accepted"}


def test_a_switch_may_be_meant_for_one_document(sunat: Sunat) -> None:
    sunat.order("reject", document=f"{sample.RUC}-03-B001-2")
    assert sunat.cdr("B001-1")[0] == "0"
    assert sunat.cdr("B001-2")[0] == "2335"


def test_switches_are_used_up_in_order(sunat: Sunat) -> None:
    sunat.order("fault", code="0130", count=2)
    sunat.order("fault", code="0200")
    codes = [field(sunat.send(), "faultcode")[-4:] for _ in range(4)]
    assert codes[:3] == ["0130", "0130", "0200"]
    assert codes[3] == ""


def test_state_tells_what_is_still_to_come(sunat: Sunat) -> None:
    sunat.order("fault", code="0130", count=2)
    state = sunat.web.get("/_control/state").get_json()
    assert (state["pending"][0]["code"], state["pending"][0]["count"]) == ("0130", 2)
    assert "moddatos" not in str(state)


@pytest.mark.parametrize(
    "wrong", [{"behaviour": "explode"}, {"behaviour": "fault", "coed": "1"}, {"behaviour": "fault", "code": "x"}]
)
def test_a_switch_that_makes_no_sense_is_refused(sunat: Sunat, wrong: dict[str, str]) -> None:
    assert sunat.web.post("/_control/next", json=wrong).status_code == 400


def test_reset_keeps_the_documents_unless_told_otherwise(sunat: Sunat) -> None:
    sunat.send()
    sunat.web.post("/_control/reset")
    assert sunat.states() == {"B001-1": "accepted"}
    sunat.web.post("/_control/reset", json={"documents": True})
    assert sunat.states() == {}


def test_a_misspelt_configuration_key_is_refused() -> None:
    with pytest.raises(ValueError, match="clok"):
        create_app({"clok": None})


@pytest.fixture
def served() -> Iterator[tuple[FlaskClient, int]]:
    app = create_app({"clock": lambda: NOW})
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield app.test_client(), server.effective_port
    server.trigger.pull_trigger(server.close)
    server.task_dispatcher.shutdown(timeout=1)


def post(port: int, number: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", BILL, body=request_of(number), headers={"Connection": "close"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_dropped_connection_really_ends_without_a_byte(served: tuple[FlaskClient, int]) -> None:
    web, port = served
    web.post("/_control/next", json={"behaviour": "process_then_drop"})
    with pytest.raises(http.client.RemoteDisconnected):
        post(port, "B001-1")
    assert post(port, "B001-1") == 500


def test_reset_lets_go_whatever_hangs(served: tuple[FlaskClient, int]) -> None:
    web, port = served
    web.post("/_control/next", json={"behaviour": "slow", "seconds": 600})
    answers: list[int] = []
    waiting = threading.Thread(target=lambda: answers.append(post(port, "B001-1")))
    waiting.start()
    arrived = (web.get("/_control/documents").get_json()["documents"] for _ in range(5000))
    assert any(arrived)
    web.post("/_control/reset")
    waiting.join(timeout=10)
    assert answers == [200]


def test_one_number_sent_at_once_from_many_sides_is_registered_once(served: tuple[FlaskClient, int]) -> None:
    _web, port = served
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(post(port, "B001-1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == [200] + [500] * 7


def test_a_voucher_costs_less_than_fifteen_milliseconds_of_work(sunat: Sunat) -> None:
    requests = [request_of(f"B001-{number}") for number in range(1, 31)]
    took = []
    for body in requests:
        start = time.process_time()
        assert sunat.web.post(BILL, data=body).status_code == 200
        took.append(time.process_time() - start)
    assert statistics.median(took) < 0.015
