"""docker-compose.yml as Compose would see it, as far as these tests need: defaults filled in, env files read."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.parts import ROOT

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


class Compose:
    """The compose file with its variables replaced by what is given, else by their defaults."""

    def __init__(self, **variables: str) -> None:
        """Read the file of the repository."""
        text = VARIABLE.sub(
            lambda found: variables.get(found[1], found[2] or ""), (ROOT / "docker-compose.yml").read_text("utf-8")
        )
        self.document: dict[str, Any] = yaml.safe_load(text)
        self.services: dict[str, dict[str, Any]] = self.document["services"]

    def ours(self) -> dict[str, dict[str, Any]]:
        """Containers that run our image."""
        return {name: service for name, service in self.services.items() if "build" in service}

    def environment(self, name: str) -> dict[str, str]:
        """A container's environment: its env files, then its own entries."""
        service = self.services[name]
        values: dict[str, str] = {}
        for file in service.get("env_file", []):
            values |= read_env_file(ROOT / file)
        return values | {key: str(value) for key, value in service.get("environment", {}).items()}

    def secret_files(self, name: str) -> dict[str, str]:
        """Where each of a container's secrets is mounted -> the secret's name."""
        mounted = {}
        for entry in self.services[name].get("secrets", []):
            source, target = (entry, entry) if isinstance(entry, str) else (entry["source"], entry["target"])
            mounted[target if target.startswith("/") else f"/run/secrets/{target}"] = source
        return mounted


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; comments and empty lines are skipped."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
