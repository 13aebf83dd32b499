"""Issue "History": XML, CDR and PDF since June 2019 become vouchers like any other, in whatever order they come."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfWriter
from sqlalchemy import select

from chassis.auth import Principal
from chassis.files import files
from chassis.testing import ServiceUnderTest
from contracts.einvoice import VoucherAccepted, VoucherImported, VoucherIssued, VoucherVoided
from services.einvoice import cli
from services.einvoice.documents import TYPE_NAMES
from services.einvoice.keys import signing_key
from services.einvoice.models import Series, Voucher, VoucherState
from services.einvoice.pdf import render
from services.einvoice.printing import printout_of
from services.einvoice.samples import PRINTED_LINES, sample_documents
from services.einvoice.signing import sign
from services.einvoice.ubl import build
from tests.einvoice import old_papers as papers
from tests.einvoice.archives import BOLETA, Papers
from tests.einvoice.facts import a_payment
from tests.einvoice.shelf import Shelf
from tests.people import physician


def a_pdf() -> bytes:
    """One empty page."""
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    return buffer.getvalue()


PDF = a_pdf()


@pytest.fixture
def old(service: ServiceUnderTest, tmp_path: Path) -> Papers:
    """An empty folder of old papers."""
    return Papers(service, tmp_path / "papeles")


def test_a_voucher_of_2019_is_entered_with_the_very_bytes_that_were_given(old: Papers) -> None:
    """VOU-5: the list begins in June 2019. The certificate has expired since; it was good at the issue date."""
    name = old.put_voucher()
    old.put(f"{name}.pdf", PDF)
    assert old.bring_in().exit_code == 0
    voucher = old.voucher()
    assert (voucher.printed_number, voucher.state, voucher.issue_date) == (BOLETA, "accepted", date(2019, 7, 11))
    assert (voucher.total_cents, voucher.customer_document_number, voucher.customer_name) == (
        6000,
        "01234567",
        "PEÑA & CÍA ROSA",
    )
    with old.service.context():
        kept = {file.kind: (file.name, files().get(file.sha256)) for file in voucher.files}
    assert kept == {
        "xml": (f"{name}.xml", (old.folder / f"{name}.xml").read_bytes()),
        "cdr": (f"R-{name}.zip", (old.folder / f"R-{name}.zip").read_bytes()),
        "pdf": (f"{name}.pdf", PDF),
    }


def test_its_owner_finds_it_in_the_list_and_nobody_is_mailed(old: Papers) -> None:
    """VOU-5, VOC-2: others learn of it by an event of its own; the notifier listens to VoucherAccepted only."""
    name = old.put_voucher()
    old.put(f"{name}.pdf", PDF)
    old.bring_in()
    who, other = physician(document_number="01234567"), physician("023546", document_number="40000002")
    shelf = Shelf(old.service)
    assert shelf.ids(who) == [old.voucher().id]
    assert shelf.statuses(old.voucher().id, who) == {200, 202}
    assert shelf.statuses(old.voucher().id, other) == {404}
    (told,) = old.service.events(VoucherImported)
    assert (told.number, told.customer_document_number, told.council) == (BOLETA, "01234567", "01")
    assert old.service.events(VoucherAccepted) == []


def test_without_a_pdf_one_is_drawn_from_the_xml_behind_everything_newer(old: Papers) -> None:
    old.put_voucher()
    old.bring_in()
    old.service.deliver(a_payment())
    shelf, printed = Shelf(old.service), []
    with old.service.context():
        from services.einvoice.printing import claim_printing, print_voucher

        while voucher_id := claim_printing():
            printed.append(voucher_id)
            print_voucher(voucher_id)
    assert printed[-1] == old.voucher().id
    assert len(printed) == 2
    who = physician(document_number="01234567")
    assert shelf.get(f"vouchers/{old.voucher().id}/pdf", who).data.startswith(b"%PDF-")
    assert old.service.events(VoucherAccepted) == [], "drawing it tells nobody that it was accepted just now"


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_ubl_2_0_of_unknown_software_is_read(old: Papers, encoding: str) -> None:
    """Other prefixes, other order of namespaces, SHA-1, no hour, account ids instead of parties."""
    old.put("factura.xml", papers.sign(papers.voucher_2_0(), papers.issuer(), old=True, encoding=encoding))
    old.put("respuesta.xml", papers.receipt("B001-7"))
    assert old.bring_in().exit_code == 0, old.reasons()
    voucher = old.voucher()
    assert (voucher.value_cents, voucher.tax_cents, voucher.total_cents) == (10000, 1800, 11800)
    assert voucher.customer_name == "ÑAUPARI QUISPE LUIS"
    assert voucher.document().lines[0].description == "CURSO"


def test_files_are_matched_by_what_they_say_not_by_their_names(old: Papers) -> None:
    """The receipts of two boletas bear each other's name."""
    first, second = old.put_voucher(number="B001-00000001"), old.put_voucher(number="B001-00000002")
    one, two = (old.folder / f"R-{name}.zip" for name in (first, second))
    swapped = one.read_bytes(), two.read_bytes()
    two.write_bytes(swapped[0])
    one.write_bytes(swapped[1])
    assert old.bring_in().exit_code == 0
    for voucher in old.vouchers().values():
        number = voucher.printed_number.encode()
        with old.service.context():
            kept = files().get(voucher.file("cdr").sha256)  # type: ignore[union-attr]
        receipt = zipfile.ZipFile(io.BytesIO(kept))
        assert number in receipt.read(receipt.namelist()[-1])


