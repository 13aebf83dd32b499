"""Long lists of vouchers: the mail that says the file is there, and the one that says it could not be made (VOU-13)."""

from datetime import UTC, datetime

from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.einvoice import VoucherExportFailed, VoucherExportReady
from services.notifier.jobs import send_next_mail
from services.notifier.models import Mail
from tests.notifier.facts import a_contact
from tests.notifier.postbox import Postbox

READY = VoucherExportReady(
    export_id="export-1",
    account_id="account-1",
    rows=1234,
    format="xlsx",
    expires_at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
)


def test_the_owner_is_told_where_the_file_is_and_until_when(service: ServiceUnderTest, postbox: Postbox) -> None:
    """VOU-13: a link to our own pages, no attachment, to the registered address."""
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(READY, times=2)
    while service.run(send_next_mail):
        pass
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.registrada@example.pe"]
    assert "/comprobantes/documentos/exportaciones/export-1" in arrived.text
    assert "con 1234 comprobantes" in arrived.text
    assert "23 de noviembre de 2026, 22:00" in arrived.text
    assert list(arrived.message.iter_attachments()) == []


def test_the_owner_is_told_that_it_could_not_be_made(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(VoucherExportFailed(export_id="export-1", account_id="account-1"))
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.message["Subject"] == "No pudimos preparar su lista de comprobantes"


def test_without_a_registered_address_the_mail_fails_and_says_why(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(READY)
    with service.transaction() as session:
        mail = session.scalars(select(Mail)).one()
    assert (mail.state, mail.reason) == ("failed", "no_registered_address")
