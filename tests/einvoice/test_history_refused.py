"""What an import cannot believe is reported with its reason, never entered in silence."""

import contextlib
import csv
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from chassis.testing import ServiceUnderTest
from services.einvoice.history import archive, sources
from services.einvoice.history.cataloguing import identify
from services.einvoice.history.reading import read_voucher
from services.einvoice.history.reasons import WORDS, Reason, Refused
from services.einvoice.history.report import HEADING
from tests.einvoice import old_papers as papers
from tests.einvoice.archives import BOLETA, Papers

NAME = papers.file_name("03", BOLETA)
XML, CDR = f"{NAME}.xml", f"R-{NAME}.zip"


@pytest.fixture
def database_kind() -> str:
    """What is refused does not depend on the database."""
    return "sqlite"


@pytest.fixture
def old(service: ServiceUnderTest, tmp_path: Path) -> Papers:
    """An empty folder of old papers."""
    return Papers(service, tmp_path / "papeles")


def altered(old: Papers) -> None:
    xml = (old.folder / XML).read_bytes()
    old.put(XML, xml.replace(b">60.00<", b">90.00<"))


def put_xml(old: Papers, xml: bytes) -> None:
    old.put(XML, xml)


def signed(**facts: str) -> bytes:
    return papers.sign(papers.voucher(**facts), papers.issuer())  # type: ignore[arg-type]


def put_receipt(old: Papers, receipt: bytes) -> None:
    old.put(CDR, papers.zipped({f"R-{NAME}.xml": receipt}))


EXPIRED = datetime(2015, 1, 1, tzinfo=UTC)
SPOILED: dict[Reason, Callable[[Papers], None]] = {
    Reason.BAD_SIGNATURE: altered,
    Reason.NOT_SIGNED: lambda old: put_xml(old, papers.voucher().encode()),
    Reason.FOREIGN_CERTIFICATE: lambda old: put_xml(old, papers.sign(papers.voucher(), papers.stranger())),
    Reason.CERTIFICATE_NOT_VALID: lambda old: put_xml(
        old, papers.sign(papers.voucher(), papers.seal_of("CMP 2015", papers.RUC, since=EXPIRED))
    ),
    Reason.OTHER_ISSUER: lambda old: put_xml(old, signed(ruc="20512333797")),
    Reason.BEFORE_JUNE_2019: lambda old: put_xml(old, signed(issued="2019-05-31")),
    Reason.FUTURE_DATE: lambda old: put_xml(old, papers.sign(papers.voucher(issued="2026-11-21"), papers.stranger())),
    Reason.UNSUPPORTED_DOCUMENT: lambda old: put_xml(old, signed(number="E001-00000007")),
    Reason.BAD_CONTENT: lambda old: put_xml(old, signed(currency="EUR")),
    Reason.BAD_XML: lambda old: put_xml(old, b"<Invoice>"),
    Reason.UNKNOWN_FILE: lambda old: put_xml(old, b"a note"),
    Reason.NO_CDR: lambda old: (old.folder / CDR).unlink(),
    Reason.CDR_BAD_SIGNATURE: lambda old: put_receipt(old, papers.receipt().replace(b">0<", b">4000<")),
    Reason.CDR_UNTRUSTED: lambda old: put_receipt(old, papers.receipt(seal=papers.issuer())),
    Reason.CDR_NOT_FINAL: lambda old: put_receipt(old, papers.receipt(code="1033")),
}


@pytest.mark.parametrize("reason", SPOILED)
def test_it_is_reported_with_a_stable_code_and_not_entered(old: Papers, reason: Reason) -> None:
    old.put_voucher()
    SPOILED[reason](old)
    assert old.bring_in().exit_code == 1
    assert old.vouchers() == {}
    assert reason in old.reasons().values(), old.reasons()


def test_a_receipt_of_another_voucher_proves_nothing(old: Papers) -> None:
    """It has the right name; its content says otherwise."""
    old.put_voucher()
    put_receipt(old, papers.receipt("B001-00000008"))
    old.bring_in()
    assert old.reasons() == {XML: "NO_CDR", CDR: "ORPHAN_CDR"}


def test_a_doctype_is_refused_before_anything_is_expanded(old: Papers) -> None:
    old.put(XML, b'<!DOCTYPE a [<!ENTITY b "c">]><Invoice>&b;</Invoice>')
    old.bring_in()
    assert old.reasons() == {XML: "BAD_XML"}


def test_a_signature_on_a_part_proves_nothing_about_the_whole(old: Papers) -> None:
    """Signature wrapping: what is read is what was signed, and that must be the document."""
    good = signed().decode()
    content = good[good.index("<Invoice") :]
    wrapped = papers.voucher(total="9000.00").replace(
        "<ext:ExtensionContent/>", f"<ext:ExtensionContent>{content}</ext:ExtensionContent>"
    )
    old.put_voucher()
    put_xml(old, wrapped.encode())
    old.bring_in()
    assert old.reasons() == {XML: "BAD_SIGNATURE"}


