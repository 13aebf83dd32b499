"""Answers made to harm: whatever comes back, it is Unknown, quickly and in little memory (ASVS 1.5.1, 5.2.3)."""

import base64
import io
import zipfile
from collections.abc import Callable

import pytest

from services.einvoice.errors import UnreadableCdr
from services.einvoice.sunat import Unknown, read_cdr
from services.einvoice.sunat.client import read_answer
from services.einvoice.sunat.safe_xml import MAX_BYTES, parse
from tests.einvoice.receipts import bill_response, cdr_xml, soap, zipped

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
EXTERNAL = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
REMOTE_DTD = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>'
DEEP = b"<a>" * 100_000 + b"</a>" * 100_000


@pytest.mark.parametrize("attack", [LAUGHS, EXTERNAL, REMOTE_DTD, DEEP, b"\x00", b"<a", b"<a/>" + b" " * MAX_BYTES])
def test_an_attack_by_xml_is_not_read(attack: bytes) -> None:
    """Entities, external files, foreign DTDs, depth, size."""
    with pytest.raises(ValueError, match=r"XML|DOCTYPE"):
        parse(attack)


@pytest.mark.parametrize("attack", [LAUGHS, EXTERNAL, REMOTE_DTD])
@pytest.mark.parametrize(
    "where", [lambda xml: xml, lambda xml: bill_response(zipped(xml))], ids=["envelope", "receipt"]
)
def test_an_attack_in_an_answer_leaves_the_outcome_unknown(attack: bytes, where: Callable[[bytes], bytes]) -> None:
    """Not accepted, not rejected, not crashed."""
    assert isinstance(read_answer(200, where(attack), "BCN7-00005170"), Unknown)


def an_archive(entries: dict[str, bytes]) -> bytes:
    """A ZIP of these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_of_many_entries_is_not_searched() -> None:
    """Twenty at most."""
    with pytest.raises(UnreadableCdr):
        read_cdr(an_archive({f"{number}.xml": cdr_xml() for number in range(21)}))


@pytest.mark.parametrize("name", ["../../R-x.xml", "/etc/R-x.xml", "C:\\R-x.xml", "R-x.XML"])
def test_the_name_of_an_entry_writes_nothing_anywhere(name: str) -> None:
    """It is read into memory, never unpacked to a path."""
    assert read_cdr(an_archive({name: cdr_xml()})).code == "0"


def test_a_zip_that_lies_about_its_size_is_not_believed() -> None:
    """The header says 10 bytes, the content is larger."""
    archive = bytearray(an_archive({"R-x.xml": cdr_xml()}))
    size = len(cdr_xml()).to_bytes(4, "little")
    lie = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableCdr):
        read_cdr(bytes(archive.replace(size, lie)))


def test_an_encrypted_zip_is_not_readable() -> None:
    """The flag alone is enough."""
    archive = bytearray(an_archive({"R-x.xml": cdr_xml()}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(signature) + offset] |= 1
    with pytest.raises(UnreadableCdr):
        read_cdr(bytes(archive))


def test_base64_with_line_breaks_is_read() -> None:
    """Harmless, and common."""
    content = base64.encodebytes(zipped(cdr_xml())).decode()
    answer = read_answer(200, soap(f"<x><applicationResponse>{content}</applicationResponse></x>"), "BCN7-5170")
    assert not isinstance(answer, Unknown)


def test_sunats_words_are_cut_to_a_sensible_length() -> None:
    """They go into rows and logs."""
    answer = read_answer(200, bill_response(zipped(cdr_xml("2017", description="x" * 10_000))), "BCN7-5170")
    assert len(answer.text) == 500  # type: ignore[union-attr]


@pytest.mark.parametrize("place", range(40, 160, 8))
def test_a_damaged_byte_is_unreadable_or_harmless(place: int) -> None:
    """A line that garbles: the answer is unknown, nothing escapes."""
    archive = bytearray(an_archive({"R-x.xml": cdr_xml()}))
    archive[place] ^= 0x5A
    assert type(read_answer(200, bill_response(bytes(archive)), "BCN7-00005170")).__name__ in ("Unknown", "Accepted")