def test_a_pdf_goes_with_the_xml_it_lies_beside(old: Papers) -> None:
    name = old.put_voucher()
    (old.folder / f"{name}.xml").rename(old.folder / "0007.XML")
    old.put("0007.pdf", PDF)
    assert old.bring_in().exit_code == 0
    assert old.voucher().file("pdf") is not None


def test_archives_are_read_without_unpacking_them(old: Papers, tmp_path: Path) -> None:
    """A ZIP of XML, receipts inside it as ZIP, and a ZIP of a voucher as it was sent."""
    first, second = old.put_voucher(number="B001-00000001"), old.put_voucher(number="B001-00000002")
    archive = tmp_path / "2019.zip"
    sent = papers.zipped({f"{second}.xml": (old.folder / f"{second}.xml").read_bytes()})
    with zipfile.ZipFile(archive, "w") as written:
        for name in (f"{first}.xml", f"R-{first}.zip", f"R-{second}.zip"):
            written.write(old.folder / name, f"julio/{name}")
        written.writestr(f"julio/{second}.zip", sent)
    assert old.bring_in(archive).exit_code == 0, old.reasons()
    assert sorted(old.vouchers()) == ["B001-00000001", "B001-00000002"]


def test_observed_and_rejected_ones_are_told_as_such(old: Papers) -> None:
    old.put_voucher(number="B001-00000001", receipt={"notes": ("4252 - El dato no es correcto",)})
    old.put_voucher(number="B001-00000002", receipt={"code": "2800", "text": "La Boleta fue rechazada"})
    old.bring_in()
    found = old.vouchers()
    assert (found["B001-00000001"].state, len(found["B001-00000001"].observations)) == ("observed", 1)
    assert (found["B001-00000002"].state, found["B001-00000002"].sunat_code) == ("rejected", "2800")
    assert found["B001-00000002"].accepted_at is None


# ------------------------------------------------------------------ notes, summaries, voids


def test_a_note_may_come_before_what_it_amends(old: Papers, tmp_path: Path) -> None:
    """VOU-3: where it is shown stands in its own XML; the link to the original is made when that one comes."""
    note = old.put_voucher("07", "BC01-00000003", amends=("03", BOLETA))
    assert old.bring_in().exit_code == 0
    assert (old.voucher().amended_type, old.voucher().amended_id) == ("03", None)
    late = Papers(old.service, tmp_path / "despues")
    late.put_voucher()
    late.bring_in()
    found = old.vouchers()
    assert found["BC01-00000003"].amended_id == found[BOLETA].id
    assert found["BC01-00000003"].file_name == note