def test_the_report_says_it_in_both_languages_one_line_a_document(old: Papers) -> None:
    old.put_voucher()
    altered(old)
    old.put("nota.txt", b"hola")
    old.bring_in()
    with old.report.open(encoding="utf-8-sig") as lines:
        heading, *rows = csv.reader(lines)
    assert tuple(heading) == HEADING
    assert [(row[0], Path(row[1]).name, row[2]) for row in rows] == [
        (f"03 {BOLETA}", XML, "BAD_SIGNATURE"),
        ("", "nota.txt", "UNKNOWN_FILE"),
    ]
    assert rows[0][3:5] == list(WORDS[Reason.BAD_SIGNATURE])
    assert set(WORDS) == set(Reason)


def test_what_comes_right_later_is_entered_by_the_next_run(old: Papers) -> None:
    old.put_voucher()
    receipt = (old.folder / CDR).read_bytes()
    (old.folder / CDR).unlink()
    old.bring_in()
    old.put("por-fin.zip", receipt)
    assert old.bring_in().exit_code == 0
    assert list(old.vouchers()) == [BOLETA]


def test_a_broken_pdf_is_reported_and_another_drawn(old: Papers) -> None:
    name = old.put_voucher()
    old.put(f"{name}.pdf", b"%PDF-1.4 cut short")
    old.bring_in()
    assert old.reasons() == {f"{name}.pdf": "BAD_PDF"}
    assert old.voucher().file("pdf") is None
    assert old.voucher().pdf_next_attempt_at is not None


# ------------------------------------------------------------------ whom we trust


def trusting(settle: Callable[..., ServiceUnderTest], folder: Path, *seals: papers.Seal, pfx: str = "") -> Papers:
    listed = papers.pem(folder / "confianza.pem", *seals)
    return Papers(settle(history_certificates_path=str(listed), certificate_path=pfx), folder / "papeles")


def test_only_listed_certificates_count_once_there_is_a_list(
    settle: Callable[..., ServiceUnderTest], tmp_path: Path
) -> None:
    old = trusting(settle, tmp_path, papers.issuer(), papers.sunat())
    old.put_voucher(number="B001-00000001")
    forger = papers.seal_of("CMP", papers.RUC, since=datetime(2019, 1, 1, tzinfo=UTC))
    forged = old.put_voucher(number="B001-00000002", seal=forger)
    fake = papers.seal_of("SUNAT", "20131312955", since=datetime(2019, 1, 1, tzinfo=UTC))
    unproven = old.put_voucher(number="B001-00000003", receipt={"seal": fake})
    old.bring_in()
    assert list(old.vouchers()) == ["B001-00000001"]
    assert old.reasons() == {f"{forged}.xml": "UNTRUSTED_CERTIFICATE", f"{unproven}.xml": "CDR_UNTRUSTED"}


def test_an_authority_vouches_for_those_it_issued(settle: Callable[..., ServiceUnderTest], tmp_path: Path) -> None:
    """And for the issuer's certificate only as the issuer's: it does not make the issuer SUNAT."""
    since = datetime(2018, 6, 1, tzinfo=UTC)
    authority = papers.seal_of("AUTORIDAD", "", since=since, days=3650)
    old = trusting(settle, tmp_path, authority)
    issuer = papers.seal_of("CMP", papers.RUC, since=since, ca=authority)
    sunat = papers.seal_of("SUNAT", "20131312955", since=since, ca=authority)
    other = papers.seal_of("OTRO", "20512333797", since=since, ca=authority)
    old.put_voucher(number="B001-00000001", seal=issuer, receipt={"seal": sunat})
    bad = old.put_voucher(number="B001-00000002", seal=issuer, receipt={"seal": other})
    old.bring_in()
    assert list(old.vouchers()) == ["B001-00000001"]
    assert old.reasons() == {f"{bad}.xml": "CDR_UNTRUSTED"}


def test_in_production_a_list_is_needed_or_an_explicit_word(
    settle: Callable[..., ServiceUnderTest], tmp_path: Path
) -> None:
    old = Papers(settle(certificate_path="/etc/cmp/certificado.pfx"), tmp_path / "papeles")
    old.put_voucher()
    assert "CMP_EINVOICE_HISTORY_CERTIFICATES_PATH" in old.bring_in().output
    assert old.bring_in(options=("--any-certificate",)).exit_code == 0


# ------------------------------------------------------------------ archives that mean harm


