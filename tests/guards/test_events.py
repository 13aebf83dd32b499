"""Every event is named by the rule, published by its service, and every subscription has a publisher."""

import re
from pathlib import Path

import pytest

from cli import names
from contracts.publish import event_classes, service_of
from tests.platform import ROOT, make_app

EVENTS = list(event_classes())


def topic_rule(service: str, class_name: str) -> str:
    return f"{service}.{re.sub(r'(?<!^)(?=[A-Z])', '_', class_name).lower()}"


def test_every_event_is_told_once_though_a_package_tells_its_modules_names_again() -> None:
    assert len({event.topic for event in EVENTS}) == len(EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_events_topic_is_service_snake_class_and_version(event: type) -> None:
    assert re.fullmatch(re.escape(topic_rule(service_of(event), event.__name__)) + r"\.v\d+", event.topic)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_events_docstring_says_when_it_is_published(event: type) -> None:
    assert (event.__doc__ or "").startswith("Published ")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_is_published_by_the_service_whose_module_it_stands_in(event: type) -> None:
    service = service_of(event)
    code = "".join(path.read_text() for path in (ROOT / "services" / service).rglob("*.py"))
    assert re.search(rf"\b{event.__name__}\b", code), f"nothing in services/{service} makes {event.__name__}"


@pytest.mark.parametrize("service", names.SERVICES)
def test_every_subscription_is_to_an_event_of_the_contracts(service: str, tmp_path: Path) -> None:
    subscriptions = make_app(service, tmp_path).extensions["cmp"].subscriptions
    assert {known for known, _ in subscriptions.handlers.values()} <= set(EVENTS)
