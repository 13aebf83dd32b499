"""Deadlines by mail: the reminders of a correction, and a calendar that moved a deadline (MAIL-8)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.recert import DeadlineMoved, DeadlineNeared
from services.notifier.jobs import send_next_mail
from services.notifier.models import Mail
from tests.notifier.facts import a_contact
from tests.notifier.postbox import Postbox

DEADLINE: dict[str, Any] = {
    "dossier_id": "dossier-1", "number": "000123", "council": "15", "deadline_id": 7, "deadline_kind": "CORRECTION",
    "due_on": date(2027, 1, 8), "account_id": "account-1", "name": "Rosa Elvira Quispe Ñaupari",
    "days_left": 5,
}  # fmt: skip


def neared(**changes: Any) -> DeadlineNeared:
    """A reminder."""
    return DeadlineNeared(**DEADLINE | changes)


def moved(**changes: Any) -> DeadlineMoved:
    """A later end."""
    reason = "El 24/12/2026 es día no laborable: Asueto por Nochebuena"
    return DeadlineMoved(**DEADLINE | {"due_before": date(2027, 1, 7), "reason": reason} | changes)


@pytest.mark.parametrize(
    ("left", "subject"),
    [
        (10, "Quedan 10 días hábiles para subsanar su expediente 000123"),
        (1, "Queda 1 día hábil para subsanar su expediente 000123"),
        (0, "Hoy es el último día para subsanar su expediente 000123"),
    ],
)
def test_a_reminder_says_how_many_working_days_are_left(
    service: ServiceUnderTest, postbox: Postbox, left: int, subject: str
) -> None:
    service.deliver(a_contact("rosa.quispe@example.pe"))
    service.deliver(neared(days_left=left))
    service.run(send_next_mail)
    [arrived] = postbox.arrived
    assert arrived.recipients == ["rosa.quispe@example.pe"]
    with service.transaction() as session:
        mail = session.scalars(select(Mail)).one()
    assert mail.subject == subject
    assert "8 de enero de 2027" in str(mail.text)


def test_the_same_reminder_told_twice_goes_once(service: ServiceUnderTest) -> None:
    service.deliver(neared(), sequence=1, id="first")
    service.deliver(neared(), sequence=2, id="second")
    service.deliver(neared(days_left=1), sequence=3, id="third")
    with service.transaction() as session:
        assert len(session.scalars(select(Mail)).all()) == 2


def test_a_moved_deadline_is_told_with_both_dates_and_why(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_contact("rosa.quispe@example.pe"))
    service.deliver(moved(deadline_kind="RESULT"), times=2)
    service.run(send_next_mail)
    assert len(postbox.arrived) == 1
    with service.transaction() as session:
        text = str(session.scalars(select(Mail)).one().text)
    for words in ("resultado de su solicitud", "7 de enero de 2027", "8 de enero de 2027", "Asueto por Nochebuena"):
        assert words in text
