"""An incoming event has its effect once, and a failure is kept and retried from the database (architecture, section 4)."""

import pytest

from chassis.events import Envelope
from chassis.inbox import BACKOFF_S, CRASH_SUSPECT, MAX_ATTEMPTS, InboxRow, drop_dead, list_dead, replay_dead
from chassis.jobs import forget_old_events
from chassis.testing import ServiceUnderTest
from tests.chassis.toy import Heard, NoteTaken, heard


def a_note(note_id: str = "n1", text: str = "") -> NoteTaken:
    return NoteTaken(note_id=note_id, text=text)


def fail(service: ServiceUnderTest, note_id: str = "n1", event_id: str = "e1", sequence: int = 1) -> None:
    service.app.extensions["broken"].add(note_id)
    service.deliver(a_note(note_id), id=event_id, sequence=sequence, fails=True)


def row(service: ServiceUnderTest, event_id: str = "e1") -> InboxRow:
    with service.db.reading() as session:
        return session.query(InboxRow).filter_by(event_id=event_id).one()


def kill(service: ServiceUnderTest) -> None:
    """Retry until the event is given up."""
    for _ in range(MAX_ATTEMPTS):
        service.clock.advance(hours=2)
        service.inbox.retry_due()


def test_an_event_delivered_twice_has_its_effect_once(service: ServiceUnderTest) -> None:
    assert service.deliver(a_note(), times=2, id="e1") == "duplicate"
    assert heard(service.app) == ["n1"]


def test_a_handler_that_raises_leaves_no_effect_and_the_event_is_kept(service: ServiceUnderTest) -> None:
    fail(service)
    assert heard(service.app) == []
    assert (row(service).state, row(service).attempts, row(service).data) == (
        "failed",
        1,
        {"note_id": "n1", "text": ""},
    )


def test_a_failed_event_is_retried_when_its_time_has_come_and_not_before(service: ServiceUnderTest) -> None:
    fail(service)
    service.app.extensions["broken"].clear()
    service.clock.advance(seconds=BACKOFF_S[0] - 0.001)
    assert service.inbox.retry_due() == 0
    service.clock.advance(seconds=0.001)
    assert service.inbox.retry_due() == 1
    assert heard(service.app) == ["n1"]
    assert row(service).data is None


def test_a_later_event_of_the_same_subject_waits_for_the_failed_one(service: ServiceUnderTest) -> None:
    fail(service, sequence=1)
    service.app.extensions["broken"].clear()
    assert service.deliver(a_note(text="later"), id="e2", sequence=2) == "held"
    assert service.deliver(a_note("n2"), id="e3", sequence=3) == "done"
    service.clock.advance(seconds=5)
    while service.inbox.retry_due():
        pass
    with service.db.reading() as session:
        order = [(h.note_id, h.sequence) for h in session.query(Heard).order_by("id")]
    assert order == [("n2", 3), ("n1", 1), ("n1", 2)]


def test_after_eight_tries_an_event_is_dead_and_stays(service: ServiceUnderTest) -> None:
    fail(service)
    kill(service)
    assert (row(service).state, row(service).attempts) == ("dead", MAX_ATTEMPTS)
    service.clock.advance(days=500)
    assert service.inbox.retry_due() == 0


def test_a_dead_event_replayed_by_an_operator_is_handled_then_those_it_held(service: ServiceUnderTest) -> None:
    fail(service)
    service.deliver(a_note(), id="e2", sequence=2)
    kill(service)
    service.app.extensions["broken"].clear()
    with service.transaction() as session:
        assert replay_dead(session, "e1")
    while service.inbox.retry_due():
        pass
    assert heard(service.app) == ["n1", "n1"]


def test_a_dropped_event_lets_the_held_ones_go_on_and_keeps_its_body_and_the_reason(service: ServiceUnderTest) -> None:
    fail(service)
    service.deliver(a_note(), id="e2", sequence=2)
    kill(service)
    service.app.extensions["broken"].clear()
    with service.transaction() as session:
        assert [dead.event_id for dead in list_dead(session)] == ["e1"]
        assert drop_dead(session, "e1", "asked twice")
    service.inbox.retry_due()
    assert heard(service.app) == ["n1"]
    assert row(service).data
    assert "asked twice" in (row(service).error or "")


def test_an_event_that_keeps_coming_back_unanswered_is_set_aside_before_it_kills_again(
    service: ServiceUnderTest,
) -> None:
    envelope = Envelope(
        id="e1", source="/cmp/toy", topic=NoteTaken.topic, subject="n1", time=service.clock.now(), sequence=1
    )
    result = service.inbox.take(envelope, {"note_id": "n1", "text": ""}, deliveries=CRASH_SUSPECT)
    assert result == "failed"
    assert heard(service.app) == []


def test_an_event_with_a_missing_field_fails_with_the_field_named(service: ServiceUnderTest) -> None:
    envelope = Envelope(
        id="e1", source="/cmp/toy", topic=NoteTaken.topic, subject="n1", time=service.clock.now(), sequence=1
    )
    assert service.inbox.take(envelope, {"note_id": "n1"}) == "failed"
    assert "text" in (row(service).error or "")


def test_unknown_fields_of_an_event_are_ignored(service: ServiceUnderTest) -> None:
    envelope = Envelope(
        id="e1", source="/cmp/toy", topic=NoteTaken.topic, subject="n1", time=service.clock.now(), sequence=1
    )
    assert service.inbox.take(envelope, {"note_id": "n1", "text": "", "new_in_2027": True}) == "done"


def test_handled_events_are_forgotten_after_their_days_and_failed_ones_never(service: ServiceUnderTest) -> None:
    service.deliver(a_note("n2"), id="old")
    fail(service)
    service.clock.advance(days=400)
    assert service.run(forget_old_events) is False
    service.clock.advance(seconds=1)
    assert service.run(forget_old_events) is True
    assert row(service).state == "failed"
    with service.db.reading() as session:
        assert session.query(InboxRow).count() == 1


def test_one_event_cannot_be_given_to_two_functions(service: ServiceUnderTest) -> None:
    with pytest.raises(ValueError, match="has a handler"):
        service.inbox.subscriptions.on(NoteTaken)(lambda event, session: None)
