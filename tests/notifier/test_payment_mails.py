"""Outcomes of payments that the page could not tell at once (MAIL-8, PAY-12)."""

from typing import Any

import pytest

from chassis.testing import ServiceUnderTest
from contracts.payments import PaymentDeclined, PaymentFailed
from services.notifier.jobs import send_next_mail
from tests.notifier.facts import a_declined_payment, a_failed_payment
from tests.notifier.postbox import Postbox


def test_a_card_refused_after_we_promised_to_write_is_told_with_its_reason(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(a_declined_payment())
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.pedido@example.pe"]
    assert arrived.message["Subject"] == "Su pago del pedido 2026-000123 fue rechazado"
    for part in (arrived.text, arrived.html):
        assert "Operación denegada. Fondos insuficientes" in part
        assert "no se realizó ningún cobro" in part
    assert "https://digital.example.pe/pago-online" in arrived.text


def test_a_payment_that_failed_after_we_promised_to_write_is_told(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_failed_payment())
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.message["Subject"] == "Su pago del pedido 2026-000123 no se completó"
    assert "no se realizó ningún cobro" in arrived.text


@pytest.mark.parametrize("event", [a_declined_payment(settled_later=False), a_failed_payment(settled_later=False)])
def test_an_outcome_that_the_page_showed_is_not_mailed(
    service: ServiceUnderTest, event: PaymentDeclined | PaymentFailed
) -> None:
    service.deliver(event)
    assert not service.run(send_next_mail)


@pytest.mark.parametrize("make", [a_declined_payment, a_failed_payment])
def test_each_attempt_is_told_once_however_often_it_is_reported(
    service: ServiceUnderTest, postbox: Postbox, make: Any
) -> None:
    service.deliver(make(), times=2)
    service.deliver(make(), sequence=2)
    service.deliver(make(purchase_number="100000002"), sequence=3)
    while service.run(send_next_mail):
        pass
    assert len(postbox.arrived) == 2
