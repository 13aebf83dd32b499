"""One voucher: what is shown of it, its files, and what the result page of its payment learns."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime

import pytest

from chassis.testing import ServiceUnderTest
from services.einvoice.models import Voucher
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment
from tests.einvoice.shelf import OTHER, ROSA_LOGIN, Shelf
from tests.people import a_service, physician, staff


def test_one_voucher_is_shown_with_its_lines_and_sunats_answer(office: Office) -> None:
    """What the owner may know of it."""
    office.sunat.will("observe", code="4252")
    office.service.deliver(a_payment())
    office.send()
    shown = Shelf(office.service).get(f"vouchers/{office.voucher().id}").get_json()
    assert [(line["position"], line["description"], line["amount"]) for line in shown["lines"]] == [
        (1, "Cuota colegiado 202601", "30.00"),
        (2, "Cuota colegiado 202602", "30.00"),
    ]
    assert (shown["state"], shown["state_label"]) == ("observed", "Aceptado con observaciones")
    assert shown["observations"][0].startswith("4252")
    assert shown["files"]["pdf"] is None
    assert datetime.fromisoformat(shown["issued_at"]) == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


FILES = {
    "pdf": ("application/pdf", "20000000001-03-B003-00000001.pdf"),
    "xml": ("application/xml", "20000000001-03-B003-00000001.xml"),
    "cdr": ("application/zip", "R-20000000001-03-B003-00000001.zip"),
}


@pytest.fixture
def complete(office: Office) -> Voucher:
    """An accepted voucher with all its files."""
    office.service.deliver(a_payment())
    office.send()
    office.print()
    return office.voucher()


def test_each_file_is_downloaded_under_its_name(office: Office, complete: Voucher) -> None:
    """Content-Disposition and type (sunat.md 2.9)."""
    answers = {kind: Shelf(office.service).get(f"vouchers/{complete.id}/{kind}") for kind in FILES}
    found = {kind: (each.content_type, each.headers["Content-Disposition"]) for kind, each in answers.items()}
    assert found == {kind: (media, f'attachment; filename="{name}"') for kind, (media, name) in FILES.items()}


def test_a_file_is_the_one_that_was_stored(office: Office, complete: Voucher) -> None:
    """Byte for byte; the digest is the ETag."""
    answer = Shelf(office.service).get(f"vouchers/{complete.id}/xml")
    reference = complete.file("xml")
    assert reference is not None
    assert hashlib.sha256(answer.data).hexdigest() == reference.sha256
    assert (answer.headers["ETag"], answer.headers["Content-Length"]) == (f'"{reference.sha256}"', str(reference.size))


def test_a_file_may_neither_be_misread_nor_kept_on_the_way(office: Office, complete: Voucher) -> None:
    """nosniff, sandbox, no-store (reliability 4, headers)."""
    headers = Shelf(office.service).get(f"vouchers/{complete.id}/xml").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_the_receipt_is_the_one_sunat_gave(office: Office, complete: Voucher) -> None:
    """A ZIP with SUNAT's answer in it."""
    data = Shelf(office.service).get(f"vouchers/{complete.id}/cdr").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "R-20000000001-03-B003-00000001.xml" in archive.namelist()


def test_a_file_the_client_has_is_not_sent_again(shelf: Shelf) -> None:
    """304 for the same ETag."""
    voucher = shelf.put()
    client = shelf.service.client(ROSA_LOGIN)
    etag = client.get(f"/v1/vouchers/{voucher}/xml").headers["ETag"]
    again = client.get(f"/v1/vouchers/{voucher}/xml", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("kind", ["pdf", "cdr"])
def test_a_file_that_is_still_being_made_is_a_matter_of_time(shelf: Shelf, kind: str) -> None:
    """409 with Retry-After, not 404: the voucher exists."""
    response = shelf.get(f"vouchers/{shelf.put()}/{kind}")
    assert response.status_code == 409
    assert response.get_json()["type"] == "urn:cmp:problem:einvoice/file-not-ready"
    assert int(response.headers["Retry-After"]) > 0


def test_other_services_fetch_a_file_by_its_claim_check(shelf: Shelf) -> None:
    """Architecture 4: by SHA-256 with a service token; no person may."""
    shelf.put()
    shelf.print_all()
    with shelf.service.transaction() as session:
        reference = session.query(Voucher).one().file("pdf")
    assert reference is not None
    answer = shelf.get(f"files/{reference.sha256}", a_service("notifier"))
    assert hashlib.sha256(answer.data).hexdigest() == reference.sha256
    assert shelf.get(f"files/{reference.sha256}").status_code == 403


def test_the_result_page_learns_of_a_boleta(office: Office) -> None:
    """VOU-8 and the payment's result page."""
    office.service.deliver(a_payment())
    assert Shelf(office.service).get("orders/order-1/voucher").get_json() == {
        "number": "B003-00000001",
        "type": "03",
        "type_label": "Boleta de venta electrónica",
        "state": "queued",
        "state_label": "En proceso",
        "visible": True,
        "id": office.voucher().id,
    }


def test_the_result_page_learns_of_a_factura_that_option_1_does_not_show(service: ServiceUnderTest) -> None:
    """VOU-3: issued, but to be looked up in option 2."""
    service.deliver(a_factura_payment())
    shelf = Shelf(service)
    told = shelf.get("orders/order-2/voucher").get_json()
    assert (told["number"], told["type"], told["visible"], told["id"]) == ("F003-00000001", "01", False, None)
    assert shelf.ids(order_id="order-2") == []


def test_nobody_else_learns_of_an_orders_voucher(service: ServiceUnderTest) -> None:
    """404, whoever asks."""
    service.deliver(a_payment())
    viewers = (OTHER, physician(kind="client"), physician(cmp_number=None), staff("vouchers:read"))
    assert {Shelf(service).get("orders/order-1/voucher", who).status_code for who in viewers} == {404}


def test_an_order_without_a_voucher_yet_is_not_found(shelf: Shelf) -> None:
    """The page tries again."""
    assert shelf.get("orders/order-1/voucher").status_code == 404
