"""Mails about one's own data: the newest address counts at once, and SINADEF tells each step (ACC-7, MENU-1)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chassis.testing import ServiceUnderTest
from contracts.identity import AccountNoticeDue, NoticeFacts, SinadefRequestChanged
from services.identity.models.sinadef import LABELS
from services.notifier.jobs import send_next_mail
from services.notifier.sinadef_words import SINADEF_WORDS
from tests.notifier.facts import a_contact, a_mail_request
from tests.notifier.postbox import Postbox

MOMENT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FILED = SinadefRequestChanged(
    request_id="7",
    number="SIN-2026-000007",
    account_id="account-1",
    cmp_number="012345",
    council="03",
    state="EMITIDO",
    establishment="Hospital «Virgen de la Puerta»",
    changed_at=MOMENT,
)


def test_a_voucher_asked_for_right_after_a_change_goes_to_the_new_address_acc_7(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(a_contact("vieja@example.pe"), sequence=1)
    service.deliver(a_contact("nueva@example.pe", phone="+51 1 641 9847", mobile="+51 999 000 001"), sequence=2)
    service.deliver(a_mail_request())
    service.run(send_next_mail)
    assert [mail.message["To"] for mail in postbox.arrived] == ["nueva@example.pe"]


def test_a_contact_without_an_address_is_one_nobody_can_write_to(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_contact(""))
    service.deliver(a_mail_request())
    assert service.run(send_next_mail) is False
    assert postbox.arrived == []


def test_the_old_address_is_told_of_the_new_one_masked_when_and_whom_to_warn(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    facts = NoticeFacts(given_names="Rosa Elvira", happened_at=MOMENT, masked_email="r***@example.pe")
    notice = AccountNoticeDue(
        notice_id="n-1", purpose="email_changed", account_id="account-1", email="vieja@example.pe", facts=facts
    )
    service.deliver(a_contact("nueva@example.pe"))
    service.deliver(notice)
    service.run(send_next_mail)
    (mail,) = postbox.arrived
    assert mail.message["To"] == "vieja@example.pe"
    said = " ".join(mail.text.split())
    for fact in ("r***@example.pe", "20 de noviembre de 2026, 10:00", "¿No fue usted?", "escribiendo a"):
        assert fact in said
    assert "nueva@example.pe" not in mail.text + mail.html


def test_each_step_of_an_application_is_mailed_once_to_the_registered_address(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(a_contact())
    service.deliver(FILED, times=2, id="first")
    service.clock.advance(hours=1)
    service.deliver(replace(FILED, state="EN_REVISION"), sequence=2)
    while service.run(send_next_mail):
        pass
    assert [mail.message["To"] for mail in postbox.arrived] == ["rosa.registrada@example.pe"] * 2
    assert "recibida" in str(postbox.arrived[0].message["Subject"])
    assert "en revisión" in str(postbox.arrived[1].message["Subject"])


def test_a_rejection_says_why(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_contact())
    service.deliver(replace(FILED, state="RECHAZADO", reason="Falta el código del establecimiento."))
    service.run(send_next_mail)
    assert "Motivo: Falta el código del establecimiento." in postbox.arrived[0].text


@pytest.mark.parametrize("state", list(LABELS))
def test_every_state_has_its_words(state: str) -> None:
    assert SINADEF_WORDS[state].keys() == {"short", "text", "next"}
