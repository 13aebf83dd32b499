"""What is published stays readable: current documents, and no break of a published version."""

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis.events import decode
from cli import reference
from contracts import publish
from tests.platform import ROOT

EVENTS = list(publish.event_classes())


@pytest.fixture
def published() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((publish.FOLDER / "payments.payment_captured.v1.json").read_text())
    return schema


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_the_published_example_is_read_back_as_the_event(event: Any) -> None:
    example = json.loads((publish.FOLDER / f"{event.topic}.example.json").read_text())
    assert json.loads(msgspec.json.encode(decode(event, example))) == example


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_the_reference_page_has_a_line_for_the_event(event: Any) -> None:
    assert f"`{event.topic}`" in publish.REFERENCE.read_text()


def test_every_published_file_is_current() -> None:
    stale = [
        path.name for path, content in publish.documents().items() if not path.exists() or path.read_text() != content
    ]
    assert not stale, "run make schemas"


def test_a_field_that_goes_is_a_break(published: dict[str, Any]) -> None:
    changed = copy.deepcopy(published)
    del changed["$defs"]["PaymentCaptured"]["properties"]["total"]
    assert publish.breaks(published, changed) == ["PaymentCaptured.total is gone"]


def test_a_field_that_becomes_required_is_a_break(published: dict[str, Any]) -> None:
    changed = copy.deepcopy(published)
    changed["$defs"]["PaymentCaptured"]["required"].append("card_brand")
    assert publish.breaks(published, changed) == ["PaymentCaptured.card_brand became required"]


def test_a_new_optional_field_is_none(published: dict[str, Any]) -> None:
    changed = copy.deepcopy(published)
    changed["$defs"]["PaymentCaptured"]["properties"]["channel"] = {"type": "string", "default": "web"}
    assert publish.breaks(published, changed) == []


def test_personal_fields_are_marked_in_the_schema(published: dict[str, Any]) -> None:
    assert published["$defs"]["PaymentCaptured"]["properties"]["voucher_email"]["x-personal"] is True


def test_an_operation_that_goes_is_a_break_of_the_api() -> None:
    document = json.loads((reference.OPENAPI / "payments.json").read_text())
    changed = copy.deepcopy(document)
    path = next(iter(changed["paths"]))
    del changed["paths"][path]
    assert any(path in problem for problem in reference.breaks(document, changed))


def test_every_setting_is_in_the_example_and_in_its_services_readme() -> None:
    example = (ROOT / ".env.example").read_text()
    for part in ("identity", "payments", "einvoice", "recert", "notifier"):
        readme = Path(ROOT / "services" / part / "README.md").read_text()
        for variable, _, _ in reference.described(part):
            assert f"#{variable}=" in example
            name = variable.removeprefix(f"CMP_{part.upper()}_").lower()
            own = name not in COMMON
            assert not own or name in readme.lower(), f"{part}/README.md does not mention {variable}"


COMMON = {
    "database_url", "broker_url", "data_dir", "files_url", "identity_url", "service_urls", "token_issuer", "client_secret",
    "bind", "web_workers", "web_threads", "metrics_port", "heartbeat_file", "trusted_proxies", "keep_days", "log_level",
}  # fmt: skip
"""Settings every service has; `docs/reference/settings.md` explains them."""