def written(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries:
            target.writestr(name, content)
        target.writestr("leame.txt", b"x")
    return path


@pytest.mark.parametrize("name", ["../fuera.xml", "/etc/passwd", "a\\..\\b.xml", "C:/x.xml"])
def test_a_name_that_leaves_the_archive_is_refused(old: Papers, tmp_path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name)
    entry.filename = name
    old.bring_in(written(tmp_path / "malo.zip", (entry, b"<Invoice/>")))
    assert "BAD_PATH" in old.reasons().values()


def test_a_bomb_is_given_up_at_the_limit(old: Papers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one whose directory lies about its size."""
    monkeypatch.setattr(sources, "LARGEST", 100_000)
    path = written(tmp_path / "bomba.zip", ("honesta.xml", b"0" * 5_000_000), ("mentirosa.xml", b"0" * 4_000_000))
    data = path.read_bytes().replace(struct.pack("<L", 4_000_000), struct.pack("<L", 10))
    path.write_bytes(data)
    old.bring_in(path)
    assert {old.reasons()[name] for name in ("honesta.xml", "mentirosa.xml")} == {"TOO_LARGE"}


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    """One payload told of many times."""
    path = written(tmp_path / "x.zip", ("a.xml", bytes(range(256)) * 40))
    with archive.Archive(path) as opened:
        first = next(opened.entries())
        start = opened._start
    data = path.read_bytes()
    central = data[start : data.index(b"PK\x01\x02", start + 4)]
    end = data.rindex(b"PK\x05\x06")
    many = central * 50
    tail = data[end : end + 8] + struct.pack("<HHLL", 50, 50, len(many), start) + b"\0\0"
    path.write_bytes(data[:start] + many + tail)
    with archive.Archive(path) as opened, pytest.raises(Refused) as refused:
        list(opened.entries())
    assert (first.name, refused.value.reason) == ("a.xml", "BAD_ARCHIVE")


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_a_damaged_archive_is_reported(old: Papers, tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "roto.zip", ("a.xml", b"<a/>"), ("b.xml", b"<b/>"))
    path.write_bytes(path.read_bytes()[:-cut])
    old.bring_in(path)
    assert old.reasons()["roto.zip"] == "BAD_ARCHIVE"


def test_a_long_archive_is_read_by_its_64_bit_directory(tmp_path: Path) -> None:
    """Above 65,535 members or 4 GB the usual end holds no figures, and the 64-bit one before it does."""
    path = written(tmp_path / "largo.zip", ("a.xml", b"<a/>"))
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HLL", data, end + 10)
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    short = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:end] + record + locator + short)
    with archive.Archive(path) as opened:
        assert (opened.count, [entry.name for entry in opened.entries()]) == (2, ["a.xml", "leame.txt"])


def test_links_are_not_followed(old: Papers, tmp_path: Path) -> None:
    (tmp_path / "secreto.xml").write_bytes(signed())
    (old.folder / "enlace.xml").symlink_to(tmp_path / "secreto.xml")
    old.bring_in()
    assert old.reasons() == {"enlace.xml": "BAD_PATH"}


def test_a_place_is_known_by_all_its_parts() -> None:
    place = sources.Place(path="/a.zip", member="b", offset=1)
    others = (replace(place, member="c"), replace(place, inner="d"), replace(place, offset=2))
    assert len({place.id, *(each.id for each in others)}) == 4


# ------------------------------------------------------------------ whatever else may lie in an archive of a million


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, taken away or doubled."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        length = chance.randint(1, 40)
        changed[at : at + chance.choice((0, 1, length))] = chance.choice((b"", bytes([length]), data[at : at + length]))
    return bytes(changed)


@pytest.mark.parametrize("kind", ["voucher", "receipt", "ZIP"])
def test_nothing_that_was_spoiled_ends_an_import(kind: str) -> None:
    receipt = papers.receipt()
    data = {"voucher": signed(), "receipt": receipt, "ZIP": papers.zipped({"R.xml": receipt})}[kind]
    chance, place = random.Random(7), sources.Place(path=f"/x/{XML}")
    outcomes = {identify(place, spoiled(data, chance), papers.RUC).kind for _ in range(200)}
    assert outcomes <= {"xml", "cdr", "other"}


@pytest.mark.parametrize("document", [papers.voucher(), papers.voucher_2_0(), papers.voucher("07", "BC01-00000001")])
def test_whatever_is_missing_is_refused_or_done_without(document: str) -> None:
    """Each element in turn is taken away, emptied, or says something else."""
    for place in range(1, len(list(etree.fromstring(document.encode()).iter()))):
        for change in (lambda element: element.getparent().remove(element), etree._Element.clear, scribble):
            root = etree.fromstring(document.encode())
            change(list(root.iter())[place])
            with contextlib.suppress(Refused):
                read_voucher(root)


def scribble(element: etree._Element) -> None:
    element.text = "=1+1é"
