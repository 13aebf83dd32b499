"""The receipt (PAY-9, payments.md 1.5): everything Niubiz demands, kept, printed, mailed once, drawn again."""

import io
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from chassis.files import files
from contracts.payments import ReceiptDrawn
from services.payments.jobs import print_receipts
from services.payments.models import Order, ReceiptPrint, ReceiptSnapshot, WrittenTwice
from services.payments.receipt_pdf import draw_pdf
from services.payments.receipts import fingerprint
from tests.payments.desk import ANA, JULIO, Desk
from tests.people import staff

DEMANDED = {
    "domain": "www.cmp.org.pe",
    "company name": "Colegio Médico del Perú",
    "phone": "01 641-9847",
    "business address": "Av. 28 de Julio 776",
    "country": "Perú",
    "order number": "100000001",
    "masked card": "447411****2240",
    "date and time": "20/11/2026 10:00:00",
    "amount": "S/ 120.00",
    "currency": "Soles (PEN)",
    "product description": "Cuota Colegiado: agosto 2026, setiembre 2026",
    "card-holder name": "Rosa Elvira Quispe Ñaupari",
    "action code in words": "Aprobado y completado con éxito",
    "return policy": "Política de devolución",
    "terms": "versión 2026-01",
    "keep it": "Imprima esta constancia y consérvela",
}
"""payments.md 1.5: what the final page must show."""


def paper(pdf: bytes) -> str:
    """The words of a PDF."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def paid(desk: Desk) -> Any:
    """Rosa has paid two dues."""
    return desk.paid(*desk.owe("202608", "202609"))


def receipt_pdf(desk: Desk, order: Any, path: str = "/v1/orders/{id}/receipt.pdf", who: Any = None) -> bytes:
    """The receipt on paper, as its payer gets it."""
    client = desk.service.client(who) if who else desk.service.client(desk_owner())
    response = client.get(path.format(**order))
    assert response.status_code == 200, response.get_json()
    return bytes(response.get_data())


def desk_owner() -> Any:
    from tests.payments.desk import ROSA

    return ROSA


def test_the_paper_shows_everything_niubiz_demands(desk: Desk, paid: Any) -> None:
    """One field missing would cost the certification."""
    words = paper(receipt_pdf(desk, paid))
    assert {name: value for name, value in DEMANDED.items() if value not in words} == {}


def test_the_paper_says_that_it_is_no_voucher(desk: Desk, paid: Any) -> None:
    """The boleta is another document."""
    words = paper(receipt_pdf(desk, paid))
    assert "no es un comprobante de pago para la SUNAT" in words
    assert "pago@example.org" in words


def test_the_same_snapshot_gives_the_same_bytes_years_later(desk: Desk, paid: Any) -> None:
    """Niubiz may ask for a copy; whatever has changed since does not show."""
    before = receipt_pdf(desk, paid)
    desk.service.clock.advance(days=5 * 365)
    desk.welcome(given_names="Otro")
    with desk.service.transaction() as session:
        session.execute(update(Order).values(owner_name="Otro", email="otro@example.org"))
    assert receipt_pdf(desk, paid) == before


def test_the_settings_of_another_year_do_not_change_an_old_receipt(desk: Desk, paid: Any) -> None:
    """Address, phone and policy are those of the day."""
    with desk.service.transaction() as session:
        body = session.get_one(ReceiptSnapshot, paid["id"]).body
    assert body["merchant"]["address"] == desk.service.settings.merchant_address
    assert body["refund_policy"] == desk.service.settings.refund_policy


def test_a_receipt_of_an_earlier_version_can_still_be_drawn(desk: Desk, paid: Any) -> None:
    """Snapshots of before this year lack the owner, the country and the time of acceptance."""
    with desk.service.transaction() as session:
        body = dict(session.get_one(ReceiptSnapshot, paid["id"]).body)
    for name in ("owner_cmp", "owner_name", "terms_accepted_at_text"):
        body.pop(name)
    body["merchant"] = {key: value for key, value in body["merchant"].items() if key != "country"}
    assert "100000001" in paper(draw_pdf(body))


def test_a_snapshot_is_never_changed(desk: Desk, paid: Any) -> None:
    """Neither through the model nor by SQL; its fingerprint proves it."""
    with pytest.raises(WrittenTwice), desk.service.transaction() as session:
        session.get_one(ReceiptSnapshot, paid["id"]).sha256 = "0" * 64
    with pytest.raises(DBAPIError, match="append-only"), desk.service.transaction() as session:
        session.execute(text("UPDATE receipt_snapshot SET sha256 = 'x'"))
    with desk.service.transaction() as session:
        snapshot = session.get_one(ReceiptSnapshot, paid["id"])
        assert snapshot.sha256 == fingerprint(snapshot.body)


def test_the_receipt_is_drawn_once_stored_and_told_for_the_mail(desk: Desk, paid: Any) -> None:
    """By claim check, to the address typed with the order (PAY-11)."""
    assert [desk.service.run(print_receipts) for _ in range(2)] == [True, False]
    [fact] = desk.service.events(ReceiptDrawn)
    assert (fact.order_id, fact.email, fact.purchase_number) == (paid["id"], "pago@example.org", "100000001")
    assert (fact.pdf.service, fact.pdf.name) == ("payments", "constancia-de-pago-100000001.pdf")
    with desk.service.context():
        assert files().get(fact.pdf.sha256) == receipt_pdf(desk, paid)


def test_a_receipt_that_cannot_be_drawn_is_tried_again_later(desk: Desk, paid: Any, monkeypatch: Any) -> None:
    """The payment stands; the mail comes later."""
    from services.payments import receipt_pdf as module

    def fail(body: object) -> bytes:
        raise RuntimeError("no font")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(module, "draw_pdf", fail)
        desk.service.run(print_receipts)
    assert desk.service.run(print_receipts) is False
    desk.service.clock.advance(minutes=5)
    assert desk.service.run(print_receipts) is True
    with desk.service.transaction() as session:
        assert session.get_one(ReceiptPrint, paid["id"]).tries == 2
    assert len(desk.service.events(ReceiptDrawn)) == 1


def test_nobody_else_gets_the_receipt_but_treasury_of_the_council(desk: Desk, paid: Any) -> None:
    """404 for another physician and for another council."""
    path = f"/v1/orders/{paid['id']}/receipt.pdf"
    assert desk.service.client(JULIO).get(path).status_code == 404
    staff_path = f"/v1/staff/orders/{paid['id']}/receipt.pdf"
    tacna = staff("payments:view", council="12")
    assert desk.service.client(tacna).get(staff_path).status_code == 404
    assert desk.service.client(ANA).get(staff_path).data == receipt_pdf(desk, paid)


def test_an_unpaid_order_has_no_paper(desk: Desk) -> None:
    """Nor a row to print."""
    order = desk.place(*desk.owe("202608"))
    assert desk.ask("GET", f"/v1/orders/{order['id']}/receipt.pdf").problem == "payments/receipt-not-ready"
    assert desk.service.run(print_receipts) is False
