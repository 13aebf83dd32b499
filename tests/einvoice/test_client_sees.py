"""What a client sees and is sent in option 2 (VOC-1, VOC-4, VOC-5): all issued to the own number, nothing else."""

from typing import Any

import pytest

from chassis.auth import Principal
from contracts.einvoice import VoucherMailRequested
from contracts.payments import Recipient
from services.einvoice.documents import Customer
from services.einvoice.models import Voucher
from services.einvoice.models.voucher import CDR
from tests.einvoice.facts import CLINIC
from tests.einvoice.receipts import zipped
from tests.einvoice.shelf import Shelf
from tests.people import physician

PERMISSIONS = frozenset({"account:read", "account:write", "vouchers:read", "vouchers:mail"})
PATIENT = Customer(document_type="1", document_number="04000009", name="SOTO ÑIQUE ANA")
ROSA_RUC = Customer(
    document_type="6", document_number="10400000013", name="QUISPE ÑAUPARI ROSA ELVIRA", address="JR. DOS 2"
)


def client_of(customer: Customer | Recipient) -> Principal:
    """The login of a client with this document."""
    return Principal(
        subject=f"client-{customer.document_number}",
        kind="client",
        name=customer.name,
        document_type=customer.document_type,
        document_number=customer.document_number,
        permissions=PERMISSIONS,
    )


KINDS: dict[str, dict[str, Any]] = {
    "factura": {"voucher_type": "01"},
    "boleta": {},
    "credit note on a boleta": {"as_type": "07", "amended_type": "03"},
    "credit note on a factura": {"as_type": "07", "amended_type": "01"},
    "debit note": {"as_type": "08", "amended_type": "01"},
}


@pytest.mark.parametrize("customer", [CLINIC, ROSA_RUC, PATIENT], ids=["firm", "physician's own RUC", "DNI"])
def test_a_client_sees_every_type_issued_to_the_own_number(shelf: Shelf, customer: Customer) -> None:
    """VOC-1, and the rows "client" and "physician, option 2" of the table."""
    mine = [facts for facts in KINDS.values() if customer is not PATIENT or facts.get("voucher_type") != "01"]
    shown = {shelf.put(customer=customer, printed=True, **facts) for facts in mine}
    who = client_of(customer)
    assert set(shelf.ids(who)) == shown
    assert {shelf.get(f"vouchers/{voucher}", who).status_code for voucher in shown} == {200}


def test_a_clients_vouchers_are_not_found_by_any_other(shelf: Shelf) -> None:
    """404 on every way in, for another client and for the physician who paid."""
    factura = shelf.put(voucher_type="01", customer=CLINIC, printed=True)
    for who in (client_of(ROSA_RUC), client_of(PATIENT), physician()):
        assert shelf.ids(who, state="any") == []
        assert shelf.statuses(factura, who) == {404}


def test_the_same_number_of_another_kind_of_document_is_another_client(shelf: Shelf) -> None:
    shelf.put(customer=PATIENT)
    stranger = Customer(document_type="4", document_number="04000009", name="OTRA PERSONA")
    assert shelf.ids(client_of(stranger)) == []


def test_a_client_without_a_number_sees_nothing(shelf: Shelf) -> None:
    shelf.put(customer=PATIENT)
    nobody = Principal(subject="x", kind="client", permissions=PERMISSIONS)
    assert shelf.ids(nobody) == []


def printed_and_accepted(shelf: Shelf, **facts: Any) -> str:
    """A voucher with all three files."""
    voucher_id = shelf.put(printed=True, **facts)
    give_receipt(shelf, voucher_id)
    return voucher_id


def give_receipt(shelf: Shelf, voucher_id: str) -> None:
    """SUNAT's receipt has come."""
    store = shelf.service.service.files
    cdr = store.put(zipped(voucher_id.encode()), media_type="application/zip", name="R-voucher.zip")
    with shelf.service.transaction() as session:
        session.get_one(Voucher, voucher_id).keep_file(CDR, cdr)


def attached(shelf: Shelf) -> list[list[str]]:
    """The media types of what each mail carries."""
    return [[file.media_type for file in event.attachments] for event in shelf.service.events(VoucherMailRequested)]


THREE = ["application/pdf", "application/xml", "application/zip"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_gets_pdf_xml_and_cdr_by_mail(shelf: Shelf, kind: str) -> None:
    """VOC-5: three files, whatever the type; each is the one that can be downloaded."""
    voucher_id, who = printed_and_accepted(shelf, customer=CLINIC, **KINDS[kind]), client_of(CLINIC)
    assert shelf.post("vouchers/mail", who, ids=[voucher_id]).status_code == 202
    assert attached(shelf) == [THREE]
    (asked,) = shelf.service.events(VoucherMailRequested)
    downloads = [shelf.get(f"vouchers/{voucher_id}/{file}", who).data for file in ("pdf", "xml", "cdr")]
    assert [shelf.service.service.files.get(file.sha256) for file in asked.attachments] == downloads
    assert asked.account_id == who.subject


def test_a_physician_gets_the_document_only(shelf: Shelf) -> None:
    """VOC-5: option 1 promises no more, though XML and CDR are there."""
    voucher_id = printed_and_accepted(shelf)
    assert shelf.post("vouchers/mail", ids=[voucher_id]).status_code == 202
    assert attached(shelf) == [THREE[:1]]


def test_a_client_waits_for_the_receipt_rather_than_get_a_mail_without_it(shelf: Shelf) -> None:
    """VOC-5: three files or none; once the receipt is there, the whole selection goes out."""
    ready = printed_and_accepted(shelf, customer=CLINIC, voucher_type="01")
    early = shelf.put(printed=True, customer=CLINIC, voucher_type="01")
    assert shelf.post("vouchers/mail", client_of(CLINIC), ids=[ready, early]).status_code == 409
    assert attached(shelf) == []
    give_receipt(shelf, early)
    assert shelf.post("vouchers/mail", client_of(CLINIC), ids=[ready, early]).status_code == 202
    assert attached(shelf) == [THREE, THREE]
