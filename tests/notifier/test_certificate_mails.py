"""Constancias de habilidad by mail: to the registered address and no other."""

from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.payments import HabilidadCertificateMailRequested
from services.notifier.jobs import send_next_mail
from services.notifier.models import Mail
from tests.notifier.facts import PDF, a_contact, a_file
from tests.notifier.postbox import Postbox


def a_certificate_wanted(**changes: Any) -> HabilidadCertificateMailRequested:
    """Rosa asks for her constancia by mail."""
    values: dict[str, Any] = {
        "certificate_id": "certificate-1",
        "number": "CH-00000007",
        "valid_until": date(2026, 12, 19),
        "account_id": "account-1",
        "name": "Rosa Elvira Quispe Ñaupari",
        "pdf": a_file(name="constancia-de-habilidad-CH-00000007.pdf"),
    }
    return HabilidadCertificateMailRequested(**values | changes)


def test_it_goes_with_its_pdf_to_the_registered_address(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(a_certificate_wanted())
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.registrada@example.pe"]
    assert arrived.message["Subject"] == "Su constancia de habilidad CH-00000007"
    assert "19 de diciembre de 2026" in arrived.text
    assert [part.get_content() for part in arrived.message.iter_attachments()] == [PDF]


def test_each_request_makes_its_own_mail(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(a_certificate_wanted(), id="event-1", times=2)
    service.deliver(a_certificate_wanted(), id="event-2", sequence=2)
    while service.run(send_next_mail):
        pass
    assert len(postbox.arrived) == 2


def test_without_a_registered_address_the_mail_fails_and_says_why(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_certificate_wanted())
    with service.transaction() as session:
        mail = session.scalars(select(Mail)).one()
    assert (mail.state, mail.reason) == ("failed", "no_registered_address")
