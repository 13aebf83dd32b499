"""Certification follows from the register by itself (product 2.3)."""

from datetime import date

from sqlalchemy import func, select

from contracts.identity import Speciality
from contracts.recert import CertificationGranted
from services.recert.models import Certification, Physician

CARDIOLOGY = Speciality(name="Cardiología", rne="030211", registered_on=date(2026, 11, 19))


def granted(service):
    """What was announced: basis, speciality, first and last day."""
    return [
        (event.basis, event.speciality, event.valid_from.isoformat(), event.valid_until.isoformat())
        for event in service.events(CertificationGranted)
    ]


ENROLMENT = ("ENROLMENT", None, "2023-03-01", "2028-02-29")
PSYCHIATRY = ("SPECIALITY", "Psiquiatría", "2024-02-29", "2029-02-28")


def test_a_registered_physician_is_certified_by_enrolment_and_by_each_speciality(service, registered):
    service.deliver(registered())

    assert granted(service) == [ENROLMENT, PSYCHIATRY]
    assert {event.subject for event in service.events()} == {"023546"}


def test_a_physician_without_specialities_is_certified_by_enrolment(service, registered):
    service.deliver(registered(specialities=()))

    assert granted(service) == [ENROLMENT]


def test_the_same_event_twice_certifies_once(service, registered):
    service.deliver(registered(), times=2)

    assert granted(service) == [ENROLMENT, PSYCHIATRY]


def test_a_replay_under_another_id_certifies_nobody_again(service, registered):
    service.deliver(registered(), sequence=1, id="first")
    service.deliver(registered(), sequence=1, id="second")

    assert granted(service) == [ENROLMENT, PSYCHIATRY]


def test_a_change_of_name_or_council_certifies_nothing_new(service, registered, changed, look_up):
    service.deliver(registered(), sequence=1)
    service.deliver(changed(paternal_surname="Rengifo Ríos", council="03"), sequence=2)

    assert granted(service) == [ENROLMENT, PSYCHIATRY]
    _, body = look_up()
    assert (body["paternal_surname"], body["council"]) == ("Rengifo Ríos", "03")


def test_a_new_speciality_is_certified(service, registered, changed):
    service.deliver(registered(), sequence=1)
    service.deliver(changed(specialities=(*registered().specialities, CARDIOLOGY)), sequence=2)

    assert granted(service)[2:] == [("SPECIALITY", "Cardiología", "2026-11-19", "2031-11-18")]


def test_a_corrected_date_is_announced_and_replaces_the_old_one(service, registered, changed, look_up):
    service.deliver(registered(), sequence=1)
    service.deliver(changed(registered_on=date(2022, 3, 1)), sequence=2)

    assert granted(service)[2:] == [("ENROLMENT", None, "2022-03-01", "2027-02-28")]
    assert look_up()[1]["certified_until"] == "2027-02-28"


def test_a_corrected_name_of_a_speciality_certifies_nothing_new(service, registered, changed, look_up):
    service.deliver(registered(), sequence=1)
    corrected = Speciality(name="Psiquiatría Infantil", rne="014567", registered_on=date(2024, 2, 29))
    service.deliver(changed(specialities=(corrected,)), sequence=2)

    assert len(granted(service)) == 2
    assert look_up()[1]["specialities"][0]["name"] == "Psiquiatría Infantil"


def test_a_speciality_that_leaves_the_register_is_no_longer_shown(service, registered, changed, look_up):
    service.deliver(registered(), sequence=1)
    service.deliver(changed(specialities=()), sequence=2)

    assert look_up()[1]["specialities"] == []


def test_a_speciality_that_comes_back_is_shown_and_not_announced_again(service, registered, changed, look_up):
    service.deliver(registered(), sequence=1)
    service.deliver(changed(specialities=()), sequence=2)
    service.deliver(changed(), sequence=3)

    assert len(granted(service)) == 2
    assert look_up()[1]["specialities"][0]["certified_until"] == "2029-02-28"


def test_an_older_event_that_comes_later_is_passed_over(service, registered, changed, look_up):
    """Redelivery and replay reorder: the sequence decides."""
    service.deliver(registered(), sequence=1)
    service.deliver(changed(council="05"), sequence=3)
    service.deliver(changed(council="03"), sequence=2)

    assert look_up()[1]["council"] == "05"


def test_a_change_that_arrives_before_the_registration_counts(service, registered, changed, look_up):
    service.deliver(changed(council="05"), sequence=2)
    service.deliver(registered(), sequence=1)

    assert look_up()[1]["council"] == "05"
    assert granted(service) == [ENROLMENT, PSYCHIATRY]


def test_two_physicians_have_certifications_of_their_own(service, registered):
    service.deliver(registered())
    service.deliver(registered(cmp_number="100001", specialities=()))

    with service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Certification)) == 3
        assert session.scalars(select(Physician.cmp_number).order_by(Physician.cmp_number)).all() == [
            "023546",
            "100001",
        ]


def test_no_document_enters_the_database(service, registered):
    """Data that is not kept cannot leak: the public page reads this table."""
    service.deliver(registered())

    with service.transaction() as session:
        physician = session.get_one(Physician, "023546")
        kept = {column.key: getattr(physician, column.key) for column in Physician.__table__.columns}
    assert "40000002" not in str(kept)
    assert not [name for name in kept if "document" in name or "email" in name]
