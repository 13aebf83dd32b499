"""No bad PDF gets in, none crashes anything, and each is refused in its own words (REC-6 to REC-9)."""

import socket
import struct
import threading
from pathlib import Path

import pytest

from services.recert.pdf_checks import Fault, FileRefused, check_file, checking
from services.recert.pdf_checks.antivirus import Clean, Infected, Unknown, scan
from services.recert.pdf_checks.faults import MOST_BYTES, WORDS, CheckNotPossible
from services.recert.pdf_checks.reader import examine
from services.recert.settings import Settings
from tests.recert import pdfs


@pytest.fixture
def stored(tmp_path):
    """Puts bytes on the disk."""

    def put(data: bytes) -> Path:
        path = tmp_path / "expediente.pdf"
        path.write_bytes(data)
        return path

    return put


def fault_of(path: Path, **settings) -> Fault:
    with pytest.raises(FileRefused) as refused:
        check_file(path, Settings(**settings))
    return refused.value.fault


@pytest.mark.parametrize("kind", pdfs.BAD)
def test_a_bad_pdf_is_recognised(stored, kind):
    data, fault = pdfs.BAD[kind]
    assert examine(str(stored(data))) == {"fault": fault}


@pytest.mark.parametrize("kind", pdfs.HARMLESS)
def test_an_ordinary_pdf_is_not_taken_for_a_bad_one(stored, kind):
    assert examine(str(stored(pdfs.HARMLESS[kind]))) == {"pages": 1}


def test_rec_7_a_file_of_5_mb_comes_in(stored):
    assert check_file(stored(pdfs.of_size(MOST_BYTES)), Settings()).pages == 12


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"%PDF-" + b"x" * (MOST_BYTES - 4), Fault.TOO_BIG),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, Fault.WRONG_TYPE),
        (b" %PDF-1.7", Fault.WRONG_TYPE),
    ],
)
def test_what_is_no_pdf_of_the_right_size_is_never_opened(stored, monkeypatch, data, fault):
    monkeypatch.setattr(checking, "READER", Path("/no/such/reader"))
    assert fault_of(stored(data)) is fault


def test_a_bad_file_is_refused_by_the_reader_of_its_own_process(stored):
    assert fault_of(stored(pdfs.attached())) is Fault.EMBEDDED


@pytest.mark.parametrize(
    "trick", ["while True: pass", "return {'pages': len(bytearray(1 << 34))}", "import os; os.abort()"]
)
def test_a_file_that_eats_time_or_memory_or_kills_its_reader_is_damaged(stored, tmp_path, monkeypatch, trick):
    program = checking.READER.read_text().partition("if __name__")[0]
    reader = tmp_path / "reader.py"
    reader.write_text(f"{program}\ndef examine(path):\n    {trick}\n\nmain()\n")
    monkeypatch.setattr(checking, "READER", reader)
    assert fault_of(stored(pdfs.good()), pdf_check_seconds=1) is Fault.DAMAGED


def test_every_fault_has_words():
    assert set(WORDS) == set(Fault)


class FakeClamd:
    """Reads one INSTREAM as clamd does and gives the answer it was told to give."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.received = answer, b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!I", stream.read(4))[0]:
                self.received += stream.read(length)
            connection.sendall(self.answer)

    def close(self) -> None:
        self._thread.join(timeout=5)
        self._server.close()


@pytest.fixture
def clamd():
    """Makes a daemon that gives an answer."""
    made = []

    def make(answer: bytes) -> FakeClamd:
        made.append(FakeClamd(answer))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (b"stream: OK\0", Clean()),
        (b"stream: Eicar-Test-Signature FOUND\0", Infected("Eicar-Test-Signature")),
        (b"INSTREAM size limit exceeded. ERROR\0", Unknown("INSTREAM size limit exceeded. ERROR")),
        (b"", Unknown("")),
    ],
)
def test_the_antivirus_sees_every_byte_and_its_word_counts(stored, clamd, answer, finding):
    data, daemon = pdfs.of_size(300_000), clamd(answer)
    assert scan(stored(data), daemon.address, 5) == finding
    assert daemon.received == data


def test_an_infected_file_is_refused(stored, clamd, monkeypatch):
    monkeypatch.setattr(checking, "_read", lambda path, settings: 1)
    assert fault_of(stored(pdfs.good()), clamav_address=clamd(b"stream: X FOUND\0").address) is Fault.VIRUS


def test_without_an_answer_of_the_antivirus_nothing_comes_in(stored, monkeypatch):
    monkeypatch.setattr(checking, "_read", lambda path, settings: 1)
    with pytest.raises(CheckNotPossible):
        check_file(stored(pdfs.good()), Settings(clamav_address="unix:/no/such/socket"))
