"""Diplomas at the council where they are collected: ready, handed over with a record, in time (product 1.8)."""

import threading
from datetime import date

import pytest
from sqlalchemy.exc import DatabaseError

from contracts.recert import DeadlineStopped, DiplomaHandedOver, DiplomaReady
from services.recert.models import DiplomaHandover
from tests.recert.outcome_desk import JULIO, OF_LIMA, OF_TACNA, REVISER, OutcomeDesk

IN_PERSON = {"handed_on": "2026-11-20", "by_proxy": False, "document_type": "1"}


@pytest.fixture
def desk(service):
    """Julio's diploma is collected in Lima (03), where Ana works."""
    return OutcomeDesk(service)


def ready(desk, row, who=OF_LIMA):
    return desk.ask("POST", f"/v1/staff/diplomas/{row.id}/ready", who)


def hand_over(desk, row, who=OF_LIMA, **changes):
    return desk.ask("POST", f"/v1/staff/diplomas/{row.id}/handover", who, json=IN_PERSON | changes)


def test_staff_of_the_council_say_it_is_ready_and_the_deadline_ends(desk, service):
    row = desk.recertify()
    answer = ready(desk, row)
    assert (answer.status, answer.body["diploma"], answer.body["due_on"]) == (200, "LISTO", None)
    [fact] = service.events(DiplomaReady)
    assert (fact.diploma_number, fact.council_label, fact.account_id) == (1, "CR III", "account-023546")
    assert [stopped.in_time for stopped in service.events(DeadlineStopped)] == [True]
    [act] = desk.acts()
    assert (act.act, act.actor_id, act.council) == ("diploma.ready", "staff-lima", "03")
    assert (act.before, act.after) == ({"diploma": "EN_PREPARACION"}, {"diploma": "LISTO"})


def test_it_is_made_ready_once(desk, service):
    row = desk.recertify()
    ready(desk, row)
    assert ready(desk, row).problem == "diploma-not-waiting"
    assert len(service.events(DiplomaReady)) == 1


def test_two_who_say_so_at_once_tell_it_once(desk, service):
    row, start, answers = desk.recertify(), threading.Barrier(2), []

    def press():
        start.wait()
        answers.append(ready(desk, row).status)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [200, 409]
    assert len(service.events(DiplomaReady)) == len(service.events(DeadlineStopped)) == 1


def test_the_record_says_who_came_by_which_document_and_when(desk, service):
    row = desk.recertify()
    ready(desk, row)
    service.clock.advance(days=3)
    answer = hand_over(
        desk, row, handed_on="2026-11-23", by_proxy=True, collector="  Ana   Ríos Paz ", document_type="4"
    )
    assert answer.status == 200
    record = answer.body["handover"]
    assert {name: record[name] for name in ("handed_on", "by_proxy", "document_type", "recorded_by_name")} == {
        "handed_on": "2026-11-23", "by_proxy": True, "document_type": "4", "recorded_by_name": "ANA LIMA",
    }  # fmt: skip
    assert record["collector"].split() == ["Ana", "Ríos", "Paz"]
    [fact] = service.events(DiplomaHandedOver)
    assert (fact.handed_on, fact.by_proxy) == (date(2026, 11, 23), True)
    assert "Ríos" not in str(fact)
    assert [act.act for act in desk.acts()] == ["diploma.ready", "diploma.handed_over"]


def test_in_person_it_is_the_physician_who_came(desk):
    row = desk.recertify()
    ready(desk, row)
    answer = hand_over(desk, row, collector="Otra Persona")
    assert answer.body["handover"]["collector"] == "RENGIFO TUANAMA, Julio César"


def test_one_that_was_never_announced_may_be_handed_over_and_ends_the_deadline(desk, service):
    assert hand_over(desk, desk.recertify()).body["diploma"] == "ENTREGADO"
    assert len(service.events(DeadlineStopped)) == 1
    assert service.events(DiplomaReady) == []


def test_it_is_handed_over_once(desk, service):
    row = desk.recertify()
    hand_over(desk, row)
    assert hand_over(desk, row).problem == "diploma-not-waiting"
    assert len(service.events(DiplomaHandedOver)) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"handed_on": "2026-11-19"}, "/handed_on"),
        ({"handed_on": "2026-11-21"}, "/handed_on"),
        ({"by_proxy": True}, "/collector"),
        ({"document_type": "6"}, "/document_type"),
    ],
)
def test_a_record_that_cannot_be_is_refused_beside_its_field(desk, changes, pointer):
    answer = hand_over(desk, desk.recertify(), **changes)
    assert (answer.status, [error["pointer"] for error in answer.body["errors"]]) == (422, [pointer])


def test_a_revoked_ones_diploma_stays(desk):
    row = desk.recertify()
    desk.ask("POST", f"/v1/staff/recertifications/{row.id}/revocation", REVISER, json={"reason": "Documento falso"})
    assert (ready(desk, row).problem, hand_over(desk, row).problem) == ("recertification-revoked",) * 2
    assert desk.ask("GET", "/v1/staff/diplomas?state=EN_PREPARACION", OF_LIMA).body["items"] == []


# ------------------------------------------------------------------ whose queue it is in


def test_the_queue_of_a_council_holds_its_own_the_oldest_first_with_the_last_day(desk):
    desk.recertify()
    desk.recertify(pickup="12", rne="")
    desk.recertify(rne="014568")
    items = desk.ask("GET", "/v1/staff/diplomas?state=EN_PREPARACION", OF_LIMA).body["items"]
    assert [(item["diploma_number"], item["due_on"]) for item in items] == [(1, "2026-12-15"), (3, "2026-12-15")]
    everywhere = desk.ask("GET", "/v1/staff/diplomas?limit=2", REVISER).body
    assert ([item["diploma_number"] for item in everywhere["items"]], everywhere["next"]) == ([1, 2], "2")
    there = desk.ask("GET", "/v1/staff/diplomas?council=12", REVISER).body["items"]
    assert [item["diploma_number"] for item in there] == [2]


@pytest.mark.parametrize(("who", "status"), [(None, 401), (JULIO, 403), (REVISER, 403), (OF_TACNA, 404)])
def test_only_staff_of_the_chosen_council_act(desk, who, status):
    row = desk.recertify()
    assert ready(desk, row, who).status == status
    assert hand_over(desk, row, who).status == status


def test_another_council_cannot_see_it(desk):
    row = desk.recertify()
    assert desk.ask("GET", f"/v1/staff/diplomas/{row.id}", OF_TACNA).status == 404


def test_the_record_of_a_handover_is_never_changed(desk, service):
    row = desk.recertify()
    hand_over(desk, row)
    with pytest.raises(DatabaseError), service.transaction() as session:
        session.execute(DiplomaHandover.__table__.update().values(collector="Otra"))
