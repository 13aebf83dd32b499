"""The deliveries page of staff and its commands."""

from typing import Any

import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.notifier import MailFailed, MailSent
from services.notifier.cli import commands
from services.notifier.jobs import send_next_mail
from services.notifier.models import Mail, MailRetry
from tests.notifier.facts import a_contact, a_declined_payment, a_mail_request, a_voucher_accepted
from tests.notifier.postbox import Postbox
from tests.people import physician, staff

READER = staff("notifier:read")
OPERATOR = staff("notifier:read", "notifier:operate")


def listed(service: ServiceUnderTest, query: str = "") -> dict[str, Any]:
    answer = service.client(READER).get(f"/v1/deliveries{query}")
    assert answer.status_code == 200
    return dict(answer.get_json())


def mail_id_of(service: ServiceUnderTest) -> str:
    with service.transaction() as session:
        return session.scalars(select(Mail.id)).one()


@pytest.fixture
def failed_mail(service: ServiceUnderTest, postbox: Postbox) -> str:
    """A mail that the server refused."""
    postbox.answers["RCPT"] = ["550 5.1.1 <rosa.pedido@example.pe> unknown"]
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    return mail_id_of(service)


@pytest.mark.parametrize("path", ["/v1/deliveries", "/v1/deliveries/abc"])
def test_only_staff_with_the_permission_read_deliveries(service: ServiceUnderTest, path: str) -> None:
    assert service.client().get(path).status_code == 401
    assert service.client(physician()).get(path).status_code == 403


def test_only_operators_order_a_retry(service: ServiceUnderTest, failed_mail: str) -> None:
    path, body = f"/v1/deliveries/{failed_mail}/retry", {"reason": "corregido"}
    assert service.client().post(path, json=body).status_code == 401
    assert service.client(READER).post(path, json=body).status_code == 403


def test_the_list_shows_each_mail_and_why_it_failed(service: ServiceUnderTest, failed_mail: str) -> None:
    [item] = listed(service)["items"]
    assert item["id"] == failed_mail
    assert item["state"] == "failed"
    assert item["reason"] == "refused"
    assert item["reason_detail"] == "550 5.1.1 <rosa.pedido@example.pe> unknown"
    assert item["recipient"] == "rosa.pedido@example.pe"
    assert item["about"] == "voucher-1"
    assert item["cause"].startswith("einvoice.voucher_accepted.v1 ")


FILTERS = {
    "?state=pending": {"v-2", "order-9"},
    "?state=failed": {"v-1"},
    "?state=sent": set(),
    "?template=payment_declined": {"order-9"},
    "?recipient=dos@example.pe": {"v-2"},
    "?about=v-2": {"v-2"},
    "?created_from=2026-11-20T15:01:00Z": {"v-2", "order-9"},
    "?created_before=2026-11-20T15:01:00Z": {"v-1"},
    "?created_from=2026-11-20T10:01:00-05:00&created_before=2026-11-20T10:02:00-05:00": {"v-2"},
    "?state=pending&about=v-2": {"v-2"},
}


def test_filters_narrow_the_list(service: ServiceUnderTest) -> None:
    service.deliver(a_voucher_accepted(voucher_id="v-1", delivery_email=None))
    service.clock.advance(minutes=1)
    service.deliver(a_voucher_accepted(voucher_id="v-2", delivery_email="dos@example.pe"))
    service.clock.advance(minutes=1)
    service.deliver(a_declined_payment(order_id="order-9"))
    assert {query: {item["about"] for item in listed(service, query)["items"]} for query in FILTERS} == FILTERS


