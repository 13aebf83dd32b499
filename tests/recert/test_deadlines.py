"""Deadlines of dossiers: counted, stopped, reminded of, ended (REC-14, REC-20, MAIL-8)."""

import dataclasses
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy.exc import DatabaseError

from chassis.settings import SettingsError
from contracts.recert import (
    DeadlineMissed,
    DeadlineMoved,
    DeadlineNeared,
    DeadlineStarted,
    DeadlineStopped,
    DossierDiscarded,
)
from services.recert import deadlines, jobs
from services.recert.app import create_app
from services.recert.deadlines import DeadlineKind, deadline_view, lapsing, moving
from services.recert.models import CalendarDay, DayKind, Deadline, DeadlineMove, Dossier
from services.recert.settings import Settings
from services.recert.states import DossierState
from tests.recert.calendar_desk import JULIO, ROSA, a_deadline, deadline, lima

FRIDAY = date(2026, 11, 20)
DAY_30 = date(2027, 1, 7)


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (DeadlineKind.RESULT, date(2026, 12, 1)),
        (DeadlineKind.DIPLOMA, date(2026, 12, 15)),
        (DeadlineKind.CORRECTION, DAY_30),
    ],
)
def test_a_deadline_counts_from_the_first_working_day_after_its_start(service, kind, due):
    """REC-14, REC-20, 1.8: 7 days for the result, 15 for the diploma, 30 for corrections."""
    found = deadline(service, a_deadline(service, kind))

    assert (found.due_on, found.promised_on) == (due, due)
    assert [(event.started_on, event.due_on) for event in service.events(DeadlineStarted)] == [(FRIDAY, due)]


def test_the_diploma_counts_by_the_calendar_of_the_council_of_pick_up(service):
    assert deadline(service, a_deadline(service, DeadlineKind.DIPLOMA, council="15", pickup="03")).council == "03"


def test_the_days_are_configuration(make_service):
    service = make_service(create_app, Settings(correction_days=7))

    assert deadline(service, a_deadline(service)).due_on == date(2026, 12, 1)


def test_the_last_day_lasts_until_23_59_59_in_lima(service):
    """REC-20: day 30 at 23:59:59 is in time, day 31 at 00:00:00 is not."""
    found = deadline(service, a_deadline(service))

    assert not found.is_over(lima("2027-01-07 23:59:59"))
    assert found.is_over(lima("2027-01-08 00:00:00"))


def test_an_observed_dossier_stays_until_the_last_second_of_day_30(service, clock):
    """REC-20."""
    a_deadline(service)
    clock.set(lima("2027-01-07 23:59:59"))

    assert service.run(jobs.discard_uncorrected_dossiers) is False
    assert not service.events(DossierDiscarded)


def test_an_observed_dossier_is_discarded_when_day_31_begins(service, clock):
    """REC-20, ST-2: OBSERVADO becomes DESCARTADO, once."""
    found = deadline(service, a_deadline(service))
    clock.set(lima("2027-01-08 00:00:00"))

    assert service.run(jobs.discard_uncorrected_dossiers) is True
    assert service.run(jobs.discard_uncorrected_dossiers) is False
    assert len(service.events(DossierDiscarded)) == 1
    assert [event.in_time for event in service.events(DeadlineStopped)] == [False]
    with service.transaction() as session:
        assert session.get_one(Dossier, found.dossier_id).state is DossierState.DESCARTADO


def test_a_correction_that_came_in_time_is_not_discarded(service, clock):
    found = deadline(service, a_deadline(service))
    with service.transaction() as session:
        deadlines.stop(session, found.dossier_id, DeadlineKind.CORRECTION, at=lima("2027-01-07 23:59:59"))
    clock.set(lima("2027-01-08 00:00:00"))

    assert service.run(jobs.discard_uncorrected_dossiers) is False
    assert [event.in_time for event in service.events(DeadlineStopped)] == [True]


def test_a_correction_that_comes_between_look_and_lock_wins(service, clock, monkeypatch):
    """The job reads again under the dossier's lock."""
    found, real = deadline(service, a_deadline(service)), lapsing.transaction

    @contextmanager
    def after_the_correction():
        with service.db.transaction() as session:
            session.get_one(Dossier, found.dossier_id).state = DossierState.EN_EVALUACION
            deadlines.stop(session, found.dossier_id, DeadlineKind.CORRECTION, at=lima("2027-01-07 23:59:59"))
        with real() as session:
            yield session

    clock.set(lima("2027-01-08 00:00:00"))
    monkeypatch.setattr(lapsing, "transaction", after_the_correction)

    assert service.run(jobs.discard_uncorrected_dossiers) is True
    assert not service.events(DossierDiscarded)


