"""The ladder before a certification ends: six months, four months, thirty days, each told once (issue 6)."""

from datetime import UTC, date, datetime

import pytest

from contracts.identity import ContactChanged
from contracts.recert import CertificationEnding
from services.recert.app import create_app
from services.recert.jobs import tell_ending_certifications
from services.recert.models import Notice
from services.recert.outcome import notices
from services.recert.outcome.notices import months_on, windows
from services.recert.settings import Settings
from tests.recert.outcome_desk import REVISER, OutcomeDesk

MORNING = datetime(2028, 1, 1, 15, tzinfo=UTC)


def told(service):
    """What was told: basis, last day, rung."""
    return [(event.basis, event.valid_until.isoformat(), event.notice) for event in service.events(CertificationEnding)]


def run(service):
    while service.run(tell_ending_certifications):
        pass


def rung(day, last_day):
    """The rung on which a last day stands on a day."""
    return [notice for notice, first, last in windows(day) if first <= last_day <= last]


@pytest.mark.parametrize(
    ("day", "notice"),
    [
        (date(2027, 8, 28), []),
        (date(2027, 8, 29), [Notice.SIX_MONTHS]),
        (date(2027, 10, 28), [Notice.SIX_MONTHS]),
        (date(2027, 10, 29), [Notice.FOUR_MONTHS]),
        (date(2028, 1, 29), [Notice.FOUR_MONTHS]),
        (date(2028, 1, 30), [Notice.THIRTY_DAYS]),
        (date(2028, 2, 29), [Notice.THIRTY_DAYS]),
        (date(2028, 3, 1), []),
    ],
)
def test_each_last_day_stands_on_one_rung_or_none(day, notice):
    assert rung(day, date(2028, 2, 29)) == notice


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 9, 15), 4, date(2027, 1, 15)),
    ],
)
def test_months_end_where_there_is_no_such_day(day, months, there):
    assert months_on(day, months) == there


def test_an_automatic_certification_is_told_three_times_and_no_more(service, registered):
    """Enrolled on 1 March 2023: certified until 29 February 2028."""
    service.deliver(registered(specialities=()))
    for day in ("2027-08-28", "2027-08-29", "2027-08-30", "2027-10-29", "2028-01-30", "2028-02-29", "2028-03-01"):
        service.clock.set(datetime.fromisoformat(f"{day}T15:00:00+00:00"))
        run(service)
    assert told(service) == [
        ("ENROLMENT", "2028-02-29", "SIX_MONTHS"),
        ("ENROLMENT", "2028-02-29", "FOUR_MONTHS"),
        ("ENROLMENT", "2028-02-29", "THIRTY_DAYS"),
    ]


def test_who_comes_late_to_the_ladder_is_told_the_most_urgent_rung_only(service, registered):
    service.deliver(registered(specialities=()))
    service.clock.set(datetime(2028, 2, 10, 15, tzinfo=UTC))
    run(service)
    assert told(service) == [("ENROLMENT", "2028-02-29", "THIRTY_DAYS")]


def test_the_fact_names_the_account_to_write_to(service, registered):
    service.deliver(registered(specialities=()))
    service.clock.set(MORNING)
    service.deliver(
        ContactChanged(account_id="account-9", document_type="1", document_number="40000002", email="julio@example.pe",
                       cmp_number="023546")
    )  # fmt: skip
    run(service)
    assert [event.account_id for event in service.events(CertificationEnding)] == ["account-9"]


def test_who_has_no_account_is_told_of_without_one(service, registered):
    service.deliver(registered(specialities=()))
    service.clock.set(MORNING)
    run(service)
    assert [event.account_id for event in service.events(CertificationEnding)] == [None]


@pytest.mark.parametrize("state", ["FALLECIDO", "INACTIVO"])
def test_the_dead_and_the_withdrawn_are_never_told(service, registered, state):
    service.deliver(registered(state=state))
    service.clock.set(MORNING)
    run(service)
    assert told(service) == []


def test_who_is_told_is_configuration(make_service, registered):
    service = make_service(create_app, Settings(notice_states="ACTIVO,SUSPENDIDO"))
    service.deliver(registered(state="SUSPENDIDO", specialities=()))
    service.clock.set(MORNING)
    run(service)
    assert len(told(service)) == 1


def test_a_speciality_that_left_the_register_is_not_told(service, registered, changed):
    service.deliver(registered(), sequence=1)
    service.deliver(changed(specialities=()), sequence=2)
    service.clock.set(datetime(2029, 2, 1, 15, tzinfo=UTC))
    run(service)
    assert told(service) == []


def test_who_was_recertified_is_told_of_that_end_only(service, registered):
    """The certification of the speciality ends on 28 February 2029, the recertification on 19 November 2031."""
    desk = OutcomeDesk(service)
    service.deliver(registered())
    desk.recertify()
    service.clock.set(datetime(2029, 2, 1, 15, tzinfo=UTC))
    run(service)
    assert told(service) == []
    service.clock.set(datetime(2031, 11, 1, 15, tzinfo=UTC))
    run(service)
    assert told(service) == [("SPECIALITY", "2031-11-19", "THIRTY_DAYS")]


def test_a_revoked_recertification_leaves_the_certification_before_it(service, registered):
    desk = OutcomeDesk(service)
    service.deliver(registered())
    row = desk.recertify()
    desk.ask("POST", f"/v1/staff/recertifications/{row.id}/revocation", REVISER, json={"reason": "Documento falso"})
    service.clock.set(datetime(2029, 2, 1, 15, tzinfo=UTC))
    run(service)
    assert told(service) == [("SPECIALITY", "2029-02-28", "THIRTY_DAYS")]


def test_many_are_told_in_batches_each_once(service, registered, monkeypatch):
    monkeypatch.setattr(notices, "BATCH", 2)
    for number in range(100001, 100006):
        service.deliver(registered(cmp_number=str(number), specialities=()))
    service.clock.set(MORNING)
    assert [service.run(tell_ending_certifications) for _ in range(4)] == [True, True, False, False]
    assert sorted(event.cmp_number for event in service.events(CertificationEnding)) == [
        "100001", "100002", "100003", "100004", "100005",
    ]  # fmt: skip