def test_a_debit_note_on_a_factura_is_shown_to_its_client(old: Papers) -> None:
    """VOC-1 and the table of who may see which document."""
    ruc = ("6", "20123456786")
    old.put_voucher("01", "F001-00000001", document=ruc)
    old.put_voucher("08", "FD01-00000001", document=ruc, amends=("01", "F001-1"))
    assert old.bring_in().exit_code == 0, old.reasons()
    found = old.vouchers()
    assert found["FD01-00000001"].amended_id == found["F001-00000001"].id
    who = Principal(
        subject="client-1",
        kind="client",
        document_type="6",
        document_number="20123456786",
        permissions=frozenset({"vouchers:read"}),
    )
    assert set(Shelf(old.service).ids(who)) == {voucher.id for voucher in found.values()}


def put_summary(old: Papers, kind: str, number: str, lines: list[tuple[str, str, str]]) -> None:
    name = f"{papers.RUC}-{number}"
    old.put(f"{name}.xml", papers.sign(papers.summary(kind, number, lines), papers.issuer()))
    text = f"El documento {number} ha sido aceptado"
    old.put(f"R-{name}.zip", papers.zipped({f"R-{name}.xml": papers.receipt(number, text=text)}))


def test_a_boleta_told_by_daily_summary_has_its_receipt(old: Papers) -> None:
    """Boletas of 2019 mostly have no receipt of their own: RC with condition 1."""
    name = papers.file_name("03", BOLETA)
    old.put(f"{name}.xml", papers.sign(papers.voucher(), papers.issuer()))
    put_summary(old, "RC", "RC-20190712-1", [("03", BOLETA, "1")])
    assert old.bring_in().exit_code == 0, old.reasons()
    assert old.voucher().state == VoucherState.ACCEPTED
    assert old.voucher().file("cdr").name == "R-20000000001-RC-20190712-1.zip"  # type: ignore[union-attr]


def test_what_an_ra_or_rc_voided_is_void_in_whatever_order_they_come(old: Papers, tmp_path: Path) -> None:
    """A void voucher keeps XML and CDR and is printed with ANULADO."""
    old.put_voucher("01", "F001-00000001", document=("6", "20123456786"))
    old.put_voucher()
    put_summary(old, "RA", "RA-20190712-1", [("01", "F001-1", "3")])
    assert old.bring_in().exit_code == 0, old.reasons()
    late = Papers(old.service, tmp_path / "despues")
    put_summary(late, "RC", "RC-20190712-2", [("03", "B001-7", "3")])
    late.bring_in()
    found = old.vouchers()
    assert {number: (each.state, each.voided_by) for number, each in found.items()} == {
        "F001-00000001": (VoucherState.VOIDED, "RA-20190712-1"),
        BOLETA: (VoucherState.VOIDED, "RC-20190712-2"),
    }
    assert [event.number for event in old.service.events(VoucherVoided)] == [BOLETA]
    Shelf(old.service).print_all()
    assert all(each.printed is not None and "ANULADO" in each.printed.name for each in old.vouchers().values())


# ------------------------------------------------------------------ numbers


def last_number(service: ServiceUnderTest, series: str) -> tuple[int, bool]:
    with service.transaction() as session:
        row = session.scalars(select(Series).where(Series.series == series)).one()
        return row.last_number, row.active


def test_the_counter_moves_forward_and_never_back(old: Papers, tmp_path: Path) -> None:
    """Issue "Numbers": B003 is in use here."""
    old.put_voucher(number="B003-00000041")
    old.bring_in()
    assert last_number(old.service, "B003") == (41, True)
    late = Papers(old.service, tmp_path / "despues")
    late.put_voucher(number="B003-00000012")
    late.bring_in()
    assert last_number(old.service, "B003") == (41, True)
    old.service.deliver(a_payment())
    with old.service.transaction() as session:
        assert session.scalars(select(Voucher.number).where(Voucher.order_id == "order-1")).one() == 42