def test_starting_what_runs_and_stopping_what_does_not_change_nothing(service):
    found = deadline(service, a_deadline(service))
    with service.transaction() as session:
        again = deadlines.start(
            session, session.get_one(Dossier, found.dossier_id), DeadlineKind.CORRECTION, on=DAY_30
        )  # fmt: skip
        assert again.id == found.id
        assert deadlines.stop(session, found.dossier_id, DeadlineKind.RESULT, at=lima("2026-11-23 10:00:00")) is None
        assert [each.id for each in deadlines.running(session, found.dossier_id)] == [found.id]
    assert service.published() == [DeadlineStarted]


def second_round(service, *, corrected: str, observed: date) -> Deadline:
    """A dossier that was corrected once and is observed again."""
    first = deadline(service, a_deadline(service))
    with service.transaction() as session:
        deadlines.stop(session, first.dossier_id, DeadlineKind.CORRECTION, at=lima(corrected))
        dossier = session.get_one(Dossier, first.dossier_id)
        return deadlines.start(session, dossier, DeadlineKind.CORRECTION, on=observed)


def test_a_second_round_ends_when_the_first_would_have(service):
    """AMB-9: it does not restart the 30 days."""
    again = second_round(service, corrected="2026-12-01 10:00:00", observed=date(2026, 12, 11))

    assert again.due_on == DAY_30


def test_a_second_round_after_the_end_leaves_one_working_day(service):
    """The college's own delay never takes every chance from the physician."""
    again = second_round(service, corrected="2027-01-06 10:00:00", observed=date(2027, 1, 15))

    assert again.due_on == date(2027, 1, 18)


def test_a_second_round_has_its_own_days_where_that_is_configured(make_service):
    """AMB-9: configurable."""
    service = make_service(create_app, Settings(correction_restarts=True))

    again = second_round(service, corrected="2026-12-01 10:00:00", observed=date(2026, 12, 11))
    assert again.due_on == date(2027, 1, 26)


def days_reminded(service, clock, *days: str) -> list[int]:
    """Run the job each day, twice: what the reminders say is left."""
    for day in days:
        clock.set(lima(f"{day} 08:00:00"))
        while service.run(jobs.remind_of_corrections):
            pass
    return [event.days_left for event in service.events(DeadlineNeared)]


def test_reminders_come_10_5_and_1_working_days_before_and_once_each(service, clock):
    """MAIL-8."""
    a_deadline(service)

    days = (
        "2026-12-21",
        "2026-12-22",
        "2026-12-22",
        "2026-12-29",
        "2026-12-30",
        "2027-01-05",
        "2027-01-06",
        "2027-01-07",
    )
    assert days_reminded(service, clock, *days) == [10, 5, 1]


def test_after_an_outage_one_reminder_says_what_is_left_now(service, clock):
    a_deadline(service)

    assert days_reminded(service, clock, "2027-01-05") == [2]


def test_what_binds_the_college_reminds_no_physician(service, clock):
    a_deadline(service, DeadlineKind.RESULT)

    assert days_reminded(service, clock, "2026-11-24", "2026-11-30") == []


def test_a_late_result_is_told_once_and_counted_until_it_comes(service, clock):
    """REC-14: staff are alerted."""
    found = deadline(service, a_deadline(service, DeadlineKind.RESULT))
    clock.set(lima("2026-12-02 00:00:00"))
    assert service.run(jobs.report_missed_deadlines) is True
    assert service.run(jobs.report_missed_deadlines) is False

    assert [event.deadline_id for event in service.events(DeadlineMissed)] == [found.id]
    assert b'cmp_recert_overdue{kind="RESULT",service="recert"} 1.0' in service.service.metrics.render()
    with service.transaction() as session:
        deadlines.stop(session, found.dossier_id, DeadlineKind.RESULT, at=clock.now())
    service.run(jobs.report_missed_deadlines)
    assert b'cmp_recert_overdue{kind="RESULT",service="recert"} 0.0' in service.service.metrics.render()


