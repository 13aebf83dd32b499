"""Printing and mailing a selection (VOU-9, VOU-10)."""

import io
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from contracts.einvoice import VoucherMailRequested
from contracts.payments import Recipient
from tests.einvoice.shelf import Shelf

ACTS = pytest.mark.parametrize("path", ["vouchers/print", "vouchers/mail"])


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
