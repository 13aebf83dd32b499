"""The outbox leaves once, in order, confirmed by the real broker (architecture, section 4; reliability 2.2, 2.3)."""

import json
import threading
from collections.abc import Callable
from typing import Any

import kombu
import pika
import pytest
from sqlalchemy import select

from chassis import outbox
from chassis.outbox import OutboxRow, publish
from chassis.testing import ServiceUnderTest
from tests.chassis.conftest import eventually
from tests.chassis.toy import CONSUMER, NoteTaken, heard

pytestmark = pytest.mark.rabbitmq


def tell(service: ServiceUnderTest, *note_ids: str) -> None:
    with service.transaction() as session:
        publish(session, *(NoteTaken(note_id=note_id, text="") for note_id in note_ids))


def rows(service: ServiceUnderTest) -> list[OutboxRow]:
    with service.db.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def messages(url: str, queue: str = f"{CONSUMER}.events") -> list[tuple[pika.BasicProperties, bytes]]:
    """What lies in a queue, read with another client library."""
    found = []
    with pika.BlockingConnection(
        pika.URLParameters(url.removesuffix("/") + "%2F" if url.endswith("//") else url)
    ) as connection:
        channel = connection.channel()
        while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
            found.append((got[1], got[2]))
    return found


def test_an_event_of_a_rolled_back_transaction_never_leaves(
    service: ServiceUnderTest, amqp: str, declared: Any
) -> None:
    with pytest.raises(RuntimeError), service.transaction() as session:
        publish(session, NoteTaken(note_id="n1", text=""))
        raise RuntimeError
    assert service.relay(amqp).send_batch() == 0


def test_the_wire_is_a_binary_cloudevent_with_the_fact_alone_as_body(
    service: ServiceUnderTest, amqp: str, declared: Any
) -> None:
    tell(service, "n1")
    assert service.relay(amqp).send_batch() == 1
    ((properties, body),) = messages(amqp)
    assert json.loads(body) == {"note_id": "n1", "text": ""}
    assert properties.content_type == "application/json"
    assert properties.delivery_mode == 2
    headers = properties.headers
    assert headers["ce-specversion"] == "1.0"
    assert headers["ce-type"] == "pe.org.cmp.toy.note_taken.v1"
    assert headers["ce-source"] == "/cmp/toy"
    assert headers["ce-subject"] == "n1"
    assert headers["ce-id"] == rows(service)[0].event_id
    assert int(headers["ce-sequence"]) == rows(service)[0].id


def test_events_arrive_in_the_order_they_were_told(
    service: ServiceUnderTest, amqp: str, consuming: Callable[[str], Any]
) -> None:
    consuming(amqp)
    told = [f"n{number}" for number in range(500)]
    tell(service, *told)
    relay = service.relay(amqp)
    while relay.send_batch():
        pass
    assert eventually(lambda: len(heard(service.app)) == 500)
    assert heard(service.app) == told


def test_a_confirmed_event_is_not_sent_again(service: ServiceUnderTest, amqp: str, declared: Any) -> None:
    tell(service, "n1")
    relay = service.relay(amqp)
    assert [relay.send_batch(), relay.send_batch()] == [1, 0]


def test_an_event_that_reaches_no_queue_is_counted_and_can_be_sent_again(service: ServiceUnderTest, amqp: str) -> None:
    tell(service, "n1")
    relay = service.relay(amqp)
    relay.send_batch()
    with service.db.reading() as session:
        assert outbox.stats(session)["unroutable"] == 1
    with service.transaction() as session:
        assert outbox.replay(session, rows(service)[0].created_at, unroutable_only=True) == 1
    assert rows(service)[0].published_at is None


def test_a_broker_that_never_confirms_loses_the_connection_not_the_event(
    service: ServiceUnderTest, amqp: str, declared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(service, "n1")
    relay = service.relay(amqp)
    monkeypatch.setattr(outbox, "CONFIRM_TIMEOUT_S", -1)
    relay.send_batch()
    assert relay._connection is None
    assert (rows(service)[0].published_at, rows(service)[0].attempts) == (None, 1)
    monkeypatch.undo()
    service.clock.advance(seconds=2)
    assert relay.send_batch() == 1


def test_events_of_a_subject_in_back_off_wait_and_others_go_on(
    service: ServiceUnderTest, amqp: str, declared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(service, "n1")
    relay = service.relay(amqp)
    monkeypatch.setattr(outbox, "CONFIRM_TIMEOUT_S", -1)
    relay.send_batch()
    monkeypatch.undo()
    tell(service, "n1", "n2")
    assert relay.send_batch() == 1
    assert [row.subject for row in rows(service) if row.published_at] == ["n2"]


def test_only_one_relay_of_a_service_sends_and_another_takes_over(service: ServiceUnderTest) -> None:
    first, second = service.db.lock("relay"), service.db.lock("relay")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_a_commit_wakes_the_relay_at_once(
    service: ServiceUnderTest, amqp: str, consuming: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "POLL_S", 30.0)
    consuming(amqp)
    stop = threading.Event()
    running = threading.Thread(target=service.relay(amqp).run, args=(stop,))
    running.start()
    try:
        tell(service, "n1")
        assert eventually(lambda: heard(service.app) == ["n1"], seconds=5)
        tell(service, "n2")
        assert eventually(lambda: heard(service.app) == ["n1", "n2"], seconds=5)
        assert 'cmp_outbox_relay_errors_total{service="toy"} 0.0' in service.service.metrics.render().decode()
    finally:
        stop.set()
        tell(service, "n3")
        running.join(10)


def test_the_in_process_bus_delivers_like_the_broker(
    service: ServiceUnderTest, consuming: Callable[[str], Any]
) -> None:
    consuming("memory://")
    tell(service, "n1")
    assert service.relay("memory://").send_batch() == 1
    assert eventually(lambda: heard(service.app) == ["n1"])


@pytest.mark.parametrize("url", ["memory://", "amqp"])
def test_a_message_nobody_can_read_is_set_aside_with_its_headers_and_the_next_one_is_handled(
    service: ServiceUnderTest, amqp: str, consuming: Callable[[str], Any], url: str
) -> None:
    url = amqp if url == "amqp" else url
    consuming(url)
    with kombu.Connection(url) as connection:
        producer = kombu.Producer(connection.channel())
        producer.publish(
            b"\xff not json", exchange="cmp.events", routing_key=NoteTaken.topic, headers={"ce-type": "x"},
            content_type="application/json", content_encoding="binary",
        )  # fmt: skip
        producer.publish(b"{}", exchange="cmp.events", routing_key=NoteTaken.topic, content_type="application/json",
                         content_encoding="utf-8")  # fmt: skip
        tell(service, "n1")
        service.relay(url).send_batch()
        assert eventually(lambda: heard(service.app) == ["n1"])
        unreadable = connection.channel()
        first = eventually(lambda: unreadable.basic_get(f"{CONSUMER}.unreadable", no_ack=True))
        second = eventually(lambda: unreadable.basic_get(f"{CONSUMER}.unreadable", no_ack=True))
    assert first.headers["ce-type"] == "x"
    assert second is not None


def test_sent_events_are_pruned_by_age_and_unsent_ones_are_not(
    service: ServiceUnderTest, amqp: str, declared: Any
) -> None:
    tell(service, "n1")
    service.relay(amqp).send_batch()
    tell(service, "n2")
    service.clock.advance(days=401)
    with service.transaction() as session:
        assert outbox.prune(session, service.clock.now()) == 1
    assert [row.subject for row in rows(service)] == ["n2"]
