"""The embedded platform loses no event, however it ends (architecture, section 2)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from cli.demo import Walk
from tests.embedded import EmbeddedPlatform
from tests.servers import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]


@contextmanager
def running(folder: Path) -> Iterator[tuple[EmbeddedPlatform, Walk]]:
    """The platform, and a physician who has logged in; killed at the end if it still runs."""
    platform = EmbeddedPlatform(folder)
    walk = Walk(platform.ports, platform.login_token())
    walk.log_in()
    try:
        yield platform, walk
    finally:
        platform.kill()


def mails(walk: Walk, order: dict[str, Any]) -> list[dict[str, Any]]:
    """The mails with the voucher; the receipt comes in one of its own."""
    url = f"{walk.ports.url('mailbox')}/api/messages"
    found: list[dict[str, Any]] = requests.get(url, params={"to": order["voucher"]["email"]}, timeout=5).json()[
        "messages"
    ]
    return [mail for mail in found if "electrónica" in mail["subject"]]


def test_killed_right_after_the_charge_it_still_issues_one_boleta_and_sends_one_mail(tmp_path: Path) -> None:
    with running(tmp_path) as (platform, walk):
        order = walk.place_order(dues=1)
        walk.pay(order)
        platform.kill()
    with running(tmp_path) as (_, walk):
        wait_until(lambda: mails(walk, order), 60, "no mail after the restart")
        assert walk.order(order["id"])["public_state"] == "pagado"
        assert len({mail["message_id"] for mail in mails(walk, order)}) == 1
        charges = requests.get(f"{walk.ports.url('acquirer')}/_control/charges", timeout=5).json()
        assert len(charges["charges"] if isinstance(charges, dict) else charges) == 1


def test_stopped_in_order_it_says_so_and_sends_nothing_twice(tmp_path: Path) -> None:
    with running(tmp_path) as (platform, walk):
        order = walk.place_order(dues=1)
        walk.pay(order)
        wait_until(lambda: mails(walk, order), 60, "no mail")
        assert platform.stop() == 0
    assert json.loads((tmp_path / "run.json").read_text())["clean"] is True
    with running(tmp_path) as (_, walk):
        assert len(mails(walk, order)) == 1
