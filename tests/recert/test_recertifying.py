"""Recertification: numbers, validity, the list, and taking it back (REC-16, REC-17)."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from contracts.recert import DeadlineStarted, DeadlineStopped, PhysicianRecertified, RecertificationRevoked
from services.recert.deadlines import DeadlineKind
from services.recert.models import Dossier, NumberSeries, PublicPhysician, Recertification
from services.recert.outcome.granting import recertify
from tests.people import staff
from tests.recert.outcome_desk import JULIO, OF_LIMA, REVISER, ROSA, TODAY, OutcomeDesk

REASON = "Documento falso en el expediente"


@pytest.fixture
def desk(service):
    """Julio's council and staff."""
    return OutcomeDesk(service)


def revoke(desk, row, who=REVISER, reason=REASON):
    path = f"/v1/staff/recertifications/{row.id}/revocation"
    return desk.ask("POST", path, who, json={"reason": reason})


def shown(service, number="023546"):
    """ "Recertificado hasta" in the public register."""
    with service.transaction() as session:
        return session.get_one(PublicPhysician, number).recertified


@pytest.mark.parametrize(
    ("dictamen", "last_day"),
    [
        (date(2019, 4, 9), date(2024, 4, 8)),
        (date(2023, 3, 1), date(2028, 2, 29)),
        (date(2024, 2, 29), date(2029, 2, 28)),
    ],
)
def test_it_is_valid_for_five_years_minus_one_day_from_the_dictamen(desk, dictamen, last_day):
    """REC-17."""
    row = desk.recertify(on=dictamen)
    assert (row.dictamen_on, row.valid_until, row.year) == (dictamen, last_day, dictamen.year)


def test_a_speciality_is_certified_under_its_rne_and_told(desk, service):
    row = desk.recertify()
    [fact] = service.events(PhysicianRecertified)
    assert (fact.cmp_number, fact.basis, fact.rne, fact.diploma_number) == ("023546", "SPECIALITY", "014567", 1)
    assert (fact.valid_from, fact.valid_until) == (TODAY, date(2031, 11, 19))
    assert (row.kind_text, shown(service)) == ("Especialidad: PSIQUIATRÍA", {"014567": "2031-11-19"})


def test_a_medico_cirujano_is_certified_by_enrolment(desk, service):
    desk.recertify(rne="")
    [fact] = service.events(PhysicianRecertified)
    assert (fact.basis, fact.rne, fact.speciality) == ("ENROLMENT", "", None)
    assert shown(service) == {"": "2031-11-19"}


def test_the_council_has_fifteen_working_days_for_the_diploma(desk, service):
    """Product 1.8, 2.9: 2026-11-20 + 15 = 2026-12-15."""
    desk.recertify()
    [fact] = service.events(DeadlineStarted)
    assert (fact.deadline_kind, fact.due_on) == (DeadlineKind.DIPLOMA, date(2026, 12, 15))


def test_a_rollback_leaves_no_gap_in_the_numbers_of_diplomas(desk, service):
    dossier = desk.dossier()
    with pytest.raises(RuntimeError), service.transaction() as session:
        recertify(session, session.get_one(Dossier, dossier.id), on=TODAY)
        raise RuntimeError
    assert desk.recertify().diploma_number == 1
    assert desk.recertify(rne="").diploma_number == 2
    with service.transaction() as session:
        last = dict(session.execute(select(NumberSeries.name, NumberSeries.last)).all())
    assert (last["diploma"], last["constancia"]) == (2, 2)