def test_a_start_that_overtook_a_closure_is_caught_up_with(service, clock):
    """The calendar that is in force wins, whoever was first; new holidays of law come the same way."""
    found = a_deadline(service)
    with service.transaction() as session:
        closure = CalendarDay(
            day=date(2026, 12, 24), kind=DayKind.CLOSURE, reason="Nochebuena", added_at=clock.now(), added_by="x",
            added_by_name="X",
        )  # fmt: skip
        session.add(closure)

    assert [service.run(jobs.follow_calendar) for _ in range(2)] == [True, False]
    assert deadline(service, found).due_on == date(2027, 1, 8)
    assert [event.reason for event in service.events(DeadlineMoved)] == [moving.CALENDAR_UPDATED]


def test_a_move_is_evidence(service):
    found = a_deadline(service)
    with service.transaction() as session:
        moved, _ = session.get_one(Deadline, found).move(date(2027, 1, 8), 31, "Cierre", lima("2026-11-20 10:00:00"))
        session.add(moved)
    with pytest.raises(DatabaseError, match="append-only"), service.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM deadline_move")
    with service.transaction() as session:
        assert session.query(DeadlineMove).count() == 1


def test_a_deadline_never_ends_earlier(service):
    found = deadline(service, a_deadline(service))

    with pytest.raises(ValueError, match="never ends earlier"):
        found.move(date(2027, 1, 6), 29, "Día extraordinario", lima("2026-11-20 10:00:00"))


def test_the_view_tells_what_is_left_and_which_days_were_skipped(service):
    found = a_deadline(service, DeadlineKind.RESULT, on=date(2026, 12, 4))
    with service.transaction() as session:
        view = deadline_view(session.get_one(Deadline, found))

    assert (view["due_on"], view["running"], view["over"]) == (date(2026, 12, 17), True, False)
    assert [(each["day"].day, each["reason"]) for each in view["skipped"]] == [
        (5, "Sábado"),
        (6, "Domingo"),
        (8, "Inmaculada Concepción"),
        (9, "Batalla de Ayacucho"),
        (12, "Sábado"),
        (13, "Domingo"),
    ]


def test_the_owner_sees_the_deadlines_of_a_dossier_and_nobody_else_does(service):
    found = deadline(service, a_deadline(service))
    address = f"/v1/dossiers/{found.dossier_id}/deadlines"

    body = service.client(JULIO).get(address).get_json()
    assert [(each["kind"], each["due_on"], each["days_left"]) for each in body["items"]] == [
        ("CORRECTION", "2027-01-07", 30)
    ]
    assert service.client(ROSA).get(address).status_code == 404
    assert service.client(ROSA).get(f"{address}/correction.ics").status_code == 404


def test_the_agenda_file_has_one_event_on_the_last_day(service):
    found = deadline(service, a_deadline(service))

    answer = service.client(JULIO).get(f"/v1/dossiers/{found.dossier_id}/deadlines/correction.ics")
    assert answer.content_type.startswith("text/calendar")
    lines = answer.get_data(as_text=True).replace("\r\n ", "").split("\r\n")
    assert {"DTSTART;VALUE=DATE:20270107", "SEQUENCE:0", f"UID:plazo-{found.id}@recert.cmp-digital"} <= set(lines)
    assert "Navidad del Señor" in next(line for line in lines if line.startswith("DESCRIPTION"))


def test_a_deadline_that_does_not_run_has_no_agenda_file(service):
    found = deadline(service, a_deadline(service))

    assert service.client(JULIO).get(f"/v1/dossiers/{found.dossier_id}/deadlines/diploma.ics").status_code == 404


def test_days_that_make_no_deadline_stop_the_start():
    for wrong in ({"result_days": 0}, {"reminder_days": "10,cinco"}):
        with pytest.raises(SettingsError):
            dataclasses.replace(Settings(), **wrong)


def test_two_dossiers_lapse_one_after_the_other(service, clock):
    for number in (1, 2):
        a_deadline(service, number=number)
    clock.set(lima("2027-01-08 00:00:01"))

    assert [service.run(jobs.discard_uncorrected_dossiers) for _ in range(3)] == [True, True, False]


def test_a_correction_deadline_of_a_dossier_that_moved_on_only_ends(service, clock):
    """A late job never discards what is being evaluated again."""
    a_deadline(service, state=DossierState.EN_EVALUACION)
    clock.set(lima("2027-01-08 00:00:01"))

    assert service.run(jobs.discard_uncorrected_dossiers) is True
    assert not service.events(DossierDiscarded)
