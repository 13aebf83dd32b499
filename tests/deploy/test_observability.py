"""Alarms and dashboards speak of metrics that exist and processes that run."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.compose import Compose
from tests.deploy.parts import ROOT, SERVICES

FOLDER = ROOT / "deploy" / "observability"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "rules" / "cmp-digital.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
BOARDS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / "grafana/dashboards").glob("*.json"))
}
SUFFIXES = re.compile(r"_(total|bucket|sum|count)$")


def metrics_in(expression: str) -> set[str]:
    return {SUFFIXES.sub("", name) for name in re.findall(r"\bcmp_\w+", expression)}


def metrics_of_the_code() -> set[str]:
    sources = [
        path for folder in ("chassis", "services", "gateway", "portal") for path in (ROOT / folder).rglob("*.py")
    ]
    return {name for path in sources for name in re.findall(r'"(cmp_[a-z_]+)"', path.read_text("utf-8"))}


def expressions(board: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_every_alarm_watches_metrics_that_the_code_has() -> None:
    watched = set().union(*(metrics_in(rule["expr"]) for rule in RULES))
    assert watched - metrics_of_the_code() == set()


@pytest.mark.parametrize("name", sorted(BOARDS))
def test_every_panel_shows_metrics_that_the_code_has(name: str) -> None:
    shown = set().union(*(metrics_in(expression) for expression in expressions(BOARDS[name])))
    assert shown - metrics_of_the_code() == set()


@pytest.mark.parametrize("name", sorted(BOARDS))
def test_panels_do_not_overlap(name: str) -> None:
    places = [tuple(panel["gridPos"][axis] for axis in ("x", "y")) for panel in BOARDS[name]["panels"]]
    assert len(places) == len(set(places))
    assert len({panel["id"] for panel in BOARDS[name]["panels"]}) == len(places)


def test_an_alarm_says_how_urgent_it_is_and_what_it_means() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
        assert re.fullmatch(r"\d+[mhd]", rule["for"]), rule["alert"]


def test_alarm_names_are_unique() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))


def test_the_alarms_that_matter_most_wake_somebody() -> None:
    urgent = {rule["alert"] for rule in RULES if rule["labels"]["severity"] == "page"}
    assert {"OutboxStuck", "QueueWithoutConsumer", "PaymentUnknown", "VoucherDeadline", "ErrorBudget"} <= urgent


def test_prometheus_asks_every_process_of_compose() -> None:
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    asked = {target for job in jobs for entry in job["static_configs"] for target in entry["targets"]}
    compose = Compose()
    for service in SERVICES:
        port = compose.environment(f"{service}-web")[f"CMP_{service.upper()}_BIND"].split(":")[1]
        assert f"{service}-web:{port}" in asked
        for process in ("worker", "jobs"):
            metrics_port = compose.environment(f"{service}-{process}")["CMP_METRICS_PORT"]
            assert f"{service}-{process}:{metrics_port}" in asked
    assert {"gateway-inside:8080", "portal:8081", "rabbitmq:15692"} <= asked


@pytest.mark.parametrize(
    "arguments", [["check", "rules", "rules/cmp-digital.yml"], ["test", "rules", "rules/tests/cmp-digital.yml"]]
)
def test_the_rules_hold_where_promtool_is_installed(arguments: list[str]) -> None:
    promtool = shutil.which("promtool")
    if promtool is not None:
        subprocess.run([promtool, *arguments], cwd=FOLDER, check=True, capture_output=True)


def test_tested_alarms_exist() -> None:
    tests = yaml.safe_load(Path(FOLDER / "rules/tests/cmp-digital.yml").read_text("utf-8"))["tests"]
    named = {case["alertname"] for test in tests for case in test["alert_rule_test"]}
    assert named <= {rule["alert"] for rule in RULES}