def test_pages_follow_each_other_without_gap_or_repeat(service: ServiceUnderTest) -> None:
    """Several mails of the same instant, so that the id decides too."""
    for number in range(5):
        service.deliver(a_voucher_accepted(voucher_id=f"v-{number}"))
    seen: list[str] = []
    cursor = ""
    while True:
        page = listed(service, f"?limit=2&after={cursor}" if cursor else "?limit=2")
        seen += [item["about"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert sorted(seen) == [f"v-{number}" for number in range(5)]


def test_the_newest_mail_comes_first(service: ServiceUnderTest) -> None:
    service.deliver(a_voucher_accepted(voucher_id="v-1"))
    service.clock.advance(seconds=1)
    service.deliver(a_voucher_accepted(voucher_id="v-2"))
    assert [item["about"] for item in listed(service)["items"]] == ["v-2", "v-1"]


BAD_QUERIES = ["limit=0", "limit=201", "state=lost", "after=nonsense", "after=w6k", "created_from=hoy"]


def test_a_bad_query_is_answered_not_guessed(service: ServiceUnderTest) -> None:
    answers = {query: service.client(READER).get(f"/v1/deliveries?{query}") for query in BAD_QUERIES}
    assert {query for query, answer in answers.items() if answer.status_code != 422} == set()
    assert {answer.content_type for answer in answers.values()} == {"application/problem+json"}


def test_one_delivery_shows_what_was_sent_and_what_the_server_said(service: ServiceUnderTest, postbox: Postbox) -> None:
    service.deliver(a_voucher_accepted())
    service.run(send_next_mail)
    shown = service.client(READER).get(f"/v1/deliveries/{mail_id_of(service)}").get_json()
    assert shown["state"] == "sent"
    assert shown["subject"] == "Su boleta de venta electrónica BCN7-00005170"
    assert "QUISPE ÑAUPARI" in shown["text"]
    assert shown["html"].startswith("<!DOCTYPE html>")
    assert [file["name"] for file in shown["attachments"]] == ["BCN7-00005170.pdf"]
    assert [(attempt["number"], attempt["outcome"], attempt["smtp_code"]) for attempt in shown["tries"]] == [
        (1, "taken", 250)
    ]
    assert shown["message_id"] == postbox.message_ids[0]


def test_an_unknown_delivery_is_not_found(service: ServiceUnderTest) -> None:
    assert service.client(READER).get("/v1/deliveries/none").status_code == 404
    answer = service.client(OPERATOR).post("/v1/deliveries/none/retry", json={"reason": "corregido"})
    assert answer.status_code == 404


def test_the_event_of_a_failed_mail_does_not_repeat_the_address(service: ServiceUnderTest, failed_mail: str) -> None:
    [told] = service.events(MailFailed)
    assert (told.mail_id, told.reason) == (failed_mail, "refused")


def test_a_retry_sends_the_same_message_id_and_keeps_who_and_why(
    service: ServiceUnderTest, postbox: Postbox, failed_mail: str
) -> None:
    answer = service.client(OPERATOR).post(f"/v1/deliveries/{failed_mail}/retry", json={"reason": "buzón reabierto"})
    assert answer.status_code == 200
    assert answer.get_json()["state"] == "pending"
    [order] = answer.get_json()["retries"]
    assert (order["ordered_by"], order["reason"]) == ("staff-1", "buzón reabierto")
    assert service.run(send_next_mail)
    assert postbox.message_ids == [f"<{failed_mail}@correo.example.pe>"]
    assert service.published() == [MailFailed, MailSent]


def test_a_retry_of_a_requested_voucher_goes_to_the_address_registered_now(
    service: ServiceUnderTest, postbox: Postbox
) -> None:
    """VOU-11: register the e-mail, then send again."""
    service.deliver(a_mail_request())
    service.deliver(a_contact("rosa.nueva@example.pe"))
    path = f"/v1/deliveries/{mail_id_of(service)}/retry"
    assert service.client(OPERATOR).post(path, json={"reason": "registró su correo"}).status_code == 200
    service.run(send_next_mail)
    assert postbox.rcpt_commands == ["rosa.nueva@example.pe"]


def test_a_retry_without_any_address_is_refused(service: ServiceUnderTest) -> None:
    service.deliver(a_voucher_accepted(delivery_email=None))
    answer = service.client(OPERATOR).post(
        f"/v1/deliveries/{mail_id_of(service)}/retry", json={"reason": "probar otra vez"}
    )
    assert answer.status_code == 409
    assert answer.get_json()["type"].endswith("notifier/no-address")


@pytest.mark.parametrize("sent", [True, False])
def test_only_a_failed_mail_can_be_retried(service: ServiceUnderTest, postbox: Postbox, sent: bool) -> None:
    service.deliver(a_voucher_accepted())
    if sent:
        service.run(send_next_mail)
    answer = service.client(OPERATOR).post(f"/v1/deliveries/{mail_id_of(service)}/retry", json={"reason": "otra vez"})
    assert answer.status_code == 409
    assert answer.get_json()["type"].endswith("notifier/delivery-not-failed")


BAD_ORDERS = [{}, {"reason": ""}, {"reason": "     "}, {"reason": "x" * 501}, {"reason": "corregido", "to": "a@b.pe"}]


def test_a_retry_needs_a_reason_and_nothing_else(service: ServiceUnderTest, failed_mail: str) -> None:
    """No free-text recipient (VOU-10)."""
    path = f"/v1/deliveries/{failed_mail}/retry"
    assert [service.client(OPERATOR).post(path, json=body).status_code for body in BAD_ORDERS] == [422] * 5


def test_the_command_lists_mails_without_their_addresses(service: ServiceUnderTest, failed_mail: str) -> None:
    with service.context():
        result = service.app.test_cli_runner().invoke(commands, ["deliveries", "list", "--state", "failed"])
    assert result.exit_code == 0
    assert failed_mail in result.output
    assert "550 5.1.1 <***> unknown" in result.output
    assert "@example.pe" not in result.output


def test_the_command_retries_what_failed_and_reports_what_it_could_not(
    service: ServiceUnderTest, failed_mail: str
) -> None:
    with service.context():
        result = service.app.test_cli_runner().invoke(
            commands, ["deliveries", "retry", failed_mail, "none", "--reason", "servidor reparado"]
        )
    assert result.exit_code == 1
    assert f"{failed_mail} pending" in result.output
    with service.transaction() as session:
        [order] = session.scalars(select(MailRetry))
    assert order.ordered_by.startswith("cli:")