def test_a_series_nobody_uses_any_more_gives_no_numbers(old: Papers) -> None:
    old.put_voucher(number="BZZ9-00000005")
    old.bring_in()
    assert last_number(old.service, "BZZ9") == (5, False)


def test_a_number_the_issuer_signed_is_spent_even_without_proof(old: Papers) -> None:
    """What SUNAT holds under it is not known, so nobody else gets it."""
    old.put("b.xml", papers.sign(papers.voucher(number="B003-00000050"), papers.issuer()))
    old.put("c.xml", papers.sign(papers.voucher(number="B003-00000099"), papers.stranger()))
    old.bring_in()
    assert old.vouchers() == {}
    assert last_number(old.service, "B003") == (50, True)


def test_an_imported_series_can_be_taken_up_where_it_stopped(old: Papers) -> None:
    old.put_voucher(number="BZZ9-00000005")
    old.bring_in()
    with old.service.context():
        taken = CliRunner().invoke(cli.commands, ["series", "add", "03", "BZZ9", "03", "--last-number", "2"])
    assert taken.exit_code == 0
    assert last_number(old.service, "BZZ9") == (5, True)
    old.service.deliver(a_payment())
    assert old.service.events(VoucherIssued)[0].number == "BZZ9-00000006"


def test_what_is_there_is_never_changed(old: Papers, tmp_path: Path) -> None:
    """The same number with other bytes is a conflict, reported; the first one stays, in this run and in later ones."""
    old.put_voucher()
    old.put("otra.xml", papers.sign(papers.voucher(total="75.00"), papers.issuer()))
    old.bring_in()
    (kept,) = old.vouchers().values()
    late = Papers(old.service, tmp_path / "despues")
    late.put("tercera.xml", papers.sign(papers.voucher(total="99.00"), papers.issuer()))
    late.bring_in()
    assert late.reasons() == {"tercera.xml": "CONFLICT"}
    assert old.voucher().digest == kept.digest
    assert list(Papers(old.service, old.folder).bring_in() and old.reasons().values()) == ["CONFLICT"]


def test_importing_again_changes_nothing(old: Papers) -> None:
    old.put_voucher()
    old.bring_in()
    before = old.voucher().id
    assert "importados: 0" in old.bring_in().output
    assert old.voucher().id == before
    assert len(old.service.events(VoucherImported)) == 1


def test_every_kind_of_voucher_we_issue_can_be_read_back(old: Papers) -> None:
    """VOU-1: facturas, boletas and notes on either, discounts, credit, dollars; totals and lines as they were signed."""
    seal = papers.seal_of("SUNAT", "20131312955", since=datetime(2026, 1, 1, tzinfo=UTC))
    with old.service.context():
        told = {each.id: each for each in sample_documents() if len(each.lines) <= PRINTED_LINES}
        for number, document in told.items():
            old.put(f"{document.file_name}.xml", sign(build(document), signing_key()).xml)
            receipt = papers.receipt(number, text=TYPE_NAMES[document.type], seal=seal, on="2026-11-20")
            old.put(f"{number}-{document.type}.xml", receipt)
    assert old.bring_in().exit_code == 0, old.reasons()
    found = old.vouchers()
    assert set(found) == set(told)
    for number, document in told.items():
        read = found[number].document()
        assert (read.type, read.total_cents, read.tax_cents, read.value_cents, read.currency, read.sale_type) == (
            document.type,
            document.total_cents,
            document.tax_cents,
            document.value_cents,
            document.currency,
            document.sale_type,
        ), number
        assert [line.description for line in read.lines] == [line.description for line in document.lines]
        assert found[number].amended_type == (document.sale_type if document.is_note else None)
    with old.service.context():
        for number in ("FCN1-00000004", "FCN1-00000009", "BCN7-00000001", "FND1-00000001"):
            assert render(printout_of(found[number])).startswith(b"%PDF-")
