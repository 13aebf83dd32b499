"""Idempotency-Key on orders: the same summary sent twice makes one order."""

from datetime import timedelta

from contracts.payments import OrderPlaced
from services.payments.jobs import forget_idempotency_keys
from services.payments.models import IdempotencyKey
from tests.payments.desk import JULIO, Desk


def test_the_same_request_is_answered_alike_and_done_once(desk: Desk) -> None:
    """A double click on the summary."""
    body = desk.request_for(desk.owe("202601"))
    answers = [desk.post_order(body, key="summary-1") for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert desk.service.published() == [OrderPlaced]


def test_a_key_is_required(desk: Desk) -> None:
    """400, and nothing is placed."""
    answer = desk.ask("POST", "/v1/orders", json=desk.request_for(desk.owe("202601")))
    assert (answer.status, answer.problem) == (400, "idempotency-key-missing")


def test_a_key_of_more_than_100_characters_is_none(desk: Desk) -> None:
    """The boundary is 100."""
    body = desk.request_for(desk.owe("202601"))
    assert desk.post_order(body, key="k" * 101).status == 400
    assert desk.post_order(body, key="k" * 100).status == 201


def test_a_key_with_another_body_is_refused(desk: Desk) -> None:
    """422: the portal made a mistake, or somebody tampers."""
    first, second = desk.owe("202601", "202602")
    desk.post_order(desk.request_for([first]), key="summary-1")
    answer = desk.post_order(desk.request_for([first, second]), key="summary-1")
    assert (answer.status, answer.problem) == (422, "idempotency-key-reused")


def test_two_persons_may_use_the_same_key(desk: Desk) -> None:
    """Keys belong to an account."""
    desk.welcome(cmp_number="023546", document_number="40000002")
    mine = desk.post_order(desk.request_for(desk.owe("202601")), key="k")
    theirs = desk.post_order(desk.request_for(desk.owe("202601", cmp_number="023546")), JULIO, key="k")
    assert [mine.status, theirs.status] == [201, 201]
    assert mine.body["id"] != theirs.body["id"]


def test_a_refused_request_may_be_corrected_under_the_same_key(desk: Desk) -> None:
    """Nothing was done, so nothing is remembered."""
    first, second = desk.owe("202601", "202602")
    assert desk.post_order(desk.request_for([second]), key="k").status == 422
    assert desk.post_order(desk.request_for([first]), key="k").status == 201


def test_while_the_first_is_running_the_second_is_told_to_wait(desk: Desk) -> None:
    """409 with Retry-After."""
    body = desk.request_for(desk.owe("202601"))
    desk.post_order(body, key="k")
    unfinish(desk)
    answer = desk.post_order(body, key="k")
    assert (answer.status, answer.problem) == (409, "idempotency-key-in-use")
    assert answer.headers["Retry-After"] == "1"


def test_a_request_whose_process_died_is_taken_over_after_a_minute(desk: Desk) -> None:
    """Its transaction was never committed, so the work may be done now."""
    body = desk.request_for(desk.owe("202601"))
    order = desk.post_order(body, key="k").body
    desk.ask("POST", f"/v1/orders/{order['id']}/cancellation")
    unfinish(desk)
    desk.service.clock.advance(seconds=59)
    assert desk.post_order(body, key="k").status == 409
    desk.service.clock.advance(seconds=1)
    assert desk.post_order(body, key="k").status == 201


def test_a_key_is_forgotten_after_24_hours(desk: Desk) -> None:
    """Then it may be used for something else."""
    first, second = desk.owe("202601", "202602")
    desk.pay(desk.post_order(desk.request_for([first]), key="k").body)
    desk.service.clock.advance(hours=24, seconds=-1)
    assert desk.post_order(desk.request_for([second]), key="k").status == 422
    desk.service.clock.advance(seconds=1)
    assert desk.post_order(desk.request_for([second]), key="k").status == 201


def test_the_job_deletes_only_keys_past_their_time(desk: Desk) -> None:
    """Personal data in stored answers lives a day."""
    desk.post_order(desk.request_for(desk.owe("202601")), key="old")
    desk.service.clock.advance(hours=1)
    desk.post_order(desk.request_for(desk.owe("202601", kind="SEMEFA"), "SEMEFA"), key="new")  # type: ignore[arg-type]
    desk.service.clock.advance(hours=23)
    assert desk.service.run(forget_idempotency_keys) is False
    with desk.service.transaction() as session:
        assert [row.key for row in session.query(IdempotencyKey)] == ["new"]


def unfinish(desk: Desk) -> None:
    """Make a finished request look like one that is still running."""
    with desk.service.transaction() as session:
        row = session.query(IdempotencyKey).one()
        row.status, row.body = None, None
        row.expires_at = row.started_at + timedelta(hours=24)
