"""What the code says must run: derived from the folders and the settings classes, never listed by hand."""

import dataclasses
import importlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SERVICES = sorted(folder.name for folder in (ROOT / "services").iterdir() if (folder / "__init__.py").exists())
SITES = ["gateway", "portal"]
PROCESSES = [(service, process) for service in SERVICES for process in ("web", "worker", "jobs", "migrate")] + [
    (site, "web") for site in SITES
]


def command_of(part: str, process: str) -> list[str]:
    """How a container starts it."""
    return ["cmp-digital", part, process]


def part_of(command: list[str]) -> str:
    """The part a container's command starts; empty for a foreign image or a simulator."""
    return command[1] if command[:1] == ["cmp-digital"] else ""


def settings_of(part: str) -> Any:
    """The part's Settings class."""
    package = f"services.{part}" if part in SERVICES else part
    return importlib.import_module(f"{package}.settings").Settings


def variables_of(part: str) -> set[str]:
    """Every environment variable the part reads, without `_FILE`."""
    settings = settings_of(part)
    return {name for field in dataclasses.fields(settings) for name in settings.variables(field.name)}


def secrets_of(part: str) -> dict[str, tuple[str, str]]:
    """The part's secret settings: field name -> its variables, most particular first."""
    settings = settings_of(part)
    return {
        field.name: settings.variables(field.name)
        for field in dataclasses.fields(settings)
        if field.metadata.get("secret")
    }


def known_variables() -> set[str]:
    """Every variable that some part reads."""
    return set().union(*(variables_of(part) for part in [*SERVICES, *SITES]))
