"""Dossiers that were sent, confirmed by mail at the registered address (MAIL-5, REC-12)."""

from datetime import UTC, date, datetime
from typing import Any

from chassis.testing import ServiceUnderTest
from contracts.recert import DossierCorrected, DossierSubmitted
from services.notifier.jobs import send_next_mail
from tests.notifier.facts import a_contact
from tests.notifier.postbox import Postbox

FACTS: dict[str, Any] = {
    "dossier_id": "dossier-1",
    "dossier_number": "000123",
    "account_id": "account-1",
    "cmp_number": "012345",
    "name": "Rosa Elvira Quispe Ñaupari",
    "council": "03",
    "pickup_council": "03",
    "speciality": "Pediatría",
    "rne": "008123",
    "kind_text": "Especialidad: PEDIATRÍA",
    "sent_at": datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
    "result_due_on": date(2026, 12, 1),
}


def test_rec_12_a_request_is_confirmed_once_with_the_day_of_its_result(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(a_contact("rosa.registrada@example.pe"))
    service.deliver(DossierSubmitted(**FACTS))
    service.deliver(DossierSubmitted(**FACTS), sequence=2)
    while service.run(send_next_mail):
        pass
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.registrada@example.pe"]
    assert arrived.message["Subject"] == "Recibimos su solicitud de recertificación 000123"
    for words in ("Especialidad: PEDIATRÍA", "1 de diciembre de 2026", "/recertificacion/solicitudes/dossier-1"):
        assert words in arrived.text


def test_each_correction_is_confirmed(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_contact("rosa.registrada@example.pe"))
    for version in (2, 3):
        service.deliver(DossierCorrected(**FACTS, version=version), sequence=version)
    while service.run(send_next_mail):
        pass
    subjects = [arrived.message["Subject"] for arrived in postbox.arrived]
    assert subjects == ["Recibimos su subsanación del expediente 000123"] * 2
