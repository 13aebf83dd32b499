"""Trying, waiting, giving up: how every mail reaches its one outcome."""

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.notifier import MailFailed, MailSent
from services.notifier.jobs import Try, claim_next, measure_backlog, record, send_next_mail
from services.notifier.letters import Rendered
from services.notifier.mailer import Taken
from services.notifier.models import EDGES, IllegalMailState, Mail, MailAttempt, MailState, Reason
from tests.notifier.facts import a_voucher_accepted
from tests.notifier.postbox import Postbox


def the_mail(service: ServiceUnderTest) -> Mail:
    with service.transaction() as session:
        return session.scalars(select(Mail)).one()


def tries_of(service: ServiceUnderTest) -> list[tuple[int, str, int | None]]:
    with service.transaction() as session:
        rows = session.scalars(select(MailAttempt).order_by(MailAttempt.number))
        return [(row.number, row.outcome, row.smtp_code) for row in rows]


def counted(service: ServiceUnderTest, outcome: str) -> float:
    value = service.service.metrics.registry.get_sample_value(
        "cmp_emails_total", {"service": "notifier", "outcome": outcome}
    )
    return value or 0.0


def test_what_was_sent_is_kept_with_its_time(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted())
    service.clock.advance(minutes=3)
    service.run(send_next_mail)
    mail, [arrived] = the_mail(service), postbox.arrived
    assert (mail.state, mail.sent_at) == ("sent", service.clock.now())
    assert mail.subject == arrived.message["Subject"]
    assert (mail.text or "").split() == arrived.text.split()
    assert (mail.html or "").split() == arrived.html.split()
    assert tries_of(service) == [(1, "taken", 250)]


def test_the_event_names_the_cause_by_topic_and_id(service: ServiceUnderTest) -> None:
    service.deliver(a_voucher_accepted(), id="event-1")
    service.run(send_next_mail)
    [told] = service.events(MailSent)
    assert told.cause == "einvoice.voucher_accepted.v1 event-1"
    assert told.template == "voucher_accepted"


@pytest.mark.parametrize(("command", "answer"), [("RCPT", "421 4.3.2 closing"), ("DATA", "450 4.2.1 greylisted")])
def test_a_transient_no_is_tried_again_after_the_configured_wait(
    service: ServiceUnderTest, postbox: Postbox, command: str, answer: str
) -> None:
    postbox.answers[command] = [answer]
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    service.clock.advance(seconds=59)
    assert not service.run(send_next_mail)
    service.clock.advance(seconds=1)
    assert service.run(send_next_mail)
    assert tries_of(service) == [(1, "deferred", int(answer[:3])), (2, "taken", 250)]
    assert service.published() == [MailSent]


def test_a_permanent_no_to_the_recipient_is_final_and_told(service: ServiceUnderTest, postbox: Postbox) -> None:
    postbox.answers["RCPT"] = ["550 5.1.1 no such user"]
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    service.clock.advance(days=30)
    assert not service.run(send_next_mail)
    mail = the_mail(service)
    assert (mail.state, mail.reason, mail.reason_detail) == ("failed", "refused", "550 5.1.1 no such user")
    assert service.published() == [MailFailed]
    assert counted(service, "refused") == 1


