"""Printing, bundling and mailing a selection (VOU-9, VOU-10)."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from contracts.einvoice import VoucherMailRequested
from contracts.payments import Recipient
from services.einvoice.bundling import bundle
from services.einvoice.models import VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_payment
from tests.einvoice.shelf import Shelf

ACTS = pytest.mark.parametrize("path", ["vouchers/print", "vouchers/zip", "vouchers/mail"])


def test_a_selection_is_printed_as_one_pdf_in_its_order(shelf: Shelf) -> None:
    """VOU-9."""
    first, second = shelf.put(), shelf.put()
    shelf.print_all()
    response = shelf.post("vouchers/print", ids=[second, first, second])
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages]
    assert ["B003-00000002" in pages[0], "B003-00000001" in pages[1], len(pages)] == [True, True, 2]
    assert response.content_type == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"


SELECTIONS: list[dict[str, Any]] = [{"ids": ids} for ids in ([], ["x"] * 51, "x", [""], [1])]


@ACTS
def test_a_selection_has_one_to_fifty_vouchers(shelf: Shelf, path: str) -> None:
    """No selection -> message (VOU-9); at most 50."""
    answers = [shelf.post(path, **selection) for selection in [{}, *SELECTIONS]]
    assert {answer.status_code for answer in answers} == {422}
    assert all(answer.get_json()["errors"][0]["pointer"].startswith("/ids") for answer in answers)


@ACTS
def test_one_voucher_of_another_person_refuses_the_whole_selection(shelf: Shelf, path: str) -> None:
    """Nothing is printed or mailed by halves."""
    mine = shelf.put()
    hers = shelf.put(customer=Recipient(document_type="1", document_number="40000002", name="OTRO MÉDICO"))
    shelf.print_all()
    assert shelf.post(path, ids=[mine, hers]).status_code == 404
    assert VoucherMailRequested not in shelf.service.published()


@ACTS
def test_a_selection_with_a_voucher_that_has_no_pdf_yet_must_wait(shelf: Shelf, path: str) -> None:
    """409."""
    ready = shelf.put(printed=True)
    assert shelf.post(path, ids=[ready, shelf.put()]).status_code == 409
    assert VoucherMailRequested not in shelf.service.published()


def test_a_selection_is_bundled_under_the_names_of_sunat(office: Office) -> None:
    """Issue 5: PDF, XML and CDR of each, the stored bytes, and a ZIP that other programs read."""
    for order in ("order-1", "order-2"):
        office.service.deliver(a_payment(order_id=order))
    office.send()
    office.print()
    shelf = Shelf(office.service)
    by_number = {item["number"]: item["id"] for item in shelf.items()}
    chosen = [by_number[f"B003-{number:08d}"] for number in (2, 1)]
    answer = shelf.post("vouchers/zip", ids=[*chosen, chosen[0]])
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("application/zip", "private, no-store")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            name
            for number in (2, 1)
            for name in (
                f"20000000001-03-B003-{number:08d}.pdf",
                f"20000000001-03-B003-{number:08d}.xml",
                f"R-20000000001-03-B003-{number:08d}.zip",
            )
        ]
        assert archive.read("20000000001-03-B003-00000002.xml") == shelf.get(f"vouchers/{chosen[0]}/xml").data
        assert archive.infolist()[0].date_time[:5] == (2026, 11, 20, 10, 0)


def test_a_refused_voucher_is_bundled_without_the_receipt_it_never_got(shelf: Shelf) -> None:
    """SUNAT refused it by a fault: there is nothing to wait for."""
    voucher = shelf.put(VoucherState.REJECTED, printed=True)
    answer = shelf.post("vouchers/zip", ids=[voucher])
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert [name[-3:] for name in archive.namelist()] == ["pdf", "xml"]


def test_a_voucher_that_sunat_has_not_judged_is_not_bundled_yet(shelf: Shelf) -> None:
    assert shelf.post("vouchers/zip", ids=[shelf.put(VoucherState.QUEUED, printed=True)]).status_code == 409


def test_a_bundle_is_sent_while_it_is_put_together(shelf: Shelf) -> None:
    """Bounded memory: no piece is larger than a chunk of one file."""
    store = shelf.service.service.files
    big = store.put(bytes(24_000_000), media_type="application/pdf", name="big.pdf")
    pieces = [len(piece) for piece in bundle(store, [(big, shelf.service.clock.now())] * 2)]
    assert sum(pieces) > 48_000_000
    assert max(pieces) < 13_000_000


def test_a_selection_is_mailed_to_the_account_that_asks(shelf: Shelf) -> None:
    """VOU-10: the event names an account, never an address; option 1 attaches the PDF only (VOC-5)."""
    first, second = shelf.put(), shelf.put()
    shelf.print_all()
    response = shelf.post("vouchers/mail", ids=[first, second, first])
    assert (response.status_code, response.get_json()) == (202, {"requested": 2})
    asked = shelf.service.events(VoucherMailRequested)
    assert [(event.voucher_id, event.account_id) for event in asked] == [
        (first, "account-012345"),
        (second, "account-012345"),
    ]
    assert [[file.media_type for file in event.attachments] for event in asked] == [["application/pdf"]] * 2
    assert asked[0].total == Decimal("30.00")


def test_no_address_can_be_given_with_a_mail(shelf: Shelf) -> None:
    """VOU-10: no free-text recipient is accepted."""
    voucher = shelf.put()
    shelf.print_all()
    response = shelf.post("vouchers/mail", ids=[voucher], email="otra@example.pe")
    assert response.status_code == 422
    assert VoucherMailRequested not in shelf.service.published()
