"""The parts that can be started, by name; nothing of theirs is imported before it is needed."""

import importlib
from types import ModuleType
from typing import Any

SERVICES = ("identity", "payments", "einvoice", "recert", "notifier")
SITES = ("gateway", "portal")


def module(part: str, name: str) -> ModuleType:
    """A module of a service, of the gateway or of the portal."""
    return importlib.import_module(f"services.{part}.{name}" if part in SERVICES else f"{part}.{name}")


def settings_of(part: str, **given: Any) -> Any:
    """The settings of a part as the environment gives them. Raises chassis.settings.SettingsError."""
    return module(part, "settings").Settings.load(**given)


def make_app(part: str, **given: Any) -> Any:
    """The part's application."""
    return module(part, "app").create_app(settings_of(part, **given))