def test_a_line_that_drops_after_the_message_sends_the_same_message_id_again(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    postbox.drops_after_data = 1
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    service.clock.advance(minutes=1)
    service.run(send_next_mail)
    assert len(postbox.arrived) == 2
    assert len(set(postbox.message_ids)) == 1
    assert postbox.arrived[0].text == postbox.arrived[1].text
    assert tries_of(service) == [(1, "unknown", None), (2, "taken", 250)]


def test_the_waits_grow_and_the_last_try_gives_up(service: ServiceUnderTest, postbox: Postbox) -> None:
    postbox.answers["RCPT"] = ["450 4.2.1 greylisted"] * 4
    service.deliver(a_voucher_accepted())
    for minutes in (1, 5, 15):
        assert service.run(send_next_mail)
        service.clock.advance(minutes=minutes, seconds=-1)
        assert not service.run(send_next_mail)
        service.clock.advance(seconds=1)
    assert service.run(send_next_mail)
    assert (the_mail(service).state, the_mail(service).reason) == ("failed", "tries_used_up")
    assert len(tries_of(service)) == 4
    assert service.published() == [MailFailed]


def test_a_try_that_was_interrupted_is_made_again_when_its_lease_is_over(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(a_voucher_accepted())
    with service.context():
        claim_next()
    service.clock.advance(seconds=299)
    assert not service.run(send_next_mail)
    service.clock.advance(seconds=1)
    assert service.run(send_next_mail)
    assert tries_of(service) == [(1, "unknown", None), (2, "taken", 250)]


def test_a_crash_after_the_server_took_the_mail_repeats_the_same_message_id(
    service: ServiceUnderTest, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain SMTP can do no better."""

    def crash(*args: object) -> None:
        raise KeyboardInterrupt

    service.deliver(a_voucher_accepted())
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("services.notifier.jobs.record", crash)
        service.run(send_next_mail)
    service.clock.advance(seconds=300)
    service.run(send_next_mail)
    assert len(postbox.message_ids) == 2
    assert len(set(postbox.message_ids)) == 1
    assert service.published() == [MailSent]


def test_interruptions_count_as_tries(service: ServiceUnderTest) -> None:
    """A mail that kills the process each time must come to an end."""
    service.deliver(a_voucher_accepted())
    for _ in range(4):
        with service.context():
            assert claim_next() is not None
        service.clock.advance(seconds=300)
    with service.context():
        assert claim_next() is None
    assert the_mail(service).reason == "tries_used_up"
    assert service.published() == [MailFailed]


def test_a_claimed_mail_is_not_claimed_twice(service: ServiceUnderTest) -> None:
    service.deliver(a_voucher_accepted())
    with service.context():
        assert claim_next() is not None
        assert claim_next() is None


def test_a_try_whose_lease_was_taken_over_only_adds_its_row(service: ServiceUnderTest) -> None:
    """Fencing: the paused owner of an old lease does not overwrite what the new one is doing."""
    service.deliver(a_voucher_accepted())
    with service.context():
        slow = claim_next()
        service.clock.advance(seconds=300)
        claim_next()
        assert isinstance(slow, Try)
        record(slow, Rendered("a", "b", "c"), Taken(250, "OK"))
    mail = the_mail(service)
    assert (mail.state, mail.subject) == ("sending", None)
    assert tries_of(service)[-1] == (2, "taken", 250)
    assert service.published() == []


def test_the_message_id_follows_from_the_fact_alone(service: ServiceUnderTest) -> None:
    service.deliver(a_voucher_accepted(), id="event-1")
    first = the_mail(service).message_id
    with service.transaction() as session:
        session.delete(session.scalars(select(Mail)).one())
    service.deliver(a_voucher_accepted(), id="event-2", sequence=2)
    assert the_mail(service).message_id == first
    assert first.endswith("@correo.example.pe>")


def test_mails_leave_in_the_order_they_are_due(service: ServiceUnderTest, postbox: Postbox) -> None:
    for number in (1, 2, 3):
        service.deliver(a_voucher_accepted(voucher_id=f"v-{number}", delivery_email=f"n{number}@example.pe"))
        service.clock.advance(seconds=1)
    while service.run(send_next_mail):
        pass
    assert postbox.rcpt_commands == ["n1@example.pe", "n2@example.pe", "n3@example.pe"]


def test_one_refused_mail_does_not_hold_the_next(service: ServiceUnderTest, postbox: Postbox) -> None:
    postbox.answers["RCPT"] = ["450 4.2.1 greylisted"]
    service.deliver(a_voucher_accepted(voucher_id="v-1"))
    service.deliver(a_voucher_accepted(voucher_id="v-2"))
    assert service.run(send_next_mail)
    assert service.run(send_next_mail)
    assert len(postbox.arrived) == 1


def test_a_mail_that_lacks_something_its_letter_says_fails_for_an_operator_to_see(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    service.deliver(a_voucher_accepted())
    with service.transaction() as session:
        session.scalars(select(Mail)).one().data = {}
    service.run(send_next_mail)
    assert (the_mail(service).state, the_mail(service).reason) == ("failed", "unsendable")
    assert postbox.arrived == []


def test_the_age_of_the_oldest_waiting_mail_is_measured(service: ServiceUnderTest, postbox: Postbox) -> None:
    def measured() -> float | None:
        service.run(measure_backlog)
        return service.service.metrics.registry.get_sample_value(
            "cmp_emails_oldest_pending_seconds", {"service": "notifier"}
        )

    assert measured() == 0
    service.deliver(a_voucher_accepted())
    service.clock.advance(minutes=10)
    assert measured() == 600
    service.run(send_next_mail)
    assert measured() == 0


@pytest.mark.parametrize("start", list(MailState))
@pytest.mark.parametrize("end", list(MailState))
def test_only_listed_changes_of_state_are_possible(start: MailState, end: MailState) -> None:
    mail = Mail(id="m", state=start)
    if end in EDGES[start]:
        mail._go(end)
        assert mail.state == end
    else:
        with pytest.raises(IllegalMailState):
            mail._go(end)


def test_a_sent_mail_can_never_fail() -> None:
    with pytest.raises(IllegalMailState):
        Mail(id="m", state=MailState.SENT).give_up(Reason.REFUSED, "")
