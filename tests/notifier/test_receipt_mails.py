"""What the payer is told after the money moved: the receipt, a charge that paid nothing, its return."""

from chassis.testing import ServiceUnderTest
from services.notifier.jobs import send_next_mail
from tests.notifier.facts import PDF, a_drawn_receipt, a_payment_not_applied, a_refunded_payment, a_returned_charge
from tests.notifier.postbox import Postbox


def test_the_receipt_goes_with_its_pdf_to_the_address_typed_with_the_order(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    """PAY-9 and PAY-11: Niubiz demands that it be mailed."""
    service.deliver(a_drawn_receipt())
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.pedido@example.pe"]
    assert arrived.message["Subject"] == "Constancia de su pago 100000001"
    assert "S/\xa060.00" in arrived.text
    assert "Cuota Colegiado: agosto 2026" in arrived.html
    assert [part.get_content() for part in arrived.message.iter_attachments()] == [PDF]


def test_the_receipt_is_mailed_exactly_once(service: ServiceUnderTest, postbox: Postbox) -> None:
    """Failure case 16: redelivered, told again under another id, it is the same receipt."""
    service.deliver(a_drawn_receipt(), times=2)
    service.deliver(a_drawn_receipt(), sequence=2)
    while service.run(send_next_mail):
        pass
    assert len(postbox.arrived) == 1


def test_a_charge_that_paid_nothing_is_told_and_so_is_its_return(service: ServiceUnderTest, postbox: Postbox) -> None:
    """Failure case 8: the page had promised to write."""
    service.deliver(a_payment_not_applied())
    service.deliver(a_returned_charge(), sequence=2, times=2)
    while service.run(send_next_mail):
        pass
    first, second = postbox.arrived
    assert "ya se habían pagado por otro medio" in first.text
    assert second.message["Subject"] == "Devolvimos el cobro del pedido 2026-000123"
    assert "S/\xa060.00" in second.text


def test_a_refund_is_told_with_amount_card_and_what_follows(service: ServiceUnderTest, postbox: Postbox) -> None:
    """MAIL-8: the address typed with the order learns it before SUNAT has accepted the credit note."""
    service.deliver(a_refunded_payment("julio 2026", "agosto 2026"))
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.pedido@example.pe"]
    assert arrived.message["Subject"] == "Devolución de su pago, pedido 2026-000123"
    assert "S/\xa0120.00" in arrived.text
    for words in ("terminada en 2240", "hasta 30 días", "Cuota Colegiado julio 2026", "nota de crédito electrónica"):
        assert words in arrived.text
        assert words in arrived.html
    assert "Las cuotas devueltas vuelven a estar pendientes." in arrived.text


def test_the_reason_that_staff_wrote_is_not_mailed(service: ServiceUnderTest, postbox: Postbox) -> None:
    """It is treasury's note, perhaps about the person."""
    service.deliver(a_refunded_payment(reason="nota interna"))
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert "nota interna" not in arrived.text + arrived.html


def test_a_refund_of_a_card_we_do_not_know_names_none(service: ServiceUnderTest, postbox: Postbox) -> None:
    """A charge that was ruled by evidence has no card."""
    service.deliver(a_refunded_payment(card_last4=None))
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert "a la tarjeta con la que pagó. Su banco" in arrived.text
    assert "La cuota devuelta vuelve a estar pendiente." in arrived.text


def test_each_refund_of_an_order_is_told_once(service: ServiceUnderTest, postbox: Postbox) -> None:
    """Redelivered, told again under another id: one letter; the next refund of the same order is another."""
    service.deliver(a_refunded_payment(), times=2)
    service.deliver(a_refunded_payment(), sequence=2)
    service.deliver(a_refunded_payment(refund_id="refund-2"), sequence=3)
    while service.run(send_next_mail):
        pass
    assert len(postbox.arrived) == 2


def test_a_refund_told_without_an_address_writes_no_mail(service: ServiceUnderTest) -> None:
    """Facts published before the address was part of them."""
    service.deliver(a_refunded_payment(email=None))
    assert not service.run(send_next_mail)
