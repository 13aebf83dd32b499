"""One fault at a time on real processes; in the end one charge, one PAID order, one accepted voucher, one mail.

The faults are F1, F2, F3, F8, F10, F11 and F12 of the fault plan; every test checks the invariants from outside.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cli.demo import Walk
from tests.faults.conftest import PATIENCE_S, Platform
from tests.servers import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

Check = Callable[[Walk, dict[str, Any]], None]


@pytest.fixture(autouse=True)
def healed(platform: Platform) -> Iterator[None]:
    """One test's fault is not the next one's."""
    yield
    platform.heal()


def test_every_event_delivered_again_changes_nothing(platform: Platform, exactly_once: Check) -> None:
    walk = platform.walk()
    order = walk.place_order(dues=1)
    walk.pay(order)
    exactly_once(walk, order)
    platform.replay_everything()
    wait_until(platform.quiet, PATIENCE_S, "replayed events are still under way")
    exactly_once(walk, order)
    assert len(platform.mails(order["voucher"]["email"])) == 1


@pytest.mark.parametrize("service", ["einvoice", "notifier"])
def test_a_worker_killed_between_handling_and_acknowledging_repeats_nothing(
    platform: Platform, exactly_once: Check, service: str
) -> None:
    platform.kill(f"{service}-worker")
    platform.restart("dying", "tests.faults.dying_worker", service)
    walk = platform.walk()
    order = walk.place_order(dues=1)
    walk.pay(order)
    wait_until(lambda: platform.processes.running["dying"].poll() is not None, PATIENCE_S, "the worker did not die")
    assert platform.processes.running.pop("dying").returncode == -9
    platform.restart(f"{service}-worker", "cli.main", service, "worker")
    exactly_once(walk, order)


def test_a_broker_that_is_killed_and_comes_back_loses_nothing(platform: Platform, exactly_once: Check) -> None:
    walk = platform.walk()
    order = walk.place_order(dues=1)
    platform.rabbitmq.kill()
    walk.pay(order)
    platform.rabbitmq.start()
    exactly_once(walk, order)


def test_a_database_that_is_killed_and_comes_back_loses_nothing(platform: Platform, exactly_once: Check) -> None:
    walk = platform.walk()
    order = walk.place_order(dues=1)
    walk.pay(order)
    platform.postgresql.kill()
    platform.postgresql.start()
    exactly_once(walk, order)


def test_an_acquirer_that_charges_and_drops_the_connection_is_asked_and_not_charged_again(
    platform: Platform, exactly_once: Check
) -> None:
    walk = platform.walk("023546")
    order = walk.place_order(dues=1)
    platform.tell("acquirer", behaviour="charge_then_drop")
    answer = walk.authorize(order)
    assert answer["public_state"] == "en confirmación"
    wait_until(lambda: walk.order(order["id"])["public_state"] == "pagado", PATIENCE_S, "the doubt was not settled")
    exactly_once(walk, order)


def test_a_tax_authority_that_is_down_delays_the_voucher_and_nothing_else(
    platform: Platform, exactly_once: Check
) -> None:
    platform.tell("tax_authority", behaviour="down", count=-1)
    walk = platform.walk("023546")
    order = walk.place_order(dues=1)
    walk.pay(order)
    wait_until(
        lambda: platform.query("einvoice", "SELECT count(*) FROM submission")[0][0] > 0, PATIENCE_S, "nothing was tried"
    )
    assert platform.mails(order["voucher"]["email"]) == []
    platform.calm("tax_authority")
    exactly_once(walk, order)


def test_a_tax_authority_that_accepts_and_drops_the_answer_gets_the_same_bytes_and_no_second_number(
    platform: Platform, exactly_once: Check
) -> None:
    platform.tell("tax_authority", behaviour="process_then_drop")
    walk = platform.walk("034567")
    order = walk.place_order(dues=1)
    walk.pay(order)
    exactly_once(walk, order)


def test_a_mail_server_that_takes_the_mail_and_drops_the_line_sees_one_message_id(
    platform: Platform, exactly_once: Check
) -> None:
    platform.tell("mailbox", behaviour="drop_after_data")
    walk = platform.walk("034567")
    order = walk.place_order(dues=1)
    walk.pay(order)
    exactly_once(walk, order)
