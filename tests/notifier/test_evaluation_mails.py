"""The result of an evaluation by mail, whatever it is, to the registered address and with whom to ask (MAIL-6)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.recert import (
    DossierApproved,
    DossierDiscarded,
    DossierObserved,
    DossierReturned,
    DossierReviewed,
    ItemChange,
    ObservedPoint,
)
from services.notifier.jobs import send_next_mail
from services.notifier.models import Mail, Reason
from tests.notifier.facts import a_contact
from tests.notifier.postbox import Postbox

MOMENT = datetime(2026, 11, 20, 15, tzinfo=UTC)
DOSSIER: dict[str, Any] = {
    "dossier_id": "dossier-1", "dossier_number": "000123", "account_id": "account-1", "cmp_number": "012345",
    "council": "03", "kind_text": "Especialidad: PEDIATRÍA",
}  # fmt: skip
POINT = ObservedPoint(
    item=2, title="Curso de reanimación", page=7, reason="Documento ilegible", rule="Documentos legibles (ejemplo)",
    comment="Falta el reverso.",
)  # fmt: skip
OBSERVED = DossierObserved(
    **DOSSIER, round=1, observations=(POINT,), correct_by=date(2027, 1, 7), days_left=30, observed_at=MOMENT
)
CHANGE = ItemChange(position=2, title="Curso", claimed="5", awarded="1.5", reason="Solo 3 horas")
RESULTS = [
    (
        OBSERVED,
        "Resultado de su solicitud de recertificación 000123: observada",
        (
            "7 de enero de 2027",
            "quedan 30 días hábiles",
            "Ítem 2, Curso de reanimación (página 7)",
            "Falta el reverso.",
        ),
    ),
    (
        DossierApproved(**DOSSIER, points="21.5", changes=(CHANGE,), approved_at=MOMENT),
        "Resultado de su solicitud de recertificación 000123: aprobada por su consejo",
        ("21.5 puntos", "de 5 a 1.5 puntos. Motivo: Solo 3 horas", "Falta la revisión del Consejo Nacional"),
    ),
    (
        DossierReturned(**DOSSIER, reason="Falta un sustento", returned_at=MOMENT),
        "Su solicitud de recertificación 000123 vuelve a evaluarse",
        ("Motivo: Falta un sustento",),
    ),
    (
        DossierReviewed(**DOSSIER, points="20", dictamen_on=date(2026, 11, 20), reviewed_at=MOMENT),
        "Resultado de su solicitud de recertificación 000123: aprobada y revisada",
        ("20 de noviembre de 2026", "Constancia de Recertificación"),
    ),
    (
        DossierDiscarded(**DOSSIER, discarded_at=MOMENT),
        "Resultado de su solicitud de recertificación 000123: descartada",
        ("Puede presentar una nueva solicitud", "El trámite es gratuito"),
    ),
]


@pytest.mark.parametrize(("event", "subject", "facts"), RESULTS, ids=lambda value: type(value).__name__)
def test_each_result_is_told_with_its_facts_and_whom_to_ask(
    service: ServiceUnderTest, postbox: Postbox, event: Any, subject: str, facts: tuple[str, ...]
) -> None:
    """REC-14, REC-19."""
    service.deliver(a_contact("rosa.nueva@example.pe"))
    service.deliver(event)
    service.run(send_next_mail)

    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.nueva@example.pe"]
    said = " ".join(arrived.text.split())
    for fact in (*facts, "recertificacion@cmp.org.pe"):
        assert fact in said
    with service.transaction() as session:
        assert session.scalars(select(Mail.subject)).one() == subject


def test_without_a_registered_address_the_result_is_kept_as_failed(service: ServiceUnderTest) -> None:
    service.deliver(OBSERVED)
    with service.transaction() as session:
        assert session.scalars(select(Mail)).one().reason == Reason.NO_REGISTERED_ADDRESS