def test_several_at_once_get_numbers_one_after_the_other(desk, service, registered):
    service.deliver(registered())
    dossiers = [desk.dossier(rne=rne).id for rne in ("", "014567", "014568", "014569")]
    start = threading.Barrier(len(dossiers))

    def grant(dossier_id):
        start.wait()
        with service.transaction() as session:
            recertify(session, session.get_one(Dossier, dossier_id), on=TODAY)

    threads = [threading.Thread(target=grant, args=(dossier_id,)) for dossier_id in dossiers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with service.transaction() as session:
        numbers = session.scalars(select(Recertification.diploma_number).order_by(Recertification.diploma_number))
        assert numbers.all() == [1, 2, 3, 4]
    assert sorted(shown(service)) == ["", "014567", "014568", "014569"]


# ------------------------------------------------------------------ the list


def test_the_list_has_the_columns_of_the_manual_newest_first(desk):
    """REC-16."""
    desk.name_council()
    desk.recertify(on=date(2019, 4, 9), rne="")
    desk.recertify()
    items = desk.ask("GET", "/v1/recertifications", JULIO).body["items"]
    assert [item["diploma_number"] for item in items] == [2, 1]
    first = {name: items[1][name] for name in ("number", "state_text", "kind_text", "dictamen_on", "valid_until",
                                               "year", "pickup_label", "constancia_number", "state")}  # fmt: skip
    assert first == {
        "number": "000001", "state_text": "APROBADO Y REVISADO", "kind_text": "Médico Cirujano",
        "dictamen_on": "2019-04-09", "valid_until": "2024-04-08", "year": 2019, "pickup_label": "CR III LIMA",
        "constancia_number": "CR-00000001", "state": "VENCIDA",
    }  # fmt: skip


def test_the_list_comes_page_by_page_and_holds_nobody_elses(desk):
    for rne in ("", "014567", "014568"):
        desk.recertify(rne=rne)
    first = desk.ask("GET", "/v1/recertifications?limit=2", JULIO).body
    second = desk.ask("GET", f"/v1/recertifications?limit=2&after={first['next']}", JULIO).body
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    assert desk.ask("GET", "/v1/recertifications", ROSA).body["items"] == []


@pytest.mark.parametrize("path", ["", "/constancia", "/questions"])
def test_anothers_recertification_does_not_exist(desk, path):
    row = desk.recertify()
    answer = desk.ask("GET", f"/v1/recertifications/{row.id}{path}", ROSA)
    assert (answer.status, answer.problem) == (404, "recertification-not-found")


@pytest.mark.parametrize(
    ("query", "found"), [("number=CR-00000001", 1), ("number=1", 1), ("cmp_number=023546", 1), ("number=zz", 0)]
)
def test_staff_find_it_by_number_or_cmp(desk, query, found):
    desk.recertify()
    assert len(desk.ask("GET", f"/v1/staff/recertifications?{query}", REVISER).body["items"]) == found


# ------------------------------------------------------------------ taking it back


def test_a_revocation_is_audited_told_and_shown(desk, service):
    row = desk.recertify()
    answer = revoke(desk, row)
    assert (answer.status, answer.body["state_text"], answer.body["state"]) == (200, "REVOCADO", "REVOCADA")
    [fact] = service.events(RecertificationRevoked)
    assert (fact.reason, fact.recertified_until, fact.number) == (REASON, None, "CR-00000001")
    [act] = desk.acts()
    assert (act.act, act.actor_id, act.reason) == ("recertification.revoked", "staff-reviser", REASON)
    assert (act.before, act.after) == ({"state": "VIGENTE"}, {"state": "REVOCADA", "recertified_until": None})
    assert shown(service) == {}
    assert [stopped.deadline_kind for stopped in service.events(DeadlineStopped)] == [DeadlineKind.DIPLOMA]


def test_an_earlier_recertification_on_the_same_basis_holds_again(desk, service):
    desk.recertify(on=date(2022, 3, 1))
    row = desk.recertify()
    revoke(desk, row)
    assert shown(service) == {"014567": "2027-02-28"}
    assert service.events(RecertificationRevoked)[0].recertified_until == date(2027, 2, 28)


def test_it_is_revoked_once_and_its_number_is_never_given_again(desk, service):
    row = desk.recertify()
    revoke(desk, row)
    assert revoke(desk, row).problem == "recertification-revoked"
    assert len(service.events(RecertificationRevoked)) == 1
    assert desk.recertify().diploma_number == 2


def test_a_reason_must_be_given(desk):
    answer = revoke(desk, desk.recertify(), reason="  no ")
    assert answer.status == 422
    assert answer.body["errors"][0]["detail"] == "Explique el motivo en 5 a 300 caracteres."


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 401), (JULIO, 403), (OF_LIMA, 403), (staff("recert:view", "recert:revise", council="03"), 404)],
)
def test_only_a_reviser_in_reach_revokes(desk, who, status):
    assert revoke(desk, desk.recertify(), who).status == status
