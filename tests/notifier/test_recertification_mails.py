"""Recertifications by mail: the constancia with its PDF, the diploma, a revocation, and what is about to end."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.recert import (
    CertificationEnding,
    ConstanciaIssued,
    ConstanciaMailRequested,
    DiplomaReady,
    RecertificationRevoked,
)
from services.notifier.jobs import send_next_mail
from services.notifier.models import Mail
from tests.notifier.facts import PDF, a_contact, a_file
from tests.notifier.postbox import Postbox

WHO: dict[str, Any] = {"account_id": "account-1", "name": "Rosa Elvira Quispe Ñaupari"}
CONSTANCIA: dict[str, Any] = WHO | {
    "recertification_id": "recertification-1",
    "number": "CR-00000007",
    "kind_text": "Especialidad: PSIQUIATRÍA",
    "valid_until": date(2031, 11, 19),
    "pdf": a_file(name="constancia-de-recertificacion-CR-00000007.pdf"),
}
REVOKED = RecertificationRevoked(
    **WHO, recertification_id="recertification-1", cmp_number="012345", basis="SPECIALITY", rne="008123",
    speciality="Psiquiatría", recertified_until=None, number="CR-00000007", reason="Documento falso en el expediente",
    revoked_at=datetime(2026, 11, 20, 15, tzinfo=UTC),
)  # fmt: skip
READY = DiplomaReady(
    **WHO, recertification_id="recertification-1", diploma_number=35568, kind_text="Médico Cirujano", council="03",
    council_label="CR III", ready_at=datetime(2026, 11, 20, 15, tzinfo=UTC),
)  # fmt: skip


def ending(**changes: Any) -> CertificationEnding:
    """A certification that ends in four months."""
    values: dict[str, Any] = {
        "cmp_number": "012345", "basis": "ENROLMENT", "rne": "", "speciality": None, "valid_until": date(2027, 3, 20),
        "notice": "FOUR_MONTHS", "account_id": "account-1",
    }  # fmt: skip
    return CertificationEnding(**values | changes)


@pytest.mark.parametrize("event", [ConstanciaIssued(**CONSTANCIA), ConstanciaMailRequested(**CONSTANCIA)])
def test_a_constancia_goes_with_its_pdf_to_the_registered_address(
    service: ServiceUnderTest, postbox: Postbox, event: Any
) -> None:
    """MAIL-7, REC-15."""
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(event, times=2)
    while service.run(send_next_mail):
        pass
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.registrada@example.pe"]
    assert "CR-00000007" in arrived.message["Subject"]
    assert "19 de noviembre de 2031" in arrived.text
    assert [part.get_content() for part in arrived.message.iter_attachments()] == [PDF]


@pytest.mark.parametrize(
    ("event", "subject", "words"),
    [
        (REVOKED, "Su recertificación CR-00000007 fue revocada", "Documento falso en el expediente"),
        (READY, "Su diploma 35568 está listo en CR III", "carta poder simple"),
        (
            ending(),
            "Su certificación como médico cirujano vence el 20 de marzo de 2027",
            "dentro de cuatro meses o menos",
        ),
    ],
)
def test_the_physician_is_told(
    service: ServiceUnderTest, postbox: Postbox, event: Any, subject: str, words: str
) -> None:
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(event)
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.message["Subject"] == subject
    assert words in arrived.text


def test_who_has_no_account_leaves_no_mail_that_fails(service: ServiceUnderTest) -> None:
    service.deliver(ending(account_id=None))
    with service.transaction() as session:
        assert session.scalars(select(Mail)).all() == []
